"""Noting that API keys are used: at most once in some minutes for each, and never in the way of an answer."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.errors import StoreUnavailable
from chalicelib.services.administration_ports import ApiKeyStore

EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class KeyUses:
    store: ApiKeyStore
    noted: dict[str, datetime] = field(default_factory=dict)

    def note(self, key_id: str, at: datetime) -> None:
        before = self.noted.get(key_id)
        if before is not None and at - before < EVERY:
            return
        self.noted[key_id] = at
        with suppress(StoreUnavailable):
            self.store.note_use(key_id, at)
