"""How a case has come along: its milestones from the beginning to the end, each taken from what is stored, with who and
when. The same facts give the same milestones, whatever order they are in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.hands import HANDS
from chalicelib.domain.message import Message
from chalicelib.domain.note import Note
from chalicelib.domain.progress_lines import Milestone, Who, noted, promised
from chalicelib.domain.promise import Promise
from chalicelib.domain.routing_values import Decision, Outcome
from chalicelib.domain.sla_ledger import Ledger, Turn, episodes, waits
from chalicelib.domain.transcript import channel_name
from chalicelib.domain.waits import Wait

STEPS = ("received", "queued", "assigned", "answered", "resolved")
# Of one moment, what makes the next possible comes first.
_ORDER = ("began", "reopened", "opened", "queued", "assigned", "answered", "resolved")
_STATUS = "conversation.status_changed"


@dataclass(frozen=True, slots=True)
class Material:
    """All that is stored of a case beside its messages. `answer` is the first answer of this episode; `names` of
    agents."""

    conversation: Conversation
    notes: Sequence[Note] = ()
    ledger: Ledger | None = None
    decisions: Sequence[Decision] = ()
    waits: Sequence[Wait] = ()
    promises: Sequence[Promise] = ()
    answer: Message | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """Of the episode that is on: `at` None: not yet, or not at all (`done` tells)."""

    name: str
    done: bool
    at: datetime | None


def milestones(of: Material) -> list[Milestone]:
    """In order of time."""
    found = [*_turns(of), *_hands(of), *_queued(of), *_answers(of), *_legs(of)]
    channels = {leg.id: leg.channel for leg in of.conversation.legs.values()}
    found += [line for note in of.notes if (line := noted(note, of.names, channels)) is not None]
    found += [line for promise in of.promises for line in promised(promise, of.names)]
    return sorted(found, key=lambda line: (line.at, _rank(line.code), line.code, line.source))


def steps(of: Material) -> list[Step]:
    """How far the episode that is on has come: for a bar of progress."""
    case = of.conversation
    lines = [line for line in milestones(of) if line.at >= case.opened_at]

    def first(code: str) -> datetime | None:
        return next((line.at for line in lines if line.code == code), None)

    reached: dict[str, datetime | None] = {
        "received": case.opened_at,
        "queued": first("queued"),
        "assigned": first("assigned"),
        "answered": case.first_response_at,
        "resolved": case.resolved_at,
    }
    held = case.assignee_id is not None
    return [Step(name, reached[name] is not None or (name == "assigned" and held), reached[name]) for name in STEPS]


def _rank(code: str) -> int:
    return _ORDER.index(code) if code in _ORDER else len(_ORDER)


def _turns(of: Material) -> Iterator[Milestone]:
    """From one status to the next; who did it stands in the thread, where it was somebody. What the customer's words
    changed is known from the ledger, which a desk with service levels has, or of the newest change alone."""
    case = of.conversation
    source = ("conversation", case.id)
    told = {note.at: note for note in of.notes if note.facts.get("type") == _STATUS}
    known = episodes(of.ledger) if of.ledger else {}
    began = known.get(1) or (case.opened_at if case.episode == 1 else case.created_at)
    said = f"Began on {channel_name(case.channel)}."
    yield Milestone("began", min(began, case.opened_at), said, source, facts={"channel": case.channel})
    changes = {note.at: code for note in told.values() if (code := _noted_code(note)) is not None}
    changes |= _known_changes(of)
    changes |= {at: code for at, code in _newest_changes(case) if at not in changes}
    for at, code in changes.items():
        note = told.get(at)
        yield Milestone(code, at, _SAID[code], ("note", note.id) if note else source, _author(note))


def _known_changes(of: Material) -> dict[datetime, str]:
    """As the ledger tells them."""
    turns = sorted(of.ledger.turns) if of.ledger else []
    found = {turn.at: _code(before, turn) for before, turn in zip([None, *turns], turns, strict=False)}
    return {at: code for at, code in found.items() if code is not None}


def _newest_changes(case: Conversation) -> Iterator[tuple[datetime, str]]:
    """What the conversation itself tells of its newest episode and status."""
    if case.episode > 1:
        yield case.opened_at, "reopened"
    if case.status_changed_at > case.opened_at:
        yield case.status_changed_at, _CODES[case.status.value]


def _noted_code(note: Note) -> str | None:
    if note.facts.get("previous") == Status.RESOLVED.value and note.facts.get("status") == Status.OPEN.value:
        return "reopened"
    return _CODES.get(str(note.facts.get("status")))


def _code(previous: Turn | None, turn: Turn) -> str | None:
    if turn.episode > (previous.episode if previous else 1):
        return "reopened"
    if previous is None or previous.status is turn.status:
        return None if turn.status is Status.OPEN else _CODES[turn.status.value]
    return _CODES[turn.status.value]


_CODES = {"open": "opened", "pending": "pending", "snoozed": "snoozed", "resolved": "resolved"}
_SAID = {
    "opened": "Taken up again.",
    "pending": "Waits for the customer.",
    "snoozed": "Put aside.",
    "resolved": "Resolved.",
    "reopened": "Reopened.",
}


def _author(note: Note | None) -> Who | None:
    return (
        Who("agent" if note.author_id.startswith("agt_") else "system", note.author_id, note.author_name)
        if note
        else None
    )


def _hands(of: Material) -> Iterator[Milestone]:
    for decision in of.decisions:
        if decision.outcome is Outcome.ASSIGNED and decision.agent_id:
            who = Who("agent", decision.agent_id, of.names.get(decision.agent_id, decision.agent_id))
            source, facts = ("decision", decision.at.isoformat()), {**decision.facts, "less": list(decision.relaxed)}
            yield Milestone("assigned", decision.at, decision.sentence, source, who, facts)
    given = {decision.at for decision in of.decisions if decision.outcome is Outcome.ASSIGNED}
    for note in of.notes:
        assignee = note.facts.get("assignee_id")
        if note.facts.get("type") in HANDS and isinstance(assignee, str) and note.at not in given:
            name = of.names.get(assignee, assignee)
            said = f"Given to {name} by {note.author_name}."
            facts = {"kind": "given", "name": name, "by": note.author_name}
            yield Milestone("assigned", note.at, said, ("note", note.id), Who("agent", assignee, name), facts)


def _queued(of: Material) -> Iterator[Milestone]:
    for wait in of.waits:
        source = ("wait", str(wait.epoch))
        place = f", as number {wait.position}" if wait.position else ""
        facts = {"position": wait.position} if wait.position else {}
        yield Milestone("queued", wait.queued_at, f"Joined a queue{place}.", source, facts=facts)


def _answers(of: Material) -> Iterator[Milestone]:
    case = of.conversation
    if case.first_response_at is not None:
        author = of.answer.author if of.answer else None
        who = Who(author.kind, author.id or "", author.name or "") if author else None
        source = ("message", of.answer.id) if of.answer else ("conversation", case.id)
        yield Milestone("answered", case.first_response_at, "Answered for the first time.", source, who)
    for episode in episodes(of.ledger) if of.ledger else ():
        ended = next((end for _, end in waits(of.ledger, episode) if end is not None), None) if of.ledger else None
        if episode != case.episode and ended is not None:
            yield Milestone("answered", ended, "Answered for the first time.", ("conversation", case.id))


def _legs(of: Material) -> Iterator[Milestone]:
    """Where it went on elsewhere: a leg's first message, but for that which it began with, and for those that somebody
    moved it to, which the thread tells of."""
    moved = {note.facts.get("to_leg_id") for note in of.notes}
    began = sorted((leg.first_message_id, leg) for leg in of.conversation.legs.values() if leg.first_message_id)
    for first, leg in sorted(began, key=lambda each: each[0])[1:]:
        if leg.id not in moved:
            said = f"Went on over {channel_name(leg.channel)}."
            yield Milestone("leg", ids.message_time(first), said, ("leg", leg.id), facts={"channel": leg.channel})
