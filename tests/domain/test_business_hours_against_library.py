"""Business hours against `businesstimedelta`, a library that others wrote, on random weeks, zones and holidays.

The library is right while the clocks stand still, and only there it is asked: it takes every holiday to be 24 hours
long and may not come to an end then (a test shows it), knows no hours beyond midnight as part of the day before, and no
dates with hours of their own. What it cannot judge is judged by walking minute by minute over the zone's own clock,
which knows nothing of spans, offsets or folds: an interval begins with the first minute whose wall clock shows its
start or more.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import businesstimedelta
import pytz
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chalicelib.domain.business_hours import DAY, BusinessHours, Minutes, add, between

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC")
MINUTE = timedelta(minutes=1)
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
# The library looks for the next opening and the next holiday until it finds one.
LOOKS_AHEAD = timedelta(days=60)
LAST_HOLIDAY = date(2028, 12, 24)

Week = Mapping[int, tuple[Minutes, ...]]


@st.composite
def days(draw: st.DrawFn) -> tuple[Minutes, ...]:
    """Up to three intervals of one day that do not touch."""
    ends = sorted(draw(st.sets(st.integers(0, DAY - 1), min_size=2, max_size=6)))
    return tuple((ends[place], ends[place + 1]) for place in range(0, len(ends) - 1, 2))


weeks = st.dictionaries(st.integers(0, 6), days(), min_size=1)
moments = st.integers(0, 3 * 366 * DAY).map(lambda count: FIRST + count * MINUTE)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[BusinessHours, datetime]:
    start = draw(moments)
    offsets = draw(st.sets(st.integers(-1, 12), max_size=4))
    closed = {(start + timedelta(days=offset)).date(): () for offset in offsets}
    return BusinessHours("hrs_1", "Shop", draw(st.sampled_from(ZONES)), draw(weeks), closed), start


def library_of(hours: BusinessHours) -> businesstimedelta.Rules:
    zone = pytz.timezone(hours.zone)
    rules = [
        businesstimedelta.WorkDayRule(_time(first), _time(last), [weekday], tz=zone)
        for weekday, spans in hours.weekly.items()
        for first, last in spans
    ]
    holidays = {*hours.exceptions, LAST_HOLIDAY}
    return businesstimedelta.Rules([*rules, businesstimedelta.HolidayRule(holidays, tz=zone)])


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def stands_still(zone_name: str, start: datetime, end: datetime) -> bool:
    """Whether the zone's clocks do not change about this time."""
    zone = ZoneInfo(zone_name)
    first, last = start - timedelta(days=3), end + LOOKS_AHEAD
    count = (last - first) // timedelta(hours=6)
    return len({(first + place * timedelta(hours=6)).astimezone(zone).utcoffset() for place in range(count)}) == 1


@settings(max_examples=100, deadline=None)
@given(calendars(), st.integers(0, 12 * DAY))
def test_between_is_the_librarys(given_: tuple[BusinessHours, datetime], length: int) -> None:
    hours, start = given_
    end = start + length * MINUTE
    assume(stands_still(hours.zone, start, end))

    found = library_of(hours).difference(start, end).timedelta

    assert between(hours, start, end) == found


@settings(max_examples=100, deadline=None)
@given(calendars(), st.integers(1, 3 * DAY))
def test_add_is_the_librarys(given_: tuple[BusinessHours, datetime], amount: int) -> None:
    hours, start = given_
    wanted = amount * MINUTE
    found = add(hours, start, wanted)
    assert found is not None
    # Three days of open time are years where little is open.
    assume((found + LOOKS_AHEAD).date() < LAST_HOLIDAY)
    assume(stands_still(hours.zone, start, found))

    theirs = start + businesstimedelta.BusinessTimeDelta(library_of(hours), timedelta=wanted)

    assert found == theirs


# The clocks of these zones change at these times: by an hour at night, at midnight, by half an hour, by a whole day.
EDGES = (
    ("Europe/Berlin", datetime(2026, 3, 29, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 25, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 11, 4, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 2, 18, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, tzinfo=UTC)),
)
# Beyond midnight too, where the end is above 24:00.
long_intervals = st.tuples(st.integers(0, DAY - 1), st.integers(1, DAY)).map(lambda pair: (pair[0], sum(pair)))
long_days = st.lists(long_intervals, max_size=2).map(tuple)


@st.composite
def edges(draw: st.DrawFn) -> tuple[BusinessHours, datetime]:
    zone, about = draw(st.sampled_from(EDGES))
    start = about + draw(st.integers(-30 * 60, 6 * 60)) * MINUTE
    weekly = draw(st.dictionaries(st.integers(0, 6), long_days))
    dates = st.integers(-2, 3).map(lambda offset: (about + timedelta(days=offset)).date())
    return BusinessHours("hrs_1", "Shop", zone, weekly, draw(st.dictionaries(dates, long_days, max_size=2))), start


def open_minutes(hours: BusinessHours, start: datetime, end: datetime) -> Iterator[datetime]:
    """Every minute that is open, by the zone's wall clock alone."""
    zone = ZoneInfo(hours.zone)
    walk = [start - timedelta(days=4) + place * MINUTE for place in range((end - start) // MINUTE + 7 * DAY)]
    walls = [at.astimezone(zone).replace(tzinfo=None) for at in walk]
    # What clocks repeat is seen the first time only.
    seen = list(accumulate(walls, max))
    is_open = [False] * len(walk)
    day = walls[0].date() + timedelta(days=1)
    while day <= walls[-1].date() - timedelta(days=2):
        midnight = datetime.combine(day, time())
        for first, last in hours.of(day):
            begins, ends = (bisect_left(seen, midnight + place * MINUTE) for place in (first, last))
            is_open[begins:ends] = [True] * max(0, ends - begins)
        day += timedelta(days=1)
    yield from (at for at, found in zip(walk, is_open, strict=True) if found and start <= at < end)


@settings(max_examples=25, deadline=None)
@given(edges())
def test_between_is_what_a_walk_over_the_wall_clock_counts(given_: tuple[BusinessHours, datetime]) -> None:
    hours, start = given_
    end = start + timedelta(days=2)

    assert between(hours, start, end) == len(list(open_minutes(hours, start, end))) * MINUTE


@settings(max_examples=25, deadline=None)
@given(edges(), st.integers(1, DAY))
def test_add_ends_with_the_minute_that_the_walk_counts_last(
    given_: tuple[BusinessHours, datetime], amount: int
) -> None:
    hours, start = given_
    minutes = list(open_minutes(hours, start, start + timedelta(days=3)))
    assume(len(minutes) >= amount)

    assert add(hours, start, amount * MINUTE) == minutes[amount - 1] + MINUTE


def test_the_library_takes_a_holiday_on_which_clocks_change_for_24_hours() -> None:
    """Berlin's 25 October 2026 has 25 hours. By the library a holiday on it ends at 23:00, and what opens in the hour
    after is looked for without end; so it is asked for the holiday alone."""
    zone = ZoneInfo("Europe/Berlin")
    closed, following = date(2026, 10, 25), datetime(2026, 10, 26, tzinfo=zone)
    hours = BusinessHours(
        "hrs_1", "Shop", "Europe/Berlin", dict.fromkeys(range(7), ((23 * 60, DAY - 1),)), {closed: ()}
    )
    start, end = datetime(2026, 10, 25, tzinfo=zone).astimezone(UTC), following.astimezone(UTC)

    rule = businesstimedelta.HolidayRule({closed}, tz=pytz.timezone("Europe/Berlin"))

    assert rule.next(start) == (start, end - timedelta(hours=1))
    assert between(hours, start, end) == len(list(open_minutes(hours, start, end))) * MINUTE == timedelta(0)
