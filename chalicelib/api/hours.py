"""Business hours: weekly intervals in a time zone, with dated exceptions."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, HoursId, Version, View
from chalicelib.domain import business_hours
from chalicelib.domain.agent import Role
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.document import Document
from chalicelib.domain.errors import HoursInUse, HoursNotFound, InvalidInput, VersionConflict
from chalicelib.domain.holidays import closed_days
from chalicelib.services.documents import hours_body, hours_from
from chalicelib.services.paperwork import check_version, remove, save
from chalicelib.wiring import api as wiring
from chalicelib.wiring import work

KIND = "hours"
MAX_EXCEPTIONS = 1000
MAX_ICS = 200_000

Interval = Annotated[list[str], Meta(min_length=2, max_length=2, examples=[["09:00", "17:30"]])]
Intervals = Annotated[list[Interval], Meta(max_length=20)]

resource = Resource("business-hours")


class ExceptionBody(Body, frozen=True, kw_only=True):
    """Replaces the hours of its date; without intervals it is closed."""

    intervals: Intervals = []
    name: str = ""


class HoursBody(Body, frozen=True, kw_only=True):
    """`weekly`: by weekday, "0" (Monday) to "6"; an end on the next day is above 24:00 ("26:00"). `exceptions`: by
    date. `zone`: an IANA name (Europe/Berlin)."""

    name: str
    zone: str
    weekly: dict[str, Intervals] = {}
    exceptions: Annotated[dict[str, ExceptionBody], Meta(max_length=MAX_EXCEPTIONS)] = {}


class HoursChanges(HoursBody, frozen=True, kw_only=True):
    version: Version


class HoursView(View, frozen=True, kw_only=True):
    id: HoursId
    name: str
    zone: str
    weekly: dict[str, list[list[str]]]
    exceptions: dict[str, dict[str, Any]]
    is_open: bool
    next_opening_at: datetime | None
    version: int


class HoursList(View, frozen=True, kw_only=True):
    items: list[HoursView]


class HolidaysBody(Body, frozen=True, kw_only=True):
    """`ics`: an iCalendar text. `dry_run` true changes nothing."""

    version: Version
    ics: Annotated[str, Meta(min_length=1, max_length=MAX_ICS)]
    dry_run: bool = True


class HolidaysView(View, frozen=True, kw_only=True):
    """`closed`: dates that become closed, with their names; `known`: those that have an exception already, which stays;
    `skipped`: entries that are no whole days, or repeat in a way that is not understood."""

    hours: HoursView
    closed: dict[str, str]
    known: list[str]
    skipped: list[str]
    changed: bool


_EXAMPLE = {
    "name": "Office",
    "zone": "Europe/Berlin",
    "weekly": {"0": [["09:00", "12:30"], ["13:30", "18:00"]]},
    "exceptions": {"2026-12-25": {"intervals": [], "name": "Christmas Day"}},
}


@resource.route(
    "POST",
    "/hours",
    role=Role.ADMIN,
    body=HoursBody,
    gives=HoursView,
    status=HTTPStatus.CREATED,
    refuses=(VersionConflict,),
    example=_EXAMPLE,
)
def create_hours(caller: Caller, body: HoursBody) -> HoursView:
    """Make a calendar."""
    return _save(caller, wiring.random_ids().new("hrs"), _given(body), 0)


@resource.route("GET", "/hours", role=Role.AGENT, gives=HoursList)
def list_hours(caller: Caller) -> HoursList:
    """All calendars."""
    return HoursList(items=[_view(_calendar(one), caller.now) for one in work.documents(KIND).list()])


@resource.route("GET", "/hours/{hours_id}", role=Role.AGENT, gives=HoursView, refuses=(HoursNotFound,))
def get_hours(caller: Caller, hours_id: str) -> HoursView:
    """One calendar, and whether it is open now."""
    return _view(calendar_of(hours_id), caller.now)


@resource.route(
    "PUT",
    "/hours/{hours_id}",
    role=Role.ADMIN,
    body=HoursChanges,
    gives=HoursView,
    refuses=(HoursNotFound, VersionConflict),
    example={"version": 1, **_EXAMPLE},
)
def put_hours(caller: Caller, hours_id: str, body: HoursChanges) -> HoursView:
    """Replace a calendar. It holds everywhere within 15 seconds."""
    _document(hours_id)
    return _save(caller, hours_id, _given(body), body.version)


@resource.route(
    "DELETE",
    "/hours/{hours_id}",
    role=Role.ADMIN,
    status=HTTPStatus.NO_CONTENT,
    refuses=(HoursNotFound, HoursInUse, VersionConflict),
)
def delete_hours(caller: Caller, hours_id: str) -> None:
    """Delete a calendar that is no agent's shift."""
    document = _document(hours_id)
    if users := work.agents_on(hours_id):
        raise HoursInUse(f"It is the shift of {users[0]}{' and others' if users[1:] else ''}: change theirs first.")
    remove(work.documents(KIND), document)


@resource.route(
    "POST",
    "/hours/{hours_id}/holidays",
    role=Role.ADMIN,
    body=HolidaysBody,
    gives=HolidaysView,
    refuses=(HoursNotFound, VersionConflict),
    example={"version": 1, "ics": "BEGIN:VCALENDAR\r\n…", "dry_run": True},
)
def import_holidays(caller: Caller, hours_id: str, body: HolidaysBody) -> HolidaysView:
    """Let whole days of a calendar file become closed dates, from today for two years; yearly ones each year."""
    before = calendar_of(hours_id)
    check_version(before.version, body.version)
    today = caller.now.astimezone(business_hours.zone_of(before)).date()
    found = closed_days(body.ics, today)
    closed = {day.isoformat(): name for day, name in found.days.items() if day not in before.exceptions}
    given: dict[str, Any] = dict(hours_body(before))
    given["exceptions"] = {
        **given["exceptions"],
        **{day: {"intervals": [], "name": name} for day, name in closed.items()},
    }
    if len(given["exceptions"]) > MAX_EXCEPTIONS:
        raise InvalidInput(f"A calendar has at most {MAX_EXCEPTIONS} exceptions: take old ones out.", field="ics")
    changed = bool(closed) and not body.dry_run
    after = _save(caller, hours_id, given, body.version) if changed else _view(before, caller.now)
    known = sorted(day.isoformat() for day in found.days if day in before.exceptions)
    return HolidaysView(hours=after, closed=closed, known=known, skipped=list(found.skipped), changed=changed)


def _given(body: HoursBody) -> Mapping[str, Any]:
    given: dict[str, Any] = msgspec.to_builtins(body)
    return {name: value for name, value in given.items() if name != "version"}


def _save(caller: Caller, hours_id: str, body: Mapping[str, Any], read_version: int) -> HoursView:
    hours = hours_from(hours_id, body, read_version + 1)
    save(work.documents(KIND), hours_id, hours_body(hours), read_version)
    return _view(hours, caller.now)


def _document(hours_id: str) -> Document:
    found = work.documents(KIND).get(hours_id)
    if found is None:
        raise HoursNotFound("There are no such business hours.")
    return found


def calendar_of(hours_id: str) -> BusinessHours:
    """Raises HoursNotFound."""
    return _calendar(_document(hours_id))


def _calendar(document: Document) -> BusinessHours:
    return hours_from(document.id, document.body, document.version)


def _view(hours: BusinessHours, now: datetime) -> HoursView:
    body = hours_body(hours)
    return HoursView(
        id=hours.id,
        is_open=business_hours.is_open(hours, now),
        next_opening_at=business_hours.next_opening(hours, now),
        version=hours.version,
        **body,
    )
