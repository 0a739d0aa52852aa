"""What a row of an import makes of the contacts there are: the contact it means, and that contact after it.

Pure but for the store's reads. The same row judged again, after it was taken, changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.contact import Contact, ContactIdentity
from chalicelib.domain.contact_points import outlived
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.evidence import Evidence, best
from chalicelib.domain.import_row import EMAIL, EXTERNAL_ID, ID, PHONE, RowFault, Wanted
from chalicelib.domain.profile import told, value_of, words_of
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.evidence import normal
from chalicelib.services.import_values import Values

SOURCE = "import"
MATCHES = (ID, EXTERNAL_ID, EMAIL, PHONE)
ADDRESSES = (EMAIL, PHONE)
MAX_IDENTITIES = 100
INBOX = "ibx_"
# The channels of other systems' own ids: of a file's system, and of an inbox of events, which names the same people.
FILES, EVENTS = "import", "events"


class ImportStore(Protocol):
    """Contacts as an import reads and writes them. A contact's write carries its identities and its evidence."""

    def known(
        self, contact_ids: Sequence[str], identity_ids: Sequence[str]
    ) -> tuple[Mapping[str, Contact], Mapping[str, ContactIdentity]]:
        """Those there are, by id."""

    def candidates(self, kind: str, value: str) -> Sequence[Evidence]:
        """Contacts with this e-mail address or phone number, in its one form."""

    def create(
        self,
        contact: Contact,
        identities: Sequence[ContactIdentity],
        evidence: Sequence[Evidence],
        recorded: Recorded,
    ) -> Written:
        """DUPLICATE: there is such a contact. CONFLICT: an identity is somebody else's."""

    def replace(
        self,
        before: Contact,
        after: Contact,
        identities: Sequence[ContactIdentity],
        evidence: Sequence[Evidence],
        recorded: Recorded,
    ) -> Written:
        """CONFLICT: the contact has changed since it was read, or an identity is somebody else's."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An import's own terms: how contacts are found, what happens to those found (`update` or `skip`), the system the
    file is of, the country of national phone numbers, when and as what it was asked for."""

    job_id: str
    at: datetime
    match_by: tuple[str, ...]
    on_match: str
    source: str
    region: str | None

    def identity(self, external_id: str, contact_id: str = "") -> ContactIdentity:
        """An external id names somebody in its own system only."""
        channel = EVENTS if self.source.startswith(INBOX) else FILES
        address = f"{self.source}:{external_id}"
        return ContactIdentity(ids.identity_id(channel, address), channel, address, contact_id, self.at)

    def is_of_source(self, identity: ContactIdentity) -> bool:
        return identity.address.startswith(f"{self.source}:") and identity.channel in (FILES, EVENTS)


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of a row: `created`, `updated`, `unchanged` or `skipped`; the contact before and after, and the
    identity that it gets."""

    outcome: str
    before: Contact | None = None
    after: Contact | None = None
    identities: tuple[ContactIdentity, ...] = ()


def addresses_of(wanted: Wanted, asked: Asked) -> dict[str, str]:
    """The row's e-mail address and phone number in their one form, where they are any."""
    given = {kind: normal(kind, wanted.said.get(kind), asked.region) for kind in ADDRESSES}
    return {kind: value for kind, value in given.items() if value}


def newcomer_id(wanted: Wanted, asked: Asked) -> str | None:
    """Of what names the contact, as events do it: two runs, and a run and an event, make one contact."""
    if wanted.external_id is not None:
        identity = asked.identity(wanted.external_id)
        return ids.contact_id(identity.channel, identity.address)
    named = [(f"known_by_{kind}", value) for kind, value in addresses_of(wanted, asked).items()]
    return ids.contact_id(*named[0]) if named else None


def found(store: ImportStore, wanted: Wanted, asked: Asked) -> Contact | None:
    """The contact that a row means, by what it was asked to go by, in that order."""
    identity = asked.identity(wanted.external_id).id if wanted.external_id is not None else None
    made, addresses = newcomer_id(wanted, asked), addresses_of(wanted, asked)
    contact_ids = [each for each in (wanted.contact_id, made) if each is not None]
    contacts, identities = store.known(contact_ids, [identity] if identity else [])
    for way in asked.match_by:
        contact_id = None
        if way == ID:
            contact_id = wanted.contact_id
        elif way == EXTERNAL_ID:
            contact_id = identities[identity].contact_id if identity and identity in identities else None
        elif way in addresses:
            contact_id = _by_address(store, way, addresses[way], wanted, asked)
        contact = _contact(store, contacts, contact_id) if contact_id else None
        if contact is not None:
            return contact
    # Made by an earlier run, or by an event, and changed since.
    return contacts.get(made) if made else None


def _contact(store: ImportStore, known: Mapping[str, Contact], contact_id: str) -> Contact | None:
    return known.get(contact_id) or store.known([contact_id], [])[0].get(contact_id)


def _by_address(store: ImportStore, kind: str, value: str, wanted: Wanted, asked: Asked) -> str | None:
    """Nobody whom the same system knows by another id: a family may share an address."""
    contact_id = best(store.candidates(kind, value))
    if contact_id is None or wanted.external_id is None:
        return contact_id
    contact = store.known([contact_id], [])[0].get(contact_id)
    held = store.known([], contact.identities[:MAX_IDENTITIES])[1] if contact and contact.identities else {}
    own = asked.identity(wanted.external_id).id
    others = [each for each in held.values() if asked.is_of_source(each) and each.id != own]
    return None if others else contact_id


def judged(wanted: Wanted, asked: Asked, contact: Contact | None, values: Values, now: datetime) -> Judged | RowFault:
    """What becomes of a row whose contact is `contact` (None: there is none). Only what is news is checked: what a
    contact has already may have been written when other rules held."""
    try:
        return _newcomer(wanted, asked, values) if contact is None else _known(wanted, asked, contact, values, now)
    except InvalidInput as wrong:
        return RowFault(wanted.number, wrong.field or "", wrong.detail)


def _known(wanted: Wanted, asked: Asked, contact: Contact, values: Values, now: datetime) -> Judged:
    mark = _mark(wanted, asked)
    if _is_marked(contact, mark):  # taken already, by a run that broke off before it was noted
        return Judged("created" if contact.created_at == asked.at else "updated")
    if asked.on_match == "skip":
        return Judged("skipped")
    said = {name: value for name, value in wanted.said.items() if not _is_known(contact, name, value, asked.region)}
    news = {name: values.stored(name, value) for name, value in said.items()}
    after = outlived(contact, told(contact, SOURCE, news, _said_at(wanted, asked), mark), now)
    if wanted.notes and not contact.notes:
        after = replace(after, notes=wanted.notes)
    if after.attributes != contact.attributes:
        values.check_required(after.attributes)
    identities = _new_identities(contact, wanted, asked)
    if identities:
        after = replace(after, identities=(*after.identities, *(each.id for each in identities)))
    if after == contact:
        return Judged("unchanged")
    return Judged("updated", contact, replace(after, updated_at=now, version=contact.version + 1), identities)


def _newcomer(wanted: Wanted, asked: Asked, values: Values) -> Judged:
    said = {name: values.stored(name, value) for name, value in wanted.said.items()}
    contact_id = newcomer_id(wanted, asked)
    if contact_id is None:
        needs = "A new contact needs external_id, email or phone, to be known again."
        raise InvalidInput(needs, field=EXTERNAL_ID)
    identities = (asked.identity(wanted.external_id, contact_id),) if wanted.external_id is not None else ()
    names = tuple(each.id for each in identities)
    bare = Contact(contact_id, asked.at, asked.at, notes=wanted.notes, identities=names)
    made = told(bare, SOURCE, said, _said_at(wanted, asked), _mark(wanted, asked))
    if made.attributes:
        values.check_required(made.attributes)
    return Judged("created", None, made, identities)


def _new_identities(contact: Contact, wanted: Wanted, asked: Asked) -> tuple[ContactIdentity, ...]:
    if wanted.external_id is None or len(contact.identities) >= MAX_IDENTITIES:
        return ()
    identity = asked.identity(wanted.external_id, contact.id)
    return () if identity.id in contact.identities else (identity,)


def _said_at(wanted: Wanted, asked: Asked) -> datetime:
    """Of two rows that say something of one contact the later one counts."""
    return asked.at + timedelta(microseconds=wanted.number)


def _mark(wanted: Wanted, asked: Asked) -> str:
    """Whose word it is: the import, and the row."""
    return f"{asked.job_id}:{wanted.number}"


def _is_marked(contact: Contact, mark: str) -> bool:
    return any(word.by == mark for of in contact.words.values() for source, word in of.items() if source == SOURCE)


def _is_known(contact: Contact, name: str, value: Any, region: str | None) -> bool:
    """Whether that is what is shown, or what an import said before: saying it again is no news."""
    word = words_of(contact, name).get(SOURCE)
    known = [value_of(contact, name), *([word.value] if word is not None else [])]
    return any(each is not None and _same(name, each, value, region) for each in known)


def _same(name: str, known: Any, value: Any, region: str | None) -> bool:
    """In a file all is text, and stray spaces mean nothing."""
    if known == value and type(known) is type(value):
        return True
    if name in ADDRESSES and (one_form := normal(name, known)):
        return one_form == normal(name, value, region)
    if isinstance(known, list | tuple):
        given = value.split(";") if isinstance(value, str) else value
        return isinstance(given, list | tuple) and [each.strip() for each in known] == [each.strip() for each in given]
    if isinstance(value, str):
        written = str(known).lower() if isinstance(known, bool) else str(known)
        return written.strip() == value.strip()
    return False
