"""Lines that a system (an API key) or an agent puts on a contact's timeline, each exactly once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain.agent import Principal
from chalicelib.domain.contact import Contact
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import ContactNotFound, ExternalIdReused, InvalidInput, StoreUnavailable
from chalicelib.domain.events import TimelineEventAdded
from chalicelib.domain.line_ids import line_id
from chalicelib.domain.timeline import Addition, Known, Line, Subject, subject_of
from chalicelib.domain.timeline_lines import OWN
from chalicelib.domain.writes import Recorded, Written

# In the place of an inbox: what comes by the API comes by none.
API = "api"
ATTEMPTS = 8
MAX_DATA_BYTES = 16 * 1024
MAX_FUTURE = timedelta(minutes=5)


class PushStore(Protocol):
    def known(self, inbox_id: str, subject: str | None, identities: tuple[str, ...]) -> Known: ...

    def add(self, addition: Addition) -> Written: ...

    def line_of(self, inbox_id: str, external_id: str) -> Line | None: ...


class Contacts(Protocol):
    def get(self, contact_id: str) -> Contact | None: ...


@dataclass(frozen=True, slots=True)
class Pushed:
    """`external_id`: the other system's own id of what happened; it counts once for a contact. `partial`: it does not
    tell all of its subject, whose state stays as it is."""

    external_id: str
    kind: str
    title: str
    occurred_at: datetime
    subject: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    partial: bool = False


def push(
    store: PushStore, contacts: Contacts, principal: Principal, contact_id: str, given: Pushed, now: datetime
) -> Line:
    """The line as it is stored; a repeat gives the one stored first.

    Raises ContactNotFound, InvalidInput, ExternalIdReused, StoreUnavailable."""
    _check(given, now)
    if contacts.get(contact_id) is None:
        raise ContactNotFound("There is no such contact.")
    name = f"{contact_id}/{given.external_id}"
    line = Line(
        id=line_id(given.occurred_at, API, name),
        contact_id=contact_id,
        inbox_id=API,
        channel=API,
        kind=given.kind,
        title=given.title.strip(),
        occurred_at=given.occurred_at,
        stored_at=now,
        subject=given.subject,
        data=given.data,
    )
    told = TimelineEventAdded(contact_id=contact_id, inbox_id=API, kind=line.kind, subject=line.subject)
    recorded = Recorded((told,), Actor(principal.kind, principal.id), now)
    for _ in range(ATTEMPTS):
        known = _subject_known(store, line)
        tells = line.subject is not None and not given.partial and (known is None or known.is_older_than(line))
        state = subject_of(line, line.subject) if tells and line.subject else None
        outcome = store.add(Addition(line, name, recorded, subject=state, subject_read=known))
        if outcome is Written.DONE:
            return line
        if outcome is Written.DUPLICATE:
            return _stored_before(store, line, name)
    raise StoreUnavailable("too many writers at once")


def _check(given: Pushed, now: datetime) -> None:
    if given.kind.partition(".")[0] in OWN:
        raise InvalidInput(f"Lines of kind {given.kind} are told by the desk itself.", field="kind")
    if given.occurred_at > now + MAX_FUTURE:
        raise InvalidInput("What has not happened yet is on no timeline.", field="occurred_at")
    size = len(json.dumps(given.data, ensure_ascii=False).encode("utf-8", "replace"))
    if size > MAX_DATA_BYTES:
        raise InvalidInput(f"`data` has at most {MAX_DATA_BYTES} bytes.", field="data")


def _subject_known(store: PushStore, line: Line) -> Subject | None:
    """Raises InvalidInput where the subject is somebody else's: a thing never moves to another contact."""
    found = store.known(API, line.subject, ()).subject if line.subject else None
    if found is not None and found.contact_id != line.contact_id:
        raise InvalidInput("This subject is on another contact's timeline.", field="subject")
    return found


def _stored_before(store: PushStore, line: Line, name: str) -> Line:
    found = store.line_of(API, name)
    if found is None or _told(found) != _told(line):
        raise ExternalIdReused(
            "This external_id was used for something else on this contact's timeline: give each event its own.",
            field="external_id",
        )
    return found


def _told(line: Line) -> tuple[object, ...]:
    at = line.occurred_at.replace(microsecond=line.occurred_at.microsecond // 1000 * 1000)  # as it is stored
    return line.kind, line.title, at, line.subject, json.dumps(line.data, sort_keys=True)
