"""Escalation: a case goes to the tier that can solve it, with what has been found out, and keeps its place in time.

It is the same conversation on every tier; on a ticket's tier it weighs less, and nothing is said to its customer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.answers import is_answer
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import InvalidInput, StoreUnavailable
from chalicelib.domain.escalation import (
    BELOW,
    EscalationRefused,
    Path,
    Step,
    check_open,
    down,
    first,
    moved,
    path_of,
    place_on,
    unanswered_at,
    up,
    waiting_epoch,
)
from chalicelib.domain.events import ConversationAssigned, ConversationEscalated, Event, MessageCreated, NoteCreated
from chalicelib.domain.note import Note
from chalicelib.domain.writes import ConversationChange, Recorded, Written
from chalicelib.services import desk
from chalicelib.services.assignment import MAX_REASON, handover_note
from chalicelib.services.ports import DeskStore
from chalicelib.services.routing import Routing
from chalicelib.services.routing_ports import Timers

ESCALATE = "escalate"
NO_ANSWER = "no_answer"
BREACHED = "sla_breached"
# Who tells of what happens by itself.
DESK = Principal("system", "system", "Parley", Role.AGENT)

Choose = Callable[[Conversation], Step | None]


@dataclass(frozen=True, slots=True)
class Wish:
    """Why, what the next one has to know, and (`tier`) how far up, where that is not the next tier."""

    reason: str
    note: str = ""
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """The path that a conversation is on, or would be; `place` is `BELOW` where it is on no tier."""

    conversation: Conversation
    path: Path | None
    place: int


@dataclass(frozen=True, slots=True)
class Escalating:
    store: DeskStore
    routing: Routing
    paths: Callable[[], Sequence[Path]]

    def where(self, conversation_id: str, now: datetime) -> Where:
        """Raises ConversationNotFound."""
        found = desk.look(self.store, conversation_id)
        path = self._path(found, now)
        return Where(found, path, BELOW if path is None else place_on(path, found))

    def escalate(self, principal: Principal, conversation_id: str, wish: Wish, now: datetime) -> Conversation:
        """To the next tier, or the one that is named. A machine hands over what nobody has had yet: to the first tier,
        or where there is none to the queue for everybody.

        Raises ConversationNotFound, EscalationRefused, TransitionRefused, InvalidInput."""
        _check(wish)
        if principal.kind != "agent":
            return self._hand_off(principal, conversation_id, wish, now)
        if not wish.note.strip():
            raise InvalidInput("Tell the next one what you know: a hand-over needs a note.", field="note")

        def choose(found: Conversation) -> Step:
            return up(self._known_path(found, now), found, wish.tier)

        return self._moved_by(principal, conversation_id, choose, wish, now)

    def de_escalate(self, principal: Principal, conversation_id: str, wish: Wish, now: datetime) -> Conversation:
        """Back to the tier before, and to who handed it up where they are there.

        Raises ConversationNotFound, EscalationRefused, TransitionRefused, InvalidInput."""
        _check(wish)

        def choose(found: Conversation) -> Step:
            return down(self._known_path(found, now), found)

        return self._moved_by(principal, conversation_id, choose, wish, now)

    def _hand_off(self, principal: Principal, conversation_id: str, wish: Wish, now: datetime) -> Conversation:
        """No machine's word leaves a customer with nobody: a tier that is not there leads to everybody's queue, and the
        thread tells so."""
        for _attempt in range(desk.ATTEMPTS):
            before = desk.get(self.store, conversation_id)
            check_open(before)
            path = self._path(before, now)
            step = first(path, before, wish.tier) if path is not None else None
            if step is not None:
                after, written = moved(before, step, now), self._move(principal, before, step, wish, now)
            else:
                after = replace(before, assignee_id=None, weight=0, team_id=None, version=before.version + 1)
                lost = Wish(f"{wish.reason}; {_no_tier(path, wish.tier)}", wish.note)
                written = self._requeue(principal, before, after, lost, now, told=None)
            if written is Written.DONE:
                return after
        raise StoreUnavailable("too many writers at once")

    # By itself.

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """A promise was broken: where the path says so, the next tier gets it. Each breach does so once: not where it
        came to its tier after that. Raises StoreUnavailable."""
        data, episode = event["data"], event["snapshot"]["episode"]
        breached_at = datetime.fromisoformat(data["breached_at"])

        def choose(found: Conversation) -> Step | None:
            on = found.standing
            if found.episode != episode or (on is not None and on.at >= breached_at):
                return None
            path = self._path(found, now)
            return _next(path, found) if path is not None and path.after_breach else None

        self._by_itself(data["conversation_id"], choose, BREACHED, now)

    def unanswered(self, conversation_id: str, epoch: int, now: datetime) -> None:
        """A timer's call: the customer has waited on this tier for too long. Raises StoreUnavailable."""
        found = self.store.conversation(conversation_id)
        if found is None or found.waiting_since is None or epoch != waiting_epoch(found.waiting_since):
            return
        due_at = self._due(found, now)
        if due_at is not None and due_at > now:
            self.routing.timers.set(ESCALATE, conversation_id, epoch, due_at)
            return

        def choose(found: Conversation) -> Step | None:
            due_at = self._due(found, now)
            path = self._path(found, now)
            is_due = path is not None and due_at is not None and due_at <= now
            return _next(path, found) if path is not None and is_due else None

        self._by_itself(conversation_id, choose, NO_ANSWER, now)

    def _due(self, conversation: Conversation, now: datetime) -> datetime | None:
        path = self._path(conversation, now)
        return unanswered_at(path, conversation) if path is not None else None

    def _by_itself(self, conversation_id: str, choose: Choose, reason: str, now: datetime) -> None:
        for _attempt in range(desk.ATTEMPTS):
            found = self.store.conversation(conversation_id)
            step = choose(found) if found is not None else None
            if found is None or step is None:
                return
            if self._move(DESK, found, step, Wish(reason), now) is Written.DONE:
                return
        raise StoreUnavailable("too many writers at once")

    # The change.

    def _moved_by(
        self,
        principal: Principal,
        conversation_id: str,
        choose: Callable[[Conversation], Step],
        wish: Wish,
        now: datetime,
    ) -> Conversation:
        for _attempt in range(desk.ATTEMPTS):
            before = desk.get(self.store, conversation_id)
            step = choose(before)
            if self._move(principal, before, step, wish, now) is Written.DONE:
                return moved(before, step, now)
        raise StoreUnavailable("too many writers at once")

    def _move(self, principal: Principal, before: Conversation, step: Step, wish: Wish, now: datetime) -> Written:
        after = moved(before, step, now)
        told = _told(step, wish.reason)
        self._watch(step.path, after)
        own_agent = before.tier.left_by if step.is_down and before.tier is not None else None
        return self._requeue(principal, before, after, wish, now, told=told, own_agent=own_agent)

    def _requeue(
        self,
        principal: Principal,
        before: Conversation,
        after: Conversation,
        wish: Wish,
        now: datetime,
        *,
        told: ConversationEscalated | None,
        own_agent: str | None = None,
    ) -> Written:
        reason = wish.reason or ESCALATE
        if after.team_id is not None and after.team_id not in self.routing.rules.team_ids(after.team_id):
            reason = f"{reason[:MAX_REASON]}; unknown team {after.team_id[:60]}"
        assigned = ConversationAssigned(
            previous_assignee_id=before.assignee_id,
            assignee_id=None,
            previous_team_id=before.team_id,
            team_id=after.team_id,
        )
        events: list[Event] = [assigned] if told is None else [told, assigned]
        handover = handover_note(principal, after, wish.note, now)
        if handover is not None:
            events.append(NoteCreated(note_id=handover.id, author_id=principal.id, text=handover.text))
        actor = Actor(principal.kind, principal.id if principal is not DESK else None)
        change = ConversationChange(
            before,
            after,
            Recorded(tuple(events), actor, now),
            _line(principal, before, after, told, reason, now),
            handover=handover,
        )
        return self.routing.requeue(change, reason, now, declined_by=before.assignee_id, own_agent=own_agent)

    def _watch(self, path: Path, after: Conversation) -> None:
        """Set before it is written, so that it is never missing."""
        due_at = unanswered_at(path, after)
        if due_at is not None and after.waiting_since is not None:
            self.routing.timers.set(ESCALATE, after.id, waiting_epoch(after.waiting_since), due_at)

    def _path(self, conversation: Conversation, now: datetime) -> Path | None:
        paths = self.paths()
        if not paths:
            return None
        facts = self.routing.facts.of(conversation, [path.condition for path in paths], now)
        return path_of(paths, conversation, facts)

    def _known_path(self, conversation: Conversation, now: datetime) -> Path:
        path = self._path(conversation, now)
        if path is None:
            raise EscalationRefused("No escalation path applies to this conversation: assign it to somebody instead.")
        return path


@dataclass(frozen=True, slots=True)
class Watching:
    """Sets the timer of a wait when it begins: for the tier whose patience is shortest; the call looks which it is."""

    timers: Timers
    paths: Callable[[], Sequence[Path]]

    def react(self, event: Mapping[str, Any]) -> None:
        """Nothing is read but the paths. Raises StoreUnavailable."""
        message = event["snapshot"]
        if event["type"] != MessageCreated.TYPE or is_answer(message) is not False:
            return
        times = [tier.reply_seconds for path in self.paths() for tier in path.tiers if tier.reply_seconds]
        if times:
            at = datetime.fromisoformat(message["occurred_at"])
            due_at = at + timedelta(seconds=min(times))
            self.timers.set(ESCALATE, message["conversation_id"], waiting_epoch(at), due_at)


def _next(path: Path, conversation: Conversation) -> Step | None:
    """One tier up, where it is open and there is one."""
    place = place_on(path, conversation)
    if conversation.status is not Status.OPEN or place + 1 >= len(path.tiers):
        return None
    return Step(path, place + 1, place)


def _no_tier(path: Path | None, name: str | None) -> str:
    return f"unknown tier {(name or '')[:60]}" if path is not None else "no escalation path"


def _told(step: Step, reason: str) -> ConversationEscalated:
    previous = step.previous_tier
    return ConversationEscalated(
        path=step.path.name,
        tier=step.tier.name,
        place=step.place,
        previous_tier=previous.name if previous else None,
        previous_place=step.previous if previous else None,
        ticket=step.tier.ticket,
        down=step.is_down,
        reason=reason,
    )


def _line(
    principal: Principal,
    before: Conversation,
    after: Conversation,
    told: ConversationEscalated | None,
    reason: str,
    now: datetime,
) -> Note:
    facts: dict[str, Any] = {
        "type": ConversationEscalated.TYPE,
        "path": told.path if told else None,
        "tier": told.tier if told else None,
        "previous_tier": told.previous_tier if told else None,
        "ticket": told.ticket if told else False,
        "down": told.down if told else False,
        "reason": reason,
        "previous_assignee_id": before.assignee_id,
        "assignee_id": None,
        "team_id": after.team_id,
    }
    return desk.note_line(after.id, "activity", principal, now, "", str(after.version), facts)


def _check(wish: Wish) -> None:
    if not 0 < len(wish.reason.strip()) <= MAX_REASON:
        raise InvalidInput(f"Give a reason of at most {MAX_REASON} characters.", field="reason")
    if len(wish.note) > desk.NOTE_LENGTH:
        raise InvalidInput(f"A note has at most {desk.NOTE_LENGTH} characters.", field="note")
