"""When reports come: against dateutil's rules, and by hand where clocks change in five zones."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.recurrence import Recurrence, next_after, next_times
from chalicelib.domain.recurrence_days import Frequency
from chalicelib.domain.recurrence_text import WEEKDAYS, checked_zone, rule_from, rule_text

# Local times have no offset.
START = datetime.fromisoformat("2026-11-02T08:30")


def recurrence(rule: str, zone: str = "UTC", start: datetime = START) -> Recurrence:
    return Recurrence(rule_from(rule), start, zone)


def local(rule: str, zone: str, after: datetime, count: int) -> list[str]:
    found = next_times(recurrence(rule, zone, datetime.fromisoformat("2020-01-01")), after, count)
    return [at.astimezone(ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M %z") for at in found]


WEEKLY = {
    ("Europe/Madrid", "2026-10-20"): ("Mon 2026-10-26 08:00 +0100", "Mon 2026-11-02 08:00 +0100"),
    ("Europe/Madrid", "2026-03-17"): ("Mon 2026-03-23 08:00 +0100", "Mon 2026-03-30 08:00 +0200"),
    ("America/New_York", "2026-03-01"): ("Mon 2026-03-02 08:00 -0500", "Mon 2026-03-09 08:00 -0400"),
    ("Australia/Lord_Howe", "2026-03-28"): ("Mon 2026-03-30 08:00 +1100", "Mon 2026-04-06 08:00 +1030"),
    ("Asia/Shanghai", "2026-03-31"): ("Mon 2026-04-06 08:00 +0800", "Mon 2026-04-13 08:00 +0800"),
    ("America/Santiago", "2026-09-01"): ("Mon 2026-09-07 08:00 -0300", "Mon 2026-09-14 08:00 -0300"),
}


@pytest.mark.parametrize(("place", "said"), WEEKLY.items())
def test_a_local_time_stays_when_the_clocks_change(place: tuple[str, str], said: tuple[str, str]) -> None:
    zone, after = place
    found = local("FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0", zone, datetime.fromisoformat(f"{after}T00:00Z"), 2)
    assert tuple(found) == said


def test_a_time_in_the_gap_comes_with_the_offset_before_it_and_once() -> None:
    after = datetime(2026, 3, 7, 12, tzinfo=UTC)
    found = local("FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30", "America/New_York", after, 4)
    # 02:30 does not exist on the eighth: by RFC 5545 it is 03:30, which is the next one too.
    assert found == [
        "Sun 2026-03-08 03:30 -0400",
        "Mon 2026-03-09 02:30 -0400",
        "Mon 2026-03-09 03:30 -0400",
        "Tue 2026-03-10 02:30 -0400",
    ]


def test_a_time_that_is_there_twice_comes_the_first_time_alone() -> None:
    after = datetime(2026, 10, 31, 12, tzinfo=UTC)
    found = local("FREQ=DAILY;BYHOUR=1;BYMINUTE=30", "America/New_York", after, 2)
    assert found == ["Sun 2026-11-01 01:30 -0400", "Mon 2026-11-02 01:30 -0500"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9;BYMINUTE=0", ["Mon 2026-12-07 09:00 +0000", "Mon 2027-01-04 09:00 +0000"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["Mon 2026-11-30 00:00 +0000", "Thu 2026-12-31 00:00 +0000"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", ["Thu 2026-12-31 00:00 +0000", "Sun 2027-01-31 00:00 +0000"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["Mon 2026-11-30 00:00 +0000", "Thu 2026-12-31 00:00 +0000"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", ["Tue 2028-02-29 00:00 +0000", "Sun 2032-02-29 00:00 +0000"]),
        ("FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=1", ["Fri 2027-01-01 00:00 +0000", "Thu 2027-04-01 00:00 +0000"]),
    ],
)
def test_the_days_that_a_rule_names(rule: str, said: list[str]) -> None:
    assert local(rule, "UTC", datetime(2026, 11, 22, tzinfo=UTC), 2) == said


numbers = st.integers
weekdays = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3, unique=True)


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from([each.value for each in Frequency]))
    parts = [f"FREQ={frequency}"]
    some = lambda: draw(st.booleans())  # noqa: E731
    if some():
        parts.append(f"INTERVAL={draw(numbers(1, 5))}")
    if some():
        parts.append(f"COUNT={draw(numbers(1, 12))}")
    elif some():
        parts.append(f"UNTIL={draw(st.sampled_from(['20270301T083000Z', '20261231T000000Z', '20310101T000000Z']))}")
    if some():
        parts.append(
            "BYMONTH=" + ",".join(map(str, draw(st.lists(numbers(1, 12), min_size=1, max_size=4, unique=True))))
        )
    days = draw(weekdays) if some() else []
    if days:
        counted = frequency in ("MONTHLY", "YEARLY") and some()
        parts.append(
            "BYDAY=" + ",".join(f"{draw(st.sampled_from([1, 2, -1, 4])) if counted else ''}{day}" for day in days)
        )
    if frequency != "WEEKLY" and some():
        parts.append(
            "BYMONTHDAY="
            + ",".join(
                map(
                    str,
                    draw(st.lists(st.sampled_from([1, 13, 15, 28, 31, -1, -3]), min_size=1, max_size=3, unique=True)),
                )
            )
        )
    if some():
        parts.append(
            "BYHOUR=" + ",".join(map(str, draw(st.lists(numbers(0, 23), min_size=1, max_size=3, unique=True))))
        )
    if len(parts) > 1 and any(part.startswith(("BYDAY", "BYMONTHDAY", "BYHOUR")) for part in parts) and some():
        parts.append(f"BYSETPOS={draw(st.sampled_from([1, 2, -1]))}")
    if some():
        parts.append(f"WKST={draw(st.sampled_from(WEEKDAYS))}")
    return ";".join(parts)


@settings(max_examples=60)
@given(rule=rules(), days=st.integers(-40, 500))
def test_rules_name_the_times_that_dateutil_names(rule: str, days: int) -> None:
    start = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
    after = start + timedelta(days=days)
    ours = next_times(recurrence(rule), after, 6)
    ten_years = after + timedelta(days=3600)
    # dateutil looks for what never comes up to the year 9999: an end keeps the test short, and is beyond what counts.
    oracle: Any = rrulestr(rule, dtstart=start)
    if "COUNT" not in rule and "UNTIL" not in rule:
        oracle = oracle.replace(until=ten_years)
    theirs = list(islice((at for at in oracle if at > after), 6))
    assert [at for at in ours if at < ten_years] == [at for at in theirs if at < ten_years]
    assert rule_from(rule_text(rule_from(rule))) == rule_from(rule)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=366;BYMONTH=2;BYMONTHDAY=31;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=366",
        "FREQ=DAILY;UNTIL=20200101",
    ],
)
def test_what_never_comes_is_none_soon(rule: str) -> None:
    assert next_after(recurrence(rule), START.replace(tzinfo=UTC)) is None


def test_a_rule_that_is_counted_ends() -> None:
    assert next_after(recurrence("FREQ=DAILY;COUNT=2"), datetime(2026, 11, 4, 9, tzinfo=UTC)) is None


def test_a_rule_may_begin_later() -> None:
    later = recurrence("FREQ=YEARLY", start=datetime.fromisoformat("2090-06-01"))
    assert next_after(later, datetime(2026, 1, 1, tzinfo=UTC)) == datetime(2090, 6, 1, tzinfo=UTC)


def test_the_last_day_of_a_rule_is_a_local_one() -> None:
    found = next_times(recurrence("FREQ=DAILY;UNTIL=20261104", "Pacific/Auckland"), datetime(2026, 1, 1, tzinfo=UTC), 9)
    assert [at.astimezone(ZoneInfo("Pacific/Auckland")).date() for at in found] == [
        date(2026, 11, day) for day in (2, 3, 4)
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=HOURLY",
        "FREQ=SECONDLY;COUNT=99999999999",
        "FREQ=WEEKLY;COUNT=100000",
        "FREQ=WEEKLY;COUNT=" + "9" * 200,
        "FREQ=WEEKLY;COUNT=٣",
        "FREQ=WEEKLY;COUNT=0",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;COUNT=2;UNTIL=20270101",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYMONTHDAY=3",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY;BYMINUTE=1,2",
        "FREQ=DAILY;BYSECOND=5",
        "FREQ=DAILY;BYSETPOS=1",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=DAILY;UNTIL=soon",
        "FREQ=DAILY;BYEASTER=0",
        "FREQ=DAILY;",
        "FREQ=DAILY\nRDATE:20270101",
        "F" * 400,
    ],
)  # fmt: skip
def test_a_rule_that_is_not_understood_is_refused_by_name(rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rule_from(rule)
    assert refused.value.field == "recurrence.rule"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "A" * 300, "Europe/\0"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_zone(zone)
    assert refused.value.field == "recurrence.zone"
