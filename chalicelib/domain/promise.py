"""What a customer was told will happen by when, and whether it did.

A promise is kept where what was promised happened in time, broken the second its time is up, cancelled where there is
nothing left to promise. What is known of it may come late, twice and in any order: whichever happened first decides, so
the end is always the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import Refusal

MAX_TEXT = 500


class PromiseNotFound(Refusal):
    code = "promise_not_found"
    kind = "missing"


class PromiseKind(StrEnum):
    """`wait`: that somebody takes it up by then, told by the desk itself; `agent`: what an agent said they would do."""

    WAIT = "wait"
    AGENT = "agent"


class PromiseState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Promise:
    """`text` is what was told, `channel` where; `position` the place in the queue that was told with it. `settled_at`:
    when it was kept or cancelled; of a broken one, when its time was up. `reason` says what settled it."""

    id: str
    conversation_id: str
    kind: PromiseKind
    text: str
    told_at: datetime
    due_at: datetime
    made_by: Actor
    channel: str = ""
    position: int | None = None
    state: PromiseState = PromiseState.OPEN
    settled_at: datetime | None = None
    reason: str = ""
    version: int = 1


def wait_promise_id(conversation_id: str, waiting_since: datetime) -> str:
    """One for each wait of a customer, however often the conversation changes queues meanwhile."""
    return f"prm_{ids.time_part(waiting_since)}{ids.digest(conversation_id, PromiseKind.WAIT.value)}"


def agent_promise_id(conversation_id: str, agent_id: str, text: str, due_at: datetime) -> str:
    """The same promise told twice is one."""
    return f"prm_{ids.time_part(due_at)}{ids.digest(conversation_id, agent_id, text)}"


def done(promise: Promise, at: datetime, reason: str) -> Promise | None:
    """After it is known that what was promised happened at `at`; None where that changes nothing."""
    if at < promise.told_at or _settled_before(promise, at, PromiseState.KEPT):
        return None
    return _settled(promise, PromiseState.KEPT, at, reason)


def void(promise: Promise, at: datetime, reason: str) -> Promise | None:
    """After it is known that there was nothing left to promise at `at`; None where that changes nothing."""
    if at < promise.told_at or _settled_before(promise, at, PromiseState.CANCELLED):
        return None
    return _settled(promise, PromiseState.CANCELLED, at, reason)


def overdue(promise: Promise, now: datetime) -> Promise | None:
    """Broken where its time is up and nothing is known that settles it."""
    if promise.state is not PromiseState.OPEN or now < promise.due_at:
        return None
    return _broken(promise)


def _settled_before(promise: Promise, at: datetime, state: PromiseState) -> bool:
    """Whether what is known already came first: of two things at one moment it is kept."""
    if promise.state is PromiseState.BROKEN:
        return at > promise.due_at
    if promise.settled_at is None:
        return False
    if promise.settled_at == at:
        return promise.state in (PromiseState.KEPT, state)
    return promise.settled_at < at


def _settled(promise: Promise, state: PromiseState, at: datetime, reason: str) -> Promise:
    if at > promise.due_at:
        return _broken(promise)
    return replace(promise, state=state, settled_at=at, reason=reason, version=promise.version + 1)


def _broken(promise: Promise) -> Promise:
    return replace(
        promise,
        state=PromiseState.BROKEN,
        settled_at=promise.due_at,
        reason="time_up",
        version=promise.version + 1,
    )


def promise_snapshot(promise: Promise) -> Mapping[str, Any]:
    """As its events show it."""
    return {
        "id": promise.id,
        "conversation_id": promise.conversation_id,
        "kind": promise.kind.value,
        "state": promise.state.value,
        "text": promise.text,
        "channel": promise.channel,
        "position": promise.position,
        "made_by": {"kind": promise.made_by.kind, "id": promise.made_by.id},
        "told_at": promise.told_at.isoformat(),
        "due_at": promise.due_at.isoformat(),
        "settled_at": promise.settled_at.isoformat() if promise.settled_at else None,
        "reason": promise.reason,
    }
