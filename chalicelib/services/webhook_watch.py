"""Noting that an inbox's webhooks and checks come: at most once a minute each, and never in the way of an answer."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from chalicelib.domain.errors import StoreUnavailable

EVERY_SECONDS = 60.0


class WebhookVitals(Protocol):
    def note_webhook(self, inbox_id: str, at: datetime, *, accepted: bool) -> None: ...

    def note_check(self, inbox_id: str, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class WebhookWatch:
    """`seconds` is any clock that only grows."""

    vitals: WebhookVitals
    seconds: Callable[[], float]
    noted: dict[tuple[str, str], float] = field(default_factory=dict)

    def note(self, inbox_id: str, at: datetime, *, accepted: bool) -> None:
        if self._due(inbox_id, "accepted" if accepted else "refused"):
            with suppress(StoreUnavailable):
                self.vitals.note_webhook(inbox_id, at, accepted=accepted)

    def note_check(self, inbox_id: str, at: datetime, *, passed: bool) -> None:
        """The provider has looked whether the address is ours; with a wrong word it is refused as a webhook is."""
        if not passed:
            self.note(inbox_id, at, accepted=False)
        elif self._due(inbox_id, "check"):
            with suppress(StoreUnavailable):
                self.vitals.note_check(inbox_id, at)

    def _due(self, inbox_id: str, kind: str) -> bool:
        key, now = (inbox_id, kind), self.seconds()
        if now - self.noted.get(key, float("-inf")) < EVERY_SECONDS:
            return False
        self.noted[key] = now
        return True
