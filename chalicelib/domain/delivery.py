"""The life of an outbound message: a rank-checked machine that no late or repeated mark can turn back.

    queued < sending < uncertain < sent < failed < delivered < read

`failed` ends an attempt: a late `sent` does not undo it. Proof that the customer has the message
(`delivered`, `read`) outranks a failure reported for the same message, whichever came first, so the end
state does not depend on the order of arrival. Only an explicit retry goes back to `queued`, as a new attempt.
"""

from enum import StrEnum


class DeliveryState(StrEnum):
    """Where an outbound message stands. `uncertain`: the provider may or may not have taken it."""

    QUEUED = "queued"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"


class FailureClass(StrEnum):
    """What a refusal asks of us, the same on every channel."""

    RETRY = "retry"
    REAUTH = "reauth"
    WINDOW = "window"
    RECIPIENT = "recipient"
    CONTENT = "content"
    CONFIG = "config"


RANK: dict[DeliveryState, int] = {state: rank for rank, state in enumerate(DeliveryState)}

# What a retry may start from: an attempt that is over, or whose end nobody knows.
RETRYABLE = frozenset({DeliveryState.FAILED, DeliveryState.UNCERTAIN})


def advances(current: DeliveryState, update: DeliveryState) -> bool:
    """Whether `update` is news for a message in `current` (false for repeats and late marks)."""
    return RANK[update] > RANK[current]


def applies(current: DeliveryState, attempt: int, update: DeliveryState, update_attempt: int | None) -> bool:
    """Like `advances`, for a mark that may belong to an earlier attempt: of those only proof of receipt counts."""
    if not advances(current, update):
        return False
    stale = update_attempt is not None and update_attempt < attempt
    return not stale or update in (DeliveryState.DELIVERED, DeliveryState.READ)
