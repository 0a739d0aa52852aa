"""The floor: what is read of the desk table for it, and the newest look at it, in the live table."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from chalicelib.aws import keys, keys_live, keys_work
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item, from_json, moment, to_json
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_sla import clock_from
from chalicelib.aws.packed import packed, unpacked
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.counts import FIELDS, Scope
from chalicelib.domain.floor import Floor
from chalicelib.domain.sla import Clock

# What is older is of no use to anybody.
KEPT_FOR = timedelta(days=2)
BATCH = 100
_EARLIEST, _LATEST = "0", "~"


class FloorRows:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def counts(self, scopes: Sequence[Scope]) -> Mapping[Scope, Mapping[str, int]]:
        """One batch read for every 100 agents, or 6 of anything else."""
        wanted = {key: scope for scope in scopes for key in _count_keys(scope)}
        found: dict[Scope, dict[str, int]] = {}
        for key, row in self._read(list(wanted)).items():
            counted = found.setdefault(wanted[key], dict.fromkeys(FIELDS, 0))
            for field in FIELDS:
                counted[field] += row.get(field, 0)
        return found

    def due_clocks(
        self, after: datetime | None, until: datetime, limit: int
    ) -> tuple[Sequence[tuple[str, str, Clock, datetime]], bool]:
        """One query for each shard, side by side."""
        low = _EARLIEST if after is None else _behind(after)
        rows, more = self._due(keys_work.due_clocks, low, _behind(until), limit, newest=after is None)
        return [_due_clock(row) for row in rows], more

    def due_promises(self, after: datetime, until: datetime, limit: int) -> tuple[Sequence[tuple[str, datetime]], bool]:
        """Open promises that are due then, as conversation and time, the first ones; and whether there are more."""
        rows, more = self._due(keys_work.due_promises, _behind(after), _behind(until), limit, newest=False)
        return [(keys.identifier(row["pk"]), moment(row["row"]["d"])) for row in rows], more

    def conversations(self, conversation_ids: Sequence[str]) -> Mapping[str, Conversation]:
        found = self._read([keys.conversation(name) for name in conversation_ids])
        return {keys.identifier(pk): conversation_from(item) for (pk, _), item in found.items()}

    def _due(self, partition: Any, low: str, high: str, limit: int, *, newest: bool) -> tuple[list[Item], bool]:
        def read(shard: int) -> list[Item]:
            rows, _next = self._desk.query(
                "kind_key = :kind AND kind_sort BETWEEN :low AND :high",
                {":kind": partition(shard), ":low": low, ":high": high},
                index="by_kind",
                limit=limit + 1,
                newest_first=newest,
            )
            return rows

        with ThreadPoolExecutor(max_workers=keys_work.DUE_SHARDS) as pool:
            rows = [row for part in pool.map(read, range(keys_work.DUE_SHARDS)) for row in part]
        rows.sort(key=lambda row: str(row["kind_sort"]), reverse=newest)
        return rows[:limit], len(rows) > limit

    def _read(self, wanted: Sequence[keys.Key]) -> Mapping[keys.Key, Item]:
        found: dict[keys.Key, Item] = {}
        for start, end in pairwise((*range(0, len(wanted), BATCH), len(wanted))):
            found |= self._desk.get_many(wanted[start:end])
        return found


class FloorStore:
    """In the live table: what is lost is looked at anew."""

    def __init__(self, live: Desk) -> None:
        self._live = live

    def get(self) -> Floor:
        """As somebody last looked at it. One read."""
        item = self._live.get(keys_live.floor(), consistent=False)
        found: Floor = unpacked(item["floor"], Floor) if item else Floor()
        return found

    def put(self, floor: Floor) -> bool:
        """False where a newer look is there already."""
        if floor.as_of is None:
            raise ValueError("a floor that nobody has looked at is not kept")
        pk, sk = keys_live.floor()
        item = {"pk": pk, "sk": sk, "as_of": floor.as_of, "floor": packed(floor)}
        expires = {"expires_at": int((floor.as_of + KEPT_FOR).timestamp())}
        return self._put({**item, **expires}, "attribute_not_exists(pk) OR as_of < :as_of", {":as_of": floor.as_of})

    def claim(self, now: datetime, spacing: timedelta) -> bool:
        """Whether nobody has looked within `spacing`: then it is the caller's to do."""
        pk, sk = keys_live.floor_claim()
        item = {"pk": pk, "sk": sk, "claimed": now, "expires_at": int((now + KEPT_FOR).timestamp())}
        return self._put(item, "attribute_not_exists(pk) OR claimed <= :before", {":before": now - spacing})

    def watched(self) -> tuple[Mapping[str, Any], int]:
        """What early warnings know from the last time, and its version; 0 where they know nothing."""
        item = self._live.get(keys_live.floor_watch())
        return (from_json(item["known"]), item["version"]) if item else ({}, 0)

    def watch(self, known: Mapping[str, Any], read_version: int, now: datetime) -> bool:
        """False where somebody else has watched meanwhile."""
        pk, sk = keys_live.floor_watch()
        item = {"pk": pk, "sk": sk, "version": read_version + 1, "known": to_json(known)}
        expires = {"expires_at": int((now + KEPT_FOR).timestamp())}
        if not read_version:
            return self._put({**item, **expires}, "attribute_not_exists(pk)", {})
        return self._put({**item, **expires}, "version = :read", {":read": read_version})

    def _put(self, item: Item, condition: str, values: Mapping[str, Any]) -> bool:
        try:
            self._live.write(Put(item, condition, values or None))
        except ConditionFailed:
            return False
        return True


def _count_keys(scope: Scope) -> list[keys.Key]:
    """An agent's counters are one item, the others are spread."""
    shards = 1 if scope[0] == "agent" else keys.COUNT_SHARDS
    return [keys.count(scope, shard) for shard in range(shards)]


def _behind(at: datetime) -> str:
    """The place behind everything that is due in this millisecond."""
    return keys_work.due_place(at, _LATEST)


def _due_clock(row: Item) -> tuple[str, str, Clock, datetime]:
    conversation_id, name = keys.identifier(row["pk"]), keys.sort_identifier(row["sk"])
    return conversation_id, name, clock_from(row), keys.view_time(row["kind_sort"])
