"""A contact's timeline: what happened elsewhere, one line each, and how the things it happened to are now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.domain.contact import Contact, ContactIdentity
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.writes import Recorded


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. `kind` is dotted (`order.paid`); `data` are JSON values for the agent's eye."""

    id: str
    contact_id: str
    inbox_id: str
    channel: str
    kind: str
    title: str
    occurred_at: datetime
    stored_at: datetime
    subject: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """What events happened to (`order:1001`), as its newest event tells it. It never moves to another contact."""

    contact_id: str
    inbox_id: str
    channel: str
    name: str
    kind: str
    title: str
    occurred_at: datetime
    newest: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return subject_type(self.name)

    def is_older_than(self, line: Line) -> bool:
        """Ids stand in the order of time, and of two at one time one is always the later: any order of arrival ends
        in the same state."""
        return self.newest < line.id


def subject_type(name: str) -> str:
    return name.partition(":")[0]


def subject_of(line: Line, name: str) -> Subject:
    """A subject as this line tells it."""
    return Subject(
        line.contact_id,
        line.inbox_id,
        line.channel,
        name,
        line.kind,
        line.title,
        line.occurred_at,
        line.id,
        line.data,
    )


@dataclass(frozen=True, slots=True)
class Known:
    """Who an event may be about, as far as identities tell. `owners` are contacts, the strongest identity's first;
    `newcomer`: the contact that this event would make is there already."""

    subject: Subject | None = None
    owners: tuple[str, ...] = ()
    newcomer: bool = False


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A contact that is first heard of by an event."""

    contact: Contact
    recorded: Recorded
    identities: tuple[ContactIdentity, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Addition:
    """A line, once per inbox and `external_id`, and what changes with it. `subject_read` None: it is new."""

    line: Line
    external_id: str
    recorded: Recorded
    subject: Subject | None = None
    subject_read: Subject | None = None
    newcomer: Newcomer | None = None


@dataclass(frozen=True, slots=True)
class TimelineQuery:
    """A page of a contact's timeline, newest first. `kind` is a whole kind or its beginning (`order`); `words` are
    looked for in titles and data, whatever their case."""

    contact_id: str
    limit: int
    kind: str | None = None
    words: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    start: Mapping[str, Any] | None = None

    @property
    def picks(self) -> bool:
        return bool(self.kind or self.words)

    def wants(self, line: Line) -> bool:
        if self.kind and line.kind != self.kind and not line.kind.startswith(f"{self.kind}."):
            return False
        return not self.words or self.words.casefold() in searched(line)


def searched(line: Line) -> str:
    """What words are looked for in."""
    return "\n".join([line.title, line.subject or "", *_texts(line.data)]).casefold()


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [found for part in value.values() for found in _texts(part)]
    if isinstance(value, list | tuple):
        return [found for part in value for found in _texts(part)]
    return [] if value is None or isinstance(value, bool) else [str(value)]
