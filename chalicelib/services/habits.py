"""Keeps when and by which channel customers begin conversations, from the news of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.habits import Opening, with_opening
from chalicelib.domain.ids import digest
from chalicelib.domain.writes import Written

ATTEMPTS = 5
_KEY_LENGTH = 10


class HabitStore(Protocol):
    def openings(self, contact_id: str) -> tuple[Sequence[Opening], int]: ...

    def put(self, contact_id: str, openings: Sequence[Opening], read_version: int) -> Written: ...


@dataclass(frozen=True, slots=True)
class HabitKeeping:
    store: HabitStore

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Once for each opening, however often and in whatever order it is told. Raises StoreUnavailable."""
        opening = opening_of(event)
        if opening is None:
            return
        contact_id = event["snapshot"]["contact_id"]
        for _ in range(ATTEMPTS):
            known, version = self.store.openings(contact_id)
            after = with_opening(known, opening)
            if after == tuple(known) or self.store.put(contact_id, after, version) is Written.DONE:
                return
        raise StoreUnavailable("too many writers at once")


def opening_of(event: Mapping[str, Any]) -> Opening | None:
    """None where it was not the customer who began, or nothing began."""
    began = event["type"] == "conversation.created"
    took_up = event["type"] == "conversation.status_changed" and event["data"].get("reason") == "reopened"
    if not (began or took_up) or event["actor"]["kind"] != "contact":
        return None
    told = event["snapshot"]
    key = digest(told["id"], str(told["episode"]))[:_KEY_LENGTH]
    return Opening(key, datetime.fromisoformat(told["opened_at"]), told["channel"])
