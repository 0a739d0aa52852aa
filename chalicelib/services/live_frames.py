"""What clients say on a socket, and what they are answered. docs/live.md and the AsyncAPI document are its contract."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.errors import InvalidInput, Refusal
from chalicelib.domain.live import MAX_TOPICS, cursor_from
from chalicelib.domain.live_sockets import Socket
from chalicelib.services.live_ending import NotConnected
from chalicelib.services.live_following import Live, cursor

MAX_FRAME = 32 * 1024
MAX_REQUEST = 64

# Called with the socket, the frame, and the time; gives the answer, or None where there is nothing to say.
Act = Callable[[Socket, Mapping[str, Any], datetime], Mapping[str, Any] | None]


def _nothing(_socket: Socket, _now: datetime) -> None:
    """Nobody looks at anything."""


@dataclass(frozen=True, slots=True)
class Frames:
    live: Live
    # A sign of life of an agent.
    alive: Callable[[str, datetime], object]
    # What else may be said, by the frame's `action`.
    acts: Mapping[str, Act]
    # Whoever looks at something goes on looking.
    looks_on: Callable[[Socket, datetime], object] = _nothing

    def answer(self, connection_id: str, body: str, now: datetime) -> Mapping[str, Any] | None:
        """The answer to one frame; None where it wants none, or the socket is not known. Raises StoreUnavailable."""
        socket = self.live.sockets.socket(connection_id)
        if socket is None:
            return {"type": "error", "code": NotConnected.code, "detail": NotConnected.DETAIL}
        request: str | None = None
        try:
            frame = _frame(body)
            request = _request(frame)
            act = self._acts.get(frame.get("action", ""))
            if act is None:
                raise InvalidInput(f"There are the actions {', '.join(sorted(self._acts))}.", field="action")
            answer = act(socket, frame, now)
        except Refusal as refusal:
            answer = {"type": "error", "code": refusal.code, "detail": refusal.detail, "field": refusal.field}
        if answer is None or request is None:
            return answer
        return {**answer, "request": request}

    @property
    def _acts(self) -> Mapping[str, Act]:
        return {"follow": self._follow, "leave": self._leave, "ping": self._ping, **self.acts}

    def _follow(self, socket: Socket, frame: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
        caught = self.live.follow(socket, _wanted(frame), now)
        return {
            "type": "followed",
            "as_of": now.isoformat(),
            "topics": [one.wire(socket.principal) for one in caught],
            "cursor": cursor(caught),
        }

    def _leave(self, socket: Socket, frame: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
        topics = frame.get("topics")
        if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
            raise InvalidInput("topics is a list of topics.", field="topics")
        self.live.leave(socket, topics)
        return {"type": "left", "topics": topics}

    def _ping(self, socket: Socket, frame: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
        if socket.principal.kind == "agent":
            self.alive(socket.principal.id, now)
        self.looks_on(socket, now)
        return self.live.ping(socket, _seqs(frame.get("seqs", {})), now)


def _frame(body: str) -> Mapping[str, Any]:
    if len(body) > MAX_FRAME:
        raise InvalidInput(f"A frame has at most {MAX_FRAME} characters.", field="action")
    try:
        frame = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("A frame is a JSON object.", field="action") from error
    if not isinstance(frame, dict) or not isinstance(frame.get("action", ""), str):
        raise InvalidInput("A frame is a JSON object with an action.", field="action")
    return frame


def _request(frame: Mapping[str, Any]) -> str | None:
    request = frame.get("request")
    if request is not None and (not isinstance(request, str) or len(request) > MAX_REQUEST):
        raise InvalidInput(f"request is a text of at most {MAX_REQUEST} characters.", field="request")
    return request


def _wanted(frame: Mapping[str, Any]) -> dict[str, str | None]:
    """Topics with their places: those named, and those of a cursor. Raises InvalidInput."""
    topics, after = frame.get("topics", {}), frame.get("after")
    if isinstance(topics, list):
        topics = {topic if isinstance(topic, str) else "": None for topic in topics}
    if not isinstance(topics, dict) or not all(place is None or isinstance(place, str) for place in topics.values()):
        raise InvalidInput("topics is a list of topics, or an object of topics and places.", field="topics")
    if after is None:
        return topics
    if not isinstance(after, str):
        raise InvalidInput("after is the cursor of an earlier answer.", field="after")
    return {**{topic: str(place) for topic, place in cursor_from(after).items()}, **topics}


def _seqs(seqs: object) -> dict[str, int]:
    numbers = isinstance(seqs, dict) and all(
        isinstance(seq, int) and not isinstance(seq, bool) and 0 <= seq < 10**18 for seq in seqs.values()
    )
    if not isinstance(seqs, dict) or not numbers or len(seqs) > MAX_TOPICS:
        raise InvalidInput("seqs is an object of topics and the numbers you have.", field="seqs")
    return seqs
