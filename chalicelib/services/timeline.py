"""Timelines: an event of a store or CRM becomes a line of the right contact's timeline, exactly once.

Whose it is: the owner of what it happened to; else who has one of its identities; else whom the evidence (e-mail,
phone) speaks for most; else a contact made of the event itself. Matching by evidence links nobody: the next event is
matched anew, and whether two contacts are one person is decided elsewhere, from the same evidence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.channels import wire
from chalicelib.channels.base import TimelineEvent
from chalicelib.domain import ids
from chalicelib.domain.contact import Contact
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import ContactCreated, TimelineEventAdded
from chalicelib.domain.evidence import EMAIL, PHONE, Evidence, best
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.line_ids import line_id
from chalicelib.domain.reads import Page
from chalicelib.domain.timeline import (
    Addition,
    Known,
    Line,
    Newcomer,
    Subject,
    TimelineQuery,
    subject_of,
)
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.evidence import evidence_of, normal
from chalicelib.services.newcomers import new_identities

ATTEMPTS = 8
EVIDENCE = (EMAIL, PHONE)
PROVIDER = Actor("provider")


class TimelineStore(Protocol):
    """What events are written to, and what pages are read from (see `timeline_pages`)."""

    def known(
        self, inbox_id: str, subject: str | None, identities: Sequence[str], newcomer_id: str | None = None
    ) -> Known:
        """Who may own an event, in one read."""

    def candidates(self, named: Sequence[tuple[str, str]]) -> Sequence[Evidence]:
        """Contacts with these e-mail addresses and phone numbers (kind and value in its one form)."""

    def add(self, addition: Addition) -> Written:
        """DUPLICATE: the event is on a timeline already. CONFLICT: its owner or subject has changed since."""

    def park(self, line: Line, body: str) -> Written:
        """Keep an event of a subject that nobody is known to own."""

    def parked(self, inbox_id: str, subject: str) -> Iterable[str]:
        """The bodies that wait for this subject's owner."""

    def page(self, query: TimelineQuery) -> Page[Line]: ...

    def together(self, contact_ids: Sequence[str], query: TimelineQuery) -> Page[Line]: ...

    def subjects(self, contact_id: str, kind: str, limit: int, start: Mapping[str, Any] | None) -> Page[Subject]: ...

    def line_of(self, inbox_id: str, external_id: str) -> Line | None: ...


def is_nobodys(event: TimelineEvent) -> bool:
    """Whether nothing in an event can ever tell whose it is."""
    named = (kind not in EVIDENCE or normal(kind, value, event.region) for kind, value in event.known_as)
    return not (event.subject or any(named))


def add(store: TimelineStore, inbox: Inbox, event: TimelineEvent, now: datetime) -> Written:
    """Put an event on its contact's timeline. Raises StoreUnavailable."""
    outcome, is_owned_now = _added(store, inbox, event, now)
    if event.subject and is_owned_now:
        # What came before its owner was known, or was left behind by a process that ended right here.
        for body in store.parked(inbox.id, event.subject):
            _, earlier = wire.loads(body)
            assert isinstance(earlier, TimelineEvent)  # noqa: S101 - nothing else is parked
            _added(store, inbox, earlier, now)
    return outcome


def _added(store: TimelineStore, inbox: Inbox, event: TimelineEvent, now: datetime) -> tuple[Written, bool]:
    """How it ended, and whether its subject may have got its owner by it."""
    for attempt in range(ATTEMPTS):
        adding = _Adding(store, inbox, event, now, again=attempt > 0)
        outcome, made_owner = adding.run()
        if outcome is not Written.CONFLICT:
            return outcome, made_owner or outcome is Written.DUPLICATE
    raise StoreUnavailable("too many writers at once")


@dataclass(frozen=True, slots=True)
class _Adding:
    """One attempt. `again`: another writer was first, perhaps with the same new contact."""

    store: TimelineStore
    inbox: Inbox
    event: TimelineEvent
    now: datetime
    again: bool

    def run(self) -> tuple[Written, bool]:
        evidence = self._evidence()
        newcomer_id = self._newcomer_id(evidence)
        known = self._known(newcomer_id)
        owner = self._owner(known, evidence)
        if owner is not None:
            return self._add(owner, None, known.subject)
        if newcomer_id is None:
            return self._park(), False
        newcomer = None if known.newcomer else self._newcomer(newcomer_id)
        return self._add(newcomer_id, newcomer, known.subject)

    def _known(self, newcomer_id: str | None) -> Known:
        identities = [ids.identity_id(channel, address) for channel, address in self._addresses]
        return self.store.known(self.inbox.id, self.event.subject, identities, newcomer_id if self.again else None)

    @property
    def _addresses(self) -> list[tuple[str, str]]:
        """The pairs that name one person for certain: addresses on a channel."""
        return [(kind, value) for kind, value in self.event.known_as if kind not in EVIDENCE]

    def _evidence(self) -> list[tuple[str, str]]:
        region = self.event.region
        pairs = [(kind, normal(kind, value, region)) for kind, value in self.event.known_as if kind in EVIDENCE]
        return [pair for pair in dict.fromkeys(pairs) if pair[1]]

    def _newcomer_id(self, evidence: list[tuple[str, str]]) -> str | None:
        """Of the evidence first: two systems that first name somebody at the same time make one contact."""
        ordered = sorted(evidence, key=lambda pair: EVIDENCE.index(pair[0]))
        named = [(f"known_by_{kind}", value) for kind, value in ordered] + self._addresses
        return ids.contact_id(*named[0]) if named else None

    def _owner(self, known: Known, evidence: list[tuple[str, str]]) -> str | None:
        if known.subject is not None:
            return known.subject.contact_id
        if known.owners:
            return known.owners[0]
        return best(self.store.candidates(evidence)) if evidence else None

    def _newcomer(self, contact_id: str) -> Newcomer:
        profile, channel = self.event.profile, self.inbox.channel
        given: dict[str, Any] = {
            "name": profile.name,
            "username": profile.username,
            "phone": normal(PHONE, profile.phone, self.event.region) or None,
            "email": profile.email,
            "locale": profile.locale,
            "avatar_url": profile.avatar_url,
        }
        identities = tuple(
            identity
            for kind, address in self._addresses
            for identity in new_identities(kind, (address,), contact_id, self.now)
        )
        contact = Contact(
            id=contact_id,
            created_at=self.now,
            updated_at=self.now,
            sources={name: "store" for name, value in given.items() if value},
            identities=tuple(identity.id for identity in identities),
            **given,
        )
        created = ContactCreated(channel=channel, identity_id=identities[0].id if identities else "")
        return Newcomer(contact, Recorded((created,), PROVIDER, self.now), identities, evidence_of(contact))

    def _line(self, owner: str) -> Line:
        event = self.event
        return Line(
            id=line_id(event.occurred_at, self.inbox.id, event.external_id),
            contact_id=owner,
            inbox_id=self.inbox.id,
            channel=self.inbox.channel,
            kind=event.kind,
            title=event.title,
            occurred_at=event.occurred_at,
            stored_at=self.now,
            subject=event.subject,
            data=event.data,
        )

    def _add(self, owner: str, newcomer: Newcomer | None, read: Subject | None) -> tuple[Written, bool]:
        line, name = self._line(owner), self.event.subject
        tells = name is not None and not self.event.partial and (read is None or read.is_older_than(line))
        added = TimelineEventAdded(contact_id=owner, inbox_id=self.inbox.id, kind=line.kind, subject=name)
        addition = Addition(
            line=line,
            external_id=self.event.external_id,
            recorded=Recorded((added,), PROVIDER, self.now),
            subject=subject_of(line, name) if tells and name else None,
            subject_read=read,
            newcomer=newcomer,
        )
        return self.store.add(addition), tells and read is None

    def _park(self) -> Written:
        """Nobody is known to own it. Whoever comes to own its subject looks here after; whoever did so a moment ago
        is seen by reading once more."""
        outcome = self.store.park(self._line(""), wire.dumps(self.inbox.id, self.event))
        return Written.CONFLICT if self._known(None).subject is not None else outcome
