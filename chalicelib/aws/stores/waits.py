"""Waits in queues: noted when they begin, counted once when they end, and what was measured so far."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_promise import told_map, wait_from, wait_item
from chalicelib.aws.codec_routing import entry_from
from chalicelib.aws.transaction import Desk, Put, Update
from chalicelib.domain.expected_wait import DAYS, MAX_PLACE, Counted, bucket_of, class_of_place
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.waits import Ending, Told, Wait
from chalicelib.domain.writes import Written

LEFT = "left"
AT_ONCE = "at_once"
KEPT_FOR = timedelta(days=DAYS + 28)
MINUTES = 60
MINUTES_KEPT_FOR = timedelta(minutes=MINUTES + 10)
_BUCKET = "b"
_CHANNEL = "c_"


class WaitStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def entry(self, conversation_id: str) -> QueueEntry | None:
        """The newest time that it was queued; it may wait no longer."""
        item = self._desk.get(keys.queue_entry(conversation_id))
        return entry_from(item) if item and "row" in item else None

    def get(self, conversation_id: str, epoch: int) -> Wait | None:
        item = self._desk.get(keys.wait(conversation_id, epoch))
        return wait_from(item) if item else None

    def ahead(self, entry: QueueEntry) -> int:
        """How many wait in front of it, as they did a moment ago; looked through no further than anybody is told. One
        query."""
        place = keys.queue_place(entry.effective_at, entry.conversation_id)
        rows, _next = self._desk.query(
            "kind_key = :queue AND kind_sort < :place",
            {":queue": keys.queue(entry.team_id), ":place": place},
            index="by_kind",
            limit=MAX_PLACE,
        )
        return len(rows)

    def line(self, team_id: str) -> Sequence[str]:
        """The conversations that wait for a team, the next one first; as many as anybody's place is told of. One
        query."""
        rows, _next = self._desk.query(
            "kind_key = :queue", {":queue": keys.queue(team_id)}, index="by_kind", limit=MAX_PLACE
        )
        return [keys.identifier(row["pk"]) for row in rows]

    def begin(self, wait: Wait) -> Written:
        """DUPLICATE: it is noted already."""
        try:
            self._desk.write(Put(wait_item(wait)))
        except ConditionFailed:
            return Written.DUPLICATE
        return Written.DONE

    def end(self, wait: Wait, ending: Ending, at: datetime) -> Written:
        """Count how long it took, once. One that nobody noted is noted with it. DUPLICATE: it has ended already.

        Two writes and no transaction: a busy queue's counter is in everybody's way, and transactions on it would refuse
        each other. Who stops between the two loses one sample, and never counts it twice."""
        try:
            self._desk.write(_ended(wait, ending))
        except ConditionFailed:
            return Written.DUPLICATE
        kind = _kind(wait, ending)
        if kind is not None:
            self._desk.write(_count(wait.team_id, at, kind, (at - wait.queued_at).total_seconds()))
        return Written.DONE

    def tell(self, wait: Wait, told: Told) -> Written:
        """Note what the customer is told, where what was read is still so. CONFLICT: another one is at it."""
        values: dict[str, object] = {":told": told_map(told)}
        same = "attribute_exists(pk) AND attribute_not_exists(told)"
        if wait.told is not None:
            same, values[":read"] = "told.a = :read", wait.told.at
        try:
            key = keys.wait(wait.conversation_id, wait.epoch)
            self._desk.write(Update(key, "SET told = :told", values, None, same))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    # What was measured.

    def measured(self, team_id: str, first: date, last: date) -> Sequence[Counted]:
        """Of those who waited and were taken, by day and class of places. One query, of at most 70 small items."""
        found = []
        for row in self._days(team_id, first, last):
            day, _, kind = row["sk"].partition("#")
            if kind.isdigit():
                found.append(Counted(date.fromisoformat(day), int(kind), _buckets(row)))
        return found

    def left(self, team_id: str, day: date) -> int:
        """How many were resolved on this day while they waited. One read."""
        item = self._desk.get(keys.waits(team_id, day, LEFT), consistent=False)
        return int(item["n"]) if item else 0

    def today(self, team_id: str, day: date) -> tuple[int, int]:
        """How many waits ended on this day: those who were taken, and those who were resolved while they waited. One
        query of at most 11 small items."""
        ended = {row["sk"].partition("#")[2]: int(row.get("n", 0)) for row in self._days(team_id, day, day)}
        left = ended.pop(LEFT, 0)
        return sum(ended.values()), left

    def _days(self, team_id: str, first: date, last: date) -> Iterable[Item]:
        pk, low = keys.waits(team_id, first, "")
        start = None
        while True:
            rows, start = self._desk.query(
                "pk = :pk AND sk BETWEEN :first AND :last",
                {":pk": pk, ":first": low, ":last": keys.waits(team_id, last, "~")[1]},
                start=start,
            )
            yield from rows
            if start is None:
                return


def _kind(wait: Wait, ending: Ending) -> str | None:
    """Where its time is counted; None: nowhere."""
    if ending is Ending.ASIDE:
        return None
    if ending is Ending.LEFT:
        return LEFT
    return AT_ONCE if wait.position is None else f"{class_of_place(wait.position):02d}"


def _ended(wait: Wait, ending: Ending) -> Put | Update:
    if wait.position is None:
        return Put(wait_item(replace(wait, ending=ending)))
    key = keys.wait(wait.conversation_id, wait.epoch)
    still = "attribute_exists(pk) AND attribute_not_exists(ending)"
    return Update(key, "SET ending = :ending", {":ending": ending.value}, None, still)


def _count(team_id: str, at: datetime, kind: str, seconds: float) -> Update:
    bucket = f"{_BUCKET}{bucket_of(seconds)}"
    day = at.astimezone(UTC)
    values = {":one": 1, ":expires": int((day + KEPT_FOR).timestamp())}
    names = {"#bucket": bucket}
    return Update(
        keys.waits(team_id, day.date(), kind), "ADD #bucket :one, n :one SET expires_at = :expires", values, names
    )


def _buckets(row: Item) -> Mapping[int, int]:
    return {int(name[1:]): count for name, count in row.items() if name[:1] == _BUCKET and name[1:].isdigit()}


class Arrivals:
    """Who joined which queue when, by the minute; in the live table, for it may be lost."""

    def __init__(self, live: Desk) -> None:
        self._live = live

    def count(self, team_id: str, at: datetime, channel: str) -> None:
        values = {":one": 1, ":expires": int((at + MINUTES_KEPT_FOR).timestamp())}
        names = {"#channel": f"{_CHANNEL}{channel}"}
        expression = "ADD joined :one, #channel :one SET expires_at = :expires"
        self._live.write(Update(keys.arrivals(team_id, at), expression, values, names))

    def of(self, team_id: str, now: datetime) -> Mapping[int, int]:
        """How many joined in which of the last 60 whole minutes, 1 being the one before this. One query."""
        return {ago: int(row["joined"]) for ago, row in self._minutes(team_id, now).items()}

    def by_channel(self, team_id: str, now: datetime) -> Mapping[int, Mapping[str, int]]:
        """The same, by channel. One query."""
        return {
            ago: {name.removeprefix(_CHANNEL): int(row[name]) for name in row if name.startswith(_CHANNEL)}
            for ago, row in self._minutes(team_id, now).items()
        }

    def _minutes(self, team_id: str, now: datetime) -> Mapping[int, Item]:
        minutes = {keys.arrivals(team_id, now - timedelta(minutes=ago))[1]: ago for ago in range(1, MINUTES + 1)}
        pk, last = keys.arrivals(team_id, now - timedelta(minutes=1))
        rows, _next = self._live.query(
            "pk = :pk AND sk BETWEEN :first AND :last",
            {":pk": pk, ":first": keys.arrivals(team_id, now - timedelta(minutes=MINUTES))[1], ":last": last},
        )
        return {minutes[row["sk"]]: row for row in rows if row["sk"] in minutes}
