"""Offers: what waits is held out to an agent, who has a while to accept or decline it.

An offer stands while its conversation waits as it did when it was made. Whatever else becomes of the conversation or of
the agent ends it: whoever looks at it next gives the units back. Each end happens once, whoever asks for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.agent import Principal
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import SYSTEM, Actor
from chalicelib.domain.errors import (
    CapacityExceeded,
    ConversationNotFound,
    InvalidInput,
    OfferOver,
    StoreUnavailable,
)
from chalicelib.domain.events import (
    AgentPresenceChanged,
    ConversationAssigned,
    ConversationOffered,
    ConversationOfferEnded,
    Event,
)
from chalicelib.domain.giving import Ended, Offered
from chalicelib.domain.presence import Intent
from chalicelib.domain.queue import LOOK_AGAIN, QueueEntry, may_wait, refused
from chalicelib.domain.routing_offer import REFUSED, Ending, Offer, ending_facts, ending_sentence
from chalicelib.domain.routing_values import FALLBACK, Candidate, Decision, Outcome
from chalicelib.domain.writes import ConversationChange, Recorded, Written
from chalicelib.services.routing_ports import RELAX, OfferStore, Queued, RoutingRules, RoutingStore, Timers

OFFER = "offer"
ATTEMPTS = 5
MAX_REASON = 120
A_MOMENT = timedelta(milliseconds=1)
NO_ANSWER = "no_answer"
AGENT_LEFT = "agent_left"
ASSIGNED = "assigned"
MISSED = "missed offers"


@dataclass(frozen=True, slots=True)
class Offers:
    offers: OfferStore
    store: RoutingStore
    rules: RoutingRules
    timers: Timers

    def make(
        self,
        conversation: Conversation,
        entry: QueueEntry,
        decision: Decision,
        chosen: Candidate,
        weight: int,
        limit: int,
        now: datetime,
    ) -> Written:
        """Hold a conversation out to the agent of a decision. Its timer is set first: an offer without one would stand
        for ever, a timer without its offer does nothing."""
        offer = Offer(
            conversation_id=conversation.id,
            agent_id=chosen.agent_id,
            agent_name=chosen.name,
            offered_at=now,
            until=now + timedelta(seconds=self.rules.policy().offer_seconds),
            epoch=conversation.version + 1,
            attempt=entry.attempts + 1,
            weight=weight,
        )
        self.timers.set(OFFER, conversation.id, offer.epoch, offer.until)
        told = ConversationOffered(agent_id=offer.agent_id, until=offer.until.isoformat(), attempt=offer.attempt)
        return self.offers.offer(
            Offered(
                before=conversation,
                after=replace(conversation, version=offer.epoch),
                recorded=Recorded((told,), SYSTEM, now),
                offer=offer,
                limit=limit,
                decision=decision,
                entry=replace(entry, offer=offer, attempts=offer.attempt),
            )
        )

    # The agent's word.

    def mine(self, agent_id: str, now: datetime) -> Sequence[tuple[Offer, Conversation]]:
        """What is offered to an agent, the oldest first. Raises StoreUnavailable."""
        standing = [offer for offer in self.offers.offers(agent_id) if offer.until > now][:100]
        if not standing:
            return ()
        found = self.offers.conversations([offer.conversation_id for offer in standing])
        pairs = [(offer, found.get(offer.conversation_id)) for offer in standing]
        return [(offer, conversation) for offer, conversation in pairs if conversation and may_wait(conversation)]

    def accept(self, principal: Principal, conversation_id: str, now: datetime) -> Conversation:
        """It is the agent's from now on. An offer that has run out but stands still may be accepted: nobody else was
        asked yet. Repeated, it changes nothing. Raises ConversationNotFound, OfferOver, StoreUnavailable."""
        for _attempt in range(ATTEMPTS):
            conversation, entry = self._found(conversation_id)
            if conversation.assignee_id == principal.id:
                return conversation
            waiting, offer = _of(principal, conversation, entry)
            after = replace(
                conversation,
                assignee_id=principal.id,
                team_id=conversation.team_id or (None if waiting.team_id == FALLBACK else waiting.team_id),
                weight=offer.weight,
                version=conversation.version + 1,
            )
            if self._end(conversation, after, waiting, Ending.ACCEPTED, "", now, by=principal) is Written.DONE:
                return after
        raise StoreUnavailable("too many writers at once")

    def decline(self, principal: Principal, conversation_id: str, reason: str, now: datetime) -> Conversation:
        """Somebody else is asked. Raises ConversationNotFound, OfferOver, InvalidInput, StoreUnavailable."""
        if len(reason) > MAX_REASON:
            raise InvalidInput(f"A reason has at most {MAX_REASON} characters.", field="reason")
        for _attempt in range(ATTEMPTS):
            conversation, entry = self._found(conversation_id)
            waiting, _offer = _of(principal, conversation, entry)
            after = replace(conversation, version=conversation.version + 1)
            if self._end(conversation, after, waiting, Ending.DECLINED, reason, now, by=principal) is Written.DONE:
                return after
        raise StoreUnavailable("too many writers at once")

    # The desk's.

    def settled(self, conversation_id: str, now: datetime, contact_id: str | None = None) -> Queued:
        """A conversation, how it waits and its contact (where that was known), after the end of an offer that no longer
        stands. Raises StoreUnavailable."""
        for _attempt in range(ATTEMPTS):
            conversation, entry, contact = self.store.queued_by(conversation_id, contact_id)
            offer = entry.offer if entry else None
            if conversation is None or entry is None or offer is None:
                return conversation, entry, contact
            if not _stands(conversation, entry):
                self._over(conversation, entry, Ending.WITHDRAWN, _why(conversation), now)
            elif offer.until <= now:
                self._over(conversation, entry, Ending.EXPIRED, NO_ANSWER, now)
            else:
                return conversation, entry, contact
        raise StoreUnavailable("too many writers at once")

    def expire(self, conversation_id: str, epoch: int, now: datetime) -> None:
        """A timer's call: the agent has not answered, unless the offer is over. Raises StoreUnavailable."""
        self.settled(conversation_id, now)

    def leave(self, agent_id: str, now: datetime) -> None:
        """An agent who is not there takes nothing: what they are offered is offered to others. Raises
        StoreUnavailable."""
        for offer in self.offers.offers(agent_id):
            self.withdraw(offer, now, AGENT_LEFT)

    def by_hand(
        self, give: Callable[[], Conversation], conversation_id: str, agent_id: str | None, now: datetime
    ) -> Conversation:
        """Give somebody a conversation by hand. Where it is offered to them the units that it takes are kept for it
        already: if there are no others, the offer makes way. Raises what `give` raises, StoreUnavailable."""
        try:
            return give()
        except CapacityExceeded:
            _conversation, entry = self.store.queued(conversation_id)
            offer = entry.offer if entry else None
            if offer is None or offer.agent_id != agent_id:
                raise
        self.withdraw(offer, now, ASSIGNED)
        return give()

    def stand_down(self, agent_id: str, now: datetime) -> bool:
        """Set to away who has missed too many offers in a row, so that work does not come to them again and again.
        Raises StoreUnavailable."""
        most = self.rules.policy().missed_offers
        for _attempt in range(ATTEMPTS):
            known = self.store.workload(agent_id)
            if known is None or not most or known.missed < most or known.presence.intent is not Intent.ONLINE:
                return False
            presence = replace(known.presence, intent=Intent.AWAY, reason=MISSED, chosen_at=now)
            after = replace(known, presence=presence, version=known.version + 1)
            told = AgentPresenceChanged(
                previous=Intent.ONLINE.value,
                intent=Intent.AWAY.value,
                connected=presence.is_connected(now),
                reason=MISSED,
            )
            if self.offers.stand_down(after, known.version, Recorded((told,), SYSTEM, now)) is Written.DONE:
                return True
        raise StoreUnavailable("too many writers at once")

    def _found(self, conversation_id: str) -> tuple[Conversation, QueueEntry | None]:
        conversation, entry = self.store.queued(conversation_id)
        if conversation is None:
            raise ConversationNotFound("There is no such conversation.")
        return conversation, entry

    def withdraw(self, offer: Offer, now: datetime, reason: str = "") -> None:
        """End an offer, if it is not over. Raises StoreUnavailable."""
        for _attempt in range(ATTEMPTS):
            conversation, entry = self.store.queued(offer.conversation_id)
            if conversation is None or entry is None or entry.offer is None or entry.offer.epoch != offer.epoch:
                return
            if self._over(conversation, entry, Ending.WITHDRAWN, reason or _why(conversation), now) is Written.DONE:
                return
        raise StoreUnavailable("too many writers at once")

    def _over(self, before: Conversation, entry: QueueEntry, ending: Ending, reason: str, now: datetime) -> Written:
        return self._end(before, replace(before, version=before.version + 1), entry, ending, reason, now)

    def _end(
        self,
        before: Conversation,
        after: Conversation,
        entry: QueueEntry,
        ending: Ending,
        reason: str,
        now: datetime,
        *,
        by: Principal | None = None,
    ) -> Written:
        offer = _offer_of(entry)
        if _stands(after, entry):
            # Queues are a moment behind: who became free just now may have found it offered still.
            self.timers.set(RELAX, before.id, entry.epoch, now + LOOK_AGAIN)
        events: list[Event] = [
            ConversationOfferEnded(agent_id=offer.agent_id, outcome=ending.value, reason=reason),
        ]
        if ending is Ending.ACCEPTED:
            events.insert(0, _assigned(before, after))
        recorded = Recorded(tuple(events), Actor(by.kind, by.id) if by else SYSTEM, now)
        return self.offers.end(
            Ended(
                change=ConversationChange(before, after, recorded),
                offer=offer,
                ending=ending,
                entry=refused(entry, offer.agent_id, now) if ending in REFUSED else entry,
                decision=None if ending is Ending.WITHDRAWN else self._decision(offer, ending, reason, now),
            )
        )

    def _decision(self, offer: Offer, ending: Ending, reason: str, now: datetime) -> Decision:
        accepted = ending is Ending.ACCEPTED
        return Decision(
            conversation_id=offer.conversation_id,
            # Others may be asked at this very moment: decisions are kept by their time.
            at=now if accepted else now - A_MOMENT,
            outcome=Outcome.ASSIGNED if accepted else Outcome.WAITING,
            agent_id=offer.agent_id if accepted else None,
            weighed=(),
            skipped=(),
            step=0,
            relaxed=(),
            sticky=False,
            sentence=ending_sentence(offer, ending, now, reason),
            rules_version=self.rules.policy().version,
            facts=ending_facts(offer, ending, now, reason),
        )


def _stands(conversation: Conversation, entry: QueueEntry) -> bool:
    """Whether it waits still, in the queue from which it was offered."""
    return may_wait(conversation) and entry.waits


def _of(principal: Principal, conversation: Conversation, entry: QueueEntry | None) -> tuple[QueueEntry, Offer]:
    """The offer that stands, if it is the caller's. Raises OfferOver."""
    offer = entry.offer if entry else None
    if entry is None or offer is None or offer.agent_id != principal.id or not _stands(conversation, entry):
        raise OfferOver("This is not offered to you, or not any more.")
    return entry, offer


def _offer_of(entry: QueueEntry) -> Offer:
    if entry.offer is None:
        raise AssertionError("only what is offered is ended")
    return entry.offer


def _assigned(before: Conversation, after: Conversation) -> ConversationAssigned:
    return ConversationAssigned(
        previous_assignee_id=before.assignee_id,
        assignee_id=after.assignee_id,
        previous_team_id=before.team_id,
        team_id=after.team_id,
    )


def _why(conversation: Conversation) -> str:
    """What became of it, in one word."""
    if conversation.status is not Status.OPEN:
        return conversation.status.value
    return ASSIGNED if conversation.assignee_id is not None else "requeued"
