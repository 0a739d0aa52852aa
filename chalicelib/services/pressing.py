"""What presses more as time goes by: who was promised too much, and whose service level is at risk, comes sooner. Both
are facts for rules to ask for; a broken promise is worth points itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import PromiseBroken, SlaBreached, SlaWarned
from chalicelib.domain.routing_policy import AT_RISK, BROKEN, RoutingPolicy, scored
from chalicelib.domain.writes import Written
from chalicelib.services.routing_ports import RoutingStore

FACT_OF: Mapping[str, str] = {PromiseBroken.TYPE: BROKEN, SlaWarned.TYPE: AT_RISK, SlaBreached.TYPE: AT_RISK}
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Pressing:
    store: RoutingStore
    policy: Callable[[], RoutingPolicy]

    def react(self, event: Mapping[str, Any]) -> None:
        """Where the conversation waits, it moves in its queue. Doing it twice changes nothing. Raises
        StoreUnavailable."""
        fact = FACT_OF.get(event["type"])
        if fact is None:
            return
        for _attempt in range(ATTEMPTS):
            conversation, entry = self.store.queued(event["data"]["conversation_id"])
            if entry is None or conversation is None or not entry.waits or fact in entry.facts:
                return
            facts = {**entry.facts, fact: True}
            total = scored(self.policy(), facts, conversation.priority)
            moved = replace(entry, points=total.points, contributions=total.contributions, facts=facts)
            if self.store.rescore(moved) is Written.DONE:
                return
        raise StoreUnavailable("too many writers at once")
