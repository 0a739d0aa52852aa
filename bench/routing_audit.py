"""The auditor of the storm (`bench.routing_storm`): it reads every change of the desk table in the order of its stream,
and the table itself when all is at rest, and says what must never have been."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.changes import announcements
from chalicelib.aws.codec import from_attributes
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_routing import decision_from, entry_from, workload_from
from chalicelib.domain.capacity import held
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.counts import changes
from chalicelib.domain.queue import QueueEntry, may_wait, work_of
from chalicelib.domain.routing import decide
from chalicelib.domain.routing_values import Decision, Outcome
from chalicelib.domain.workload import Workload, candidate

Image = Mapping[str, Any]


class Stream:
    """The desk table's changes, as they come."""

    def __init__(self, client: Any, arn: str) -> None:
        self._client, self._arn = client, arn
        self._iterators: dict[str, str] = {}

    def read(self) -> list[Mapping[str, Any]]:
        """What is new."""
        shards = self._client.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        found: list[Mapping[str, Any]] = []
        for shard in shards:
            name = shard["ShardId"]
            if name not in self._iterators:
                made = self._client.get_shard_iterator(
                    StreamArn=self._arn, ShardId=name, ShardIteratorType="TRIM_HORIZON"
                )
                self._iterators[name] = made["ShardIterator"]
            answer = self._client.get_records(ShardIterator=self._iterators[name])
            self._iterators[name] = answer["NextShardIterator"]
            found += answer["Records"]
        return found


@dataclass(slots=True)
class Auditor:
    """What was seen. `overfull` and `stolen` must stay empty; times are those at which a change was seen."""

    overfull: list[str] = field(default_factory=list)
    stolen: list[str] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    waits_since: dict[str, float] = field(default_factory=dict)
    waited: dict[str, float] = field(default_factory=dict)
    records: int = 0

    def see(self, record: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The events that this change tells."""
        self.records += 1
        images = record["dynamodb"]
        new, old = images.get("NewImage"), images.get("OldImage", {})
        if new is None:
            return []
        pk, sk = new["pk"]["S"], new["sk"]["S"]
        if sk == keys.WORKLOAD:
            self._workload(pk, old, new)
        elif pk.startswith("CNV#") and sk == keys.HEAD:
            self._conversation(pk.removeprefix("CNV#"), old, new)
        return announcements(record)

    def _workload(self, pk: str, old: Image, new: Image) -> None:
        """Nobody is given more than fits. Whose capacity is lowered may hold more until it is worked off."""
        if "row" not in new:
            return
        workload = workload_from(from_attributes(new))
        before = workload_from(from_attributes(old)).used if "row" in old else 0
        if workload.used < 0 or (workload.used > workload.capacity.units and workload.used > before):
            self.overfull.append(f"{pk}: {workload.used} of {workload.capacity.units}")

    def _conversation(self, name: str, old: Image, new: Image) -> None:
        before, after = _owner(old), _owner(new)
        if before and after and before != after and not _by_people(new):
            self.stolen.append(f"{name}: {before} -> {after}")
        if after:
            self.owners[name] = after
            since = self.waits_since.pop(name, None)
            if since is not None and name not in self.waited:
                self.waited[name] = time.monotonic() - since
            return
        self.owners.pop(name, None)
        if not old:
            self.waits_since[name] = time.monotonic()


def _by_people(image: Image) -> bool:
    """Whether a person moved it: a supervisor may give to another what somebody has."""
    return any(event["by"][0] == "agent" for event in json.loads(image["events"]["S"]))


def _owner(image: Image) -> str:
    owner = str(image.get("owner_key", {}).get("S", "")).partition("#")[0]
    return owner if owner.startswith("agt_") else ""


@dataclass(slots=True)
class Rest:
    """The whole table, when nothing moves any more."""

    conversations: list[Conversation] = field(default_factory=list)
    workloads: list[Workload] = field(default_factory=list)
    entries: list[QueueEntry] = field(default_factory=list)
    decisions: dict[str, list[Decision]] = field(default_factory=dict)
    counters: Counter[tuple[str, str]] = field(default_factory=Counter)

    def problems(self, now: datetime, names: Sequence[str]) -> Iterator[str]:
        """What is wrong. `names` are the conversations that there must be."""
        known = {each.id for each in self.conversations}
        yield from (f"lost: {name}" for name in names if name not in known)
        yield from self._units()
        waiting = sorted(entry.conversation_id for entry in self.entries)
        belongs = sorted(each.id for each in self.conversations if may_wait(each))
        if waiting != belongs:
            yield f"queues: {len(waiting)} wait, {len(belongs)} should: {sorted(set(waiting) ^ set(belongs))[:5]}"
        yield from self._starved(now)
        yield from self._counted()

    def _units(self) -> Iterator[str]:
        sums: Counter[str] = Counter()
        for conversation in self.conversations:
            holding = held(conversation)
            if holding is not None:
                sums[holding[0]] += holding[1]
        for workload in self.workloads:
            if workload.used != sums[workload.agent_id]:
                yield f"units: {workload.agent_id} has {workload.used}, holds {sums[workload.agent_id]}"

    def _starved(self, now: datetime) -> Iterator[str]:
        agents = [candidate(workload, now) for workload in self.workloads]
        for entry in self.entries:
            decision = decide(work_of(entry, now), agents, now)
            if decision.outcome is not Outcome.WAITING:
                yield f"starved: {entry.conversation_id}: {decision.sentence}"

    def _counted(self) -> Iterator[str]:
        recount: Counter[tuple[str, str]] = Counter()
        for conversation in self.conversations:
            for scope, fields in changes(None, conversation).items():
                for name, amount in fields.items():
                    recount[keys.count(scope, 0)[0], name] += amount
        for counter in sorted({*recount, *self.counters}):
            if recount[counter] != self.counters[counter]:
                yield f"counter: {counter} says {self.counters[counter]}, there are {recount[counter]}"

    def first_decided(self) -> dict[str, Decision]:
        """The first decision on each conversation."""
        return {name: min(found, key=lambda each: each.at) for name, found in self.decisions.items()}


def at_rest(client: Any, table: str) -> Rest:
    """Reads all of the table: for tests only."""
    found, start = Rest(), None
    while True:
        answer = client.scan(TableName=table, ConsistentRead=True, **({"ExclusiveStartKey": start} if start else {}))
        for attributes in answer["Items"]:
            _sort(found, attributes)
        start = answer.get("LastEvaluatedKey")
        if start is None:
            return found


def _sort(found: Rest, attributes: Image) -> None:
    pk, sk = attributes["pk"]["S"], attributes["sk"]["S"]
    if pk.startswith("CNV#") and sk == keys.HEAD:
        found.conversations.append(conversation_from(from_attributes(attributes)))
    elif pk.startswith("CNV#") and sk == keys.QUEUE:
        if "kind_key" in attributes:
            found.entries.append(entry_from(from_attributes(attributes)))
    elif pk.startswith("CNV#") and sk.startswith(keys.DECISION):
        decision = decision_from(from_attributes(attributes))
        found.decisions.setdefault(decision.conversation_id, []).append(decision)
    elif pk.startswith("AGT#") and sk == keys.WORKLOAD:
        found.workloads.append(workload_from(from_attributes(attributes)))
    elif pk.startswith("CNT#"):
        for name, value in attributes.items():
            if name not in ("pk", "sk") and "N" in value:
                found.counters[pk, name] += int(value["N"])
