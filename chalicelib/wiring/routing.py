"""Routing and presence."""

from functools import cache

from chalicelib.aws.binding import bind_models
from chalicelib.aws.clients import client
from chalicelib.aws.memory import Memory
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.aws.stores.routing import RoutingStore
from chalicelib.aws.stores.teams import TeamStore
from chalicelib.aws.stores.trail import Trail, TrailedOfferStore, TrailedRoutingStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.services.absence import Absence
from chalicelib.services.documents import hours_from, policy_from
from chalicelib.services.offers import Offers
from chalicelib.services.presence import PresenceKeeping
from chalicelib.services.reactions import RoutingReactions
from chalicelib.services.routing import Routing
from chalicelib.wiring.known_rules import rule_facts
from chalicelib.wiring.shared import desk, settings
from chalicelib.wiring.timing import timers

# Rules, calendars and teams change rarely; a change holds everywhere within this time.
RULES_SECONDS = 15


class RoutingRules:
    """What administrators have set up, remembered for a little while."""

    def __init__(self) -> None:
        self._memory = Memory(RULES_SECONDS, unknown_seconds=RULES_SECONDS)
        self._policies = DocumentStore(desk(), "routing")
        self._hours = DocumentStore(desk(), "hours")

    def policy(self) -> RoutingPolicy:
        found: RoutingPolicy = self._memory.recall(("policy",), self._read_policy)
        return found

    def team_ids(self, wanted: str | None = None) -> frozenset[str]:
        found: frozenset[str] = self._memory.recall(("teams",), team_ids)
        if wanted is not None and wanted not in found:
            self._memory.forget(("teams",))
            found = self._memory.recall(("teams",), team_ids)
        return found

    def hours(self, hours_id: str) -> BusinessHours | None:
        found: BusinessHours | None = self._memory.recall(("hours", hours_id), lambda: self._read_hours(hours_id))
        return found

    def _read_policy(self) -> RoutingPolicy:
        document = self._policies.get("published")
        return policy_from(document.body, document.version) if document else RoutingPolicy()

    def _read_hours(self, hours_id: str) -> BusinessHours | None:
        document = self._hours.get(hours_id)
        return hours_from(hours_id, document.body, document.version) if document else None


def team_ids() -> frozenset[str]:
    """Of every team there is."""
    return frozenset(team_names())


def team_names() -> dict[str, str]:
    """Of every team, by id."""
    found: dict[str, str] = {}
    start = None
    while True:
        page = _teams().list(100, start)
        found |= {team.id: team.name for team in page.items}
        if page.next is None:
            return found
        start = page.next


@cache
def _teams() -> TeamStore:
    bind_models(settings().desk_table)
    return TeamStore()


@cache
def trail() -> Trail:
    return Trail(Desk(client("dynamodb"), settings().live_table))


@cache
def routing_store() -> RoutingStore:
    return TrailedRoutingStore(desk(), trail())


@cache
def routing() -> Routing:
    rules = RoutingRules()
    offers = Offers(TrailedOfferStore(desk(), trail()), routing_store(), rules, timers())
    return Routing(routing_store(), rules, rule_facts(), timers(), offers)


@cache
def presence() -> PresenceKeeping:
    return PresenceKeeping(routing_store(), timers())


@cache
def absence() -> Absence:
    return Absence(DeskStore(desk()), routing(), timers())


@cache
def reactions() -> RoutingReactions:
    return RoutingReactions(routing(), trail(), absence())
