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
from chalicelib.services.coming_back import ComingBack, ContactMoments, KnownContact, Moment, moment_of
from chalicelib.services.folding import Folding
from chalicelib.services.line_lookups import Lookups
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
        bare: dict[int, Line] = {}
        for place, event in enumerate(events):
            try:
                line = line_of(event)
            except (KeyError, TypeError, ValueError, AttributeError):
                _log.exception("an event was not understood", extra={"event": str(event.get("id"))[:60]})
                failed.add(place)
                continue
            if line is not None:
                bare[place] = line
        if not bare:
            return failed
        known, back = self._customers(events, bare)
        lines = {place: self.lookups.told(events[place], line, known) for place, line in bare.items()}
        self.archive.put([*lines.values(), *back], now)
        lost = self.folding.fold([*lines.values(), *back], now)
        return failed | {place for place, line in lines.items() if line["conversation_id"] in lost}

    def _customers(
        self, events: Sequence[Event], bare: Mapping[int, Line]
    ) -> tuple[Mapping[str, KnownContact], Sequence[Line]]:
        turns = [place for place in bare if events[place]["type"] in TURNS]
        names = dict.fromkeys(events[place]["snapshot"]["contact_id"] for place in turns)
        known = self.contacts.read(list(names)) if names else {}
        moments = [moment_of(events[place], bare[place]) for place in turns]
        lines, known = self.coming_back.note(_there(moments), known)
        return known, lines


def _there(moments: Sequence[Moment | None]) -> list[Moment]:
    return [each for each in moments if each is not None]
