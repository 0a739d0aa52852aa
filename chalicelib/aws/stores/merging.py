"""Merging and splitting: both conversations, the heads of their legs, counters, units, queue and lines in one
transaction."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.border import TransactionRefused
from chalicelib.aws.codec import Item, moment, moment_or_none
from chalicelib.aws.codec_conversation import conversation_from, conversation_item, head_from
from chalicelib.aws.codec_message import note_item
from chalicelib.aws.codec_routing import workload_from
from chalicelib.aws.stores.stretches import all_messages_in, places
from chalicelib.aws.stores.units import leave_queue, unit_writes
from chalicelib.aws.stores.writes import head_copy, put_conversation
from chalicelib.aws.transaction import Desk, Put, Update, Write
from chalicelib.domain.conversation import Conversation, LegHead, Priority
from chalicelib.domain.counts import changes
from chalicelib.domain.merging import Merger
from chalicelib.domain.message import Message
from chalicelib.domain.queue import may_wait
from chalicelib.domain.workload import Workload
from chalicelib.domain.writes import Written
from chalicelib.domain.writes_merging import HeadMove, Rearrangement, Side


class MergingStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def conversation(self, conversation_id: str) -> Conversation | None:
        item = self._desk.get(keys.conversation(conversation_id))
        return conversation_from(item) if item else None

    def workload(self, agent_id: str) -> Workload | None:
        item = self._desk.get(keys.workload(agent_id))
        return workload_from(item) if item else None

    def heads(self, leg_ids: Sequence[str]) -> Mapping[str, LegHead]:
        """Of at most 100 legs, by leg. One read."""
        found = self._desk.get_many([keys.leg(leg_id) for leg_id in leg_ids])
        return {keys.identifier(pk): head_from(item) for (pk, _), item in found.items()}

    def are_one_person(self, one: str, other: str) -> bool:
        """Whether two contacts are linked. One read."""
        found = self._desk.get_many([keys.contact(one), keys.contact(other)])
        persons = [item.get("person") for item in found.values()]
        return len(persons) == len({one, other}) and persons[0] is not None and len(set(persons)) == 1

    def messages(self, conversation: Conversation, limit: int) -> Sequence[Message]:
        """All that a conversation shows, in their order; where there are more, one more than `limit` tells so."""
        found = all_messages_in(self._desk, places(conversation), limit)
        return sorted(found, key=lambda message: message.id)[: limit + 1]

    def merger(self, target_id: str, source_id: str) -> Merger | None:
        item = self._desk.get(keys.merger(target_id, source_id))
        return _merger_from(item) if item else None

    def rearrange(self, wanted: Rearrangement) -> Written:
        """CONFLICT: one of the conversations or legs has changed since it was read."""
        writes: list[Write] = []
        for side in wanted.sides:
            writes.append(put_conversation(side.before, side.after, side.recorded))
            writes.append(Put(note_item(side.note)))
            writes += _queue_writes(side)
            writes += _copies(side, wanted)
        writes += [_move(move) for move in wanted.moves]
        writes += _count_writes(wanted.sides)
        for side in wanted.sides:
            writes += unit_writes(side.before, side.after, side.recorded.at, wanted.limits, anywhere=True)
        if wanted.merger is not None:
            writes.append(Put(_merger_item(wanted.merger), None))
        try:
            self._desk.transact(writes)
        except TransactionRefused:
            return Written.CONFLICT
        return Written.DONE


def _queue_writes(side: Side) -> Iterator[Update]:
    if side.before is not None and may_wait(side.before) and not may_wait(side.after):
        yield leave_queue(side.after.id)


def _copies(side: Side, wanted: Rearrangement) -> Iterator[Update]:
    """The heads that lead here already, where what they copy has changed."""
    before, after = side.before, side.after
    if before is None or (before.status, before.view_at) == (after.status, after.view_at):
        return
    moved = {move.leg_id for move in wanted.moves}
    for leg_id in after.legs:
        if leg_id not in moved and wanted.heads.get(leg_id) == after.id:
            yield head_copy(leg_id, after)


def _move(move: HeadMove) -> Update:
    """The ordinal grows with every conversation that a leg's head leads to: who read an older one reads again."""
    values = {
        ":to": move.to.id,
        ":from": move.from_id,
        ":status": move.to.status.value,
        ":view": move.to.view_at,
        ":resolved": move.to.resolved_at or 0,
        ":one": 1,
    }
    sets = "conversation = :to, #status = :status, #view = :view, #resolved = :resolved, ordinal = ordinal + :one"
    names = {"#status": "status", "#view": "view", "#resolved": "resolved"}
    return Update(keys.leg(move.leg_id), f"SET {sets}", values, names, "conversation = :from")


def _count_writes(sides: Sequence[Side]) -> Iterator[Update]:
    """What all sides add, for two of them may count in one item."""
    totals: dict[keys.Key, Counter[str]] = {}
    for side in sides:
        for scope, delta in changes(side.before, side.after).items():
            total = totals.setdefault(keys.count(scope, keys.count_shard(scope, side.after.id)), Counter())
            for field, amount in delta.items():
                total[field] += amount
    for key, total in totals.items():
        moved = {field: amount for field, amount in total.items() if amount}
        if moved:
            names = {f"#{place}": field for place, field in enumerate(moved)}
            values = {f":{place}": amount for place, amount in enumerate(moved.values())}
            yield Update(key, "ADD " + ", ".join(f"{name} :{name[1:]}" for name in names), values, names)


def _merger_item(merger: Merger) -> Item:
    """The source as it was is kept whole: its index keys, inside a map, list it nowhere."""
    pk, sk = keys.merger(merger.target_id, merger.source.id)
    return {
        "pk": pk,
        "sk": sk,
        "source": conversation_item(merger.source),
        "at": merger.at,
        "by": merger.by,
        "priority": merger.priority.value,
        "labels": merger.labels,
        "waiting": merger.waiting_since,
    }


def _merger_from(item: Item) -> Merger:
    source: Any = item["source"]
    return Merger(
        target_id=keys.identifier(item["pk"]),
        source=conversation_from(source),
        at=moment(item["at"]),
        by=item["by"],
        priority=Priority(item["priority"]),
        labels=tuple(item.get("labels", ())),
        waiting_since=moment_or_none(item.get("waiting")),
    )
