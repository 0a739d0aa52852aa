"""Milestones that a line of the thread, or a promise, tells of."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.domain.brief_lines import cut
from chalicelib.domain.note import Note
from chalicelib.domain.promise import Promise, PromiseState


@dataclass(frozen=True, slots=True)
class Who:
    """`kind` is that of an actor or author; `id` is "" where nobody is named."""

    kind: str
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """`source` is what kind of thing and which one it was taken from; `who` None: nobody is known to have done it;
    `facts` say what the text does, as data."""

    code: str
    at: datetime
    text: str
    source: tuple[str, str]
    who: Who | None = None
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)


def noted(note: Note, names: Mapping[str, str], channels: Mapping[str, str]) -> Milestone | None:
    """The milestone that a line of the thread tells of; None where it tells of none, or it is told elsewhere.
    `channels`: of legs, by id."""
    tell = _LINES.get(str(note.facts.get("type")))
    if note.kind != "activity" or tell is None:
        return None
    code, said = tell(note)
    kind = "agent" if note.author_id.startswith("agt_") else "system"
    name = note.author_name or names.get(note.author_id, "")
    return Milestone(code, note.at, said, ("note", note.id), Who(kind, note.author_id, name), _facts(note, channels))


def _facts(note: Note, channels: Mapping[str, str]) -> Mapping[str, Any]:
    """The words that people gave with it, and between which channels it moved."""
    most = {"tier": 60, "reason": 200}
    given = {name: cut(str(note.facts[name]), length) for name, length in most.items() if note.facts.get(name)}
    legs = {"from": note.facts.get("from_leg_id"), "to": note.facts.get("to_leg_id")}
    return {**given, **{name: channels[str(leg)] for name, leg in legs.items() if str(leg) in channels}}


def _escalated(note: Note) -> tuple[str, str]:
    facts = note.facts
    code = "de_escalated" if facts.get("down") else "escalated"
    tier = f" to {cut(str(facts['tier']), 60)}" if facts.get("tier") else ""
    return code, f"{'Handed back' if facts.get('down') else 'Escalated'}{tier}: {_reason(note)}"


def _reason(note: Note) -> str:
    return cut(str(note.facts.get("reason") or "no reason given"), 200)


def _said(code: str, words: str) -> Callable[[Note], tuple[str, str]]:
    return lambda note: (code, f"{words}{': ' + _reason(note) if note.facts.get('reason') else ''}.")


_LINES: Mapping[str, Callable[[Note], tuple[str, str]]] = {
    "conversation.escalated": _escalated,
    "conversation.taken_over": _said("taken_over", "Taken over"),
    "conversation.given_back": _said("given_back", "Given back"),
    "conversation.merged": lambda note: ("merged", note.text or "Merged."),
    "conversation.unmerged": lambda note: ("unmerged", note.text or "A merge was undone."),
    "conversation.split": lambda note: ("split", note.text or "Split."),
    "conversation.leg_switched": lambda note: ("moved", cut(note.text) or "Moved to another channel."),
}


def promised(promise: Promise, names: Mapping[str, str]) -> Iterator[Milestone]:
    source = ("promise", promise.id)
    maker = promise.made_by
    who = Who(maker.kind, maker.id or "", names.get(maker.id or "", ""))
    yield Milestone("promised", promise.told_at, cut(promise.text), source, who)
    if promise.settled_at is not None and promise.state is not PromiseState.OPEN:
        code = {"kept": "promise_kept", "broken": "promise_broken"}.get(promise.state.value, "promise_cancelled")
        words = cut(promise.text)
        said = f"{words}: {promise.state.value}."
        yield Milestone(code, promise.settled_at, said, source, facts={"words": words})
