"""What the API's routes of routing and presence work with, made on first use (see `api`)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.services.board import Board
from chalicelib.services.merging import MergingStore
from chalicelib.services.offers import Offers
from chalicelib.services.paperwork import DocumentStore
from chalicelib.services.presence import PresenceKeeping
from chalicelib.services.routing import Routing
from chalicelib.services.routing_ports import RoutingStore

if TYPE_CHECKING:
    from chalicelib.aws.stores.replays import ReplayStore
    from chalicelib.services.replays import Replays


def presence() -> PresenceKeeping:
    from chalicelib.wiring import routing

    return routing.presence()


def routing_store() -> RoutingStore:
    from chalicelib.wiring import routing

    return routing.routing_store()


def routing() -> Routing:
    from chalicelib.wiring import routing

    return routing.routing()


def offers() -> Offers:
    return routing().offers


@cache
def board() -> Board:
    from chalicelib.wiring import waits

    made = routing()
    return Board(made.store, made.rules, waits.gauges())


def team_names() -> dict[str, str]:
    """Every team's name, by id."""
    from chalicelib.services.administration import every
    from chalicelib.wiring import api

    return {team.id: team.name for team in every(api.teams().list)}


@cache
def merging() -> MergingStore:
    from chalicelib.aws.stores.merging import MergingStore
    from chalicelib.wiring import shared

    return MergingStore(shared.desk())


@cache
def documents(kind: str) -> DocumentStore:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.wiring import shared

    return DocumentStore(shared.desk(), kind)


def agents_on(hours_id: str) -> list[str]:
    """The names of the agents whose shift these business hours are."""
    from chalicelib.services.administration import every
    from chalicelib.wiring import api

    everybody = [agent.id for agent in every(api.agents().list)]
    portions = [everybody[start : start + 100] for start in range(0, len(everybody), 100)]
    found = [load for portion in portions for load in routing_store().workloads(portion).values()]
    return sorted(load.name for load in found if load.presence.hours_id == hours_id)


def replays() -> Replays:
    from chalicelib.wiring import replays

    return replays.replays()


def replay_store() -> ReplayStore:
    from chalicelib.wiring import replays

    return replays.store()
