"""Who a new customer is, where webhooks bring no name: asked of the provider once, when the contact is made.

Best effort: what the provider does not tell stays open, and what is known already is never written over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, ClassVar, Protocol, cast

from chalicelib.channels import registry
from chalicelib.channels.base import Profile, ProfilingChannel, StepRefused
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import LegHead
from chalicelib.domain.envelope import Actor
from chalicelib.domain.events import ContactCreated, ContactUpdated, ConversationUpdated
from chalicelib.domain.profile import told, words_of
from chalicelib.services import evidence
from chalicelib.services.calls import Calls
from chalicelib.services.ports import (
    ContactStore,
    ConversationChange,
    DeskStore,
    InboxDirectory,
    NotSent,
    OutcomeUnknown,
    Recorded,
    Written,
)

ATTEMPTS = 3
PROVIDER = Actor("provider")


class Legs(Protocol):
    def head(self, leg_id: str) -> LegHead | None: ...

    def set_contact_name(self, leg_id: str, name: str) -> None:
        """What the leg's next conversations are listed under."""


@dataclass(frozen=True, slots=True)
class Introductions:
    EVENT: ClassVar[str] = ContactCreated.TYPE

    legs: Legs
    contacts: ContactStore
    conversations: DeskStore
    inboxes: InboxDirectory
    calls: Calls

    def introduce(self, event: Mapping[str, Any], now: datetime) -> bool:
        """Fill in what the provider tells of a new contact; False where there was nothing to fill in."""
        channel, leg_id = event["data"]["channel"], event["data"].get("leg_id")
        if not leg_id or channel not in registry.CHANNELS or not registry.load(channel).CAPABILITIES.profiles:
            return False
        head = self.legs.head(leg_id)
        contact = self.contacts.get(head.contact_id) if head else None
        if head is None or contact is None or contact.name:
            return False
        profile = self._asked(head)
        named = self._filled(contact, profile, now) if profile != Profile() else None
        if named is None:
            return False
        self._show(head, named.display_name, now)
        return True

    def _asked(self, head: LegHead) -> Profile:
        """What the provider tells; nothing where it refuses, or where nobody can be asked about."""
        inbox = self.inboxes.inbox(head.inbox_id)
        if inbox is None or not inbox.enabled:
            return Profile()
        channel = cast(ProfilingChannel, registry.load(inbox.channel))
        try:
            call = channel.build_profile(head.address, inbox, self.inboxes.credentials(inbox))
            if call is None:
                return Profile()
            return channel.parse_profile(self.calls.send(self.calls.completed(inbox.id, call)))
        except (NotSent, OutcomeUnknown, StepRefused, KeyError):
            return Profile()

    def _filled(self, contact: Contact, profile: Profile, now: datetime) -> Contact | None:
        """The contact with what the provider had not told yet, shown where nobody stronger has spoken; None where there
        is nothing new, or it changes all the time."""
        for _ in range(ATTEMPTS):
            given = {field.name: getattr(profile, field.name) for field in fields(profile)}
            new = {name: value for name, value in given.items() if value and value != _said(contact, name)}
            if not new:
                return None
            heard = told(contact, PROVIDER.kind, new, now)
            after = replace(heard, updated_at=now, version=contact.version + 1)
            recorded = Recorded((ContactUpdated(fields=tuple(sorted(new))),), PROVIDER, now)
            changed = evidence.changed(contact, after)
            if self.contacts.replace(after, contact.version, recorded, changed) is Written.DONE:
                return after
            contact = self.contacts.get(contact.id) or contact
        return None

    def _show(self, head: LegHead, name: str, now: datetime) -> None:
        """Under the new name in the lists, too: the conversation that is there, and those to come."""
        self.legs.set_contact_name(head.id, name)
        for _ in range(ATTEMPTS):
            before = self.conversations.conversation(head.conversation_id)
            if before is None or before.last_message is None or before.contact_name == name:
                return
            after = replace(before, contact_name=name, version=before.version + 1)
            updated = ConversationUpdated(message_id=before.last_message.id)
            change = ConversationChange(before, after, Recorded((updated,), PROVIDER, now))
            if self.conversations.change(change) is not Written.CONFLICT:
                return


def _said(contact: Contact, name: str) -> str | None:
    """What the provider has said of a field already."""
    word = words_of(contact, name).get(PROVIDER.kind)
    return word.value if word is not None else None
