"""The lines of a brief, section by section. Each names what it was taken from; where its text is ours, its facts say
the same as data."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation, Leg, Priority
from chalicelib.domain.hands import HANDS, Span
from chalicelib.domain.message import Direction, Message, MessageKind
from chalicelib.domain.note import Note
from chalicelib.domain.promise import Promise, PromiseState
from chalicelib.domain.sla import Clock
from chalicelib.domain.timeline import Line as Event

LONGEST = 300
TRIED = 20
_LINK = re.compile(r"https?://[^\s<>\"']{1,300}")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to know. `code` says what it is of, `source` what kind of thing and which one it was taken from."""

    code: str
    text: str
    source: tuple[str, str]
    at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Material:
    """All that a brief is made of. `entries` are the newest of the thread, in order; `first` is what the customer began
    the episode with; `clocks` come with when they are due; `closes` is when the active leg's window does."""

    conversation: Conversation
    now: datetime
    contact: Contact | None = None
    first: Message | None = None
    entries: Sequence[Message | Note] = ()
    spans: Sequence[Span] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    clocks: Sequence[tuple[str, Clock, datetime | None]] = ()
    closes: datetime | None = None
    promises: Sequence[Promise] = ()
    events: Sequence[Event] = ()


def who(of: Material) -> list[Line]:
    found = [_identity(leg) for leg in _legs(of)]
    if of.contact is None:
        return [Line("name", of.conversation.contact_name, ("contact", of.conversation.contact_id)), *found]
    source = ("contact", of.contact.id)
    tier = of.contact.tier or of.contact.attributes.get("tier")
    known = {"tier": tier, "locale": of.contact.language or of.contact.locale}
    lines = [Line("name", cut(of.contact.display_name), source)]
    lines += [Line(code, cut(str(value)), source) for code, value in known.items() if value]
    for code in ("email", "phone"):
        value, told_by = getattr(of.contact, code), of.contact.sources.get(code)
        if value:
            said = f"{cut(value)} (from {told_by})" if told_by else cut(value)
            lines.append(Line(code, said, source, facts={"value": cut(value), "source": told_by or ""}))
    return [*lines, Line("since", "Known since then.", source, of.contact.created_at), *found]


def _identity(leg: Leg) -> Line:
    address = cut(leg.address, 120)
    return Line(
        "identity", f"{leg.channel} {address}", ("leg", leg.id), facts={"channel": leg.channel, "value": address}
    )


def _legs(of: Material) -> list[Leg]:
    return sorted(of.conversation.legs.values(), key=lambda leg: leg.last_message_id, reverse=True)[:5]


def about(of: Material) -> list[Line]:
    conversation = of.conversation
    source = ("conversation", conversation.id)
    found: list[Line] = []
    if of.first is not None:
        found.append(Line("first_words", _said(of.first), ("message", of.first.id), of.first.occurred_at))
    if conversation.labels:
        found.append(Line("labels", cut(", ".join(conversation.labels)), source))
    if conversation.priority is not Priority.NORMAL:
        found.append(Line("priority", conversation.priority.value, source))
    tier = conversation.standing
    if tier is not None:
        facts = {"path": tier.path, "tier": tier.tier, "ticket": tier.ticket}
        said = f"{tier.path}: {tier.tier}{' (ticket)' if tier.ticket else ''}"
        found.append(Line("escalation", said, source, tier.at, facts))
    return found


def state(of: Material) -> list[Line]:
    conversation = of.conversation
    source = ("conversation", conversation.id)
    found = [Line("status", conversation.status.value, source, conversation.status_changed_at)]
    if conversation.waiting_since is not None:
        waited = of.now - conversation.waiting_since
        said = f"The customer has waited for {spoken(waited)}."
        found.append(Line("waiting", said, source, conversation.waiting_since, _lasted(waited)))
    for name, clock, due_at in of.clocks:
        if clock.stopped_at is None and (clock.breached_at or clock.warned_at):
            said = f"{clock.kind.value} {'is broken' if clock.breached_at else 'is at risk'}"
            facts = {"clock": clock.kind.value, "broken": clock.breached_at is not None}
            found.append(Line("clock", said, ("clock", name), clock.breached_at or due_at, facts))
    if of.closes is not None:
        is_open = of.closes > of.now
        said = f"The window for free text {'closes' if is_open else 'has closed'}."
        found.append(Line("window", said, ("leg", conversation.active_leg_id), of.closes, {"open": is_open}))
    return found


def tried(of: Material) -> list[Line]:
    found = [_owner(of, span) for span in of.spans]
    for entry in of.entries:
        found += _entry_tried(entry)
    dated = [line for line in found if line.at is not None and line.at >= of.conversation.opened_at]
    return sorted(dated, key=lambda line: (line.at or of.now, line.code, line.source))[-TRIED:]


def _owner(of: Material, span: Span) -> Line:
    name = of.names.get(span.agent_id, span.agent_id)
    lasted, has = (span.until or of.now) - span.since, span.until is None
    source = ("note", span.source) if span.source else ("decision", span.since.isoformat())
    said = f"{name} {'has had' if has else 'had'} it for {spoken(lasted)}."
    return Line("owner", said, source, span.since, {"name": name, "has": has, **_lasted(lasted)})


def _entry_tried(entry: Message | Note) -> list[Line]:
    if isinstance(entry, Note):
        return _noted(entry)
    if entry.direction is not Direction.OUTBOUND:
        return []
    source = ("message", entry.id)
    found = [Line("link", link, source, entry.occurred_at) for link in _LINK.findall(entry.text)[:3]]
    if entry.kind is MessageKind.TEMPLATE:
        found.append(Line("template", cut(str(entry.content.get("name", ""))), source, entry.occurred_at))
    return found


def _noted(note: Note) -> list[Line]:
    """Reasons and changes of status; what colleagues wrote themselves is theirs to tell."""
    if note.kind != "activity":
        return []
    source, facts = ("note", note.id), note.facts
    if facts.get("type") in HANDS and facts.get("reason"):
        return [Line("reason", cut(str(facts["reason"])), source, note.at)]
    if facts.get("type") == "conversation.status_changed":
        previous, status = facts.get("previous"), facts.get("status")
        return [Line("status", f"{previous} to {status}", source, note.at, {"previous": previous, "status": status})]
    return []


def promises(of: Material) -> list[Line]:
    wanted = (PromiseState.OPEN, PromiseState.BROKEN)
    found = [promise for promise in of.promises if promise.state in wanted][-5:]
    return [Line(each.state.value, cut(each.text), ("promise", each.id), each.due_at) for each in found]


def events(of: Material) -> list[Line]:
    return [Line(event.kind, cut(event.title), ("event", event.id), event.occurred_at) for event in of.events]


def last_words(of: Material) -> list[Line]:
    said = [entry for entry in of.entries if isinstance(entry, Message) and entry.direction is Direction.INBOUND]
    return [Line("customer", _said(each), ("message", each.id), each.occurred_at) for each in said[-3:]]


def _said(message: Message) -> str:
    return cut(message.text) or f"[{message.kind.value}]"


def cut(text: str, most: int = LONGEST) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _lasted(length: timedelta) -> Mapping[str, Any]:
    return {"seconds": max(0, int(length.total_seconds()))}


def spoken(length: timedelta) -> str:
    return spoken_seconds(max(0, int(length.total_seconds())))


def spoken_seconds(seconds: int) -> str:
    for unit, size, part, small in (("d", 86_400, "h", 3600), ("h", 3600, "min", 60), ("min", 60, "s", 1)):
        if seconds >= size:
            rest = seconds % size // small
            return f"{seconds // size} {unit} {rest} {part}" if rest and unit != "min" else f"{seconds // size} {unit}"
    return f"{seconds} s"
