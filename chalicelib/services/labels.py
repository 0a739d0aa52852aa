"""Labels put on contacts and conversations, and taken off: by agents, and by keyword rules once per message."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Protocol

from chalicelib.domain import ids
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import ConversationIsMerged, ConversationNotFound, StoreUnavailable
from chalicelib.domain.events import ConversationLabelled
from chalicelib.domain.events_message import MessageCreated
from chalicelib.domain.keyword_rules import Found, KeywordRule, found_labels
from chalicelib.domain.labels import MAX_LABELS, LabelScope, Vocabulary, relabelled
from chalicelib.services import contacts, desk
from chalicelib.services.facts import facts_of
from chalicelib.services.followed import followed
from chalicelib.services.ports import ContactStore, ConversationChange, DeskStore, Once, Recorded, Written

ATTEMPTS = 5
LABELS = ("labels",)
RULES = Principal("rule", "label_rules", "Label rules", Role.AGENT)


def label_contact(
    store: ContactStore,
    principal: Principal,
    vocabulary: Vocabulary,
    contact_id: str,
    add: Sequence[str],
    remove: Sequence[str],
    now: datetime,
) -> Contact:
    """Raises ContactNotFound, InvalidInput."""
    vocabulary.check(add, LabelScope.CONTACT, "labels")
    return contacts.change(
        store,
        principal,
        contact_id,
        lambda contact: replace(contact, labels=relabelled(contact.labels, add, remove)),
        LABELS,
        now,
    )


def label_conversation(
    store: DeskStore,
    principal: Principal,
    vocabulary: Vocabulary,
    conversation_id: str,
    add: Sequence[str],
    remove: Sequence[str],
    now: datetime,
) -> Conversation:
    """With a line in the thread that tells of it; nothing is written where nothing changes.

    Raises ConversationNotFound, ConversationIsMerged, InvalidInput."""
    vocabulary.check(add, LabelScope.CONVERSATION, "labels")
    for _ in range(ATTEMPTS):
        before = desk.get(store, conversation_id)
        labels = relabelled(before.labels, add, remove)
        if labels == before.labels:
            return before
        change = _change(before, labels, principal, now, {})
        if store.change(change) is Written.DONE:
            return change.after
    raise StoreUnavailable("too many writers at once")


def _change(
    before: Conversation,
    labels: tuple[str, ...],
    principal: Principal,
    now: datetime,
    rules: Mapping[str, str],
    more: Mapping[str, Any] | None = None,
    once: Once | None = None,
) -> ConversationChange:
    after = replace(before, labels=labels, version=before.version + 1)
    added = tuple(each for each in labels if each not in before.labels)
    removed = tuple(each for each in before.labels if each not in labels)
    event = ConversationLabelled(added=added, removed=removed, rules={key: rules[key] for key in added if key in rules})
    facts = {"type": event.TYPE, "added": list(added), "removed": list(removed), **(more or {})}
    line = desk.note_line(after.id, "activity", principal, now, "", str(after.version), facts)
    recorded = Recorded((event,), Actor(principal.kind, principal.id), now)
    return ConversationChange(before, after, recorded, line, once)


class Marks(Protocol):
    def mark(self, once: Once) -> None:
        """Note that this was done, where nothing else says so; a repeat changes nothing."""


@dataclass(frozen=True, slots=True)
class KeywordLabels:
    """Called with every message of a customer's. What rules put on is no message, so they never set off themselves."""

    EVENT: ClassVar[str] = MessageCreated.TYPE

    conversations: DeskStore
    contacts: ContactStore
    marks: Marks
    rules: Callable[[], Sequence[KeywordRule]]

    def react(self, event: Mapping[str, Any], now: datetime) -> Found | None:
        """Put on what the rules say, once per message, however often it is told: what an agent takes off meanwhile
        stays off. The line in the thread names the rules. None where nothing was put on."""
        message = event["snapshot"]
        if event["type"] != self.EVENT or message["direction"] != "inbound" or not message["text"]:
            return None
        rules = self.rules()
        conversation = followed(self.conversations, message["conversation_id"]) if rules else None
        if conversation is None:
            return None
        contact = self.contacts.get(conversation.contact_id)
        facts = {**facts_of(conversation, contact), "text": message["text"], "kind": message["kind"]}
        found = found_labels(rules, facts)
        once = Once(conversation.id, f"label_rules/{message['id']}", message["id"], "", ids.digest(message["id"]))
        if not found or self.conversations.once(once.conversation_id, once.client_id) is not None:
            return None
        return self._put_on(found, once, conversation, contact, now)

    def _put_on(
        self, found: Found, once: Once, conversation: Conversation, contact: Contact | None, now: datetime
    ) -> Found | None:
        """First on the contact, for the line in the thread is what says that it was done."""
        told = self._label_contact(contact, found, now) if contact is not None and found.contact else ()
        more = {
            "rules": {**found.contact, **found.conversation},
            "contact_added": list(told),
            "message_id": once.message_id,
        }
        for _ in range(ATTEMPTS):
            try:
                before = desk.get(self.conversations, conversation.id)
            except (ConversationNotFound, ConversationIsMerged) as refused:
                raise StoreUnavailable("merged meanwhile: it is looked at again") from refused
            labels = _with_room(before.labels, found.conversation)
            if labels == before.labels and not told:
                self.marks.mark(once)
                return None
            outcome = self.conversations.change(_change(before, labels, RULES, now, found.conversation, more, once))
            if outcome is not Written.CONFLICT:
                return found if outcome is Written.DONE else None
        raise StoreUnavailable("too many writers at once")

    def _label_contact(self, contact: Contact, found: Found, now: datetime) -> tuple[str, ...]:
        new = tuple(key for key in found.contact if key not in contact.labels)
        if not new:
            return ()
        after = contacts.change(
            self.contacts,
            RULES,
            contact.id,
            lambda known: replace(known, labels=_with_room(known.labels, new)),
            LABELS,
            now,
        )
        return tuple(key for key in new if key in after.labels)


def _with_room(labels: tuple[str, ...], add: Mapping[str, str] | Sequence[str]) -> tuple[str, ...]:
    """As many as there is room for: a rule cannot be told that there are too many."""
    new = [each for each in add if each not in labels]
    return (*labels, *new[: max(MAX_LABELS - len(labels), 0)])
