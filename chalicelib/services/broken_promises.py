"""Who was promised too much comes sooner: a broken promise is a fact for rules to ask for, worth points itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain.events import PromiseBroken
from chalicelib.domain.routing_policy import BROKEN, RoutingPolicy, scored
from chalicelib.services.routing_ports import RoutingStore


@dataclass(frozen=True, slots=True)
class BrokenPromises:
    store: RoutingStore
    policy: Callable[[], RoutingPolicy]

    def react(self, event: Mapping[str, Any]) -> None:
        """Where the conversation waits, it moves in its queue. Doing it twice changes nothing. Raises
        StoreUnavailable."""
        if event["type"] != PromiseBroken.TYPE:
            return
        conversation_id = event["data"]["conversation_id"]
        entry, conversation = self.store.entry(conversation_id), self.store.conversation(conversation_id)
        if entry is None or conversation is None or not entry.waits:
            return
        facts = {**entry.facts, BROKEN: True}
        total = scored(self.policy(), facts, conversation.priority)
        self.store.rescore(replace(entry, points=total.points, contributions=total.contributions, facts=facts))
