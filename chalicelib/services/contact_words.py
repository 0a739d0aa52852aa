"""What is known of a contact, for what is written to them: profile, entitlements, what other systems say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.contact import Contact
from chalicelib.domain.data_source import Consumer
from chalicelib.domain.entitlements import PREFIX, EntitlementRule, entitlements
from chalicelib.domain.errors import ContactNotFound, InvalidInput, StoreUnavailable
from chalicelib.domain.external_fact import Fact
from chalicelib.domain.placeholders import MAX_PLACEHOLDERS, Filled, filled, names_in
from chalicelib.domain.routing_policy import EXTERNAL
from chalicelib.services.facts import contact_facts


class Contacts(Protocol):
    def get(self, contact_id: str) -> Contact | None: ...


class External(Protocol):
    def read(self, contact: Contact, consumer: Consumer, now: datetime) -> Mapping[str, Fact]: ...


@dataclass(frozen=True, slots=True)
class ContactWords:
    """`entitlements`: the rules by which contacts have some; `external`: made where a text asks for it."""

    contacts: Contacts
    entitlements: Callable[[], Sequence[EntitlementRule]]
    external: Callable[[], External]

    def filled(
        self, contact_id: str, draft: Mapping[str, Any], now: datetime, more: Mapping[str, Any] | None = None
    ) -> Filled:
        """A draft (`text`, `content`) with what is known of a contact in place of its placeholders, and `more` facts of
        the writer's. Only what it asks for is read: one without placeholders reads nothing. Raises ContactNotFound,
        InvalidInput, StoreUnavailable."""
        names = [name for _path, name in names_in(draft)]
        if not names:
            return Filled(draft)
        if len(names) > MAX_PLACEHOLDERS:
            raise InvalidInput(f"A message has at most {MAX_PLACEHOLDERS} placeholders.", field="text")
        contact = self.contacts.get(contact_id)
        if contact is None:
            raise ContactNotFound("There is no such contact.")
        return filled(draft, {**self._facts(contact, names, now), **(more or {})})

    def _facts(self, contact: Contact, names: Sequence[str], now: datetime) -> Mapping[str, Any]:
        told = contact_facts(contact, now)
        known = {**told, **_own(contact)}
        if any(name.startswith(PREFIX) for name in names):
            granted = [each for each in entitlements(self.entitlements(), told) if each.is_granted]
            known |= {f"{PREFIX}{each.key}": each.title for each in granted}
        if any(name.startswith(EXTERNAL) for name in names):
            known |= self._told(contact, now)
        return known

    def _told(self, contact: Contact, now: datetime) -> Mapping[str, Any]:
        """What cannot be read is not known: the writer sees that it is missing."""
        try:
            found = self.external().read(contact, Consumer.TEMPLATES, now)
        except StoreUnavailable:
            return {}
        return {f"{EXTERNAL}{name}": fact.value for name, fact in found.items()}


def _own(contact: Contact) -> Mapping[str, Any]:
    """What no rule asks for, and greetings do."""
    return {
        "contact.name": contact.name,
        "contact.first_name": first_name(contact.name),
        "contact.email": contact.email,
        "contact.phone": contact.phone,
        "contact.customer_since": contact.customer_since.isoformat() if contact.customer_since else None,
    }


def first_name(name: str | None) -> str | None:
    """The first word of a name, or what comes behind its comma (`Lovelace, Ada`); of a name in one word all of it."""
    last, comma, first = (name or "").partition(",")
    words = (first if comma and first.strip() else last).split()
    return words[0] if words else None


def check_filled(draft: Mapping[str, Any]) -> None:
    """Raises InvalidInput, with the path of the text, where a placeholder still stands in what is to go out."""
    for path, name in names_in(draft):
        raise InvalidInput(f"{{{{{name}}}}} is not filled in: render the draft, or write the words.", field=path)
