"""Escalation, taking over and briefs, made on first use: the API imports this, and most of its requests want none of it
(see `api`)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.domain.escalation import Path
from chalicelib.services.escalation import Escalating
from chalicelib.services.escalation_documents import published
from chalicelib.services.takeover import TakeOver

if TYPE_CHECKING:
    from chalicelib.aws.memory import Memory
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.aws.stores.documents import DocumentStore

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


def _desk() -> DeskStore:
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.wiring.shared import desk

    return DeskStore(desk())
