"""What a store is asked for, and what it gives: pages, threads, legs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chalicelib.domain.conversation import Conversation, LegHead, Reach
from chalicelib.domain.ids import next_id, previous_id
from chalicelib.domain.message import Message
from chalicelib.domain.note import Note

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FoundLeg:
    """A leg's head, and which of the sender's addresses do not lead to it yet."""

    head: LegHead
    new_addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LegAddress:
    """Where a leg's answers go."""

    inbox_id: str
    address: str
    reach: Reach | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `next` is where the following one starts (opaque to services), None at the end."""

    items: Sequence[T]
    next: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ViewQuery:
    """One list: `kind` owner (key: agent id), unassigned, all, inbox or team (key: its id); and a status."""

    kind: str
    key: str
    status: str
    limit: int
    start: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ThreadQuery:
    """A page of a thread: the newest, or those before or after the time of an entry (a message's or a note's id)."""

    conversation_id: str
    limit: int
    before: str | None = None
    after: str | None = None

    @property
    def is_newest(self) -> bool:
        return self.before is None and self.after is None

    def bounds(self, prefix: str) -> tuple[str, str]:
        """The first and last id (both included) that the page may hold, for ids with this prefix."""
        first = next_id(prefix, self.after) if self.after else f"{prefix}_"
        last = previous_id(prefix, self.before) if self.before else f"{prefix}_~"
        return first, last


@dataclass(frozen=True, slots=True)
class Thread:
    """A page's parts, unsorted; each list may hold one more than the page, which tells that there is more."""

    conversation: Conversation
    messages: Sequence[Message]
    notes: Sequence[Note]
