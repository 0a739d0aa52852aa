"""What a macro did with a conversation: how far it came, and what can be undone."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors_common import NotPermitted
from chalicelib.domain.errors_texts import UndoRefused
from chalicelib.domain.macro import SENT, STATE, Action, Block
from chalicelib.domain.macro_state import Change, joined

UNDO_FOR = timedelta(minutes=10)


class StepState(StrEnum):
    """NOTHING: it was so already. SKIPPED: an action before it failed."""

    PENDING = "pending"
    DONE = "done"
    NOTHING = "nothing"
    FAILED = "failed"
    SKIPPED = "skipped"


class RunState(StrEnum):
    """PARTIAL: some of it was done, and the rest never will be."""

    RUNNING = "running"
    DONE = "done"
    PARTIAL = "partial"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Step:
    """One action as it is carried out: its texts are those that this customer gets. `reference`: the id of what it
    made; `refusal`: {code, detail, field} where it failed."""

    action: Action
    state: StepState = StepState.PENDING
    reference: str | None = None
    refusal: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class MacroRun:
    """`made`: what it changed of the conversation's state, all in all; `told`: the line in the thread says so. `kept`:
    after an undoing, what was not put back and why."""

    id: str
    conversation_id: str
    macro_id: str
    macro_name: str
    by: str
    by_name: str
    at: datetime
    steps: tuple[Step, ...]
    made: tuple[Change, ...] = ()
    told: bool = False
    state: RunState = RunState.RUNNING
    undone_at: datetime | None = None
    undone_by: str | None = None
    restored: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    version: int = 1

    @property
    def is_over(self) -> bool:
        return self.state is not RunState.RUNNING

    @property
    def undo_until(self) -> datetime | None:
        """None where there is nothing to put back, or it was put back."""
        return self.at + UNDO_FOR if self.made and self.state in (RunState.DONE, RunState.PARTIAL) else None

    def client_id(self, place: int | str) -> str:
        """The id under which one of its actions is known: doing it again finds the first time. No client can take it:
        theirs have no spaces."""
        return f"macro {self.id} {place}"


def done(run: MacroRun, block: Block, made: tuple[Change, ...], reference: str | None) -> MacroRun:
    """With these actions carried out."""
    quiet = block.is_state and not made
    state = StepState.NOTHING if quiet else StepState.DONE
    steps = [
        replace(step, state=state, reference=reference) if place in block.places else step
        for place, step in enumerate(run.steps)
    ]
    return _next(run, steps=tuple(steps), made=joined(run.made, made), told=run.told or bool(made))


def failed(run: MacroRun, block: Block, refusal: Mapping[str, Any]) -> MacroRun:
    """With these refused: nothing of them was done, and nothing after them will be."""
    return _next(run, steps=tuple(_after_failure(step, place, block, refusal) for place, step in enumerate(run.steps)))


def _after_failure(step: Step, place: int, block: Block, refusal: Mapping[str, Any]) -> Step:
    if place in block.places:
        return replace(step, state=StepState.FAILED, refusal=refusal)
    return replace(step, state=StepState.SKIPPED) if step.state is StepState.PENDING else step


def ended(run: MacroRun) -> MacroRun:
    whole = all(step.state in (StepState.DONE, StepState.NOTHING) for step in run.steps)
    return _next(run, state=RunState.DONE if whole else RunState.PARTIAL, told=True)


def check_undo(run: MacroRun, principal: Principal, now: datetime) -> None:
    """Raises NotPermitted, UndoRefused."""
    if principal.id != run.by and not principal.may(Role.SUPERVISOR):
        raise NotPermitted("Whoever used the macro undoes it, or a supervisor.")
    if run.state is RunState.UNDONE:
        raise UndoRefused("It was undone already.")
    if run.state is RunState.RUNNING:
        raise UndoRefused("It is not over yet.")
    if not run.made:
        raise UndoRefused("It changed nothing that can be put back: what was sent or noted stays.")
    if now > run.at + UNDO_FOR:
        raise UndoRefused(f"A macro can be undone for {int(UNDO_FOR.total_seconds()) // 60} minutes.")


def stays(run: MacroRun) -> Mapping[str, str]:
    """What no undoing takes back, by the place of the action."""
    return {
        str(place): "It was sent." if step.action.kind in SENT else "It stays: delete or close it by hand."
        for place, step in enumerate(run.steps)
        if step.state is StepState.DONE and step.action.kind not in STATE
    }


def _next(run: MacroRun, **changes: Any) -> MacroRun:
    return replace(run, **changes, version=run.version + 1)
