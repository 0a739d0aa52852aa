"""What live views are made of, as their use cases see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from chalicelib.domain.agent import Principal
from chalicelib.domain.live import Entry


@dataclass(frozen=True, slots=True)
class Listener:
    """A socket that follows a topic. A `slow` one is told numbers only, and fetches what it wants."""

    connection_id: str
    principal: Principal
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Following:
    """Who follows a topic: `kept` where somebody who is not connected now may come back for it."""

    listeners: tuple[Listener, ...] = ()
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Lease:
    """Since when a topic has been kept going for somebody without a break, and until when."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Socket:
    """An open socket. `topics`: what it follows; `slow`: of which it is told numbers only."""

    connection_id: str
    principal: Principal
    connected_at: datetime
    topics: tuple[str, ...] = ()
    slow: frozenset[str] = field(default_factory=frozenset)


class TopicStore(Protocol):
    """Topics and their entries. Everything may be lost; then clients begin anew, and know it."""

    def following(self, topic: str, now: datetime) -> Following: ...

    def append(self, topic: str, changes: Sequence[Mapping[str, Any]], now: datetime) -> Entry:
        """The next entry. Raises StoreUnavailable."""

    def newest(self, topic: str) -> int | None:
        """The number of the newest entry."""

    def entries(self, topic: str, after: int, limit: int) -> Sequence[Entry]:
        """From a number on, itself included where it is still there; oldest first."""

    def lease(self, topic: str, principal_id: str) -> Lease | None: ...

    def keep(self, topic: str, principal_id: str, lease: Lease) -> None: ...

    def listen(self, topic: str, listener: Listener, until: datetime) -> None: ...

    def leave(self, connection_id: str, topics: Sequence[str]) -> None: ...


class SocketStore(Protocol):
    def put_ticket(self, secret: str, principal: Principal, until: datetime) -> None: ...

    def take_ticket(self, secret: str, now: datetime) -> Principal | None:
        """Whose it is; a ticket is good once."""

    def open(self, socket: Socket, until: datetime) -> None: ...

    def socket(self, connection_id: str) -> Socket | None: ...

    def save(self, socket: Socket, until: datetime) -> None: ...

    def close(self, connection_id: str) -> None: ...


class Pushed(StrEnum):
    """What became of a frame: `gone` where the socket is closed, `late` where it did not take it in time."""

    TAKEN = "taken"
    GONE = "gone"
    LATE = "late"


class Pusher(Protocol):
    def push(self, frames: Sequence[tuple[str, bytes]]) -> Sequence[Pushed]:
        """Each (connection, frame), side by side; the outcomes in the same order. Never raises."""
