"""Escalation, taking over and briefs, made on first use: the API imports this, and most of its requests want none of it
(see `api`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib.domain.escalation import Path
from chalicelib.domain.events import ConversationAssigned, SlaBreached
from chalicelib.services.escalation import Escalating, Watching
from chalicelib.services.escalation_documents import published
from chalicelib.services.takeover import TakeOver

if TYPE_CHECKING:
    from chalicelib.aws.memory import Memory
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.services.brief import Briefs

# Paths change rarely; a change holds everywhere within this time.
PATHS_SECONDS = 15


@cache
def documents() -> DocumentStore:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.wiring.shared import desk

    return DocumentStore(desk(), "escalations")


@cache
def _memory() -> Memory:
    from chalicelib.aws.memory import Memory

    return Memory(PATHS_SECONDS, unknown_seconds=PATHS_SECONDS)


def paths() -> Sequence[Path]:
    """Those in force, remembered for a little while."""
    found: Sequence[Path] = _memory().recall(("paths",), lambda: published(documents())[0])
    return found


@cache
def escalating() -> Escalating:
    from chalicelib.wiring.routing import routing

    return Escalating(_desk(), routing(), paths)


@cache
def take_over() -> TakeOver:
    from chalicelib.wiring.routing import routing

    return TakeOver(_desk(), routing())


@cache
def watching() -> Watching:
    from chalicelib.wiring.timing import timers

    return Watching(timers(), paths)


@cache
def briefs() -> Briefs:
    from chalicelib.aws.stores.contacts import ContactStore
    from chalicelib.aws.stores.promises import PromiseStore
    from chalicelib.aws.stores.timeline import TimelineStore
    from chalicelib.services.brief import Briefs
    from chalicelib.wiring.routing import routing_store
    from chalicelib.wiring.service_levels import clock_store, level_rules
    from chalicelib.wiring.shared import desk

    table = desk()
    return Briefs(
        threads=_desk(),
        hands=routing_store(),
        contacts=ContactStore(table),
        clocks=clock_store(),
        events=TimelineStore(table),
        promises=PromiseStore(table),
        hours=level_rules().hours,
    )


def react(event: Mapping[str, Any], now: datetime) -> None:
    """What follows from what happened: a broken promise goes up, a new owner is briefed. Raises StoreUnavailable."""
    if event["type"] == SlaBreached.TYPE:
        escalating().react(event, now)
    elif event["type"] == ConversationAssigned.TYPE:
        briefs().react(event, now)


def _desk() -> DeskStore:
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.wiring.shared import desk

    return DeskStore(desk())
