"""Giving conversations to agents and teams by people's hands. What the agent can hold is asked for in the very write
that gives it: two who assign at once never give somebody more than fits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain import transitions as rules
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.capacity import HOLDING, Capacity, class_now, weight_in
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import CapacityExceeded, InvalidInput, NotPermitted, StoreUnavailable
from chalicelib.domain.events import ConversationAssigned, Event, NoteCreated
from chalicelib.domain.note import Note
from chalicelib.domain.writes import ConversationChange, Recorded, Written
from chalicelib.services import desk
from chalicelib.services.ports import DeskStore

MAX_REASON = 120


@dataclass(frozen=True, slots=True)
class Wish:
    """Both are set to what is given; a team without an agent is a transfer to its queue. `exceed`: even where the agent
    has no room. `note` is handed over to colleagues."""

    assignee_id: str | None
    team_id: str | None
    exceed: bool = False
    note: str = ""
    reason: str = ""


def assign(store: DeskStore, principal: Principal, conversation_id: str, wish: Wish, now: datetime) -> Conversation:
    """Two reads (the conversation, and the agent's load where there is one to look at) and one write.

    Raises ConversationNotFound, TransitionRefused, CapacityExceeded, NotPermitted, InvalidInput."""
    _check(principal, wish)
    for _attempt in range(desk.ATTEMPTS):
        before = desk.get(store, conversation_id)
        after = rules.assign(before, assignee_id=wish.assignee_id, team_id=wish.team_id)
        weight, limits = load(store, before, wish)
        after = replace(after, weight=weight, version=before.version + 1)
        if store.change(_change(before, after, principal, wish, limits, now)) is Written.DONE:
            return after
    raise StoreUnavailable("too many writers at once")


def handover_note(principal: Principal, after: Conversation, text: str, now: datetime) -> Note | None:
    """What the next one has to know, as a note; `facts` tell that it was handed over."""
    if not text.strip():
        return None
    seed = f"handover {after.version}"
    return desk.note_line(after.id, "note", principal, now, text, seed, {"handover": True})


def _check(principal: Principal, wish: Wish) -> None:
    if wish.exceed and not principal.may(Role.SUPERVISOR):
        raise NotPermitted("Only a supervisor gives somebody more than they can hold.", field="exceed")
    if len(wish.note) > desk.NOTE_LENGTH:
        raise InvalidInput(f"A note has at most {desk.NOTE_LENGTH} characters.", field="note")
    if len(wish.reason) > MAX_REASON:
        raise InvalidInput(f"A reason has at most {MAX_REASON} characters.", field="reason")


def load(store: DeskStore, before: Conversation, wish: Wish) -> tuple[int, Mapping[str, int]]:
    """The units it takes of its new owner, and what must be in use at most, as the conversation's status is. Raises
    CapacityExceeded."""
    owner = wish.assignee_id
    if owner is None or before.status not in HOLDING:
        return 0, {}
    if owner == before.assignee_id and before.weight > 0:
        return before.weight, {}
    workload = store.workload(owner)
    capacity = workload.capacity if workload else Capacity()
    used = workload.used if workload else 0
    weight = weight_in(class_now(before), capacity.weights)
    if wish.exceed:
        return weight, {}
    if used + weight > capacity.units:
        raise CapacityExceeded(
            f"It takes {weight} units, and {used} of {capacity.units} are in use: give it to a team or to somebody "
            "else; a supervisor may exceed.",
            field="assignee_id",
            used=used,
            units=capacity.units,
            weight=weight,
        )
    return weight, {owner: capacity.units - weight}


def keeping(store: DeskStore) -> desk.Units:
    """Whoever has a conversation that is taken up again goes on having it, there or not. Raises CapacityExceeded."""

    def units(changed: Conversation) -> tuple[int, Mapping[str, int]]:
        if changed.weight > 0:
            return changed.weight, {}
        return load(store, changed, Wish(changed.assignee_id, changed.team_id))

    return units


def _change(
    before: Conversation,
    after: Conversation,
    principal: Principal,
    wish: Wish,
    limits: Mapping[str, int],
    now: datetime,
) -> ConversationChange:
    assigned = ConversationAssigned(
        previous_assignee_id=before.assignee_id,
        assignee_id=after.assignee_id,
        previous_team_id=before.team_id,
        team_id=after.team_id,
    )
    events: tuple[Event, ...] = (assigned,)
    told = desk.activity_line(before, after, principal, now, "assignment", assigned)
    if wish.reason:
        told = replace(told, facts={**told.facts, "reason": wish.reason})
    handover = handover_note(principal, after, wish.note, now)
    if handover is not None:
        events = (assigned, NoteCreated(note_id=handover.id, author_id=principal.id, text=wish.note))
    recorded = Recorded(events, Actor(principal.kind, principal.id), now)
    return ConversationChange(before, after, recorded, told, handover=handover, limits=limits)
