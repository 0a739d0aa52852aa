"""Open sockets: what clients may say on them, and what is pushed."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import Any

from chalicelib.aws.connections import Connections
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.live_sockets import Socket
from chalicelib.services.live_frames import Act, Frames
from chalicelib.wiring.live_stores import live, live_table, sockets, topics
from chalicelib.wiring.shared import desk, settings


def _socket_client() -> Any:
    from chalicelib.aws.clients import client_at

    return client_at("apigatewaymanagementapi", settings().sockets_endpoint)


@cache
def pusher() -> Connections:
    return Connections(_socket_client)


def _alive(agent_id: str, now: datetime) -> None:
    from chalicelib.aws.stores.routing import RoutingStore
    from chalicelib.services.presence import PresenceKeeping
    from chalicelib.wiring.timing import timers

    PresenceKeeping(RoutingStore(desk()), timers()).alive(agent_id, now)


def owner_of(conversation_id: str) -> str | None:
    """Whose a conversation is."""
    from chalicelib.aws.stores.desk import DeskStore

    found = DeskStore(desk()).conversation(conversation_id)
    return found.assignee_id if found else None


@cache
def acts() -> Mapping[str, Act]:
    """What else clients may say: an action more is a row more."""
    from chalicelib.wiring.viewing import agent_typing, composer_lock, viewing

    return {"typing": agent_typing().say, "view": viewing().view, "take": composer_lock().take_over}


def _looks_on(socket: Socket, now: datetime) -> None:
    from chalicelib.wiring.viewing import viewing

    viewing().alive(socket, now)


@cache
def frames() -> Frames:
    return Frames(live(), _alive, acts(), _looks_on)


def disconnected(connection_id: str, now: datetime) -> None:
    """A socket is closed: it shows nothing and follows nothing. Presence is as the last sign of life left it."""
    from chalicelib.wiring.viewing import viewing

    with suppress(StoreUnavailable):
        viewing().closed(connection_id, now)
    live().disconnect(connection_id)


__all__ = ["acts", "disconnected", "frames", "live", "live_table", "owner_of", "pusher", "sockets", "topics"]
