"""One event for one endpoint: what is sent, the attempts, and when to try again.

Times of attempts follow from when the delivery was begun, not from how often it was tried: an attempt that is made
early, or none because the endpoint is known to be down, uses nothing up. So whoever is down for less than three days
is told everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

# After how long it is tried again: the waits that Standard Webhooks suggests, one after the other, 75.6 hours in all.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
# Each wait is longer by up to this share of it, so that what failed together does not come back together.
JITTER = 0.1
KEPT_FOR = timedelta(days=30)
MAX_ATTEMPTS_SHOWN = 15
EXCERPT = 300
# Longer than an attempt may take, and than the function may run: whoever had it is gone.
LEASE = timedelta(seconds=90)
# What a receiver may ask us to wait.
MAX_ASKED = timedelta(hours=24)


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True, slots=True)
class DeliveryKey:
    """Where a delivery is: whose it is (`owner`: a conversation, a contact, or what else the event is of), which event,
    which endpoint."""

    owner: str
    event_id: str
    endpoint_id: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """`status` None: there was no answer; `error` says why. `excerpt`: how the answer began. A `held` one was not made,
    for the endpoint was known to be down."""

    at: datetime
    status: int | None
    took_ms: int
    excerpt: str = ""
    error: str = ""
    held: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """`begun_at`: when it was first, or (`round` counts on) last, set going. `turn` counts the attempts that were made
    or held in all, so that a record that comes late is known. `leased_until`: somebody is at it."""

    key: DeliveryKey
    id: str
    event_type: str
    occurred_at: datetime
    created_at: datetime
    begun_at: datetime
    body: bytes
    state: DeliveryState = DeliveryState.WAITING
    round: int = 1
    turn: int = 0
    due_at: datetime | None = None
    attempts: tuple[Attempt, ...] = ()
    reason: str = ""
    ended_at: datetime | None = None
    leased_until: datetime | None = None

    def tried(self, attempt: Attempt) -> "Delivery":
        """After one attempt more, whatever became of it."""
        shown = (*self.attempts, attempt)[-MAX_ATTEMPTS_SHOWN:]
        return replace(self, turn=self.turn + 1, attempts=shown, leased_until=None)

    def ended(self, state: DeliveryState, reason: str, now: datetime) -> "Delivery":
        return replace(self, state=state, reason=reason, ended_at=now, due_at=None, leased_until=None)

    def again(self, now: datetime) -> "Delivery":
        """Set going anew, with all the time of a new one."""
        return replace(
            self,
            state=DeliveryState.WAITING,
            round=self.round + 1,
            turn=self.turn + 1,
            begun_at=now,
            due_at=now + LEASE,
            reason="",
            ended_at=None,
            leased_until=None,
        )


def next_due(begun_at: datetime, now: datetime, jitter: float) -> datetime | None:
    """When it is tried next; None where its time is over. `jitter` is between 0 and 1: the same for all attempts of a
    delivery, so that the order of its times holds."""
    at = begun_at
    for wait in WAITS:
        at += wait * (1 + JITTER * jitter)
        if at > now:
            return at
    return None


def asked_wait(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """What Retry-After asks for (RFC 9110, 10.2.3): seconds or a date; None where it is none."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), MAX_ASKED)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):  # numbers of any length are taken for years and zones
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max(at - now, timedelta()), MAX_ASKED)
