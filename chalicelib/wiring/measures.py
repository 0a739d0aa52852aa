"""What the function `measures` is made of."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from chalicelib.aws.clients import client
from chalicelib.aws.line_archive import LineArchive
from chalicelib.aws.memory import Memory
from chalicelib.aws.stores.contact_moments import ContactMoments
from chalicelib.aws.stores.ledgers import CalendarStore
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.fees import Rates, fees_of
from chalicelib.services.coming_back import ComingBack
from chalicelib.services.documents import hours_from
from chalicelib.services.line_lookups import Lookups
from chalicelib.services.measuring import Measuring
from chalicelib.services.numbers_settings import NumbersSettings
from chalicelib.wiring import fees, numbers, numbers_rebuild
from chalicelib.wiring.shared import desk, known_inboxes, settings


class Rules:
    """What administrators have set up, remembered for a little while."""

    def __init__(self) -> None:
        self._memory = Memory(numbers.RULES_SECONDS, unknown_seconds=numbers.RULES_SECONDS)

    def hours_of(self, team_id: str | None) -> BusinessHours | None:
        found: NumbersSettings = self._memory.recall(("settings",), numbers.published)
        hours_id = found.hours_of(team_id)
        if hours_id is None:
            return None
        hours: BusinessHours | None = self._memory.recall(("hours", hours_id), lambda: _hours(hours_id))
        return hours

    def fees_of(self, line: Mapping[str, Any]) -> Mapping[str, int] | None:
        """What an event costs by the sheet of its day."""
        rates: Rates = self._memory.recall(("rates",), fees.rates)
        return fees_of(line, rates) or None

    def channel_of(self, inbox_id: str) -> str | None:
        inbox = known_inboxes().inbox(inbox_id)
        return inbox.channel if inbox else None


def _hours(hours_id: str) -> BusinessHours | None:
    document = numbers.calendars().get(hours_id)
    return hours_from(hours_id, document.body, document.version) if document else None


@cache
def measuring() -> Measuring:
    contacts, rules = ContactMoments(desk()), Rules()
    return Measuring(
        contacts,
        ComingBack(contacts),
        Lookups(rules, CalendarStore(numbers.facts()), rules.fees_of),
        LineArchive(client("s3"), settings().archive_bucket),
        numbers_rebuild.folding(),
    )
