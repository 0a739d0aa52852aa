"""What rules may ask for: one way to it for routing, escalation, closings, snoozes and service levels."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.entitlements import EntitlementRule
from chalicelib.domain.routing_policy import EXTERNAL, is_asked
from chalicelib.services.facts import facts_of
from chalicelib.services.routing_ports import Contacts

# What other systems said of a contact: facts by name, `external.<system>.<fact>`. Nobody is called for it.
External = Callable[[Contact, datetime], Mapping[str, Any]]


def nothing(contact: Contact, now: datetime) -> Mapping[str, Any]:
    """Where no other system is connected."""
    return {}


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """`entitlements`: the rules by which contacts have some."""

    contacts: Contacts
    entitlements: Callable[[], Sequence[EntitlementRule]] = tuple
    external: External = nothing

    def of(
        self,
        conversation: Conversation,
        conditions: Iterable[Mapping[str, Any]],
        now: datetime,
        contact: Contact | None = None,
    ) -> Mapping[str, Any]:
        """Facts by name for these conditions; what is not known is left out. What other systems say is read only where
        one of the conditions asks for it. Whoever knows the contact saves a read. Raises StoreUnavailable."""
        contact = contact or self.contacts.get(conversation.contact_id)
        told = self.external(contact, now) if contact is not None and is_asked(EXTERNAL, conditions) else None
        return facts_of(
            conversation,
            contact,
            is_returning=conversation.episode > 1,
            entitlements=self.entitlements(),
            external=told,
        )
