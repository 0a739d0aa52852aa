"""New conversations: given to somebody by what their own event tells, without reading them again.

The event is of the conversation's first version, and the commit holds for that version alone: whatever happened since
makes it fail, and then the conversation is read and decided on as any other.
"""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.conversation import Conversation
from chalicelib.domain.queue import may_wait, work_of
from chalicelib.domain.routing import decide
from chalicelib.domain.routing_policy import Mode, asks_contact, queued
from chalicelib.domain.routing_values import Decision, Outcome
from chalicelib.domain.writes import Written
from chalicelib.services.facts import facts_of
from chalicelib.services.routing import Routing

FIRST = 1


@dataclass(frozen=True, slots=True)
class Arrivals:
    routing: Routing

    def arrive(self, told: Conversation, now: datetime) -> Decision | None:
        """`told` is a conversation as an event tells it (`domain/snapshots.py`). Raises StoreUnavailable."""
        if told.version == FIRST and may_wait(told):
            given = self._given(told, now)
            if given is not None:
                return given
        return self.routing.route(told.id, now, told.contact_id)

    def _given(self, told: Conversation, now: datetime) -> Decision | None:
        """None where somebody has to look closer: rules ask about the contact, agents are asked, or it must wait."""
        rules = self.routing.rules
        policy = rules.policy()
        if asks_contact(policy):
            return None
        entry = queued(policy, told, facts_of(told, None), now, teams=rules.team_ids(told.team_id))
        if policy.mode_of(entry.team_id) is not Mode.DIRECT:
            return None
        work = work_of(entry, now)
        agents = self.routing.candidates(work, now)
        decision = decide(work, agents, now, rules_version=policy.version)
        if decision.outcome is not Outcome.ASSIGNED:
            return None
        written = self.routing.give(told, entry, decision, agents, now, told=True)
        return decision if written is Written.DONE else None
