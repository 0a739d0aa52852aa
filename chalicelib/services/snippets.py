"""A good reply as a canned response for others: a draft in which nothing of its customer is left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.domain.agent import Role
from chalicelib.domain.contact import Contact
from chalicelib.domain.contact_points import EMAIL, PHONE, points_of
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import MessageNotFound
from chalicelib.domain.errors_texts import TextUnsuited
from chalicelib.domain.message import Direction, Message
from chalicelib.domain.reads import Page
from chalicelib.domain.snippet import (
    Known,
    Snippet,
    known_address,
    known_email,
    known_names,
    known_order,
    known_phone,
    known_reference,
    snippet,
)
from chalicelib.domain.stretches import shows
from chalicelib.domain.text_scope import Reader, TextScope, Whose
from chalicelib.domain.timeline import Subject
from chalicelib.services import desk
from chalicelib.services.contact_words import first_name
from chalicelib.services.ports import DeskStore

MAX_ORDERS = 50
TITLE_LENGTH = 60


class Contacts(Protocol):
    def get(self, contact_id: str) -> Contact | None: ...


class Messages(Protocol):
    def message(self, leg_id: str, message_id: str) -> Message | None: ...


class Orders(Protocol):
    def subjects(self, contact_id: str, kind: str, limit: int, start: Mapping[str, Any] | None) -> Page[Subject]: ...


@dataclass(frozen=True, slots=True)
class SnippetDraft:
    """What a canned response would say. `shelves`: whose it may become, for the writer to choose from."""

    title: str
    body: str
    snippet: Snippet
    channel: str
    shelves: Sequence[Whose]


@dataclass(frozen=True, slots=True)
class Snippets:
    desk: DeskStore
    messages: Messages
    contacts: Contacts
    orders: Orders

    def draft(self, reader: Reader, conversation_id: str, message_id: str) -> SnippetDraft:
        """Nothing is stored: keeping it is making a canned response of it. Raises ConversationNotFound,
        MessageNotFound, TextUnsuited."""
        conversation = desk.look(self.desk, conversation_id)
        message = self._message(conversation, message_id)
        if message.direction is not Direction.OUTBOUND or not message.text.strip():
            raise TextUnsuited("Only a reply with a text makes a snippet.")
        made = snippet(message.text, self._known(conversation))
        channel = conversation.legs[message.leg_id].channel if message.leg_id in conversation.legs else ""
        return SnippetDraft(_title(made.text), made.text, made, channel, _shelves(reader))

    def _message(self, conversation: Conversation, message_id: str) -> Message:
        for leg_id in conversation.legs:
            found = self.messages.message(leg_id, message_id)
            if found is not None and shows(conversation, found):
                return found
        raise MessageNotFound("There is no such message.")

    def _known(self, conversation: Conversation) -> Sequence[Known]:
        found = [*known_names(conversation.contact_name, first_name(conversation.contact_name))]
        for leg in conversation.legs.values():
            found += known_address(leg.address)
        contact = self.contacts.get(conversation.contact_id)
        found += _of_contact(contact) if contact else []
        for subject in self.orders.subjects(conversation.contact_id, "order", MAX_ORDERS, None).items:
            found += known_order(subject.name.partition(":")[2])
            found += known_order(str(subject.data.get("number") or ""))
        return found


def _of_contact(contact: Contact) -> Iterator[Known]:
    yield from known_names(contact.name, first_name(contact.name))
    yield from known_address(contact.username or "")
    for point in points_of(contact):
        yield from known_email(point.value) if point.kind == EMAIL else known_phone(point.value)
    for field in (EMAIL, PHONE):
        for word in contact.words.get(field, {}).values():
            yield from (*known_email(str(word.value or "")), *known_phone(str(word.value or "")))
    for value in contact.attributes.values():
        yield from known_reference(str(value))


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE_LENGTH else f"{line[: TITLE_LENGTH - 1]}…"


def _shelves(reader: Reader) -> Sequence[Whose]:
    """A supervisor may keep it for their teams and everybody, others for themselves."""
    shelves = reader.shelves
    if reader.principal.may(Role.SUPERVISOR):
        return shelves
    return [each for each in shelves if each.scope is TextScope.PERSONAL]
