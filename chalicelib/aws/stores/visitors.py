"""What web chat visitors read, and the contact an identified one becomes."""

from collections.abc import Sequence
from datetime import UTC

from chalicelib.aws import keys
from chalicelib.aws.codec import events_of
from chalicelib.aws.codec_contact import contact_item, identity_item
from chalicelib.aws.codec_message import message_from
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.inbound import InboundStore
from chalicelib.aws.stores.writes import put_evidence
from chalicelib.aws.transaction import Put
from chalicelib.domain.contact import Contact, ContactIdentity
from chalicelib.domain.envelope import Actor
from chalicelib.domain.events import ContactCreated
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.ids import identity_id, next_id, previous_id
from chalicelib.domain.message import Message
from chalicelib.domain.writes import Recorded, Written


class VisitorStore(InboundStore):
    @property
    def contacts(self) -> ContactStore:
        return ContactStore(self._desk)

    def after(self, leg_id: str, after: str | None, limit: int) -> Sequence[Message]:
        """Messages behind an id, oldest first; without one the newest page."""
        first = f"{keys.MESSAGE}{next_id('msg', after)}" if after else keys.MESSAGE
        rows, _next = self._desk.query(
            "pk = :pk AND sk BETWEEN :first AND :last",
            {":pk": keys.leg(leg_id)[0], ":first": first, ":last": f"{keys.MESSAGE}~"},
            limit=limit,
            newest_first=after is None,
            consistent=True,
        )
        return sorted((message_from(row) for row in rows), key=lambda message: message.id)

    def before(self, leg_id: str, before: str, limit: int) -> Sequence[Message]:
        """The messages just before an id, oldest first."""
        last = f"{keys.MESSAGE}{previous_id('msg', before)}"
        rows, _next = self._desk.query(
            "pk = :pk AND sk BETWEEN :first AND :last",
            {":pk": keys.leg(leg_id)[0], ":first": keys.MESSAGE, ":last": last},
            limit=limit,
            newest_first=True,
        )
        return sorted((message_from(row) for row in rows), key=lambda message: message.id)

    def message(self, leg_id: str, message_id: str) -> Message | None:
        item = self._desk.get(keys.message(leg_id, message_id))
        return message_from(item) if item else None

    def add_contact(
        self, contact: Contact, addresses: Sequence[str], channel: str, evidence: Sequence[Evidence]
    ) -> bool:
        """A contact known before it wrote; False where the address has an owner."""
        now = contact.created_at.astimezone(UTC)
        identities = [
            ContactIdentity(identity_id(channel, address), channel, address, contact.id, now) for address in addresses
        ]
        created = ContactCreated(channel=channel, identity_id=identities[0].id)
        recorded = Recorded((created,), Actor("contact", contact.id), contact.created_at)
        puts = [Put(contact_item(contact) | {"events": events_of(recorded)})]
        puts += [Put(identity_item(identity)) for identity in identities]
        puts += [put_evidence(each) for each in evidence]
        return self.attempt(list(puts)) is Written.DONE
