"""What is to be sent: in order for each lane (a conversation), each under an id of its own, until the desk has it.

The id goes with the request, and the desk does a thing once for each id. So whatever became of an attempt, sending the
same again is right, and never sends twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from parley_live.times import Chance, back_off

# Not the fault of what was sent: not signed in (any more), too slow, too many, not now.
PASSING = frozenset({401, 408, 425, 429})


@dataclass(slots=True)
class Send:
    """`path` and `body` as the REST API takes them; `body` has `client_id`, which is `id`."""

    id: str
    lane: str
    method: str
    path: str
    body: Mapping[str, Any]
    attempts: int = 0
    due_at: int = 0
    flying: bool = False

    def effect(self) -> dict[str, Any]:
        return {"do": "send", "id": self.id, "method": self.method, "path": self.path, "body": self.body}


class Outbox:
    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self.waiting: list[Send] = []

    def add(self, send: Send) -> None:
        """Once for each id."""
        if all(send.id != other.id for other in self.waiting):
            self.waiting.append(send)

    def due(self, now: int) -> list[Send]:
        """Those to send now: the first of each lane, where it is due and not on its way."""
        first = {send.lane: send for send in reversed(self.waiting)}
        ready = [send for send in self.waiting if send is first[send.lane] and not send.flying and send.due_at <= now]
        for send in ready:
            send.flying, send.attempts = True, send.attempts + 1
        return ready

    def answered(self, identifier: str, status: int | None, now: int) -> str | None:
        """`sent`, `failed`, or None where it is tried again. `status` None: there was no answer."""
        send = next((each for each in self.waiting if each.id == identifier and each.flying), None)
        if send is None:
            return None
        send.flying = False
        if status is None or status in PASSING or status >= 500:
            send.due_at = now + back_off(send.attempts, self._chance)
            return None
        self.waiting.remove(send)
        return "sent" if status < 300 else "failed"

    def hurry(self, now: int) -> None:
        """The line is there again: nothing waits any longer."""
        for send in self.waiting:
            send.due_at = min(send.due_at, now)

    def next_at(self) -> int | None:
        first = {send.lane: send for send in reversed(self.waiting)}
        return min((send.due_at for send in first.values() if not send.flying), default=None)

    def snapshot(self) -> list[dict[str, Any]]:
        """What was on its way may or may not have arrived: it is sent again."""
        return [{**asdict(send), "attempts": 0, "due_at": 0, "flying": False} for send in self.waiting]

    def restore(self, sends: Iterable[Mapping[str, Any]]) -> None:
        self.waiting = [Send(**send) for send in sends]
