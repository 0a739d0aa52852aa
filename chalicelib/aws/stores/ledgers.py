"""Ledgers of conversations' clocks, and the slices of hours that are written with them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from chalicelib.aws import keys_numbers
from chalicelib.aws.border import TransactionRefused
from chalicelib.aws.codec import milliseconds
from chalicelib.aws.codec_numbers import (
    calendar_from,
    calendar_text,
    ledger_from,
    ledger_text,
    mark_of,
    measures_text,
)
from chalicelib.aws.keys import identifier
from chalicelib.aws.transaction import ABSENT, Desk, Put, Update, Write
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.clock_ledger import ClockLedger
from chalicelib.domain.ids import digest
from chalicelib.domain.measure import Measure
from chalicelib.domain.numbers import Fold, Kept

AT_ONCE = 100
# What one transaction takes: 100 items and 4 MB.
MOST_WRITES, MOST_BYTES = 96, 3_000_000
# Of one conversation's hours; the rest follows.
MOST_HOURS = 40
# So long a list of conversations behind a number can be read as it was.
KEPT_FOR = timedelta(days=400)


class LedgerStore:
    def __init__(self, facts: Desk) -> None:
        self._facts = facts
        self._days: set[str] = set()

    def read(self, conversation_ids: Sequence[str]) -> dict[str, Kept]:
        found: dict[str, Kept] = {}
        wanted = [keys_numbers.clock_ledger(each) for each in conversation_ids]
        for start in range(0, len(wanted), AT_ONCE):
            for key, item in self._facts.get_many(wanted[start : start + AT_ONCE]).items():
                name = identifier(key[0])
                ledger, written = ledger_from(name, item["z"], item["version"])
                found[name] = Kept(ledger, written, not item.get("more"))
        return {each: found.get(each) or Kept(ClockLedger(each), {}) for each in conversation_ids}

    def mark_hours(self, hours: Iterable[datetime], at: datetime) -> None:
        """Before their slices are written, which are recorded at the same time: no run can miss them."""
        wanted = sorted({*hours})
        days = sorted({hour.date().isoformat() for hour in wanted} - self._days)
        marks = [keys_numbers.dirty_hour(hour, at) for hour in wanted]
        known = [keys_numbers.counted_day(datetime.fromisoformat(day).date()) for day in days]
        self._facts.write_many({"pk": pk, "sk": sk} for pk, sk in [*known, *marks])
        self._days.update(days)

    def changes(self, kept: Kept, measures: dict[datetime, tuple[Measure, ...]]) -> list[tuple[datetime, str]]:
        """The hours whose slices are not as they should be, with their packed form."""
        texts = {hour: measures_text(held) for hour, held in measures.items()}
        gone = [hour for hour in map(keys_numbers.hour_from, kept.written) if hour not in texts]
        return sorted(
            (hour, text)
            for hour, text in [*texts.items(), *((hour, "") for hour in gone)]
            if kept.written.get(keys_numbers.hour_text(hour), ("", 0))[0] != mark_of(text)
        )

    def put_folds(self, folds: Sequence[Fold], at: datetime) -> tuple[str, ...]:
        """Each conversation's all or nothing; those that were not written, for another was first or much is left."""
        left: list[str] = []
        batch: list[Fold] = []
        writes: list[Write] = []
        for fold in folds:
            made = self._writes(fold, at)
            if writes and (len(writes) + len(made) > MOST_WRITES or _bytes([*writes, *made]) > MOST_BYTES):
                left += self._put(batch, writes)
                batch, writes = [], []
            batch.append(fold)
            writes += made
            if len(fold.changes) > MOST_HOURS:
                left.append(fold.ledger.conversation_id)
        if writes:
            left += self._put(batch, writes)
        return tuple(dict.fromkeys(left))

    def _put(self, batch: Sequence[Fold], writes: Sequence[Write]) -> list[str]:
        try:
            self._facts.transact(writes)
        except TransactionRefused:
            return [fold.ledger.conversation_id for fold in batch]
        return []

    def _writes(self, fold: Fold, at: datetime) -> list[Write]:
        """The ledger first; what it says of hours is what is written with it."""
        ledger, version = fold.ledger, fold.ledger.version + 1
        name, written, writes = ledger.conversation_id, dict(fold.written), list[Write]()
        for hour, text in fold.changes[:MOST_HOURS]:
            hour_text = keys_numbers.hour_text(hour)
            before = written.get(hour_text)
            pk, sk = keys_numbers.hour_slice(hour, name, version)
            writes.append(Put({"pk": pk, "sk": sk, "r": milliseconds(at), "z": text}, None))
            if before is not None:
                expiry = {":until": int((at + KEPT_FOR).timestamp())}
                older = keys_numbers.hour_slice(hour, name, before[1])
                writes.append(Update(older, "SET expires_at = :until", expiry))
            written[hour_text] = mark_of(text), version
        pk, sk = keys_numbers.clock_ledger(name)
        more = len(fold.changes) > MOST_HOURS or None
        item = {"pk": pk, "sk": sk, "version": version, "more": more, "z": ledger_text(ledger, written)}
        values = {":read": ledger.version} if ledger.version else None
        return [Put(item, "version = :read" if ledger.version else ABSENT, values), *writes]


class CalendarStore:
    """Business hours by their digest; never changed, never removed."""

    def __init__(self, facts: Desk) -> None:
        self._facts = facts

    def keep(self, hours: BusinessHours) -> tuple[str, str]:
        """Its digest, the same for the same hours, and its text."""
        text = calendar_text(hours)
        name = digest(text)
        self.restore(name, text)
        return name, text

    def restore(self, name: str, text: str) -> None:
        pk, sk = keys_numbers.calendar(name)
        self._facts.write_many([{"pk": pk, "sk": sk, "z": text}])

    def read(self, names: Sequence[str]) -> dict[str, BusinessHours]:
        """Those that are known."""
        found = self._facts.get_many([keys_numbers.calendar(name) for name in names]) if names else {}
        return {identifier(pk): calendar_from(identifier(pk), item["z"]) for (pk, _), item in found.items()}


def _bytes(writes: Sequence[Write]) -> int:
    return sum(len(write.item["z"]) for write in writes if isinstance(write, Put))
