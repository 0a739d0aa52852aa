"""What the numbers are counted by, and how they are made anew."""

from http import HTTPStatus
from typing import Annotated

from msgspec import Meta

from chalicelib.api.jobs import JobView
from chalicelib.api.jobs import view as job_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, HoursId, TeamId, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InvalidInput, VersionConflict
from chalicelib.services.numbers_settings import MAX_TEAMS, NumbersSettings
from chalicelib.wiring import api, work
from chalicelib.wiring import numbers as wiring

REBUILD = "numbers.rebuild"
Zone = Annotated[str, Meta(min_length=1, max_length=64, examples=["Europe/Berlin"])]
Weekday = Annotated[int, Meta(ge=0, le=6, description="0 is Monday")]

resource = Resource("numbers")


class NumbersSettingsView(View, frozen=True, kw_only=True):
    """`zone`: where days, weeks and months of reports begin. `hours_id`: the business hours of those teams that
    `team_hours` does not name; None: always open. `version` 0: nobody has ever chosen anything."""

    zone: str
    first_weekday: int
    hours_id: HoursId | None
    team_hours: dict[str, str]
    version: int


class NumbersSettingsBody(Body, frozen=True, kw_only=True):
    """What is not given is UTC, Monday, always open."""

    version: Annotated[int, Meta(ge=0, le=2**53 - 1, description="The version that was read; 0 where there is none")]
    zone: Zone = "UTC"
    first_weekday: Weekday = 0
    hours_id: HoursId | None = None
    team_hours: Annotated[dict[TeamId, HoursId], Meta(max_length=MAX_TEAMS)] = {}


class RebuildBody(Body, frozen=True, kw_only=True):
    """`anew`: derive every conversation again, also those of which nothing is missing."""

    anew: bool = False


@resource.route("GET", "/numbers/settings", role=Role.AGENT, gives=NumbersSettingsView)
def get_numbers_settings(caller: Caller) -> NumbersSettingsView:
    """What is in force."""
    return _view(wiring.published())


@resource.route(
    "PUT",
    "/numbers/settings",
    role=Role.ADMIN,
    body=NumbersSettingsBody,
    gives=NumbersSettingsView,
    refuses=(InvalidInput, VersionConflict),
    example={"version": 0, "zone": "Europe/Berlin", "first_weekday": 0},
)
def put_numbers_settings(caller: Caller, body: NumbersSettingsBody) -> NumbersSettingsView:
    """Replace them. Other hours hold for what happens from now on. With another zone all numbers are counted again;
    until that is done, reports show those of the old one."""
    wanted = NumbersSettings(body.zone, body.first_weekday, body.hours_id, body.team_hours)
    return _view(wiring.put(wanted, work.team_names(), body.version))


@resource.route(
    "POST",
    "/numbers/rebuild",
    role=Role.ADMIN,
    body=RebuildBody,
    gives=JobView,
    status=HTTPStatus.ACCEPTED,
    example={"anew": False},
)
def rebuild_numbers(caller: Caller, body: RebuildBody) -> JobView:
    """Make what numbers are counted from anew out of the archive of events: what is missing, or (`anew`) all of it. Its
    progress is the job's."""
    return job_view(api.jobs().ask(REBUILD, caller.principal.id, {"anew": body.anew}, caller.now))


def _view(settings: NumbersSettings) -> NumbersSettingsView:
    return NumbersSettingsView(
        zone=settings.zone,
        first_weekday=settings.first_weekday,
        hours_id=settings.hours_id,
        team_hours=dict(settings.team_hours),
        version=settings.version,
    )
