"""How events are kept inside their aggregate, and how they leave: one form each."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from chalicelib.domain.events import Event
from chalicelib.domain.ids import digest

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Actor:
    """Whose doing it was: agent, contact, api, provider, system."""

    kind: str
    id: str | None = None


SYSTEM = Actor("system")


def entry(event: Event, actor: Actor, at: datetime) -> dict[str, Any]:
    """How an event is written inside its aggregate's item; `envelope` completes it on the way out."""
    data = {name: getattr(event, name) for name in (field.name for field in fields(event))}
    return {"type": event.TYPE, "at": at.isoformat(), "by": [actor.kind, actor.id], "data": data}


def envelope(
    stored: Mapping[str, Any],
    *,
    kind: str,
    identifier: str,
    version: int,
    place: int,
    snapshot: Mapping[str, Any],
) -> dict[str, Any]:
    """The wire form of a stored entry. The same change makes the same id, however often it is read."""
    actor_kind, actor_id = stored["by"]
    return {
        "id": f"evt_{digest(kind, identifier, str(version), str(place))}",
        "type": stored["type"],
        "version": SCHEMA_VERSION,
        "occurred_at": stored["at"],
        "aggregate": {"kind": kind, "id": identifier, "version": version},
        "actor": {"kind": actor_kind, "id": actor_id},
        "data": stored["data"],
        "snapshot": snapshot,
    }
