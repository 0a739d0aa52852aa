"""What the numbers are counted by: the workspace's zone, its business hours, on which day a week begins."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import InvalidInput
from chalicelib.services.paperwork import DocumentStore, save

KIND, PUBLISHED = "numbers", "published"
MAX_TEAMS = 1000


@dataclass(frozen=True, slots=True)
class NumbersSettings:
    """`hours_id`: the calendar of those teams that `team_hours` does not name (None: always open). `first_weekday`: 0
    is Monday. `version` 0: nobody has ever chosen anything."""

    zone: str = "UTC"
    first_weekday: int = 0
    hours_id: str | None = None
    team_hours: Mapping[str, str] = field(default_factory=dict)
    version: int = 0

    def hours_of(self, team_id: str | None) -> str | None:
        return self.team_hours.get(team_id or "", self.hours_id)


def settings_from(body: Mapping[str, Any], version: int) -> NumbersSettings:
    """Of a document as it was written by `put`."""
    return NumbersSettings(
        body["zone"], body["first_weekday"], body.get("hours_id"), dict(body.get("team_hours", {})), version
    )


def settings_body(settings: NumbersSettings) -> dict[str, Any]:
    return {
        "zone": settings.zone,
        "first_weekday": settings.first_weekday,
        "hours_id": settings.hours_id,
        "team_hours": dict(sorted(settings.team_hours.items())),
    }


def published(store: DocumentStore) -> NumbersSettings:
    """What is in force. Raises StoreUnavailable."""
    document = store.get(PUBLISHED)
    return settings_from(document.body, document.version) if document else NumbersSettings()


def put(
    store: DocumentStore,
    settings: NumbersSettings,
    teams: Collection[str],
    is_calendar: Callable[[str], bool],
    read_version: int,
) -> NumbersSettings:
    """Replace it. Raises InvalidInput, VersionConflict, StoreUnavailable."""
    _check(settings, teams, is_calendar)
    document = save(store, PUBLISHED, settings_body(settings), read_version)
    return settings_from(document.body, document.version)


def _check(settings: NumbersSettings, teams: Collection[str], is_calendar: Callable[[str], bool]) -> None:
    if not is_zone(settings.zone):
        raise InvalidInput(
            f"There is no time zone “{settings.zone[:60]}”: use an IANA name such as Europe/Berlin.", field="zone"
        )
    if not 0 <= settings.first_weekday <= 6:
        raise InvalidInput("A weekday is a number from 0 (Monday) to 6 (Sunday).", field="first_weekday")
    if len(settings.team_hours) > MAX_TEAMS:
        raise InvalidInput(f"Give at most {MAX_TEAMS}.", field="team_hours")
    if settings.hours_id is not None and not is_calendar(settings.hours_id):
        raise InvalidInput("There is no such calendar.", field="hours_id")
    for team_id, hours_id in settings.team_hours.items():
        if team_id not in teams:
            raise InvalidInput("There is no such team.", field=f"team_hours.{team_id[:60]}")
        if not is_calendar(hours_id):
            raise InvalidInput("There is no such calendar.", field=f"team_hours.{team_id[:60]}")


def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True
