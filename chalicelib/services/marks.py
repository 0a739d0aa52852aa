"""Delivery marks: what providers (and our own widget) tell of our messages, in any order and any number of times."""

from datetime import datetime

from chalicelib.channels.base import StatusUpdate
from chalicelib.domain import ids
from chalicelib.domain.envelope import Actor
from chalicelib.domain.events import MessageStateChanged
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import Failure, Message
from chalicelib.services.ports import DeliveryStore, LegStore, Mark, ParkedMark, Recorded

PROVIDER = Actor("provider")
WATERMARK_REACH = 100


def apply_status(deliveries: DeliveryStore, legs: LegStore, inbox: Inbox, status: StatusUpdate, now: datetime) -> bool:
    """Apply one mark; False where it belongs to no message of ours (or to none we know of yet: it is parked)."""
    tracked = _tracked(status.tracker, inbox)
    if tracked is not None:
        leg_id, message_id, attempt = tracked
        return _mark(deliveries, status, leg_id, message_id, attempt, now) is not None
    leg_id_found = _leg_of(legs, inbox, status)
    if leg_id_found is None:
        return False
    if status.watermark:
        return _apply_watermark(deliveries, status, leg_id_found, now)
    if status.external_id is None:
        return False
    return _apply_by_external_id(deliveries, status, leg_id_found, status.external_id, now)


def _tracked(tracker: str | None, inbox: Inbox) -> tuple[str, str, int] | None:
    """(leg, message, attempt) of our own tracker; None for anything else, and for another inbox's leg."""
    leg_id, _, rest = (tracker or "").partition(".")
    message_id, _, attempt = rest.partition(".")
    if not (ids.is_id("leg", leg_id) and ids.is_id("msg", message_id)):
        return None
    if ids.inbox_of(leg_id) != inbox.id or not attempt.isdecimal():
        return None
    return leg_id, message_id, int(attempt[:6])


def _leg_of(legs: LegStore, inbox: Inbox, status: StatusUpdate) -> str | None:
    if status.peer is None:
        return None
    found = legs.find_leg(inbox.id, status.peer.addresses)
    return found.head.id if found else None


def _apply_by_external_id(
    deliveries: DeliveryStore, status: StatusUpdate, leg_id: str, external_id: str, now: datetime
) -> bool:
    parked = ParkedMark(status.state, status.occurred_at, _failure(status))
    known = deliveries.park(leg_id, external_id, parked)
    if known is None:
        return False
    message_id, attempt = known
    return _mark(deliveries, status, leg_id, message_id, attempt, now) is not None


def _apply_watermark(deliveries: DeliveryStore, status: StatusUpdate, leg_id: str, now: datetime) -> bool:
    """Everything up to the mark's time has reached its state."""
    reached = deliveries.unread_by_contact(leg_id, status.occurred_at, WATERMARK_REACH)
    for message in reached:
        _mark(deliveries, status, leg_id, message.id, message.attempt, now)
    return bool(reached)


def _mark(
    deliveries: DeliveryStore,
    status: StatusUpdate,
    leg_id: str,
    message_id: str,
    attempt: int,
    now: datetime,
) -> Message | None:
    parked = ParkedMark(status.state, status.occurred_at, _failure(status))
    return deliveries.mark(mark_of(parked, leg_id, message_id, attempt, PROVIDER, now, status.external_id))


def mark_of(
    parked: ParkedMark,
    leg_id: str,
    message_id: str,
    attempt: int,
    actor: Actor,
    now: datetime,
    external_id: str | None = None,
) -> Mark:
    """A mark with the event it makes if it is news."""
    failure = parked.failure
    changed = MessageStateChanged(
        leg_id=leg_id,
        state=parked.state.value,
        attempt=attempt,
        failure={"code": failure.code, "class": failure.failure.value, "detail": failure.detail} if failure else None,
    )
    return Mark(
        leg_id=leg_id,
        message_id=message_id,
        state=parked.state,
        at=parked.at,
        recorded=Recorded((changed,), actor, now),
        attempt=attempt,
        external_id=external_id,
        failure=failure,
    )


def _failure(status: StatusUpdate) -> Failure | None:
    error = status.error
    return Failure(error.code, error.failure, error.detail, status.occurred_at) if error else None
