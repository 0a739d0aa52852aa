"""Watching over inboxes while messages come and go: a few writes a minute for each, and none before an answer is
settled.

Dead credentials: the provider's refusal is told once, and the inbox's sends stop for a minute at a time, as long as the
credentials are the same. One message a minute tries whether they are taken again.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.channels.base import Credentials, ProviderError, SendResult
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import InboxHealthChanged
from chalicelib.domain.ids import digest
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.inbox_health import InboxHealth, LastFailure, TokenState, with_token
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.inbox_ports import HealthStore, VitalStore

EVERY_SECONDS = 60.0
# A storm of failures is one line a few seconds, not one each.
FAILURES_EVERY_SECONDS = 5.0
STOPPED_SECONDS = 60.0
ATTEMPTS = 5


@dataclass(slots=True)
class _Tally:
    """What went by an inbox since it was last written down."""

    written: float
    sent: int = 0
    failed: int = 0
    failure: LastFailure | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class SendWatch:
    """`seconds` is any clock that only grows."""

    vitals: VitalStore
    health: HealthStore
    seconds: Callable[[], float]
    tallies: dict[str, _Tally] = field(default_factory=dict)
    stopped: dict[str, tuple[float, str, str]] = field(default_factory=dict)

    def stop(self, inbox: Inbox, credentials: Credentials) -> str | None:
        """Why nothing is to be sent by an inbox just now; None where it may."""
        until, fingerprint, reason = self.stopped.get(inbox.id, (0.0, "", ""))
        if not reason or self.seconds() >= until or fingerprint != _fingerprint(credentials):
            return None
        return f"The provider no longer takes the credentials of {inbox.name}: {reason}"

    def note(self, inbox: Inbox, credentials: Credentials, result: SendResult, at: datetime) -> None:
        """What a provider answered. Nothing is written yet."""
        tally = self.tallies.setdefault(inbox.id, _Tally(float("-inf")))
        if result.accepted:
            tally.sent, tally.refused = tally.sent + 1, None
            self.stopped.pop(inbox.id, None)
            return
        tally.failed += 1
        error = result.error or ProviderError("outcome_unknown", FailureClass.RETRY, "The provider did not answer.")
        tally.failure = LastFailure(at, error.code, error.failure.value, error.detail[:300])
        if error.failure is FailureClass.REAUTH:
            tally.refused = error.detail[:300]
            self.stopped[inbox.id] = (self.seconds() + STOPPED_SECONDS, _fingerprint(credentials), tally.refused)

    def write(self, inbox: Inbox, at: datetime) -> None:
        """Write down what was noted, where it is time to. A store that fails is no fault of the message's."""
        tally, now = self.tallies.get(inbox.id), self.seconds()
        if tally is None or not (tally.sent or tally.failed):
            return
        if now - tally.written < (FAILURES_EVERY_SECONDS if tally.failure else EVERY_SECONDS):
            return
        self.tallies[inbox.id] = _Tally(now)
        with suppress(StoreUnavailable):
            self._write(inbox, tally, at)

    def _write(self, inbox: Inbox, tally: _Tally, at: datetime) -> None:
        if tally.sent or tally.refused:
            state = TokenState.DEAD if tally.refused else TokenState.OK
            keep_token(self.health, inbox.id, state, tally.refused, at)
        self.vitals.note_sent(inbox.id, at, tally.failure)
        self.vitals.count(inbox.id, at, tally.sent, tally.failed)


def keep_token(store: HealthStore, inbox_id: str, state: TokenState, reason: str | None, at: datetime) -> InboxHealth:
    """What the provider thinks of an inbox's credentials; told where they died or came back to life.

    Raises StoreUnavailable."""
    for _ in range(ATTEMPTS):
        before = store.get(inbox_id)
        after = with_token(before, state, reason, at)
        if after is before:
            return before
        if store.save(after, _recorded(before, after, at)) is Written.DONE:
            return after
    raise StoreUnavailable("too many writers at once")


def _recorded(before: InboxHealth, after: InboxHealth, at: datetime) -> Recorded | None:
    if TokenState.DEAD not in (before.token, after.token):
        return None
    changed = InboxHealthChanged(
        inbox_id=after.inbox_id, previous=before.token.value, state=after.token.value, reason=after.reason
    )
    return Recorded((changed,), SYSTEM, at)


def _fingerprint(credentials: Credentials) -> str:
    return digest(*(f"{name}={values[0]}" for name, values in sorted(credentials.items()) if values))
