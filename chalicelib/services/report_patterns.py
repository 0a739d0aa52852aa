"""Patterns in time: a metric by hour and weekday, cases by when they came and how soon something was done, and how one
agent goes on beside the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.errors_common import InvalidInput
from chalicelib.domain.errors_reports import ReportTooLarge
from chalicelib.domain.figures import figure
from chalicelib.domain.measure import NONE, Dimension
from chalicelib.domain.periods import Calendar, bucket_of, buckets, hours
from chalicelib.domain.report import Ask, Figure, Period, Step, Where
from chalicelib.domain.report_asks import check, check_metric, check_period, check_where
from chalicelib.domain.report_tally import fits
from chalicelib.domain.rollup import Cell, together
from chalicelib.domain.statistics import ranked
from chalicelib.services.reports import MAX_SLICES, Reports

MAX_HEAT_DAYS = 92
MAX_COHORT_DAYS = 31
# A band of fewer would tell what a single colleague does.
FEWEST_PEERS = 4
# What a peer is counted by: fewer say nothing of them.
FEWEST_MEASURED = 5
ARRIVALS = "arrivals"
# What cohorts may be followed to.
DONE = ("first_response", "first_response_any", "first_response_without_bot", "resolution", "resolution_without_bot")
# Ages at which a cohort is looked at, in milliseconds.
AGES = tuple(
    int(age.total_seconds() * 1000)
    for age in (
        timedelta(seconds=15),
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=15),
        timedelta(hours=1),
        timedelta(hours=4),
        timedelta(days=1),
        timedelta(days=3),
        timedelta(days=7),
        timedelta(days=28),
    )
)
FOLLOWED_DAYS = 28


@dataclass(frozen=True, slots=True)
class HeatCell:
    """`weekday` 0 is Monday; `hours`: how many hours of this kind the period has had, so that a sum can be shared out
    over them."""

    weekday: int
    hour: int
    hours: int
    figure: Figure


@dataclass(frozen=True, slots=True)
class HeatMap:
    """All 168 cells, in order."""

    as_of: datetime | None
    zone: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class Cohort:
    """What came from a day on (`bucket`): `n` episodes; `done` of them within each age of `AGES`, and `done_later`."""

    bucket: str
    n: int
    done: tuple[int, ...]
    done_later: int


@dataclass(frozen=True, slots=True)
class Cohorts:
    as_of: datetime | None
    zone: str
    rows: tuple[Cohort, ...]


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """`mine`: the agent's; `low` and `high`: between which the middle half of the `peers` lies (None: too few of them
    measured enough); `everybody`: of all together."""

    bucket: str
    mine: Figure
    peers: int
    low: float | None
    high: float | None
    everybody: Figure


@dataclass(frozen=True, slots=True)
class Trend:
    as_of: datetime | None
    zone: str
    points: tuple[TrendPoint, ...]


@dataclass(frozen=True, slots=True)
class Patterns:
    reports: Reports

    def heat_map(self, metric: str, period: Period, where: Where, now: datetime, *, business: bool = False) -> HeatMap:
        """Raises InvalidInput, ReportTooLarge, StoreUnavailable."""
        calendar = self.reports.calendar()
        check_metric(metric, self.reports.definitions, "metric")
        check_period(period.first, period.last, MAX_HEAT_DAYS, calendar.day(now))
        check_where(where)
        ask = Ask((metric,), period.first, period.last, (), where, Step.HOUR)
        basis, (found,) = self.reports.count(ask)
        calendar = basis.calendar
        kept: dict[tuple[int, int], list[Cell]] = {}
        for (_, bucket), cells in found.rows.items():
            kept.setdefault(_place(datetime.fromisoformat(bucket), calendar), []).append(cells[metric])
        had = _hours_had(period, calendar, basis.as_of or now)
        shape = self.reports.definitions[metric].shape
        made = tuple(
            HeatCell(*at, had.get(at, 0), figure(shape, together(kept.get(at, ())), business=business))
            for at in ((weekday, hour) for weekday in range(7) for hour in range(24))
        )
        return HeatMap(basis.as_of, calendar.zone.key, made)

    def cohorts(self, metric: str, period: Period, where: Where, step: Step, now: datetime) -> Cohorts:
        """Raises InvalidInput, ReportTooLarge, StoreUnavailable."""
        calendar = self.reports.calendar()
        if metric not in DONE:
            raise InvalidInput(f"Cohorts are followed to one of {', '.join(DONE)}.", field="metric")
        check_period(period.first, period.last, MAX_COHORT_DAYS, calendar.day(now))
        check_where(where)
        basis = self.reports.basis()
        if basis.as_of is None:
            return Cohorts(None, calendar.zone.key, ())
        rows = self._cohorts(metric, period, where, step, basis.as_of, basis.calendar)
        return Cohorts(basis.as_of, basis.calendar.zone.key, rows)

    def _cohorts(
        self, metric: str, period: Period, where: Where, step: Step, as_of: datetime, calendar: Calendar
    ) -> tuple[Cohort, ...]:
        """Episodes by when they came; what was done of them up to `FOLLOWED_DAYS` after the period."""
        came: dict[tuple[str, int], str] = {}
        ages: dict[tuple[str, int], int] = {}
        followed = Period(period.first, period.last + timedelta(days=FOLLOWED_DAYS))
        begun = self.reports.hours_counted(followed, as_of, calendar)
        for read, held in enumerate(self.reports.slices.of_hours(begun, as_of)):
            if read >= MAX_SLICES:
                raise ReportTooLarge("This is too much to be followed at once: ask for fewer days.", field="last")
            day = calendar.day(held.hour)
            for measure in held.measures:
                episode = (held.conversation_id, measure.episode)
                if measure.kind == ARRIVALS and day <= period.last and fits(measure, where):
                    came[episode] = bucket_of(day, step, period, calendar.first_weekday)
                elif measure.kind == metric and measure.value is not None:
                    ages[episode] = min(measure.value, ages.get(episode, measure.value))
        return _rows(came, ages)

    def trend(self, metric: str, agent_id: str, period: Period, step: Step, now: datetime) -> Trend:
        """An agent's numbers from bucket to bucket, beside the middle half of those who were measured at all. Raises
        InvalidInput, ReportTooLarge, StoreUnavailable."""
        if step in (Step.HOUR, Step.WHOLE):
            raise InvalidInput("A trend goes by day, week or month.", field="step")
        calendar = self.reports.calendar()
        ask = Ask((metric,), period.first, period.last, (Dimension.AGENT,), step=step)
        check(ask, self.reports.definitions, calendar.day(now))
        basis, (found,) = self.reports.count(ask)
        calendar = basis.calendar
        by_bucket: dict[str, dict[str, Cell]] = {}
        for ((agent,), bucket), cells in found.rows.items():
            by_bucket.setdefault(bucket, {})[agent] = cells[metric]
        shape = self.reports.definitions[metric].shape
        names = buckets(period, step, calendar)
        points = tuple(_point(name, shape, by_bucket.get(name, {}), agent_id) for name in names)
        return Trend(basis.as_of, calendar.zone.key, points)


def _place(hour: datetime, calendar: Calendar) -> tuple[int, int]:
    local = hour.astimezone(calendar.zone)
    return local.weekday(), local.hour


def _hours_had(period: Period, calendar: Calendar, until: datetime) -> Mapping[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for hour in hours(period, calendar.zone):
        if hour <= until:
            at = _place(hour, calendar)
            found[at] = found.get(at, 0) + 1
    return found


def _rows(came: Mapping[tuple[str, int], str], ages: Mapping[tuple[str, int], int]) -> tuple[Cohort, ...]:
    kept: dict[str, list[int | None]] = {}
    for episode, bucket in came.items():
        kept.setdefault(bucket, []).append(ages.get(episode))
    return tuple(_cohort(bucket, held) for bucket, held in sorted(kept.items()))


def _cohort(bucket: str, held: Sequence[int | None]) -> Cohort:
    done = [age for age in held if age is not None]
    within = tuple(sum(age <= limit for age in done) for limit in AGES)
    return Cohort(bucket, len(held), within, len(done) - within[-1])


def _point(bucket: str, shape: str, cells: Mapping[str, Cell], agent_id: str) -> TrendPoint:
    mine = figure(shape, cells.get(agent_id, Cell()))
    others = (figure(shape, cell) for agent, cell in cells.items() if agent not in (agent_id, NONE))
    values = [each.value for each in others if each.n >= FEWEST_MEASURED and each.value is not None]
    enough = len(values) >= FEWEST_PEERS
    return TrendPoint(
        bucket,
        mine,
        len(values) if enough else 0,
        ranked(values, 0.25) if enough else None,
        ranked(values, 0.75) if enough else None,
        figure(shape, together(cells.values())),
    )
