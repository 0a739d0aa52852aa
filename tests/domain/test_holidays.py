"""Holidays out of calendar files: whole days only, yearly ones each year, and nothing hostile breaks it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.holidays import MAX_EVENTS, closed_days

TODAY = date(2026, 8, 1)


def calendar(*events: str) -> str:
    inside = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inside}END:VCALENDAR\r\n"


def days(event: str) -> list[str]:
    return [day.isoformat() for day in closed_days(calendar(event), TODAY).days]


def test_a_single_day_is_closed_with_its_name() -> None:
    found = closed_days(calendar("DTSTART;VALUE=DATE:20261225\r\nSUMMARY:Christmas\\, first day"), TODAY)

    assert found.days == {date(2026, 12, 25): "Christmas, first day"}
    assert found.skipped == ()


def test_several_days_end_before_their_end() -> None:
    assert days("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227") == [
        "2026-12-24",
        "2026-12-25",
        "2026-12-26",
    ]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=YEARLY", ["2026-12-25", "2027-12-25"]),
        ("FREQ=YEARLY;UNTIL=20270101T000000Z", ["2026-12-25"]),
        ("FREQ=YEARLY;INTERVAL=2", ["2026-12-25"]),
        ("FREQ=YEARLY;COUNT=2", []),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=26", ["2026-12-26", "2027-12-26"]),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", ["2026-11-26", "2027-11-25"]),
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", ["2027-05-31", "2028-05-29"]),
    ],
)
def test_yearly_days_come_back_for_two_years(rule: str, expected: list[str]) -> None:
    assert days(f"DTSTART;VALUE=DATE:20201225\r\nRRULE:{rule}") == expected


def test_the_29th_of_february_comes_in_leap_years_only() -> None:
    assert days("DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY") == ["2028-02-29"]


def test_a_date_that_is_left_out_stays_open() -> None:
    event = "DTSTART;VALUE=DATE:20201225\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20261225"

    assert days(event) == ["2027-12-25"]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:20261225T080000Z",
        "DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=WEEKLY",
        "DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;BYWEEKNO=5",
        "DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;INTERVAL=0",
        "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20271225",
        "DTSTART;VALUE=DATE:20261399",
        "LOCATION:Nowhere",
    ],
)
def test_what_is_not_understood_is_named(event: str) -> None:
    found = closed_days(calendar(f"SUMMARY:Odd\r\n{event}"), TODAY)

    assert (found.days, found.skipped) == ({}, ("Odd",))


def test_what_is_cancelled_or_past_is_left_out() -> None:
    cancelled, past = "DTSTART;VALUE=DATE:20261225\r\nSTATUS:CANCELLED", "DTSTART;VALUE=DATE:20250101"

    assert closed_days(calendar(cancelled, past), TODAY) == closed_days("", TODAY)


def test_there_is_an_end_to_entries() -> None:
    found = closed_days(calendar(*["DTSTART;VALUE=DATE:20261225"] * (MAX_EVENTS + 5)), TODAY)

    assert found.skipped == (f"everything after the first {MAX_EVENTS} entries",)


@given(st.text(st.sampled_from("BEGIN:VEVENT\r\nDTSTART;=20261225RRULE FREQYLBYD-+T "), max_size=400))
def test_nothing_breaks_it(text: str) -> None:
    closed_days(text, TODAY)
    closed_days(calendar(f"DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;{text}"), TODAY)
