"""What live views are made of, as their use cases see it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.live import Entry
from chalicelib.domain.live_sockets import Following, Lease, Listener, Pushed, Socket


class TopicStore(Protocol):
    """Topics and their entries. Everything may be lost; then clients begin anew, and know it."""

    def following(self, topic: str, now: datetime) -> Following: ...

    def append(self, topic: str, changes: Sequence[Mapping[str, Any]], now: datetime) -> Entry:
        """The next entry. Raises StoreUnavailable."""

    def clear(self, topic: str, now: datetime) -> None:
        """Remove every entry: whoever comes back begins anew. Raises StoreUnavailable."""

    def newest(self, topic: str) -> int | None:
        """The number of the newest entry."""

    def entries(self, topic: str, after: int, limit: int) -> Sequence[Entry]:
        """From a number on, itself included where it is still there; oldest first."""

    def lease(self, topic: str, principal_id: str) -> Lease | None: ...

    def keep(self, topic: str, principal_id: str, lease: Lease) -> None: ...

    def release(self, topic: str, principal_id: str) -> None:
        """They want it kept going no more."""

    def listen(self, topic: str, listener: Listener, until: datetime) -> None: ...

    def leave(self, connection_id: str, topics: Sequence[str]) -> None: ...


class SocketStore(Protocol):
    def put_ticket(self, secret: str, principal: Principal, until: datetime) -> None: ...

    def take_ticket(self, secret: str, now: datetime) -> Principal | None:
        """Whose it is; a ticket is good once."""

    def open(self, socket: Socket, until: datetime) -> None: ...

    def opened(self, agent_id: str) -> Sequence[tuple[str, Role]]:
        """All sockets of an agent, each with the role it was opened in; some may be closed."""

    def socket(self, connection_id: str) -> Socket | None:
        """None where it is closed or being ended."""

    def save(self, before: Socket, after: Socket, until: datetime) -> bool:
        """False where it is closed or being ended, or follows other topics by now than it did `before`."""

    def end(self, connection_id: str) -> Socket | None:
        """Begin to end it: from now on it is not open to anybody, and changes no more. As it was, until closed."""

    def close(self, connection_id: str) -> None: ...

    def forget(self, agent_id: str, connection_id: str) -> None:
        """It is the agent's no more: the last step of ending it."""


class Pusher(Protocol):
    def push(self, frames: Sequence[tuple[str, bytes]]) -> Sequence[Pushed]:
        """Each (connection, frame), side by side; the outcomes in the same order. Never raises."""
