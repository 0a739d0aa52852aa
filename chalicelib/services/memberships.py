"""Who belongs to which segment, kept as contacts change, and anew for all of them when a definition does.

A contact is always held against all segments as they are now, and written only while it is as it was read. Whoever
wrote looks at the definitions once more: so nobody who had read older ones has the last word.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.consent import ANY_CHANNEL, consent_now, held
from chalicelib.domain.contact import Contact
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.job import Job
from chalicelib.domain.reads import Page
from chalicelib.domain.segment import CHANNELS, Belonging, Register
from chalicelib.domain.writes import Written
from chalicelib.services.facts import contact_facts
from chalicelib.services.indexing import EVENTS

REBUILD = "segments.rebuild"
ATTEMPTS = 8
PORTION = 50
# What changes with the day alone is no fact of a segment.
_OF_THE_DAY = frozenset({"contact.customer_days"})


class MembershipStore(Protocol):
    def read(self, contact_id: str) -> tuple[Contact | None, Belonging]: ...

    def channels(self, contact: Contact) -> frozenset[str]: ...

    def write(self, contact: Contact, before: Belonging, segments: frozenset[str]) -> Written: ...

    def forget(self, contact_id: str) -> Written: ...

    def contact_ids(self, limit: int, start: Mapping[str, Any] | None = None) -> Page[str]: ...


class Registers(Protocol):
    def register(self) -> Register:
        """As it is now."""

    def begun(self, job_id: str) -> None:
        """A rebuilding is at all that is not settled."""

    def settled(self, definitions: Mapping[str, int], contacts: int, now: datetime) -> None:
        """All contacts have been held against these definitions."""


def segment_facts(contact: Contact, channels: frozenset[str]) -> Mapping[str, Any]:
    """What is known of a contact that does not change by itself."""
    since = contact.customer_since
    emails = [contact.email, *(point.value for point in contact.contact_points if point.kind == "email")]
    phones = [contact.phone, *(point.value for point in contact.contact_points if point.kind == "phone")]
    domains = {email.rpartition("@")[2].casefold() for email in emails if email and "@" in email}
    known: dict[str, Any] = {
        **contact_facts(contact, contact.updated_at),
        "contact.time_zone": contact.time_zone,
        "contact.customer_since": since.isoformat() if since else None,
        "contact.created_at": contact.created_at.isoformat(),
        "contact.interests": list(contact.interests) or None,
        "contact.goals": list(contact.goals) or None,
        "contact.do_not_contact": contact.do_not_contact is not None,
        "contact.has_email": any(emails),
        "contact.has_phone": any(phones),
        "contact.email_domain": sorted(domains) or None,
        CHANNELS: sorted(channels) or None,
        **_consents(contact),
    }
    return {name: value for name, value in known.items() if value is not None and name not in _OF_THE_DAY}


def _consents(contact: Contact) -> Mapping[str, str]:
    """`consent.<purpose>` for any channel, `consent.<channel>.<purpose>` for each that was spoken of."""
    found = {}
    for word in held(contact.consents):
        if word.channel != ANY_CHANNEL:
            found[f"consent.{word.channel}.{word.purpose.value}"] = word.state.value
        general = consent_now(contact.consents, ANY_CHANNEL, word.purpose)
        if general is not None:
            found[f"consent.{word.purpose.value}"] = general.state.value
    return found


@dataclass(frozen=True, slots=True)
class Memberships:
    registers: Registers
    store: MembershipStore

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Hold the contact that the event is of against all segments: late, double or out of order does no harm."""
        if event["type"] in EVENTS:
            self.settle(event["aggregate"]["id"])

    def settle(self, contact_id: str) -> None:
        """Let a contact belong where it does. Raises StoreUnavailable."""
        for _ in range(ATTEMPTS):
            register = self.registers.register()
            contact, before = self.store.read(contact_id)
            if contact is None:
                if not before.revision or self.store.forget(contact_id) is Written.DONE:
                    return
                continue
            channels = self.store.channels(contact) if register.asks_for(CHANNELS) else frozenset()
            segments = register.joined(segment_facts(contact, channels))
            if segments == before.segments:
                return
            done = self.store.write(contact, before, segments) is Written.DONE
            if done and self.registers.register().definitions == register.definitions:
                return
        raise StoreUnavailable("too many writers at once")

    def forget(self, contact_id: str) -> None:
        """Take a contact out of all segments. Once it is gone nothing brings it back: so forget it then once more.
        Raises StoreUnavailable."""
        for _ in range(ATTEMPTS):
            if self.store.forget(contact_id) is Written.DONE:
                return
        raise StoreUnavailable("too many writers at once")

    def step(self, job: Job, now: datetime) -> Job:
        """One portion of holding all contacts against all segments, the oldest first: who is made meanwhile is held
        against them as a new contact."""
        if not job.cursor:
            register = self.registers.register()
            self.registers.begun(job.id)
            job = replace(job, total=register.contacts or 0, cursor={"of": dict(register.definitions)})
        page = self.store.contact_ids(PORTION, job.cursor.get("start"))
        for contact_id in page.items:
            self.settle(contact_id)
        done = job.done + len(page.items)
        after = replace(job, done=done, cursor={**job.cursor, "start": dict(page.next or {})})
        if page.next:
            return after
        self.registers.settled(job.cursor["of"], done, now)
        return replace(after, total=done).ended(now, {"contacts": done})
