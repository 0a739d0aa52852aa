"""Scheduled messages and closings, made on first use: the API imports this, and most of its requests want none of it
(see `api`)."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.services.scheduled import Cancelling, DueMessages

if TYPE_CHECKING:
    from chalicelib.aws.stores.scheduled import ScheduledStore
    from chalicelib.services.closing import Closings


@cache
def store() -> ScheduledStore:
    from chalicelib.aws.stores.scheduled import ScheduledStore
    from chalicelib.wiring.shared import desk

    return ScheduledStore(desk())


@cache
def cancelling() -> Cancelling:
    return Cancelling(store())


@cache
def due_messages() -> DueMessages:
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.aws.stores.replies import ReplyStore
    from chalicelib.wiring.shared import desk, known_inboxes

    return DueMessages(store(), ReplyStore(desk()), known_inboxes(), DeskStore(desk()))


@cache
def closings() -> Closings:
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.aws.stores.replies import ReplyStore
    from chalicelib.services.closing import Closings
    from chalicelib.wiring import routing
    from chalicelib.wiring.known_rules import rule_facts
    from chalicelib.wiring.shared import desk, known_inboxes
    from chalicelib.wiring.timing import timers
    from chalicelib.wiring.waits import promise_store

    return Closings(
        store=DeskStore(desk()),
        replies=ReplyStore(desk()),
        inboxes=known_inboxes(),
        scheduled=store(),
        promises=promise_store(),
        facts=rule_facts(),
        policy=routing.routing().rules.policy,
        timers=timers(),
    )


def send(subject: str, epoch: int, at: datetime) -> None:
    """A timer's call: routing's starts do not pay for it."""
    due_messages().send(subject, epoch, at)


def close(conversation_id: str, epoch: int, at: datetime) -> None:
    """A timer's call."""
    closings().close(conversation_id, epoch, at)
