"""What happens to promises that customers were told. `domain/events.py` has them all; the promise is in `snapshot`."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade:
    """A customer was told that something happens by `due_at`."""

    TYPE: ClassVar[str] = "promise.made"
    conversation_id: str
    promise: str
    due_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseKept:
    """It happened in time, at `kept_at`."""

    TYPE: ClassVar[str] = "promise.kept"
    conversation_id: str
    promise: str
    kept_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBroken:
    """It had not happened when its time was up, at `broken_at`, whenever that was noticed."""

    TYPE: ClassVar[str] = "promise.broken"
    conversation_id: str
    promise: str
    broken_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseCancelled:
    """There is nothing left to promise: taken back, or what it was about is over."""

    TYPE: ClassVar[str] = "promise.cancelled"
    conversation_id: str
    promise: str
    cancelled_at: str
