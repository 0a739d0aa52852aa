"""Contacts as agents see, make and edit them. Every change goes through `change`, under the version that was read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.agent import Principal
from chalicelib.domain.attributes import NOTHING_DEFINED, Definitions, is_same
from chalicelib.domain.contact import Contact
from chalicelib.domain.contact_points import outlived
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import (
    ClientIdReused,
    ContactNotFound,
    InvalidInput,
    StoreUnavailable,
    VersionConflict,
)
from chalicelib.domain.events import ContactCreated, ContactUpdated, Event
from chalicelib.domain.evidence import EMAIL, PHONE, Evidence
from chalicelib.domain.profile import ATTRIBUTE, FIELDS, moment_after, told, withdrawn
from chalicelib.services import contact_values, evidence
from chalicelib.services.ports import ContactStore, Recorded, Written

ATTEMPTS = 5
AGENT = "agent"
# Fields with one word for each source.
SPOKEN = frozenset(FIELDS) - {"avatar_url"}
# Fields that only agents write.
EDITABLE = SPOKEN | {"notes", "attributes"}

Apply = Callable[[Contact], Contact]
Tells = Callable[[Contact, Contact], Sequence[Event]]


class NewContactStore(ContactStore, Protocol):
    def add(self, contact: Contact, recorded: Recorded, evidence: Sequence[Evidence]) -> Written:
        """DUPLICATE: there is one of this id."""


class EvidenceReader(Protocol):
    def candidates(self, named: Sequence[tuple[str, str]]) -> Sequence[Evidence]:
        """Whose these e-mail addresses and phone numbers are, as (kind, value) in their one form."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another contact with the same e-mail address or phone number: `shared` are kinds."""

    contact_id: str
    shared: tuple[str, ...]


def get(store: ContactStore, contact_id: str) -> Contact:
    """Raises ContactNotFound."""
    found = store.get(contact_id) if ids.is_id("con", contact_id) else None
    if found is None:
        raise ContactNotFound("There is no such contact.")
    return found


def edit(
    store: ContactStore,
    principal: Principal,
    contact_id: str,
    version: int,
    changes: Mapping[str, Any],
    now: datetime,
    definitions: Definitions = NOTHING_DEFINED,
) -> Contact:
    """Change fields of the contact as it was at `version`; each keeps who said it, and what other sources say.

    None takes away the word that is shown. Raises ContactNotFound, InvalidInput, VersionConflict."""
    given = contact_values.checked({name: value for name, value in changes.items() if name in EDITABLE}, now.date())

    def apply(contact: Contact) -> Contact:
        if "attributes" in given:
            given["attributes"] = definitions.checked(given["attributes"], contact.attributes)
        return written(contact, given, now, principal.id)

    return change(store, principal, contact_id, apply, tuple(sorted(given)), now, version)


def create(
    store: NewContactStore,
    principal: Principal,
    client_id: str,
    given: Mapping[str, Any],
    now: datetime,
    definitions: Definitions = NOTHING_DEFINED,
) -> Contact:
    """A contact that an agent has heard of; a repeat with the same client id gives the one made first.

    Raises InvalidInput, ClientIdReused."""
    if not any(given.get(name) for name in ("name", EMAIL, PHONE)):
        raise InvalidInput("Give a name, an e-mail address or a phone number.", field="name")
    checked = contact_values.checked(given, now.date())
    checked["attributes"] = definitions.checked(checked.get("attributes") or {})
    identifier = f"con_{ids.digest('agent', principal.id, client_id)}"
    contact = written(Contact(identifier, now, now), checked, now, principal.id)
    created = Recorded((ContactCreated(channel="", identity_id=""),), Actor(principal.kind, principal.id), now)
    outcome = store.add(contact, created, evidence.evidence_of(contact))
    if outcome is Written.DONE:
        return contact
    if outcome is Written.CONFLICT:
        raise StoreUnavailable("somebody writes the same evidence just now")
    known = get(store, identifier)
    if known.version == 1 and any(getattr(known, name) != getattr(contact, name) for name in EDITABLE):
        raise ClientIdReused("This client_id was used for another contact: make a new one.", field="client_id")
    return known


def duplicates(reader: EvidenceReader, contact: Contact) -> Sequence[Duplicate]:
    """Other contacts with an e-mail address or phone number of this one, those with more of them first."""
    named = [(each.kind, each.value) for each in evidence.evidence_of(contact)]
    shared: dict[str, set[str]] = {}
    for each in reader.candidates(named) if named else ():
        if each.holds and each.contact_id != contact.id:
            shared.setdefault(each.contact_id, set()).add(each.kind)
    found = [Duplicate(contact_id, tuple(sorted(kinds))) for contact_id, kinds in shared.items()]
    return sorted(found, key=lambda each: (-len(each.shared), each.contact_id))


def written(contact: Contact, given: Mapping[str, Any], now: datetime, by: str, source: str = AGENT) -> Contact:
    """The contact after these checked values of a source; notes and the set of attributes are the agents' own."""
    words = {name: value for name, value in given.items() if name in SPOKEN}
    if "attributes" in given:
        words |= _attribute_words(contact, given["attributes"])
    at = moment_after(contact, words, now)
    after = told(contact, source, {name: value for name, value in words.items() if value is not None}, at, by)
    for name in (name for name, value in words.items() if value is None):
        after = withdrawn(after, name, at, by)
    if "notes" in given:
        after = replace(after, notes=given["notes"], sources={**after.sources, "notes": source})
    return outlived(contact, after, now)


def _attribute_words(contact: Contact, attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    """What says something new, None of what is gone: who sends all attributes back with one changed has not said the
    others again."""
    known = contact.attributes
    new = {key: value for key, value in attributes.items() if not is_same(value, known.get(key))}
    return {
        f"{ATTRIBUTE}{key}": value
        for key, value in ({key: None for key in known if key not in attributes} | new).items()
    }


def change(
    store: ContactStore,
    principal: Principal,
    contact_id: str,
    apply: Apply,
    fields: tuple[str, ...],
    now: datetime,
    version: int | None = None,
    *,
    tells: Tells | None = None,
) -> Contact:
    """The contact after `apply`, with the evidence of its addresses. `version`: only where it is still at that one;
    without it a lost race is run again. Nothing is written where nothing changes. `tells`: events beside the one that
    names the `fields`.

    Raises ContactNotFound, VersionConflict, and what `apply` raises."""
    actor = Actor(principal.kind, principal.id)
    for _ in range(ATTEMPTS):
        before = get(store, contact_id)
        if version is not None and before.version != version:
            break
        after = apply(before)
        if after == before:
            return before
        after = replace(after, updated_at=now, version=before.version + 1)
        more = tells(before, after) if tells else ()
        recorded = Recorded((ContactUpdated(fields=fields), *more), actor, now)
        if store.replace(after, before.version, recorded, evidence.changed(before, after)) is Written.DONE:
            return after
    if version is not None:
        raise VersionConflict("The contact has changed: read it again.", field="version")
    raise StoreUnavailable("too many writers at once")
