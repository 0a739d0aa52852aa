"""Routing: a conversation that waits gets the right agent at once, or the reason why not; and an agent who has room
gets the conversation that has waited for them.

Every trigger ends in the same decision (`domain/routing.py`) and the same transaction, which checks again that the
conversation is still nobody's and the agent still there with room. Whoever loses a race looks again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.business_hours import BusinessHours, is_open
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import SYSTEM, Actor
from chalicelib.domain.errors import AgentUnavailable, StoreUnavailable
from chalicelib.domain.events import ConversationAssigned
from chalicelib.domain.giving import Given
from chalicelib.domain.note import Note
from chalicelib.domain.presence import availability
from chalicelib.domain.queue import QueueEntry, look_at, may_wait, refused, work_of
from chalicelib.domain.routing import could_take, decide, weight_for
from chalicelib.domain.routing_policy import Mode, conditions_of, queued, served
from chalicelib.domain.routing_sentence import MANUAL, sentence
from chalicelib.domain.routing_values import FALLBACK, Candidate, Decision, Outcome, Work
from chalicelib.domain.workload import Workload, candidate, teams_at
from chalicelib.domain.writes import ConversationChange, Recorded, Written
from chalicelib.services.offers import Offers
from chalicelib.services.routing_ports import RELAX, RoutingRules, RoutingStore, Timers
from chalicelib.services.rule_facts import RuleFacts

# Enough of a pool to find the best, mostly; where nobody in it can take it, larger pages follow.
POOL_PAGE = 25
ATTEMPTS = 5
# How many waiting conversations are looked at when an agent becomes free.
QUEUE_PAGE = 25


@dataclass(frozen=True, slots=True)
class Routing:
    store: RoutingStore
    rules: RoutingRules
    facts: RuleFacts
    timers: Timers
    offers: Offers

    def route(self, conversation_id: str, now: datetime, contact_id: str | None = None) -> Decision | None:
        """Decide on a conversation that may be waiting; None where it is not, or is offered to somebody. Whoever knows
        its contact saves a read. Raises StoreUnavailable."""
        conversation, known, contact = self.offers.settled(conversation_id, now, contact_id)
        if conversation is None or (known is not None and known.offer is not None):
            return None
        if not may_wait(conversation):
            return self._resume(conversation, now, contact)
        return self._decide(conversation, self._entry(conversation, known, now, contact), now)

    def relax(self, conversation_id: str, epoch: int, now: datetime) -> Decision | None:
        """A timer's call: look again at a conversation that still waits since it was set."""
        entry = self.store.entry(conversation_id)
        if entry is None or not entry.waits or entry.epoch != epoch:
            return None
        return self.route(conversation_id, now)

    def pull(self, agent_id: str, now: datetime) -> Sequence[Decision]:
        """Give an agent who may have room what has waited longest for their teams. Raises StoreUnavailable."""
        workload, places = self.store.standing(agent_id)
        if workload is None:
            return ()
        is_there = self._candidate(workload, now).available
        self.store.refresh_places(workload, now, there=is_there, places=places)
        if not is_there:
            self.offers.leave(agent_id, now)
            return ()
        given: list[Decision] = []
        policy = self.rules.policy()
        for team_id in served(policy, teams_at(workload, now), self.rules.team_ids()):
            for entry in () if policy.mode_of(team_id) is Mode.MANUAL else self._waiting(team_id):
                if entry.offer is not None or not self._may_take(workload, entry, now):
                    continue
                decision = self.route(entry.conversation_id, now)
                if decision is not None and decision.agent_id is not None:
                    given.append(decision)
                workload = self.store.workload(agent_id) or workload
                if not self._has_any_room(workload, now):
                    return given
        return given

    def take(self, agent_id: str, team_id: str, now: datetime) -> Decision | None:
        """Give an agent who asks for work the next of a queue that they can take; None where there is none. What they
        returned they may take again; what waits for its own agent for a moment, or is offered to somebody, is left.
        Raises AgentUnavailable, StoreUnavailable."""
        mine = self._there(agent_id, now)
        for entry in self._waiting(team_id):
            if entry.offer is not None or _is_kept(entry, agent_id, now):
                continue
            work = work_of(replace(entry, declined=()), now)
            decision = decide(work, [mine], now, rules_version=self.rules.policy().version)
            if decision.agent_id != agent_id:
                continue
            conversation = self.store.conversation(entry.conversation_id)
            if conversation is None or not may_wait(conversation):
                continue
            if self.give(conversation, entry, decision, [mine], now) is Written.DONE:
                return decision
            mine = self._there(agent_id, now)
        return None

    def rescore(self, conversation_id: str, now: datetime) -> None:
        """Somebody changed how much a conversation presses: where it waits, it moves. Raises StoreUnavailable."""
        for _attempt in range(ATTEMPTS):
            conversation, entry = self.store.queued(conversation_id)
            if entry is None or conversation is None or not (entry.waits and may_wait(conversation)):
                return
            anew = self._queued(conversation, now, before=entry)
            moved = replace(entry, points=anew.points, contributions=anew.contributions, facts=anew.facts)
            # One that was merged into it may have waited for longer.
            moved = replace(moved, waiting_since=min(entry.waiting_since, anew.waiting_since))
            if self.store.rescore(moved) is Written.DONE:
                return
        raise StoreUnavailable("too many writers at once")

    def give_back(
        self,
        conversation: Conversation,
        reason: str,
        now: datetime,
        *,
        declined_by: str | None = None,
        by: Actor = SYSTEM,
        note: Note | None = None,
    ) -> Written:
        """Take a conversation from its agent, keep its place in time, and let it wait anew."""
        after = replace(conversation, assignee_id=None, weight=0, version=conversation.version + 1)
        recorded = replace(self._recorded(conversation, after, now), actor=by)
        change = ConversationChange(conversation, after, recorded, note)
        return self.requeue(change, reason, now, declined_by=declined_by)

    def requeue(
        self,
        change: ConversationChange,
        reason: str,
        now: datetime,
        *,
        declined_by: str | None = None,
        own_agent: str | None = None,
    ) -> Written:
        """Let a conversation wait anew as the change has it, in the place in time that it had. An offer of it is
        withdrawn first; that is a CONFLICT too, for the conversation has changed by it."""
        before = self.store.entry(change.after.id)
        if before is not None and before.offer is not None:
            self.offers.withdraw(before.offer, now)
            return Written.CONFLICT
        entry = self._queued(change.after, now, before=before, reason=reason, own_agent=own_agent)
        if declined_by is not None:
            entry = self._without(entry, before, declined_by, now)
            # Whoever it comes back to may have passed it on before.
            entry = replace(entry, declined=tuple(name for name in entry.declined if name != own_agent))
        return self.store.give_back(change, entry)

    def _without(self, entry: QueueEntry, before: QueueEntry | None, agent_id: str, now: datetime) -> QueueEntry:
        """Passed over by all who did not take it: for as long as it waits, or where agents are asked for a while."""
        known = before.declined if before else ()
        if self.rules.policy().mode_of(entry.team_id) is Mode.OFFER:
            return refused(replace(entry, declined=known), agent_id, now)
        return replace(entry, declined=tuple(dict.fromkeys((*known, agent_id))))

    def _there(self, agent_id: str, now: datetime) -> Candidate:
        workload = self.store.workload(agent_id)
        mine = self._candidate(workload, now) if workload is not None else None
        if mine is None or not mine.available:
            because = mine.because if mine else "offline"
            raise AgentUnavailable("Be online, connected and on shift to take work.", because=because)
        return mine

    def _waiting(self, team_id: str) -> Iterator[QueueEntry]:
        """What waits for a team, the next one first. Pages grow: mostly the first few are all that is needed."""
        limit, start = QUEUE_PAGE, None
        while True:
            page = self.store.queue(team_id, limit, start)
            yield from page.items
            if page.next is None:
                return
            limit, start = min(limit * 4, 1000), page.next

    def _may_take(self, workload: Workload, entry: QueueEntry, now: datetime) -> bool:
        """Whether the agent is one who could: the decision itself looks at all of them."""
        work = work_of(entry, now)
        return decide(work, [self._candidate(workload, now)], now).outcome is Outcome.ASSIGNED

    def _has_any_room(self, workload: Workload, now: datetime) -> bool:
        return self._candidate(workload, now).available and workload.used < workload.capacity.units

    # Waiting.

    def _entry(
        self, conversation: Conversation, known: QueueEntry | None, now: datetime, contact: Contact | None
    ) -> QueueEntry:
        if known is not None and known.waits:
            return known
        return self._queued(conversation, now, before=known, contact=contact)

    def _queued(
        self,
        conversation: Conversation,
        now: datetime,
        *,
        before: QueueEntry | None,
        own_agent: str | None = None,
        reason: str = "",
        contact: Contact | None = None,
    ) -> QueueEntry:
        policy = self.rules.policy()
        facts = self.facts.of(conversation, conditions_of(policy), now, contact)
        return queued(
            policy,
            conversation,
            facts,
            now,
            teams=self.rules.team_ids(conversation.team_id),
            own_agent=own_agent,
            before=before,
            reason=reason,
        )

    # Deciding.

    def _decide(self, conversation: Conversation, entry: QueueEntry, now: datetime) -> Decision | None:
        policy = self.rules.policy()
        mode = policy.mode_of(entry.team_id)
        agents = () if mode is Mode.MANUAL else self.candidates(work_of(entry, now), now)
        for _attempt in range(ATTEMPTS):
            offers = mode is Mode.OFFER
            decision = decide(work_of(entry, now), agents, now, rules_version=policy.version, offers=offers)
            if mode is Mode.MANUAL:
                decision = replace(decision, sentence=sentence(MANUAL), next_at=None, facts=MANUAL)
            if self._carry_out(conversation, entry, decision, agents, now) is Written.DONE:
                return decision
            again, known = self.store.queued(conversation.id)
            if again is None or not may_wait(again) or (known is not None and known.offer is not None):
                return None
            entry = known if known is not None and known.waits else entry
            conversation, agents = again, self._fresh(agents, now)
        raise StoreUnavailable("too many writers at once")

    def _carry_out(
        self,
        conversation: Conversation,
        entry: QueueEntry,
        decision: Decision,
        agents: Sequence[Candidate],
        now: datetime,
    ) -> Written:
        if decision.outcome is Outcome.WAITING:
            return self._wait(entry, decision)
        return self.give(conversation, entry, decision, agents, now)

    def candidates(self, work: Work, now: datetime) -> Sequence[Candidate]:
        """Who might take it: of each of its teams' pools as much as it takes to find the best, and the customer's own
        agent."""
        known = {each.agent_id: each for team_id in work.asked.team_ids for each in self._pool(team_id, work, now)}
        if work.sticky_id is not None and work.sticky_id not in known:
            own = self.store.workload(work.sticky_id)
            if own is not None:
                known[own.agent_id] = own
        return [self._candidate(workload, now) for workload in known.values()]

    def _pool(self, team_id: str, work: Work, now: datetime) -> Iterator[Workload]:
        """The pool is in the order of the pick: behind a page with somebody able there is nobody better."""
        limit, start = POOL_PAGE, None
        while True:
            page = self.store.pool(team_id, limit, start)
            yield from page.items
            able = any(could_take(work, self._candidate(workload, now)) for workload in page.items)
            if able or page.next is None:
                return
            limit, start = min(limit * 4, 1000), page.next

    def _fresh(self, agents: Sequence[Candidate], now: datetime) -> Sequence[Candidate]:
        """The same agents as they are this moment: pools may be a moment behind."""
        wanted = [agent.agent_id for agent in agents][:100]
        return [self._candidate(workload, now) for workload in self.store.workloads(wanted).values()]

    def _candidate(self, workload: Workload, now: datetime) -> Candidate:
        return candidate(workload, now, on_shift=on_shift(self.rules, workload, now))

    def give(
        self,
        conversation: Conversation,
        entry: QueueEntry,
        decision: Decision,
        agents: Sequence[Candidate],
        now: datetime,
        *,
        told: bool = False,
    ) -> Written:
        """Give it to the agent of the decision, or offer it to them. `told`: the conversation was not read, an event
        told of it."""
        chosen = next(agent for agent in agents if agent.agent_id == decision.agent_id)
        weight = weight_for(work_of(entry, now), chosen)
        limit = chosen.capacity.units - (0 if decision.sticky else chosen.capacity.reserve) - weight
        if decision.outcome is Outcome.OFFERED:
            written = self.offers.make(conversation, entry, decision, chosen, weight, limit, now)
            if written is Written.DONE:
                self._refresh(chosen.agent_id, now)
            return written
        after = replace(
            conversation,
            assignee_id=chosen.agent_id,
            team_id=conversation.team_id or _team_of(entry),
            weight=weight,
            version=conversation.version + 1,
        )
        written = self.store.give(
            Given(
                before=conversation,
                after=after,
                recorded=self._recorded(conversation, after, now),
                agent_id=chosen.agent_id,
                limit=limit,
                decision=decision,
                entry=entry,
                told=told,
            )
        )
        if written is Written.DONE:
            self._refresh(chosen.agent_id, now)
        return written

    def _refresh(self, agent_id: str, now: datetime) -> None:
        workload, places = self.store.standing(agent_id)
        if workload is not None:
            there = availability(workload.presence, now, on_shift=True, enabled=workload.enabled).available
            self.store.refresh_places(workload, now, there=there, places=places)

    def _wait(self, entry: QueueEntry, decision: Decision) -> Written:
        written = self.store.put_entry(entry, decision)
        if written is Written.DONE:
            due_at = look_at(entry, decision)
            if due_at is not None:
                self.timers.set(RELAX, entry.conversation_id, entry.epoch, due_at)
        return written

    def _recorded(self, before: Conversation, after: Conversation, now: datetime) -> Recorded:
        assigned = ConversationAssigned(
            previous_assignee_id=before.assignee_id,
            assignee_id=after.assignee_id,
            previous_team_id=before.team_id,
            team_id=after.team_id,
        )
        return Recorded((assigned,), SYSTEM, now)

    # Coming back.

    def _resume(self, conversation: Conversation, now: datetime, contact: Contact | None) -> Decision | None:
        """A customer has come back to their agent: who takes it up again where there is room, else it waits for them as
        long as the rules say, then for anybody."""
        for _attempt in range(ATTEMPTS):
            own = conversation.assignee_id
            if own is None or conversation.status is not Status.OPEN or conversation.weight > 0:
                return None
            after = replace(conversation, assignee_id=None, version=conversation.version + 1)
            before = self.store.entry(conversation.id)
            entry = self._queued(after, now, before=before, own_agent=own, reason="came_back", contact=contact)
            work = work_of(entry, now)
            agents = self._fresh(self.candidates(work, now), now)
            decision = decide(work, agents, now, rules_version=self.rules.policy().version)
            if decision.agent_id == own and self.give(conversation, entry, decision, agents, now) is Written.DONE:
                return decision
            change = ConversationChange(conversation, after, self._recorded(conversation, after, now))
            if decision.agent_id != own and self.store.give_back(change, entry) is Written.DONE:
                return self._decide(after, entry, now)
            again = self.store.conversation(conversation.id)
            if again is None:
                return None
            conversation = again
        return None


def hours_of(rules: RoutingRules, workload: Workload) -> BusinessHours | None:
    """The business hours that are the agent's shift, if they have any."""
    return rules.hours(workload.presence.hours_id) if workload.presence.hours_id else None


def on_shift(rules: RoutingRules, workload: Workload, now: datetime) -> bool:
    """Whether the agent's business hours are open; without any, always."""
    hours = hours_of(rules, workload)
    return hours is None or is_open(hours, now)


def _is_kept(entry: QueueEntry, agent_id: str, now: datetime) -> bool:
    """Whether it waits for its own agent for a moment, who is somebody else."""
    return entry.sticky_id not in (None, agent_id) and entry.sticky_until is not None and entry.sticky_until > now


def _team_of(entry: QueueEntry) -> str | None:
    return None if entry.team_id == FALLBACK else entry.team_id
