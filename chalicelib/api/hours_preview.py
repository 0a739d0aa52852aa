"""What a calendar comes to: between two times, and on one day as it is kept or as somebody is writing it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.api.hours import HoursBody, calendar_of
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Moment, Query, View
from chalicelib.domain import business_day, business_hours
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import HoursNotFound, InvalidInput
from chalicelib.services.documents import hours_from

LONGEST_PREVIEW = timedelta(days=92)
MAX_TARGET = 366 * 24 * 3600
# Calendars are looked at where people live: beyond these years zones are anybody's guess.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)

resource = Resource("business-hours-preview")


class PreviewQuery(Query, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    start: Moment
    end: Moment


class SpanView(View, frozen=True, kw_only=True):
    opens_at: datetime
    closes_at: datetime


class PreviewView(View, frozen=True, kw_only=True):
    spans: list[SpanView]
    open_seconds: int


class HoursDayBody(Body, frozen=True, kw_only=True):
    """`date` and `time` by the calendar's own clock. `target_seconds`: how much open time from then on is asked about.
    `hours`: the calendar as it would be; left out, as it is kept."""

    date: date
    time: Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")] = "00:00"
    target_seconds: Annotated[int, Meta(ge=1, le=MAX_TARGET)] | None = None
    hours: HoursBody | None = None


class HoursDayView(View, frozen=True, kw_only=True):
    """`spans` are those that touch the day, whole, so one may begin on the day before or end on the next.
    `open_seconds` are the day's own. `clock_shift_seconds`: by how much the clocks go on (or, below 0, back) on it.
    `at` is the time asked about, `next_opening_at` the opening after it, `due_at` when the target is up: None where
    never."""

    zone: str
    starts_at: datetime
    ends_at: datetime
    clock_shift_seconds: int
    spans: list[SpanView]
    open_seconds: int
    at: datetime
    is_open: bool
    next_opening_at: datetime | None
    due_at: datetime | None


@resource.route(
    "GET",
    "/hours/{hours_id}/preview",
    role=Role.AGENT,
    query=PreviewQuery,
    gives=PreviewView,
    refuses=(HoursNotFound,),
)
def preview_hours(caller: Caller, hours_id: str, query: PreviewQuery) -> PreviewView:
    """When it is open between two times, at most 92 days apart."""
    if not timedelta(0) < query.end - query.start <= LONGEST_PREVIEW:
        raise InvalidInput("Give a time after `from`, at most 92 days later.", field="to")
    hours = calendar_of(hours_id)
    spans = [
        SpanView(opens_at=max(opens, query.start.astimezone(UTC)), closes_at=min(closes, query.end.astimezone(UTC)))
        for opens, closes in business_hours.spans(hours, query.start, query.end)
    ]
    total = business_hours.between(hours, query.start, query.end)
    return PreviewView(spans=spans, open_seconds=int(total.total_seconds()))


@resource.route(
    "POST",
    "/hours/{hours_id}/preview",
    role=Role.AGENT,
    body=HoursDayBody,
    gives=HoursDayView,
    refuses=(HoursNotFound,),
    example={"date": "2026-12-24", "time": "11:00", "target_seconds": 14400},
)
def preview_day(caller: Caller, hours_id: str, body: HoursDayBody) -> HoursDayView:
    """What a day comes to, and when a target would be due; of the calendar as it is kept, or as it would be."""
    hours = calendar_of(hours_id)
    if body.hours is not None:
        hours = hours_from(hours_id, msgspec.to_builtins(body.hours), hours.version)
    if not FIRST_DAY <= body.date <= LAST_DAY:
        raise InvalidInput(f"Give a day from {FIRST_DAY} to {LAST_DAY}.", field="date")
    wall = time.fromisoformat(body.time)
    at = business_hours.instant(hours.zone, body.date, wall.hour * 60 + wall.minute)
    day = business_day.day_of(hours, body.date)
    is_open, next_opening = business_day.state_at(hours, at)
    target = body.target_seconds
    return HoursDayView(
        zone=hours.zone,
        starts_at=day.starts_at,
        ends_at=day.ends_at,
        clock_shift_seconds=int(day.shift.total_seconds()),
        spans=[SpanView(opens_at=opens, closes_at=closes) for opens, closes in day.spans],
        open_seconds=int(day.open_for.total_seconds()),
        at=at,
        is_open=is_open,
        next_opening_at=next_opening,
        due_at=None if target is None else business_hours.add(hours, at, timedelta(seconds=target)),
    )
