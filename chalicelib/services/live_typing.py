"""Typing, both ways: what agents say on their sockets, and what goes to whoever looks. Nothing of it is an entry.

What an agent writes to the customer is told to the customer the way the REST API tells it, by a record of the queue
`signals`. What they write to colleagues (a note) goes to colleagues' sockets alone: no record is made of it.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.errors import InvalidInput, StoreUnavailable
from chalicelib.domain.live_sockets import Socket
from chalicelib.domain.live_topics import visitor_topic
from chalicelib.domain.typing_signs import AGENT_TYPING, CONTACT_TYPING, TYPING_FOR, typing_frame, visitor_frame
from chalicelib.domain.viewing import CUSTOMER_EVERY, NOTE, REPLY, TYPING_EVERY, Viewer, lock_frame
from chalicelib.services.live_passing import Passing
from chalicelib.services.viewing import Viewing
from chalicelib.services.viewing_lock import ComposerLock
from chalicelib.services.viewing_ports import agent_only, conversation_of, topic_of

WEB_CHAT = "web_chat"
# Told to the customer: whose socket, which conversation, the time, and whether they write or have stopped.
TellCustomer = Callable[[Socket, str, datetime, bool], object]


@dataclass(frozen=True, slots=True)
class AgentTyping:
    """The action `typing`."""

    viewing: Viewing
    lock: ComposerLock
    passing: Passing
    tell_customer: TellCustomer

    def say(self, socket: Socket, frame: Mapping[str, Any], now: datetime) -> Mapping[str, Any] | None:
        """`{"action": "typing", "conversation_id", "on", "composing": "reply" or "note"}`. For a reply the answer is
        who holds the composer; what comes too soon after the last has none. Raises InvalidInput, NotPermitted,
        ConversationNotFound, StoreUnavailable."""
        agent_only(socket)
        conversation_id, composing, on = conversation_of(socket, frame), _composing(frame), _is_on(frame)
        viewer = self.viewing.present(socket, conversation_id, now)
        if on:
            return self._begun(socket, conversation_id, viewer, composing, now)
        self._stopped(socket, conversation_id, viewer, now)
        return None

    def _begun(
        self, socket: Socket, conversation_id: str, viewer: Viewer, composing: str, now: datetime
    ) -> Mapping[str, Any] | None:
        if viewer.composing_until is not None and viewer.composing_until - TYPING_FOR + TYPING_EVERY > now:
            return None
        until = now + TYPING_FOR
        viewer = replace(viewer, composing=composing, composing_until=until)
        if composing == REPLY and (viewer.told_at is None or now - viewer.told_at >= CUSTOMER_EVERY):
            viewer = replace(viewer, told_at=now)
            self._tell_customer(socket, conversation_id, now, on=True)
        self.viewing.rooms.stay(conversation_id, viewer)
        lock = self.lock.hold(socket, conversation_id, now) if composing == REPLY else None
        self._tell(socket, conversation_id, composing, until, now)
        return lock_frame(conversation_id, lock) if lock else None

    def _stopped(self, socket: Socket, conversation_id: str, viewer: Viewer, now: datetime) -> None:
        composing = viewer.composing
        if composing is None:
            return
        self.viewing.rooms.stay(conversation_id, replace(viewer, composing=None))
        if composing == REPLY:
            self.lock.free(conversation_id, socket.principal.id, now, but=socket.connection_id)
            self._tell_customer(socket, conversation_id, now, on=False)
        self._tell(socket, conversation_id, composing, now, now)

    def _tell_customer(self, socket: Socket, conversation_id: str, now: datetime, *, on: bool) -> None:
        """Raises ConversationNotFound. A sign that cannot be passed on now is worth nothing later."""
        with suppress(StoreUnavailable):
            self.tell_customer(socket, conversation_id, now, on)

    def _tell(self, socket: Socket, conversation_id: str, composing: str, until: datetime, now: datetime) -> None:
        who = {"kind": "agent", "id": socket.principal.id, "name": socket.principal.name}
        frame = typing_frame(conversation_id, who, composing, until)
        self.passing.tell(topic_of(conversation_id), frame, now, but=socket.connection_id)


@dataclass(frozen=True, slots=True)
class TypingRelay:
    """Records of the queue `signals` that say who types, to the sockets of those who look."""

    passing: Passing
    owner_of: Callable[[str], str | None]

    def relay(self, sign: Mapping[str, Any], now: datetime) -> int:
        """How many sockets were told: none of what is over by now, or of what is no typing."""
        act = {AGENT_TYPING: self._agent, CONTACT_TYPING: self._contact}.get(sign["type"])
        data = sign["data"]
        if act is None or "until" not in data or now - datetime.fromisoformat(sign["occurred_at"]) >= TYPING_FOR:
            return 0
        return act(data, datetime.fromisoformat(data["until"]), now)

    def _agent(self, data: Mapping[str, Any], until: datetime, now: datetime) -> int:
        told = 0
        if data["channel"] == WEB_CHAT:
            told += self.passing.tell(visitor_topic(data["leg_id"]), visitor_frame(data["name"], until), now)
        if not data["told"]:
            who = {"kind": "agent", "id": data["agent_id"], "name": data["name"]}
            frame = typing_frame(data["conversation_id"], who, REPLY, until)
            told += self.passing.tell(topic_of(data["conversation_id"]), frame, now)
        return told

    def _contact(self, data: Mapping[str, Any], until: datetime, now: datetime) -> int:
        """To who has it open, and to whose it is: their list shows it too."""
        who = {"kind": "contact", "id": data["contact_id"], "name": data["name"]}
        frame = typing_frame(data["conversation_id"], who, "message", until)
        told = self.passing.tell(topic_of(data["conversation_id"]), frame, now)
        owner = self.owner_of(data["conversation_id"])
        return told + (self.passing.tell(f"work:{owner}", frame, now) if owner else 0)


def _composing(frame: Mapping[str, Any]) -> str:
    composing = frame.get("composing", REPLY)
    if composing not in (REPLY, NOTE):
        raise InvalidInput("composing is reply or note.", field="composing")
    return str(composing)


def _is_on(frame: Mapping[str, Any]) -> bool:
    on = frame.get("on", True)
    if not isinstance(on, bool):
        raise InvalidInput("on is true or false.", field="on")
    return on
