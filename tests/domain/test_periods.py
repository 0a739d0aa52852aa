"""Days, weeks and months of the workspace's zone, whatever its clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.periods import (
    WORDS,
    Calendar,
    before,
    bucket_of,
    buckets,
    first_hour,
    hours,
    named,
    period_of_bucket,
    week_of,
)
from chalicelib.domain.report import Period, Step

TODAY = date(2026, 3, 18)  # a Wednesday


@pytest.mark.parametrize(
    ("zone", "day", "count", "begins"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23, "2026-03-28T23:00"),
        ("Europe/Berlin", date(2026, 10, 25), 25, "2026-10-24T22:00"),
        ("America/New_York", date(2026, 3, 8), 23, "2026-03-08T05:00"),
        ("Asia/Kolkata", date(2026, 3, 8), 24, "2026-03-07T19:00"),
        ("Pacific/Auckland", date(2026, 4, 5), 25, "2026-04-04T11:00"),
        # Half an hour's shift: an hour of UTC belongs to the day on which it begins.
        ("Australia/Lord_Howe", date(2026, 4, 5), 25, "2026-04-04T13:00"),
        ("America/Sao_Paulo", date(2018, 11, 4), 23, "2018-11-04T03:00"),  # midnight was left out
        ("Pacific/Apia", date(2011, 12, 30), 0, "2011-12-30T10:00"),  # the day was left out
        ("UTC", date(2026, 1, 1), 24, "2026-01-01T00:00"),
    ],
)
def test_a_day_has_as_many_hours_as_its_clocks_showed_when_they_were_put_on_or_back(
    zone: str, day: date, count: int, begins: str
) -> None:
    there = ZoneInfo(zone)
    found = list(hours(Period(day, day), there))
    assert len(found) == count
    assert f"{first_hour(day, there):%Y-%m-%dT%H:%M}" == begins
    assert all(hour.astimezone(there).date() == day for hour in found)


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Australia/Lord_Howe"]
)
def test_each_hour_of_a_year_belongs_to_one_day_and_one_month_when_days_are_put_together(zone: str) -> None:
    there, year = Calendar(ZoneInfo(zone)), Period(date(2026, 1, 1), date(2026, 12, 31))
    by_day = [hour for nth in range(365) for hour in hours(_day(year.first + timedelta(days=nth)), there.zone)]
    assert by_day == list(hours(year, there.zone))
    assert {there.day(hour).month for hour in by_day} == set(range(1, 13))
    assert all(one + timedelta(hours=1) == two for one, two in zip(by_day, by_day[1:], strict=False))


def _day(day: date) -> Period:
    return Period(day, day)


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("today", (3, 18), (3, 18)),
        ("yesterday", (3, 17), (3, 17)),
        ("last_7_days", (3, 11), (3, 17)),
        ("last_28_days", (2, 18), (3, 17)),
        ("this_week", (3, 16), (3, 18)),
        ("last_week", (3, 9), (3, 15)),
        ("this_month", (3, 1), (3, 18)),
        ("last_month", (2, 1), (2, 28)),
        ("this_year", (1, 1), (3, 18)),
    ],
)
def test_a_word_names_its_days_when_it_is_asked_on_a_wednesday(
    word: str, first: tuple[int, int], last: tuple[int, int]
) -> None:
    assert named(word, TODAY) == Period(date(2026, *first), date(2026, *last))


def test_every_word_is_known_and_no_other() -> None:
    assert named("last_12_months", TODAY) == Period(date(2025, 3, 1), date(2026, 2, 28))
    assert all(named(word, TODAY).days > 0 for word in WORDS)
    with pytest.raises(InvalidInput) as refused:
        named("last_year", TODAY)
    assert refused.value.field == "period"


@pytest.mark.parametrize(
    ("period", "then"),
    [
        (Period(date(2026, 3, 1), date(2026, 3, 31)), Period(date(2026, 2, 1), date(2026, 2, 28))),
        (Period(date(2026, 1, 1), date(2026, 12, 31)), Period(date(2025, 1, 1), date(2025, 12, 31))),
        (Period(date(2024, 2, 1), date(2024, 3, 31)), Period(date(2023, 12, 1), date(2024, 1, 31))),
        (Period(date(2026, 3, 1), date(2026, 3, 30)), Period(date(2026, 1, 30), date(2026, 2, 28))),
        (_day(date(2026, 3, 1)), _day(date(2026, 2, 28))),
    ],
)
def test_the_period_before_is_of_full_months_when_the_period_is(period: Period, then: Period) -> None:
    assert before(period) == then


@pytest.mark.parametrize("first_weekday", [0, 5, 6])
def test_buckets_share_out_the_days_when_weeks_begin_on_any_weekday(first_weekday: int) -> None:
    calendar, period = Calendar(ZoneInfo("UTC"), first_weekday), Period(date(2026, 2, 25), date(2026, 4, 3))
    for step in (Step.DAY, Step.WEEK, Step.MONTH, Step.WHOLE):
        parts = [period_of_bucket(bucket, step, period, calendar) for bucket in buckets(period, step, calendar)]
        assert sum(part.days for part in parts) == period.days
        assert (parts[0].first, parts[-1].last) == (period.first, period.last)
        assert all(bucket_of(part.first, step, period, first_weekday) == part.first.isoformat() for part in parts)
    assert week_of(date(2026, 3, 18), first_weekday).weekday() == first_weekday
    with pytest.raises(InvalidInput):
        period_of_bucket("2026-02-24", Step.WEEK, period, calendar)


def test_the_hours_of_a_long_day_are_buckets_of_their_own_when_one_is_shown_twice() -> None:
    day = _day(date(2026, 10, 25))
    found = buckets(day, Step.HOUR, Calendar(ZoneInfo("Europe/Berlin")))
    assert len(set(found)) == 25
    assert datetime.fromisoformat(found[0]) == datetime(2026, 10, 24, 22, tzinfo=UTC)
