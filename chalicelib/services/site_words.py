"""What the company's own sign-in says of a visitor who is known already: kept as its word, beside what others say."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.contact import Contact
from chalicelib.domain.contact_points import outlived
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import ContactUpdated
from chalicelib.domain.profile import told, words_of
from chalicelib.services import evidence
from chalicelib.services.ports import ContactStore, Recorded, Written

SITE = "site"
ATTEMPTS = 3


def tell(
    store: ContactStore, contact_id: str, given: Mapping[str, str | None], now: datetime, source: str = SITE
) -> Contact | None:
    """The contact with the words that are new; None where none are, or there is no such contact. What the sign-in does
    not say is not taken back. Raises StoreUnavailable."""
    for _ in range(ATTEMPTS):
        contact = store.get(contact_id)
        new = {
            name: value for name, value in given.items() if value and contact and value != _said(contact, name, source)
        }
        if contact is None or not new:
            return None
        heard = outlived(contact, told(contact, source, new, now), now)
        after = replace(heard, updated_at=now, version=contact.version + 1)
        recorded = Recorded((ContactUpdated(fields=tuple(sorted(new))),), Actor("contact", contact_id), now)
        if store.replace(after, contact.version, recorded, evidence.changed(contact, after)) is Written.DONE:
            return after
    raise StoreUnavailable("too many writers at once")


def _said(contact: Contact, name: str, source: str) -> str | None:
    word = words_of(contact, name).get(source)
    return word.value if word is not None else None
