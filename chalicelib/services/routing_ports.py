"""What routing asks of the world."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.giving import Ended, Given, Offered
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.reads import Page
from chalicelib.domain.routing_offer import Offer
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.domain.routing_values import Decision
from chalicelib.domain.workload import Workload
from chalicelib.domain.writes import ConversationChange, Recorded, Written

# The kind of timer that looks again at what waits.
RELAX = "relax"

Queued = tuple[Conversation | None, QueueEntry | None, Contact | None]


class RoutingStore(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def queued(self, conversation_id: str) -> tuple[Conversation | None, QueueEntry | None]:
        """A conversation, and the newest time that it was queued, in one read."""

    def queued_by(self, conversation_id: str, contact_id: str | None) -> Queued:
        """The same with its contact, where that is known to be whose it is."""

    def workload(self, agent_id: str) -> Workload | None: ...

    def standing(self, agent_id: str) -> tuple[Workload | None, Sequence[str]]:
        """An agent, and the teams in whose pools they have a place, in one query."""

    def put_workload(self, workload: Workload, read_version: int, recorded: Recorded | None) -> Written:
        """Presence, capacity or skills by people's hands. `read_version` 0: the agent has none yet. Without `recorded`
        nobody is told."""

    def workloads(self, agent_ids: Sequence[str]) -> Mapping[str, Workload]:
        """As they are this moment, by agent; at most 100."""

    def pool(self, team_id: str, limit: int, start: Mapping[str, Any] | None = None) -> Page[Workload]:
        """Those of a team who are there, most free first, as they were a moment ago. One query."""

    def refresh_places(
        self, workload: Workload, now: datetime, *, there: bool, places: Sequence[str] | None = None
    ) -> None:
        """Write an agent's places in the pools of their teams anew. `places`: the teams that have one by now, where
        that is known."""

    def entry(self, conversation_id: str) -> QueueEntry | None:
        """The newest time that it was queued; `waits` tells whether it still is."""

    def rescore(self, entry: QueueEntry) -> Written:
        """Move what still waits since the same time to another place. CONFLICT: it does not."""

    def put_entry(self, entry: QueueEntry, decision: Decision | None) -> Written:
        """CONFLICT: the conversation is somebody's or closed by now, or another write was at work on it."""

    def queue(self, team_id: str, limit: int, start: Mapping[str, Any] | None = None) -> Page[QueueEntry]:
        """What waits for a team, the next one first. One query."""

    def give(self, given: Given) -> Written:
        """CONFLICT: the conversation has changed, or the agent has no room or is not there any more."""

    def give_back(self, change: ConversationChange, entry: QueueEntry) -> Written:
        """Take a conversation from its agent and let it wait."""

    def decisions(self, conversation_id: str, limit: int) -> Sequence[Decision]: ...


class OfferStore(Protocol):
    def offers(self, agent_id: str) -> Sequence[Offer]:
        """What is offered to an agent, the oldest first. One query."""

    def conversations(self, conversation_ids: Sequence[str]) -> Mapping[str, Conversation]:
        """By id; at most 100. One read."""

    def offer(self, offered: Offered) -> Written:
        """CONFLICT: the conversation has changed or is offered already, or the agent has no room or is not there."""

    def end(self, ended: Ended) -> Written:
        """End an offer, once. CONFLICT: it is over, or the conversation has changed."""

    def stand_down(self, workload: Workload, read_version: int, recorded: Recorded | None) -> Written:
        """Another presence for who did not answer; their missed offers count anew."""


class RoutingRules(Protocol):
    """What administrators have set up, remembered for a while."""

    def policy(self) -> RoutingPolicy: ...

    def team_ids(self, wanted: str | None = None) -> frozenset[str]:
        """The teams there are; read anew where `wanted` is not among those remembered (it may be new)."""

    def hours(self, hours_id: str) -> BusinessHours | None: ...


class Contacts(Protocol):
    def get(self, contact_id: str) -> Contact | None: ...


class Timers(Protocol):
    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        """Call back at or after `due_at`, perhaps late, perhaps twice: a later epoch makes it void."""
