"""A macro's changes of a conversation's state: one write with all of them, the line that tells of it, and a mark by
which a repeat finds it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from chalicelib.domain import ids
from chalicelib.domain.agent import Principal
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import CapacityExceeded, StoreUnavailable
from chalicelib.domain.errors_texts import UndoRefused
from chalicelib.domain.events import (
    ConversationAssigned,
    ConversationLabelled,
    ConversationPriorityChanged,
    ConversationStatusChanged,
    Event,
)
from chalicelib.domain.events_texts import MacroApplied, MacroUndone
from chalicelib.domain.macro import Block
from chalicelib.domain.macro_run import MacroRun, RunState, check_undo
from chalicelib.domain.macro_state import ASSIGNEE, STATUS_FIELDS, TEAM, Change, Undoing, changes, undone, with_action
from chalicelib.domain.note import Note
from chalicelib.domain.writes import ConversationChange, Once, Recorded, Written
from chalicelib.services import desk
from chalicelib.services.macro_plan import check_room
from chalicelib.services.ports import DeskStore

ATTEMPTS = 5
UNDO, TOLD = "undo", "told"
_OWNER = (ASSIGNEE, TEAM)
NO_ROOM = "They have no room for it now."


class ByHand(Protocol):
    def by_hand(
        self, give: Callable[[], Conversation], conversation_id: str, agent_id: str | None, now: datetime
    ) -> Conversation:
        """Give somebody a conversation; an offer of it to them makes way."""


@dataclass(frozen=True, slots=True)
class StateWrites:
    store: DeskStore
    offers: ByHand

    def change(self, run: MacroRun, block: Block, principal: Principal, now: datetime) -> tuple[Change, ...]:
        """What these actions changed, now or when they were done before; nothing where it is so already. Raises what
        assigning and changing a status raise."""
        made: list[tuple[Change, ...]] = []

        def give() -> Conversation:
            after, told = self._change(run, block, principal, now)
            made.append(told)
            return after

        assignee = _assignee(block, run.by)
        self.offers.by_hand(give, run.conversation_id, assignee, now)
        return made[-1]

    def _change(
        self, run: MacroRun, block: Block, principal: Principal, now: datetime
    ) -> tuple[Conversation, tuple[Change, ...]]:
        line = _line(run, principal, block.first, now)
        once = self.store.once(run.conversation_id, run.client_id(block.first))
        for _ in range(ATTEMPTS):
            before = desk.get(self.store, run.conversation_id)
            if once is not None:
                return before, self._made(run, once)
            after = before
            for action in block.actions:
                after = with_action(after, action, run.by, now)
            found = changes(before, after)
            if not found:
                return before, ()
            facts = {**line.facts, "changes": [[each.field, each.before, each.after] for each in found]}
            told = None if run.told else _applied(run)
            line = replace(line, facts=facts)
            written = self._write(before, after, line, _mark(run, block.first, line), told, principal, now)
            if written is Written.DONE:
                return after, found
            if written is Written.DUPLICATE:
                once = self.store.once(run.conversation_id, run.client_id(block.first))
        raise StoreUnavailable("too many writers at once")

    def _made(self, run: MacroRun, once: Once) -> tuple[Change, ...]:
        """What was changed when it was done before."""
        note = self.store.note(run.conversation_id, once.message_id)
        told = note.facts.get("changes", ()) if note else ()
        return tuple(Change(field, before, after) for field, before, after in told)

    def tell(self, run: MacroRun, principal: Principal, now: datetime) -> None:
        """That it was carried out, where no change of the state has told so. Raises ConversationIsMerged."""
        line = _line(run, principal, TOLD, now)
        mark = _mark(run, TOLD, line)
        for _ in range(ATTEMPTS):
            before = desk.get(self.store, run.conversation_id)
            if self._write(before, before, line, mark, _applied(run), principal, now) is not Written.CONFLICT:
                return
        raise StoreUnavailable("too many writers at once")

    def undo(self, run: MacroRun, principal: Principal, now: datetime) -> MacroRun:
        """The run after what can be put back was. Raises NotPermitted, UndoRefused, ConversationIsMerged."""
        check_undo(run, principal, now)
        for _ in range(ATTEMPTS):
            once = self.store.once(run.conversation_id, run.client_id(UNDO))
            if once is not None:
                return self._undone_before(run, once, principal, now)
            before = desk.get(self.store, run.conversation_id)
            found = self._put_back(before, run.made, now)
            if not found.restored:
                raise UndoRefused("Nothing of it can be put back: it has changed since.", kept=dict(found.kept))
            line = _line(run, principal, UNDO, now, "conversation.macro_undone")
            line = replace(line, facts={**line.facts, "restored": list(found.restored), "kept": dict(found.kept)})
            event = _undone(run, found.restored)
            mark = _mark(run, UNDO, line)
            written = self._write(before, found.after, line, mark, event, principal, now, keeps=True)
            if written is Written.DONE:
                return _marked(run, found.restored, found.kept, principal, now)
        raise StoreUnavailable("too many writers at once")

    def _put_back(self, before: Conversation, made: Sequence[Change], now: datetime) -> Undoing:
        """Without what its owner has no room for: the one before, or whoever has it now."""
        kept: dict[str, str] = {}
        for group in (_OWNER, STATUS_FIELDS):
            found = undone(before, made, now)
            try:
                check_room(self.store, before, found.after, keeps=True)
            except CapacityExceeded:
                left = [each for each in made if each.field not in group]
                kept |= {group[0]: NO_ROOM} if len(left) < len(made) else {}
                made = left
            else:
                break
        found = undone(before, made, now)
        return replace(found, kept={**found.kept, **kept})

    def _undone_before(self, run: MacroRun, once: Once, principal: Principal, now: datetime) -> MacroRun:
        note = self.store.note(run.conversation_id, once.message_id)
        facts = note.facts if note else {}
        return _marked(run, tuple(facts.get("restored", ())), facts.get("kept", {}), principal, now)

    def _write(
        self,
        before: Conversation,
        after: Conversation,
        line: Note,
        once: Once,
        told: Event | None,
        principal: Principal,
        now: datetime,
        *,
        keeps: bool = False,
    ) -> Written:
        weight, limits = check_room(self.store, before, after, keeps=keeps)
        after = replace(after, weight=weight, version=before.version + 1)
        events = (*_events(before, after), *([told] if told else []))
        recorded = Recorded(events, Actor(principal.kind, principal.id), now)
        return self.store.change(ConversationChange(before, after, recorded, line, once, limits=limits))


def _events(before: Conversation, after: Conversation) -> tuple[Event, ...]:
    found: list[Event] = []
    if (before.assignee_id, before.team_id) != (after.assignee_id, after.team_id):
        found.append(
            ConversationAssigned(
                previous_assignee_id=before.assignee_id,
                assignee_id=after.assignee_id,
                previous_team_id=before.team_id,
                team_id=after.team_id,
            )
        )
    if (before.status, before.snoozed_until, before.wake_on) != (after.status, after.snoozed_until, after.wake_on):
        until = after.snoozed_until.isoformat() if after.snoozed_until else None
        found.append(
            ConversationStatusChanged(
                previous=before.status.value,
                status=after.status.value,
                episode=after.episode,
                reason="agent",
                snoozed_until=until,
                wake_on=after.wake_on.value if until else None,
            )
        )
    if before.priority is not after.priority:
        found.append(ConversationPriorityChanged(previous=before.priority.value, priority=after.priority.value))
    if {*before.labels} != {*after.labels}:
        added = tuple(each for each in after.labels if each not in before.labels)
        removed = tuple(each for each in before.labels if each not in after.labels)
        found.append(ConversationLabelled(added=added, removed=removed, rules={}))
    return tuple(found)


def _assignee(block: Block, me: str) -> str | None:
    named = [each.values["assignee_id"] for each in block.actions if "assignee_id" in each.values]
    return (me if named[-1] == "me" else named[-1]) if named else None


def _line(
    run: MacroRun, principal: Principal, place: int | str, now: datetime, kind: str = "conversation.macro_applied"
) -> Note:
    """The line in the thread that tells of it."""
    facts = {"type": kind, "macro_id": run.macro_id, "macro": run.macro_name, "run_id": run.id}
    return desk.note_line(run.conversation_id, "activity", principal, now, "", run.client_id(place), facts)


def _mark(run: MacroRun, place: int | str, line: Note) -> Once:
    client_id = run.client_id(place)
    return Once(run.conversation_id, client_id, line.id, "", ids.digest(client_id))


def _applied(run: MacroRun) -> MacroApplied:
    return MacroApplied(conversation_id=run.conversation_id, macro_id=run.macro_id, run_id=run.id, name=run.macro_name)


def _undone(run: MacroRun, fields: tuple[str, ...]) -> MacroUndone:
    return MacroUndone(
        conversation_id=run.conversation_id, macro_id=run.macro_id, run_id=run.id, name=run.macro_name, fields=fields
    )


def _marked(
    run: MacroRun, restored: tuple[str, ...], kept: Mapping[str, str], principal: Principal, now: datetime
) -> MacroRun:
    return replace(
        run,
        state=RunState.UNDONE,
        undone_at=now,
        undone_by=principal.id,
        restored=restored,
        kept=dict(kept),
        version=run.version + 1,
    )
