"""What a line is told beside its event: looked up once, when it is archived, and never again.

A number of last year does not change because a customer speaks another language today, or opens on Saturdays now.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.numbers import KnownContact
from chalicelib.services.coming_back import Moment
from chalicelib.services.numbers_ports import CalendarStore, Line

# A line that is no event: business hours that other lines name.
CALENDAR = "calendar"
Fees = Callable[[Line], Mapping[str, int] | None]


class LineRules(Protocol):
    """What administrators have set up, remembered for a while."""

    def hours_of(self, team_id: str | None) -> BusinessHours | None:
        """The calendar of a team's numbers; None: always open."""

    def channel_of(self, inbox_id: str) -> str | None: ...


def no_fees(line: Line) -> Mapping[str, int] | None:
    return None


@dataclass(frozen=True, slots=True)
class Small:
    """An event's line, and what of the event is needed to look more up. `contact_id`: whose language is asked."""

    line: Line
    contact_id: str | None = None
    of_conversation: bool = False
    team_id: str | None = None
    tier: str | None = None
    moment: Moment | None = None


@dataclass(frozen=True, slots=True)
class Lookups:
    rules: LineRules
    calendars: CalendarStore
    fees: Fees = no_fees
    _digests: dict[tuple[str, int], str] = field(default_factory=dict)
    _unarchived: dict[str, Line] = field(default_factory=dict)

    def told(self, small: Small, known: Mapping[str, KnownContact]) -> dict[str, Any]:
        """A line with all that is known at this moment. Raises StoreUnavailable."""
        found = dict(small.line)
        if small.of_conversation:
            contact = known.get(small.contact_id or "")
            found["language"] = contact.language if contact else None
            found["tier"] = small.tier
            found["hours"] = self._calendar(small.team_id)
        elif "inbox" in found:
            found["channel"] = self.rules.channel_of(found["inbox"])
        found["fees"] = self.fees(found)
        return {name: value for name, value in found.items() if value is not None}

    def _calendar(self, team_id: str | None) -> str | None:
        """Kept before a line names it."""
        hours = self.rules.hours_of(team_id)
        if hours is None:
            return None
        key = hours.id, hours.version
        if key not in self._digests:
            name, text = self.calendars.keep(hours)
            self._unarchived[name] = {"id": f"cal_{name}", "type": CALENDAR, "calendar": name, "z": text}
            self._digests[key] = name
        return self._digests[key]

    def calendar_lines(self) -> list[Line]:
        """Calendars that lines name and no object of the archive holds yet, as far as this process knows."""
        return list(self._unarchived.values())

    def archived(self) -> None:
        """They are in the archive now."""
        self._unarchived.clear()
