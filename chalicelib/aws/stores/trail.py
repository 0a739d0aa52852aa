"""The trail of routing, in the live table: written beside the desk's own changes, and never in their way."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from chalicelib.aws import keys
from chalicelib.aws.codec_trail import line_from, line_item
from chalicelib.aws.stores.offers import OfferStore
from chalicelib.aws.stores.routing import RoutingStore
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.giving import Given, Offered
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_values import Decision
from chalicelib.domain.trail import Line, Stood, decided
from chalicelib.domain.workload import Workload
from chalicelib.domain.writes import Recorded, Written

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Trail:
    def __init__(self, live: Desk) -> None:
        self._live = live

    def write(self, line: Line) -> None:
        """What happened has happened: a line that cannot be written is missed, nothing more."""
        with suppress(StoreUnavailable):
            self._live.write(Put(line_item(line), condition=None))

    def between(self, start: datetime, end: datetime) -> Iterator[Line]:
        """Decisions and moves of [start, end), in order: some queries for each hour. Raises StoreUnavailable."""
        yield from self._read(start, end, HOUR, agents=False)

    def agents(self, start: datetime, end: datetime) -> Iterator[Line]:
        """Changes of agents of [start, end), in order: a query or two for each day. Raises StoreUnavailable."""
        yield from self._read(start, end, DAY, agents=True)

    def _read(self, start: datetime, end: datetime, step: timedelta, *, agents: bool) -> Iterator[Line]:
        at = start
        while at < end:
            pk, first = keys.trail(at, "", agents=agents)
            floor = at.replace(minute=0, second=0, microsecond=0)
            following = (floor.replace(hour=0) if agents else floor) + step
            yield from self._page(pk, first, keys.trail(min(following, end), "", agents=agents)[1])
            at = following

    def _page(self, pk: str, first: str, last: str) -> Iterator[Line]:
        start = None
        values = {":pk": pk, ":first": first, ":last": last}
        while True:
            rows, start = self._live.query("pk = :pk AND sk BETWEEN :first AND :last", values, start=start)
            # Sort keys go on after the time: what is equal to the end begins later.
            yield from (line_from(row) for row in rows)
            if start is None:
                return


class TrailedRoutingStore(RoutingStore):
    """Routing's store that leaves a trail of what it has carried out."""

    def __init__(self, desk: Desk, trail: Trail) -> None:
        super().__init__(desk)
        self._trail = trail

    def give(self, given: Given) -> Written:
        return self._told(super().give(given), given.entry, given.decision)

    def put_entry(self, entry: QueueEntry, decision: Decision | None) -> Written:
        return self._told(super().put_entry(entry, decision), entry, decision)

    def put_workload(self, workload: Workload, read_version: int, recorded: Recorded | None) -> Written:
        written = super().put_workload(workload, read_version, recorded)
        if written is Written.DONE and recorded is not None:
            self._trail.write(Stood(recorded.at, workload))
        return written

    def _told(self, written: Written, entry: QueueEntry, decision: Decision | None) -> Written:
        if written is Written.DONE and decision is not None and decision.seen is not None:
            self._trail.write(decided(decision, entry))
        return written


class TrailedOfferStore(OfferStore):
    """The same for what is offered."""

    def __init__(self, desk: Desk, trail: Trail) -> None:
        super().__init__(desk)
        self._trail = trail

    def offer(self, offered: Offered) -> Written:
        written = super().offer(offered)
        if written is Written.DONE and offered.decision.seen is not None:
            self._trail.write(decided(offered.decision, offered.entry))
        return written

    def stand_down(self, workload: Workload, read_version: int, recorded: Recorded | None) -> Written:
        written = super().stand_down(workload, read_version, recorded)
        if written is Written.DONE and recorded is not None:
            self._trail.write(Stood(recorded.at, workload))
        return written
