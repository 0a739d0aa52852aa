"""What live views are made of, for whoever pushes nothing; made on first use (see `api`)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.aws.stores.sockets import SocketStore
    from chalicelib.aws.stores.topics import TopicStore
    from chalicelib.aws.stores.viewing import RoomStore
    from chalicelib.aws.transaction import Desk
    from chalicelib.domain.agent import Agent
    from chalicelib.services.live_ending import Ending
    from chalicelib.services.live_following import Live


@cache
def live_table() -> Desk:
    from chalicelib.aws.clients import client
    from chalicelib.aws.transaction import Desk
    from chalicelib.wiring.shared import settings

    return Desk(client("dynamodb"), settings().live_table)


@cache
def topics() -> TopicStore:
    from chalicelib.aws.stores.topics import TopicStore

    return TopicStore(live_table())


@cache
def sockets() -> SocketStore:
    from chalicelib.aws.stores.sockets import SocketStore

    return SocketStore(live_table())


@cache
def rooms() -> RoomStore:
    from chalicelib.aws.stores.viewing import RoomStore

    return RoomStore(live_table())


def new_secret() -> str:
    """192 bits that nobody can guess."""
    import secrets

    return secrets.token_urlsafe(24)


@cache
def live() -> Live:
    from chalicelib.services.live_following import Live

    return Live(topics(), sockets(), new_secret, _agent)


@cache
def ending() -> Ending:
    from chalicelib.services.live_ending import Ending

    return Ending(topics(), sockets())


def _agent(agent_id: str) -> Agent | None:
    from chalicelib.aws.stores.agent_reader import AgentReader
    from chalicelib.wiring.shared import desk

    return AgentReader(desk()).get(agent_id)
