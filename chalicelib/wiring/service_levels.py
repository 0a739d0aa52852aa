"""Service levels, made on first use: the API imports this, and most of its requests want none of it (see `api`)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.domain.sla import Policy
from chalicelib.services.conversation_timers import Plans, Waking
from chalicelib.services.documents import hours_from, policy_from
from chalicelib.services.service_levels import ServiceLevels
from chalicelib.services.sla_documents import PUBLISHED, sla_policies_from

if TYPE_CHECKING:
    from chalicelib.aws.stores.clocks import ClockStore
    from chalicelib.aws.stores.documents import DocumentStore

# Policies and calendars change rarely; a change holds everywhere within this time.
RULES_SECONDS = 15


class LevelRules:
    """What administrators have set up, remembered for a little while."""

    def __init__(self) -> None:
        from chalicelib.aws.memory import Memory

        self._memory = Memory(RULES_SECONDS, unknown_seconds=RULES_SECONDS)
        self._policies = policies()
        self._hours = hours()

    def sla_policies(self) -> Sequence[Policy]:
        found: Sequence[Policy] = self._memory.recall(("policies",), self._read_policies)
        return found

    def hours(self, hours_id: str) -> BusinessHours | None:
        found: BusinessHours | None = self._memory.recall(("hours", hours_id), lambda: self._read_hours(hours_id))
        return found

    def _read_policies(self) -> Sequence[Policy]:
        document = self._policies.get(PUBLISHED)
        return sla_policies_from(document.body, document.version) if document else ()

    def _read_hours(self, hours_id: str) -> BusinessHours | None:
        document = self._hours.get(hours_id)
        return hours_from(hours_id, document.body, document.version) if document else None


@cache
def plans() -> Plans:
    from chalicelib.aws.memory import Memory
    from chalicelib.wiring.timing import timers

    memory, rules = Memory(RULES_SECONDS, unknown_seconds=RULES_SECONDS), _documents("routing")

    def read() -> RoutingPolicy:
        document = rules.get("published")
        return policy_from(document.body, document.version) if document else RoutingPolicy()

    def policy() -> RoutingPolicy:
        found: RoutingPolicy = memory.recall(("policy",), read)
        return found

    return Plans(timers(), policy)


@cache
def waking() -> Waking:
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.wiring.known_rules import rule_facts
    from chalicelib.wiring.shared import desk

    return Waking(DeskStore(desk()), rule_facts(), plans().policy)


@cache
def policies() -> DocumentStore:
    return _documents("sla")


@cache
def hours() -> DocumentStore:
    return _documents("hours")


@cache
def level_rules() -> LevelRules:
    return LevelRules()


@cache
def clock_store() -> ClockStore:
    from chalicelib.aws.stores.clocks import ClockStore
    from chalicelib.wiring.shared import desk

    return ClockStore(desk())


@cache
def service_levels() -> ServiceLevels:
    from chalicelib.wiring.known_rules import rule_facts
    from chalicelib.wiring.timing import timers

    return ServiceLevels(clock_store(), level_rules(), rule_facts(), timers())


def _documents(kind: str) -> DocumentStore:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.wiring.shared import desk

    return DocumentStore(desk(), kind)
