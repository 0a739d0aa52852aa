"""Events into the numbers: made small, told what is looked up once, archived, folded.

Whatever breaks off in the middle, the events come again, and everything is the same when it is done twice: what is
known of contacts comes first, then the archive, then the marks of the hours, then ledgers with their slices.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.clock_events import line_of
from chalicelib.domain.numbers import KnownContact
from chalicelib.services.coming_back import ComingBack, ContactMoments, moment_of
from chalicelib.services.folding import Folding
from chalicelib.services.line_lookups import Lookups, Small
from chalicelib.services.numbers_ports import Line, LineArchive

Event = Mapping[str, Any]
# Of these a customer's language is asked; other lines of a conversation need not tell it again.
TURNS = frozenset({"conversation.created", "conversation.status_changed"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Measuring:
    contacts: ContactMoments
    coming_back: ComingBack
    lookups: Lookups
    archive: LineArchive
    folding: Folding

    def take(self, events: Sequence[Event], now: datetime) -> set[int]:
        """The places of those that could not be measured and must come again. Raises StoreUnavailable: all must."""
        failed: set[int] = set()
        found: dict[int, Small] = {}
        for place, event in enumerate(events):
            try:
                small = small_of(event)
            except (KeyError, TypeError, ValueError, AttributeError):
                _log.exception("an event was not understood", extra={"place": place})
                failed.add(place)
                continue
            if small is not None:
                found[place] = small
        if not found:
            return failed
        known, back = self._customers(list(found.values()))
        lines = {place: self.lookups.told(small, known) for place, small in found.items()}
        self.archive.put([*self.lookups.calendar_lines(), *lines.values(), *back], now)
        self.lookups.archived()
        lost = self.folding.fold([*lines.values(), *back], now)
        return failed | {place for place, line in lines.items() if line["conversation_id"] in lost}

    def _customers(self, found: Sequence[Small]) -> tuple[Mapping[str, KnownContact], Sequence[Line]]:
        names = dict.fromkeys(small.contact_id for small in found if small.contact_id is not None)
        known = self.contacts.read(list(names)) if names else {}
        lines, known = self.coming_back.note((small.moment for small in found if small.moment is not None), known)
        return known, lines


def small_of(event: Event) -> Small | None:
    """All that is taken from an event, at once: what is wrong with it shows here. None where nothing is measured."""
    line = line_of(event)
    if line is None:
        return None
    if event["aggregate"]["kind"] != "conversation":
        return Small(line)
    snapshot = event["snapshot"]
    contact_id = snapshot["contact_id"] if event["type"] in TURNS else None
    return Small(line, contact_id, True, snapshot["team_id"], snapshot.get("tier"), moment_of(event, line))
