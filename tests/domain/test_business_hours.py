"""Business hours against a reckoning minute by minute, over calendars and zones of every kind."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.business_hours import (
    DAY,
    BusinessHours,
    add,
    always,
    between,
    instant,
    is_open,
    next_opening,
    problems,
    spans,
)

# Half-hour and 45-minute offsets, a half-hour jump, jumps at midnight, a skipped date, no jumps at all.
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Asia/Hong_Kong",
    "Africa/Cairo",
    "America/Santiago",
    "Pacific/Apia",
    "UTC",
)
MINUTE = timedelta(minutes=1)
minutes = st.integers(0, DAY - 1)
interval = st.tuples(minutes, st.integers(1, DAY)).map(lambda pair: (pair[0], min(pair[0] + pair[1], 2 * DAY)))
day_of = st.lists(interval, max_size=3).map(tuple)


# About the days on which clocks jump in one of the zones.
def moments_of(first: str, last: str) -> st.SearchStrategy[datetime]:
    start, end = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (first, last))
    return st.integers(0, (end - start) // MINUTE).map(lambda count: start + count * MINUTE)


moments = st.one_of(
    moments_of("2026-03-27", "2026-04-06"),
    moments_of("2026-10-23", "2026-11-03"),
    moments_of("2011-12-28", "2012-01-01"),
    moments_of("2018-02-16", "2018-02-20"),
    moments_of("2025-01-01", "2027-01-01"),
)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[BusinessHours, datetime]:
    at = draw(moments)
    weekly = draw(st.dictionaries(st.integers(0, 6), day_of))
    days = st.integers(-2, 4).map(lambda offset: (at + timedelta(days=offset)).date())
    exceptions = draw(st.dictionaries(days, day_of, max_size=2))
    return BusinessHours("bhr_1", "Shop", draw(st.sampled_from(ZONES)), weekly, exceptions), at


def wall_is_open(hours: BusinessHours, at: datetime) -> bool:
    """Whether a minute is open, told from each interval's two ends alone."""
    day = at.astimezone(ZoneInfo(hours.zone)).date()
    for back in range(4):
        begins = day - timedelta(days=back - 1)
        for start, end in hours.of(begins):
            if instant(hours.zone, begins, start) <= at < instant(hours.zone, begins, end):
                return True
    return False


@settings(max_examples=150, deadline=None)
@given(calendars())
def test_between_counts_the_open_minutes(given_: tuple[BusinessHours, datetime]) -> None:
    hours, start = given_
    count = 36 * 60
    counted = sum(wall_is_open(hours, start + place * MINUTE) for place in range(count))
    assert between(hours, start, start + count * MINUTE) == counted * MINUTE


@settings(max_examples=150, deadline=None)
@given(calendars(), st.integers(0, 3 * DAY))
def test_add_is_the_first_moment_at_which_so_much_has_passed(
    given_: tuple[BusinessHours, datetime], amount: int
) -> None:
    hours, start = given_
    wanted = amount * MINUTE
    end = add(hours, start, wanted)
    if end is None:
        assert between(hours, start, start + timedelta(days=700)) < wanted
        return
    assert between(hours, start, end) == wanted
    if wanted:
        assert between(hours, start, end - timedelta(microseconds=1)) < wanted


@settings(max_examples=100, deadline=None)
@given(calendars())
def test_spans_are_apart_and_in_order(given_: tuple[BusinessHours, datetime]) -> None:
    hours, start = given_
    found = list(spans(hours, start, start + timedelta(days=9)))
    assert all(begin < end for begin, end in found)
    assert all(one[1] < other[0] for one, other in zip(found, found[1:], strict=False))


@settings(max_examples=100, deadline=None)
@given(calendars())
def test_the_next_opening_is_open_and_nothing_before_it_is(given_: tuple[BusinessHours, datetime]) -> None:
    hours, at = given_
    opens = next_opening(hours, at)
    if opens is None:
        assert not is_open(hours, at)
        return
    assert is_open(hours, opens)
    assert between(hours, at, opens) == timedelta(0)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("day", "start", "end", "length"),
    [
        ("2026-03-29", 0, DAY, 23),  # the clocks go forward at 02:00
        ("2026-10-25", 0, DAY, 25),  # and back at 03:00
        ("2026-03-29", 60, 150, 1),  # ends at 02:30, which there is not
        ("2026-03-29", 150, 240, 1),  # begins at 02:30, which there is not
        ("2026-10-25", 120, 180, 2),  # 02:00 to 03:00, through both
        ("2026-10-25", 120, 150, 0.5),  # 02:30 is there twice: the earlier
        ("2026-03-28", 22 * 60, DAY + 4 * 60, 5),  # past midnight, over the jump
    ],
)
def test_a_day_on_which_the_clocks_change(day: str, start: int, end: int, length: float) -> None:
    hours = BusinessHours("bhr_1", "Shop", "Europe/Berlin", exceptions={date.fromisoformat(day): ((start, end),)})
    whole = berlin(day)
    assert between(hours, whole - timedelta(days=1), whole + timedelta(days=3)) == timedelta(hours=length)


def test_a_date_that_was_skipped_has_no_hours() -> None:
    """Samoa went from 29 to 31 December 2011."""
    hours = BusinessHours("bhr_1", "Shop", "Pacific/Apia", exceptions={date(2011, 12, 30): ((0, DAY),)})
    assert between(hours, datetime(2011, 12, 28, tzinfo=UTC), datetime(2012, 1, 2, tzinfo=UTC)) == timedelta(0)


def test_a_holiday_replaces_the_week() -> None:
    weekly = dict.fromkeys(range(5), ((9 * 60, 17 * 60),))
    hours = BusinessHours("bhr_1", "Shop", "Europe/Berlin", weekly, {date(2026, 12, 25): ()})
    asked = berlin("2026-12-24T16:30:00")
    assert add(hours, asked, timedelta(hours=1)) == berlin("2026-12-28T09:30:00")


def test_what_never_opens_has_no_end() -> None:
    never = BusinessHours("bhr_1", "Shop", "UTC")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert (add(never, at, MINUTE), next_opening(never, at)) == (None, None)
    assert add(never, at, timedelta(0)) == at


def test_always_is_always() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert add(always(), at, timedelta(days=2000)) == at + timedelta(days=2000)


def test_what_is_wrong_with_a_calendar_is_named() -> None:
    wrong = BusinessHours(
        "bhr_1",
        "Shop",
        "Mars/Base",
        {0: ((540, 540),), 7: (), 1: ((-1, 5), (0, 2 * DAY + 1), (60, 120))},
        {date(2026, 12, 25): ((DAY, DAY + 1),)},
    )
    assert [field for field, _ in problems(wrong)] == [
        "zone",
        "weekly.7",
        "weekly.0[0]",
        "weekly.1[0]",
        "weekly.1[1]",
        "exceptions.2026-12-25[0]",
    ]
    assert not list(problems(always()))
