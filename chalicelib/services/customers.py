"""What is known of a person that tells where to write to them: of all their contacts together."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from chalicelib.domain.consent import with_words
from chalicelib.domain.contact import Contact
from chalicelib.domain.habits import Opening, learned
from chalicelib.domain.leg_choice_values import Customer


def customer_of(
    contacts: Iterable[Contact], last_inbound_at: datetime | None, openings: Sequence[Opening] = ()
) -> Customer:
    """One contact's no counts for all of the person; of wishes, the newest contact's."""
    newest = sorted(contacts, key=lambda contact: (contact.updated_at, contact.id), reverse=True)
    silences = [contact.do_not_contact for contact in newest if contact.do_not_contact is not None]
    zone = next((contact.time_zone for contact in newest if contact.time_zone), None)
    habits = learned(openings, zone)
    return Customer(
        consents=with_words((), (word for contact in newest for word in contact.consents)),
        do_not_contact=max(silences, key=lambda silence: silence.at, default=None),
        preferred=next((contact.preferred_channel for contact in newest if contact.preferred_channel), None),
        learned=(habits.channel, habits.channel_count) if habits.channel else None,
        time_zone=zone,
        hours=next((contact.contact_hours for contact in newest if contact.contact_hours), None),
        language=next((spoken for contact in newest if (spoken := contact.language or contact.locale)), None),
        last_inbound_at=last_inbound_at,
    )
