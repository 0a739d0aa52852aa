"""Waits, what is told of them, and promises; made on first use (see `api`)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.services.promises import PromiseKeeping
from chalicelib.services.waits import Forecasts, WaitKeeping

if TYPE_CHECKING:
    from chalicelib.aws.stores.promises import PromiseStore
    from chalicelib.aws.stores.waits import Arrivals, WaitStore
    from chalicelib.services.gauges import Gauges
    from chalicelib.services.pressing import Pressing
    from chalicelib.services.telling import Telling
    from chalicelib.services.waiting_room import WaitingRoom

# What was measured changes little within a minute; who waits where, within seconds.
MEASURED_SECONDS = 60
LINE_SECONDS = 5
TOLD_SECONDS = 600


@cache
def wait_store() -> WaitStore:
    from chalicelib.aws.stores.waits import WaitStore
    from chalicelib.wiring.shared import desk

    return WaitStore(desk())


@cache
def promise_store() -> PromiseStore:
    from chalicelib.aws.stores.promises import PromiseStore
    from chalicelib.wiring.shared import desk

    return PromiseStore(desk())


@cache
def arrivals() -> Arrivals:
    from chalicelib.aws.clients import client
    from chalicelib.aws.stores.waits import Arrivals
    from chalicelib.aws.transaction import Desk
    from chalicelib.wiring.shared import settings

    return Arrivals(Desk(client("dynamodb"), settings().live_table))


@cache
def forecasts() -> Forecasts:
    from chalicelib.aws.memory import Memory

    return Forecasts(wait_store(), Memory(MEASURED_SECONDS, unknown_seconds=MEASURED_SECONDS).recall)


@cache
def gauges() -> Gauges:
    from chalicelib.services.gauges import Gauges

    return Gauges(wait_store(), arrivals(), forecasts())


@cache
def keeping() -> WaitKeeping:
    """Of waits, by what happens to conversations."""
    from chalicelib.wiring.routing import routing
    from chalicelib.wiring.timing import timers

    return WaitKeeping(wait_store(), arrivals(), timers(), routing().rules.policy)


@cache
def pressing() -> Pressing:
    from chalicelib.services.pressing import Pressing
    from chalicelib.wiring.routing import routing

    return Pressing(routing().store, routing().rules.policy)


@cache
def promises() -> PromiseKeeping:
    from chalicelib.wiring.timing import timers

    return PromiseKeeping(promise_store(), timers())


@cache
def telling() -> Telling:
    from chalicelib.aws.stores.replies import ReplyStore
    from chalicelib.services.telling import Telling
    from chalicelib.wiring.routing import routing
    from chalicelib.wiring.shared import desk, known_inboxes

    made = routing()
    return Telling(
        waits=wait_store(),
        promises=promise_store(),
        replies=ReplyStore(desk()),
        inboxes=known_inboxes(),
        contacts=made.facts.contacts,
        forecasts=forecasts(),
        rules=made.rules,
    )


@cache
def waiting_room() -> WaitingRoom:
    from chalicelib.aws.memory import Memory
    from chalicelib.channels.web_chat import NAME
    from chalicelib.services.waiting_room import WaitingRoom

    return WaitingRoom(
        waits=wait_store(),
        promises=promise_store(),
        forecasts=forecasts(),
        recall=Memory(LINE_SECONDS, unknown_seconds=LINE_SECONDS).recall,
        recall_told=Memory(TOLD_SECONDS, size=10_000).recall,
        channel=NAME,
    )
