"""Which conversations a contact has: an item for each, written once, by when it came to be."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_message import message_from
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.message import Message

MOST_READ = 100


class OpenedStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def conversation(self, conversation_id: str) -> Conversation | None:
        item = self._desk.get(keys.conversation(conversation_id))
        return conversation_from(item) if item else None

    def message(self, leg_id: str, message_id: str) -> Message | None:
        item = self._desk.get(keys.message(leg_id, message_id))
        return message_from(item) if item else None

    def add(self, contact_id: str, conversation_id: str, at: datetime) -> None:
        """A second time it is the same item."""
        pk, sk = keys_contact.opened(contact_id, at, conversation_id)
        self._desk.write(Put({"pk": pk, "sk": sk}, condition=None))

    def of(self, contact_ids: Iterable[str], each: int) -> Sequence[str]:
        """The newest conversations of these contacts, as many of each. One query a contact."""
        found: list[str] = []
        for contact_id in contact_ids:
            pk = keys_contact.opened_by(contact_id)
            rows, _more = self._desk.query("pk = :pk", {":pk": pk}, limit=each, newest_first=True, consistent=True)
            found += [keys_contact.opened_id(row["sk"]) for row in rows]
        return found

    def conversations(self, conversation_ids: Iterable[str]) -> Mapping[str, Conversation]:
        """By id; one read for every hundred."""
        wanted = [keys.conversation(each) for each in dict.fromkeys(conversation_ids)]
        found: list[Conversation] = []
        for start in range(0, len(wanted), MOST_READ):
            items = self._desk.get_many(wanted[start : start + MOST_READ])
            found += map(conversation_from, items.values())
        return {each.id: each for each in found}
