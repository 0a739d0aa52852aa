"""Macros: kept by scope, previewed, applied once, undone where that is possible.

Applying looks at everything first and does nothing where anything would be refused. Then the actions are carried out in
their order, each under a client id of its own: whoever repeats an apply, or goes on with one that was cut short, does
nothing twice. Neighbouring changes of the conversation's state are one write: all of them or none.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.agent import Principal
from chalicelib.domain.errors import ClientIdReused, Refusal, StoreUnavailable
from chalicelib.domain.errors_texts import MacroNotFound, MacroRefused, MacroRunNotFound
from chalicelib.domain.macro import MAX_MACROS, Action, ActionKind, Block, Macro, blocks
from chalicelib.domain.macro_run import MacroRun, Step, StepState, done, ended, failed
from chalicelib.domain.macro_state import Change
from chalicelib.domain.text_scope import Reader
from chalicelib.domain.writes import Written
from chalicelib.services import desk
from chalicelib.services.macro_plan import Outcome, Outlook, Planning, draft_of
from chalicelib.services.macro_state_writes import StateWrites
from chalicelib.services.ports import DeskStore, InboxReader, ReplyStore
from chalicelib.services.reply import reply
from chalicelib.services.texts import Library, TextStore

# As often as other hands may get in between: each time one more action is done, by them or by us.
ATTEMPTS = 60


class RunStore(Protocol):
    def get(self, conversation_id: str, run_id: str) -> MacroRun | None: ...

    def add(self, run: MacroRun) -> Written:
        """DUPLICATE: it has begun."""

    def replace(self, run: MacroRun, read_version: int) -> Written: ...


class TaskMaking(Protocol):
    def make(
        self, run: MacroRun, values: Mapping[str, Any], principal: Principal, client_id: str, now: datetime
    ) -> str:
        """Ask for a task of the conversation, due so long after the run began, once for each client id. Gives its
        id."""


@dataclass(frozen=True, slots=True)
class Macros:
    store: TextStore[Macro]
    runs: RunStore
    desk: DeskStore
    replies: ReplyStore
    inboxes: InboxReader
    planning: Planning
    states: StateWrites
    tasks: TaskMaking | None = None

    @property
    def library(self) -> Library[Macro]:
        return Library(self.store, MacroNotFound, "name", MAX_MACROS)

    def change(self, reader: Reader, macro_id: str, version: int, changes: Mapping[str, Any], now: datetime) -> Macro:
        """Raises MacroNotFound, NotPermitted, VersionConflict, TextNameTaken, TextsTooMany."""

        def to(before: Macro) -> Macro:
            after = replace(before, **changes, changed_at=now, changed_by=reader.principal.id)
            return replace(after, version=before.version + 1)

        return self.library.change(reader, macro_id, version, to, lambda before: before.used)

    def preview(self, reader: Reader, macro_id: str, conversation_id: str, now: datetime) -> Sequence[Outlook]:
        """What it would do now; nothing is changed. Raises MacroNotFound, ConversationNotFound,
        ConversationIsMerged."""
        macro = self.library.get(reader, macro_id)
        return self.planning.plan(reader, desk.get(self.desk, conversation_id), macro, now)

    def apply(self, reader: Reader, macro_id: str, conversation_id: str, client_id: str, now: datetime) -> MacroRun:
        """Carry it out. The same client id goes on where it was cut short, and gives what was done then. An action that
        fails although all was looked at ends it: what was done before stays, and the run says which.

        Raises MacroNotFound, ConversationNotFound, ConversationIsMerged, MacroRefused, ClientIdReused."""
        run_id = run_id_of(conversation_id, reader.principal, client_id)
        run = self.runs.get(conversation_id, run_id) if ids.is_id("cnv", conversation_id) else None
        if run is None:
            run = self._begun(reader, macro_id, conversation_id, run_id, now)
        if run.macro_id != macro_id:
            raise ClientIdReused("This client_id was used for another macro: make a new one.", field="client_id")
        for _ in range(ATTEMPTS):
            if run.is_over:
                return run
            run = self._advanced(run, reader.principal, now)
        raise StoreUnavailable("too many writers at once")

    def run(self, conversation_id: str, run_id: str) -> MacroRun:
        """Raises MacroRunNotFound."""
        found = self.runs.get(conversation_id, run_id)
        if found is None:
            raise MacroRunNotFound("There is no such run of a macro.")
        return found

    def undo(self, principal: Principal, conversation_id: str, run_id: str, now: datetime) -> MacroRun:
        """Put back what it changed of the conversation's state, as far as nobody has changed it since. A repeat gives
        what was done then. Raises MacroRunNotFound, NotPermitted, UndoRefused, ConversationIsMerged."""
        for _ in range(ATTEMPTS):
            run = self.run(conversation_id, run_id)
            if run.undone_by == principal.id:
                return run
            after = self.states.undo(run, principal, now)
            if self.runs.replace(after, run.version) is Written.DONE:
                return after
        raise StoreUnavailable("too many writers at once")

    def _begun(self, reader: Reader, macro_id: str, conversation_id: str, run_id: str, now: datetime) -> MacroRun:
        macro = self.library.get(reader, macro_id)
        seen = self.planning.plan(reader, desk.get(self.desk, conversation_id), macro, now)
        if any(each.outcome is Outcome.REFUSED for each in seen):
            actions = [told(each) for each in seen]
            raise MacroRefused("An action would be refused, so nothing was done.", actions=actions)
        run = MacroRun(
            id=run_id,
            conversation_id=conversation_id,
            macro_id=macro.id,
            macro_name=macro.name,
            by=reader.principal.id,
            by_name=reader.principal.name,
            at=now,
            steps=tuple(Step(each.action) for each in seen),
        )
        if self.runs.add(run) is not Written.DONE:
            return self.run(conversation_id, run_id)
        with suppress(StoreUnavailable):
            self.store.count(macro.id)
        return run

    def _advanced(self, run: MacroRun, principal: Principal, now: datetime) -> MacroRun:
        """One portion further, whoever does it."""
        after = self._next(run, principal, now)
        if self.runs.replace(after, run.version) is Written.DONE:
            return after
        return self.run(run.conversation_id, run.id)

    def _next(self, run: MacroRun, principal: Principal, now: datetime) -> MacroRun:
        waiting = [each for each in blocks([step.action for step in run.steps]) if _is_pending(run, each)]
        if not waiting:
            return self._ended(run, principal, now)
        block = waiting[0]
        try:
            made, reference = self._done(run, block, principal, now)
        except Refusal as refusal:
            return failed(run, block, refusal_told(refusal))
        return done(run, block, made, reference)

    def _ended(self, run: MacroRun, principal: Principal, now: datetime) -> MacroRun:
        """The thread tells of a macro even where it changed nothing of the state."""
        if not run.told and any(step.state is StepState.DONE for step in run.steps):
            with suppress(Refusal):  # merged meanwhile: its thread goes on elsewhere
                self.states.tell(run, principal, now)
        return ended(run)

    def _done(
        self, run: MacroRun, block: Block, principal: Principal, now: datetime
    ) -> tuple[tuple[Change, ...], str | None]:
        """What changed of the state, and the id of what was made."""
        if block.is_state:
            return self.states.change(run, block, principal, now), None
        action, client_id = block.actions[0], run.client_id(block.first)
        return (), self._made(run, action, principal, client_id, now)

    def _made(self, run: MacroRun, action: Action, principal: Principal, client_id: str, now: datetime) -> str:
        where = run.conversation_id
        if action.kind is ActionKind.NOTE:
            return desk.add_note(self.desk, principal, where, client_id, action.values["text"], now).id
        if action.kind is ActionKind.TASK:
            return _there(self.tasks).make(run, action.values, principal, client_id, now)
        return reply(self.replies, self.inboxes, principal, where, draft_of(action, client_id), now).id


def run_id_of(conversation_id: str, principal: Principal, client_id: str) -> str:
    return f"mrn_{ids.digest('macro', conversation_id, principal.id, client_id)}"


def told(outlook: Outlook) -> Mapping[str, Any]:
    """One action's outlook, as a refusal's facts."""
    refusal = refusal_told(outlook.refusal) if outlook.refusal else None
    return {"do": outlook.action.kind.value, "outcome": outlook.outcome.value, "refusal": refusal}


def refusal_told(refusal: Refusal) -> Mapping[str, Any]:
    return {"code": refusal.code, "detail": refusal.detail, "field": refusal.field}


def _is_pending(run: MacroRun, block: Block) -> bool:
    return run.steps[block.first].state is StepState.PENDING


def _there(tasks: TaskMaking | None) -> TaskMaking:
    if tasks is None:
        raise StoreUnavailable("tasks were there when this was looked at")
    return tasks
