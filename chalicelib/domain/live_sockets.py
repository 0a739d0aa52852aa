"""Sockets, who follows which topic with them, and what became of a frame."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.agent import Principal


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


class Pushed(StrEnum):
    """What became of a frame: `gone` where the socket is closed, `late` where it did not take it in time."""

    TAKEN = "taken"
    GONE = "gone"
    LATE = "late"
