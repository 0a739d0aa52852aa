"""Looking at the floor, and early warnings; made on first use, for most of the time nobody looks."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.wiring.floor import documents, floor_store, warnings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from chalicelib.aws.memory import Memory
    from chalicelib.aws.stores.floor import FloorRows
    from chalicelib.domain.agent import Agent
    from chalicelib.domain.warning_policy import WarningPolicy
    from chalicelib.services.early_warning import EarlyWarning
    from chalicelib.services.floor import Looking
    from chalicelib.services.floor_watch import FloorWatch

# Who works here, in which teams, with which inboxes: a change is seen within this time.
KNOWN_SECONDS = 15
# Whether anybody follows the floor.
LISTENED_SECONDS = 5
USUAL_SECONDS = 3600


@cache
def watch() -> FloorWatch:
    from chalicelib.aws.memory import Memory
    from chalicelib.aws.stores.live import Live
    from chalicelib.services.floor_watch import FloorWatch
    from chalicelib.wiring.sockets import live_table, pusher, topics
    from chalicelib.wiring.timing import timers

    listened = Memory(LISTENED_SECONDS, unknown_seconds=LISTENED_SECONDS).recall
    return FloorWatch(floor_store(), topics(), pusher(), Live(live_table()), timers(), looking().look, listened)


@cache
def looking() -> Looking:
    from chalicelib.aws.stores.waits import WaitStore
    from chalicelib.services.board import Board
    from chalicelib.services.floor import Known, Looking
    from chalicelib.wiring import waits
    from chalicelib.wiring.routing import routing
    from chalicelib.wiring.shared import desk

    made = routing()
    return Looking(
        Board(made.store, made.rules),
        _rows(),
        WaitStore(desk()),
        waits.arrivals(),
        waits.forecasts(),
        Known(_agents, _teams, _inboxes),
    )


@cache
def early_warning() -> EarlyWarning:
    from chalicelib.aws.memory import Memory
    from chalicelib.aws.stores.rollups import RollupReader
    from chalicelib.services.early_warning import EarlyWarning
    from chalicelib.services.warning_history import History
    from chalicelib.wiring.numbers import facts
    from chalicelib.wiring.timing import timers

    history = History(RollupReader(facts()), Memory(USUAL_SECONDS, unknown_seconds=USUAL_SECONDS).recall)
    return EarlyWarning(watch().fresh, warnings(), floor_store(), _rows(), history, policy, _agents, timers())


def happened(now: datetime) -> None:
    watch().happened(now)


def due(subject: str, epoch: int, now: datetime) -> None:
    watch().due(subject, epoch, now)


def watch_due(subject: str, epoch: int, now: datetime) -> None:
    early_warning().due(subject, epoch, now)


def policy() -> WarningPolicy:
    """What administrators have set, remembered for a little while."""
    from chalicelib.services.warning_documents import published

    found: WarningPolicy = _memory().recall(("policy",), lambda: published(documents())[0])
    return found


@cache
def _rows() -> FloorRows:
    from chalicelib.aws.stores.floor import FloorRows
    from chalicelib.wiring.shared import desk

    return FloorRows(desk())


@cache
def _memory() -> Memory:
    from chalicelib.aws.memory import Memory

    return Memory(KNOWN_SECONDS, unknown_seconds=KNOWN_SECONDS)


def _agents() -> Sequence[Agent]:
    from chalicelib.aws.stores.agent_reader import AgentReader
    from chalicelib.services.administration import every
    from chalicelib.wiring.shared import desk

    found: Sequence[Agent] = _memory().recall(("agents",), lambda: every(AgentReader(desk()).list))
    return found


def _teams() -> Mapping[str, str]:
    from chalicelib.wiring.routing import team_names

    found: Mapping[str, str] = _memory().recall(("teams",), team_names)
    return found


def _inboxes() -> Mapping[str, str]:
    from chalicelib.wiring.shared import inboxes

    found: Mapping[str, str] = _memory().recall(
        ("inboxes",), lambda: {inbox.id: inbox.channel for inbox in inboxes().list()}
    )
    return found
