"""Ending the open sockets of an agent whose access or role has changed: a socket keeps the role it was opened in.

Rows alone are removed. Nothing is pushed to a socket without them, and nothing it says is heard: it is told to connect
anew, with a ticket that says what the agent is now.
"""

from dataclasses import dataclass
from typing import ClassVar

from chalicelib.domain.agent import Agent, Principal
from chalicelib.domain.errors import Kind, Refusal
from chalicelib.services.live_ports import SocketStore, TopicStore


class NotConnected(Refusal):
    """The socket is closed, or was ended."""

    code: ClassVar[str] = "not_connected"
    kind: ClassVar[Kind] = "unauthenticated"
    DETAIL: ClassVar[str] = "Connect anew, with a new ticket."

    def __init__(self) -> None:
        super().__init__(self.DETAIL)


def stands(principal: Principal, agent: Agent | None) -> bool:
    """Whether an agent is still who a ticket says. People without a record are what their token says."""
    return agent is None or (agent.enabled and agent.role is principal.role)


@dataclass(frozen=True, slots=True)
class Ending:
    topics: TopicStore
    sockets: SocketStore

    def end(self, agent: Agent) -> int:
        """End the sockets that are not what the agent, whose record is stored, is now: all, where access was taken
        away; else those opened in another role. Gives how many. Raises StoreUnavailable: then some may be open, and
        the same again ends them."""
        found = [one for one, role in self.sockets.opened(agent.id) if not (agent.enabled and role is agent.role)]
        for connection_id in found:
            self._end(agent.id, connection_id)
        return len(found)

    def _end(self, agent_id: str, connection_id: str) -> None:
        """What it follows is known until that is removed, and that it is the agent's until all is: wherever this stops,
        it can be done again."""
        socket = self.sockets.end(connection_id)
        if socket is not None:
            self.topics.leave(connection_id, socket.topics)
            for topic in socket.topics:
                self.topics.release(topic, agent_id)
            self.sockets.close(connection_id)
        self.sockets.forget(agent_id, connection_id)
