"""A supervisor takes a conversation over, at once and whatever they hold, and gives it back."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.agent import Principal
from chalicelib.domain.capacity import HOLDING, class_now, weight_in
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import InvalidInput, StoreUnavailable, TransitionRefused
from chalicelib.domain.events import ConversationAssigned, ConversationGivenBack, ConversationTakenOver
from chalicelib.domain.note import Note
from chalicelib.domain.standing import Taken
from chalicelib.domain.workload import candidate
from chalicelib.domain.writes import ConversationChange, Recorded, Written
from chalicelib.services import desk
from chalicelib.services.assignment import MAX_REASON
from chalicelib.services.ports import DeskStore
from chalicelib.services.routing import Routing, on_shift

GIVEN_BACK = "given back"

Told = ConversationTakenOver | ConversationGivenBack


@dataclass(frozen=True, slots=True)
class TakeOver:
    store: DeskStore
    routing: Routing

    def take(self, principal: Principal, conversation_id: str, reason: str, now: datetime) -> Conversation:
        """Theirs at once; who had it is told, and gets their units back.

        Raises ConversationNotFound, TransitionRefused, InvalidInput."""
        _check(reason)
        for _attempt in range(desk.ATTEMPTS):
            before = desk.get(self.store, conversation_id)
            if before.assignee_id == principal.id:
                raise TransitionRefused("The conversation is yours already.")
            if before.status is Status.RESOLVED:
                raise TransitionRefused("The conversation is resolved: open it first.")
            taken = Taken(principal.id, before.assignee_id, now)
            after = self._given(replace(before, taken=taken), principal.id)
            told = ConversationTakenOver(
                previous_assignee_id=before.assignee_id, assignee_id=principal.id, reason=reason
            )
            if self.store.change(_change(principal, before, after, told, now)) is Written.DONE:
                return after
        raise StoreUnavailable("too many writers at once")

    def give_back(self, principal: Principal, conversation_id: str, reason: str, now: datetime) -> Conversation:
        """To who had it, where they are there and have room; else it waits, for them first.

        Raises ConversationNotFound, TransitionRefused, InvalidInput."""
        if reason:
            _check(reason)
        for _attempt in range(desk.ATTEMPTS):
            before = desk.get(self.store, conversation_id)
            taken = before.taken_over
            if taken is None:
                raise TransitionRefused("Nobody has taken the conversation over: assign it or return it instead.")
            after, limit = self._back(replace(before, taken=None), taken.previous, now)
            told = ConversationGivenBack(previous_assignee_id=taken.by, assignee_id=after.assignee_id, reason=reason)
            change = _change(principal, before, after, told, now)
            if after.assignee_id is None and after.status is Status.OPEN:
                written = self.routing.requeue(change, reason or GIVEN_BACK, now, own_agent=taken.previous)
            else:
                limits = {after.assignee_id: limit} if after.assignee_id and limit is not None else {}
                written = self.store.change(replace(change, limits=limits))
            if written is Written.DONE:
                return after
        raise StoreUnavailable("too many writers at once")

    def _given(self, conversation: Conversation, agent_id: str | None) -> Conversation:
        """Somebody's, with the units that it takes of them."""
        weight = 0
        if agent_id is not None and conversation.status in HOLDING:
            workload = self.store.workload(agent_id)
            weight = weight_in(class_now(conversation), workload.capacity.weights if workload else None)
        return replace(conversation, assignee_id=agent_id, weight=weight, version=conversation.version + 1)

    def _back(self, conversation: Conversation, agent_id: str | None, now: datetime) -> tuple[Conversation, int | None]:
        """What becomes of it, and how many units its agent may have in use before."""
        nobodys = self._given(conversation, None)
        workload = self.store.workload(agent_id) if agent_id is not None else None
        if workload is None:
            return nobodys, None
        if conversation.status not in HOLDING:
            return (self._given(conversation, agent_id), None) if workload.enabled else (nobodys, None)
        there = candidate(workload, now, on_shift=on_shift(self.routing.rules, workload, now)).available
        theirs = self._given(conversation, agent_id)
        limit = workload.capacity.units - theirs.weight
        return (theirs, limit) if there and workload.used <= limit else (nobodys, None)


def _change(
    principal: Principal, before: Conversation, after: Conversation, told: Told, now: datetime
) -> ConversationChange:
    assigned = ConversationAssigned(
        previous_assignee_id=before.assignee_id,
        assignee_id=after.assignee_id,
        previous_team_id=before.team_id,
        team_id=after.team_id,
    )
    recorded = Recorded((assigned, told), Actor(principal.kind, principal.id), now)
    return ConversationChange(before, after, recorded, _line(principal, before, after, told, now))


def _line(principal: Principal, before: Conversation, after: Conversation, told: Told, now: datetime) -> Note:
    facts: dict[str, Any] = {
        "type": told.TYPE,
        "previous_assignee_id": before.assignee_id,
        "assignee_id": after.assignee_id,
        "team_id": after.team_id,
    }
    if told.reason:
        facts["reason"] = told.reason
    return desk.note_line(after.id, "activity", principal, now, "", str(after.version), facts)


def _check(reason: str) -> None:
    if not 0 < len(reason.strip()) <= MAX_REASON:
        raise InvalidInput(f"Give a reason of at most {MAX_REASON} characters.", field="reason")
