"""The list behind a number: each measure that it counts, as of the moment at which the number held.

It stays the same whatever comes later: slices keep their versions, and the list reads those of its moment. Counting it
by hand gives the number: its rows are `n`, their values add up to `total`, those that are so are `hits`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from chalicelib.domain.errors_common import InvalidInput
from chalicelib.domain.errors_reports import ReportGone
from chalicelib.domain.measure import Measure
from chalicelib.domain.periods import hour_of
from chalicelib.domain.reads import Page
from chalicelib.domain.report import Period, Where
from chalicelib.domain.report_asks import check_metric, check_period, check_where
from chalicelib.domain.report_plan import grouping_for, one_group
from chalicelib.domain.report_tally import fits
from chalicelib.domain.rollup import Grain
from chalicelib.services.reports import Basis, Reports

# Earlier versions of slices are kept as long.
KEPT = timedelta(days=400)
LONGEST = 1900
# Hours are looked for in spans of so many days, and so many are read for one page: it may be shorter, and tells where
# the next one begins.
SPAN = 7
HOURS_A_PAGE = 240


@dataclass(frozen=True, slots=True)
class ListAsk:
    """`bucket`: one hour, by when it begins. `weekday` (0: Monday) and `hour`: the local ones of a heat map's cell.
    `hit`: only those that are so, or are not. `business`: only what has a value within business hours."""

    metric: str
    first: date
    last: date
    where: Where = field(default_factory=dict)
    hit: bool | None = None
    business: bool = False
    bucket: datetime | None = None
    weekday: int | None = None
    hour: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    conversation_id: str
    measure: Measure


@dataclass(frozen=True, slots=True)
class Listed:
    """`as_of`: of this page and all that follow it."""

    page: Page[Entry]
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class ReportLists:
    reports: Reports

    def page(
        self, ask: ListAsk, as_of: datetime | None, limit: int, start: Mapping[str, Any] | None, now: datetime
    ) -> Listed:
        """By hour, then conversation. `as_of` None: as of now. Raises InvalidInput, ReportGone, StoreUnavailable."""
        walk = self._walk(ask, as_of, now)
        return Listed(walk.page(limit, start), walk.as_of) if walk else Listed(Page([], None), None)

    def entries(self, ask: ListAsk, as_of: datetime, now: datetime) -> Iterator[Entry]:
        """All of it, streamed: for files. Raises InvalidInput, ReportGone, StoreUnavailable."""
        walk = self._walk(ask, as_of, now)
        for hour in walk.hours(ask.first) if walk else ():
            for _, held in walk.of_hour(hour) if walk else ():
                yield from held

    def _walk(self, ask: ListAsk, as_of: datetime | None, now: datetime) -> "_Walk | None":
        basis = self.reports.basis()
        self._check(ask, basis.calendar.day(now))
        held = basis.as_of
        if as_of is not None and (held is None or as_of > held):
            raise InvalidInput("Numbers do not hold as of then yet: give the `as_of` of an answer.", field="as_of")
        if as_of is not None and as_of < now - KEPT:
            raise ReportGone(f"Lists are kept for {KEPT.days} days.", field="as_of")
        return _Walk(self.reports, ask, basis, as_of or held) if held else None

    def _check(self, ask: ListAsk, today: date) -> None:
        check_metric(ask.metric, self.reports.definitions, "metric")
        check_period(ask.first, ask.last, LONGEST, today)
        check_where(ask.where)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Through the hours of a list."""

    reports: Reports
    ask: ListAsk
    basis: Basis
    as_of: datetime

    def page(self, limit: int, start: Mapping[str, Any] | None) -> Page[Entry]:
        """`start`: the hour, the conversation there that was told last, and how many of its rows were told."""
        begin, after = (datetime.fromisoformat(start["hour"]), start["after"]) if start else (None, "")
        told = int(start["told"]) if start else 0
        found: list[Entry] = []
        last: datetime | None = None
        for count, hour in enumerate(self.hours(self.basis.calendar.day(begin) if begin else self.ask.first)):
            if begin is not None and hour < begin:
                continue
            if count >= HOURS_A_PAGE and last is not None:
                return Page(found, _place(hour, "", 0))
            for conversation_id, held in self.of_hour(hour):
                if hour == begin and conversation_id < after:
                    continue
                done = told if hour == begin and conversation_id == after else 0
                rest = held[done : done + limit - len(found)]
                found.extend(rest)
                if len(found) >= limit:
                    return Page(found, _place(hour, conversation_id, done + len(rest)))
            last = hour
        return Page(found, None)

    def hours(self, first: date) -> Iterator[datetime]:
        """Those in which there may be something, from a day on, in order."""
        for hour in self._hours_with(first):
            local = hour.astimezone(self.basis.calendar.zone)
            if self.ask.bucket is not None and hour != hour_of(self.ask.bucket):
                continue
            if self.ask.weekday is not None and local.weekday() != self.ask.weekday:
                continue
            if self.ask.hour is not None and local.hour != self.ask.hour:
                continue
            if hour <= self.as_of:
                yield hour

    def of_hour(self, hour: datetime) -> Iterator[tuple[str, list[Entry]]]:
        """Conversations of an hour with their rows."""
        slices = self.reports.slices.of_hour(hour, self.as_of)
        for conversation_id, versions in groupby(slices, attrgetter("conversation_id")):
            held = [
                Entry(conversation_id, measure)
                for each in versions
                for measure in each.measures
                if self._counts(measure)
            ]
            if held:
                yield conversation_id, held

    def _counts(self, measure: Measure) -> bool:
        if measure.kind != self.ask.metric or not fits(measure, self.ask.where):
            return False
        if self.ask.hit is not None and (measure.hit is True) is not self.ask.hit:
            return False
        if self.reports.definitions[self.ask.metric].shape != "duration":
            return True
        return (measure.business if self.ask.business else measure.value) is not None

    def _hours_with(self, first: date) -> Iterator[datetime]:
        """Of what holds now the roll-ups tell where something is. Of an earlier moment they cannot:
        all hours are looked through on days that ever had something."""
        if self.as_of != self.basis.as_of:
            period = Period(first, self.ask.last)
            yield from self.reports.hours_counted(period, self.as_of, self.basis.calendar)
            return
        days = sorted({date.fromisoformat(bucket) for bucket in self._buckets(Grain.DAY, first, self.ask.last)})
        while days:
            span, days = _split(days)
            yield from sorted({datetime.fromisoformat(each) for each in self._buckets(Grain.HOUR, span[0], span[-1])})

    def _buckets(self, grain: Grain, first: date, last: date) -> set[str]:
        grouping = grouping_for((), self.ask.where) or ()
        group = one_group(grouping, self.ask.where)
        kinds, standing = (self.ask.metric,), self.basis.standing
        read = self.reports.rollups.read(grain, grouping, group, first, last, kinds, standing)
        values = [self.ask.where[dimension] for dimension in grouping]
        return {bucket for bucket, held in read if all(each in some for each, some in zip(held, values, strict=True))}


def _split(days: list[date]) -> tuple[list[date], list[date]]:
    end = days[0] + timedelta(days=SPAN)
    span = list(islice(days, 0, sum(day < end for day in days)))
    return span, days[len(span) :]


def _place(hour: datetime, conversation_id: str, told: int) -> Mapping[str, Any]:
    return {"hour": hour.isoformat(), "after": conversation_id, "told": told}
