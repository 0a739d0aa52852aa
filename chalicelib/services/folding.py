"""Lines into ledgers, and from there into slices: the same lines make the same slices, in whatever order and however
often they come, and whoever folds them, the stream of events or a rebuild."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.clock_ledger import ClockLedger, with_lines
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.measure import Measure
from chalicelib.domain.numbers import Fold, Kept
from chalicelib.services.numbers_ports import CalendarStore, LedgerStore, Line

# Conversations at once: their ledgers are in memory.
PORTION = 100
# The first turn writes many conversations together, the others each by itself.
TURNS = 12
# No packed text has this mark.
DOUBTED = "?"

Calendars = Mapping[str, BusinessHours]
Derive = Callable[[ClockLedger, Calendars], Iterable[Measure]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Folding:
    """`derive`: the measures of a ledger (`domain.measures`)."""

    ledgers: LedgerStore
    calendars: CalendarStore
    derive: Derive
    _known: dict[str, BusinessHours] = field(default_factory=dict)

    def fold(self, lines: Iterable[Line], at: datetime, *, anew: bool = False) -> set[str]:
        """Gives the conversations that could not be folded; the others are. `at`: when this is recorded, a moment ago.
        `anew`: write also slices that should be there already. Raises StoreUnavailable, then some of them may be."""
        found: dict[str, list[Line]] = {}
        for line in lines:
            found.setdefault(line["conversation_id"], []).append(line)
        failed: set[str] = set()
        names = iter(sorted(found))
        while portion := list(islice(names, PORTION)):
            failed |= self._portion({name: found[name] for name in portion}, at, anew=anew)
        return failed

    def _portion(self, found: Mapping[str, Sequence[Line]], at: datetime, *, anew: bool) -> set[str]:
        failed: set[str] = set()
        left: Sequence[str] = list(found)
        for turn in range(TURNS):
            kept = self.ledgers.read(left)
            folds = []
            for name in left:
                try:
                    fold = self._fold(_doubted(kept[name]) if anew and turn == 0 else kept[name], found[name])
                except StoreUnavailable:
                    raise
                except Exception:  # one conversation's fault must not hold the others
                    _log.exception("a conversation was not measured", extra={"conversation_id": name})
                    failed.add(name)
                    continue
                if fold is not None:
                    folds.append(fold)
            left = self._put(folds, at, together=turn == 0)
            if not left:
                return failed
        raise StoreUnavailable("too many writers at once")

    def _put(self, folds: Sequence[Fold], at: datetime, *, together: bool) -> Sequence[str]:
        if not folds:
            return ()
        # A mark comes before what it is for: whatever ends this in between, the hour is looked at.
        self.ledgers.mark_hours({hour for fold in folds for hour, _ in fold.changes}, at)
        if together:
            return self.ledgers.put_folds(folds, at)
        return [name for fold in folds for name in self.ledgers.put_folds([fold], at)]

    def _fold(self, kept: Kept, lines: Sequence[Line]) -> Fold | None:
        after = with_lines(kept.ledger, lines)
        if after == kept.ledger and kept.complete:
            return None
        by_hour: dict[datetime, list[Measure]] = {}
        for measure in self.derive(after, self._calendars(after)):
            by_hour.setdefault(measure.at.replace(minute=0, second=0, microsecond=0), []).append(measure)
        changes = self.ledgers.changes(kept, {hour: tuple(held) for hour, held in by_hour.items()})
        return Fold(after, kept.written, changes)

    def _calendars(self, ledger: ClockLedger) -> Calendars:
        """Those that its lines name; once read they are known, for they never change."""
        names = {line["hours"] for line in ledger.lines.values() if "hours" in line}
        missing = sorted(names - {*self._known})
        if missing:
            self._known.update(self.calendars.read(missing))
        return {name: self._known[name] for name in names if name in self._known}


def _doubted(kept: Kept) -> Kept:
    """As if none of its slices were right."""
    return Kept(kept.ledger, {hour: (DOUBTED, version) for hour, (_, version) in kept.written.items()}, complete=False)
