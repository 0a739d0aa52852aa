"""Replays, made on first use: by the API, which asks for them, and by routing's function, which carries them out."""

from collections.abc import Mapping, Sequence
from functools import cache

from chalicelib.aws.binding import bind_models
from chalicelib.aws.clients import client
from chalicelib.aws.stores.replays import Customers, ReplayStore
from chalicelib.aws.stores.trail import Trail
from chalicelib.aws.transaction import Desk
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.sla import Policy
from chalicelib.domain.workload import Workload
from chalicelib.services.replays import Replays
from chalicelib.wiring.service_levels import level_rules
from chalicelib.wiring.shared import desk, settings
from chalicelib.wiring.timing import timers

AT_ONCE = 100


class Surroundings:
    def hours(self, hours_id: str) -> BusinessHours | None:
        return level_rules().hours(hours_id)

    def sla_policies(self) -> Sequence[Policy]:
        return level_rules().sla_policies()

    def team_ids(self) -> Sequence[str]:
        from chalicelib.wiring.routing import team_ids

        return sorted(team_ids())

    def workloads(self) -> Sequence[Workload]:
        """Of every agent who was ever there."""
        from chalicelib.aws.stores.routing import RoutingStore

        known, names = RoutingStore(desk()), _agent_ids()
        portions = [names[start : start + AT_ONCE] for start in range(0, len(names), AT_ONCE)]
        found = [each for portion in portions for each in known.workloads(portion).values()]
        return sorted(found, key=lambda each: each.agent_id)

    def customers(self, conversation_ids: Sequence[str]) -> Mapping[str, tuple[Conversation, Contact]]:
        return Customers(desk()).of(conversation_ids)


def _agent_ids() -> list[str]:
    from chalicelib.aws.stores.agents import AgentStore

    bind_models(settings().desk_table)
    found: list[str] = []
    start = None
    while True:
        page = AgentStore().list(AT_ONCE, start)
        found += [agent.id for agent in page.items]
        if page.next is None:
            return found
        start = page.next


@cache
def live() -> Desk:
    return Desk(client("dynamodb"), settings().live_table)


@cache
def store() -> ReplayStore:
    return ReplayStore(live())


@cache
def replays() -> Replays:
    return Replays(store(), Trail(live()), Surroundings(), timers())
