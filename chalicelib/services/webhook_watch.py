"""Noting that an inbox's webhooks come: at most once a minute for each, and never in the way of an answer."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from chalicelib.domain.errors import StoreUnavailable

EVERY_SECONDS = 60.0


class WebhookVitals(Protocol):
    def note_webhook(self, inbox_id: str, at: datetime, *, accepted: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class WebhookWatch:
    """`seconds` is any clock that only grows."""

    vitals: WebhookVitals
    seconds: Callable[[], float]
    noted: dict[tuple[str, bool], float] = field(default_factory=dict)

    def note(self, inbox_id: str, at: datetime, *, accepted: bool) -> None:
        key, now = (inbox_id, accepted), self.seconds()
        if now - self.noted.get(key, float("-inf")) < EVERY_SECONDS:
            return
        self.noted[key] = now
        with suppress(StoreUnavailable):
            self.vitals.note_webhook(inbox_id, at, accepted=accepted)
