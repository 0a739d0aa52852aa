"""What viewing is made of, as its use cases see it, and what they read of a client's frame."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.errors import InvalidInput, NotPermitted
from chalicelib.domain.live import CONVERSATION, check_topic
from chalicelib.domain.live_sockets import Socket
from chalicelib.domain.viewing import Lock, Room, Viewer


class RoomStore(Protocol):
    """Who looks at what. Everything may be lost, and ends by itself."""

    def room(self, conversation_id: str) -> Room: ...

    def viewer(self, conversation_id: str, connection_id: str) -> Viewer | None: ...

    def enter(self, conversation_id: str, viewer: Viewer) -> None:
        """Write a viewer, and that their socket shows this conversation."""

    def stay(self, conversation_id: str, viewer: Viewer) -> None:
        """Write a viewer who is still there; who has left meanwhile stays away."""

    def leave(self, conversation_id: str, connection_id: str) -> None: ...

    def viewed(self, connection_id: str) -> str | None:
        """The conversation that a socket shows."""

    def forget(self, connection_id: str) -> None:
        """A socket shows nothing any more."""

    def lock(self, conversation_id: str) -> Lock | None: ...

    def take(self, conversation_id: str, lock: Lock, now: datetime, *, by_force: bool = False) -> bool:
        """Whether it is theirs now; not where another agent holds it, unless `by_force`."""

    def free(self, conversation_id: str, agent_id: str, connection_id: str | None = None) -> bool:
        """Whether this agent (by this socket, if one is named) held it until now."""


def agent_only(socket: Socket) -> None:
    """Raises NotPermitted."""
    if socket.principal.kind != "agent":
        raise NotPermitted("This is for agents.", field="action")


def conversation_of(socket: Socket, frame: Mapping[str, Any]) -> str:
    """The conversation that a frame names. Raises InvalidInput."""
    identifier = frame.get("conversation_id")
    if not isinstance(identifier, str):
        raise InvalidInput("conversation_id is the id of a conversation.", field="conversation_id")
    check_topic(topic_of(identifier), socket.principal, "conversation_id")
    return identifier


def topic_of(conversation_id: str) -> str:
    return f"{CONVERSATION}:{conversation_id}"
