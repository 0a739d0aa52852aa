"""Who looks at what, and who types; made on first use (see `api`)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.services.looking import Looking
from chalicelib.wiring.live_stores import live_table, rooms, sockets, topics

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.live_sockets import Socket
    from chalicelib.services.live_passing import Passing
    from chalicelib.services.live_typing import AgentTyping, TypingRelay
    from chalicelib.services.viewing import Viewing
    from chalicelib.services.viewing_lock import ComposerLock


@cache
def looking() -> Looking:
    return Looking(rooms())


@cache
def passing() -> Passing:
    from chalicelib.services.live_passing import Passing
    from chalicelib.wiring.sockets import pusher

    return Passing(topics(), sockets(), pusher())


@cache
def viewing() -> Viewing:
    from chalicelib.services.viewing import Viewing

    return Viewing(rooms(), passing())


@cache
def composer_lock() -> ComposerLock:
    from chalicelib.services.viewing_lock import ComposerLock

    return ComposerLock(rooms(), passing())


@cache
def agent_typing() -> AgentTyping:
    from chalicelib.services.live_typing import AgentTyping

    return AgentTyping(viewing(), composer_lock(), passing(), _tell_customer)


def _tell_customer(socket: Socket, conversation_id: str, now: datetime, on: bool) -> None:
    from chalicelib.aws.clients import client
    from chalicelib.aws.queues import Signals
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.aws.stores.live import Live
    from chalicelib.services.desk import signal_typing
    from chalicelib.wiring.shared import desk, settings

    live, signals = Live(live_table()), Signals(client("sqs"), settings().signals_sqs_url)
    signal_typing(DeskStore(desk()), live, signals, socket.principal, conversation_id, now, on=on, told=True)


@cache
def typing_relay() -> TypingRelay:
    from chalicelib.services.live_typing import TypingRelay
    from chalicelib.wiring.sockets import owner_of

    return TypingRelay(passing(), owner_of)
