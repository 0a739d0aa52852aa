"""Ways to reach a customer: legs by address, identities, and the conversations that legs lead to."""

from collections.abc import Iterable, Mapping, Sequence

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.codec import Item, moment
from chalicelib.aws.codec_conversation import conversation_from, head_from
from chalicelib.aws.keys import Key
from chalicelib.aws.stores.stretches import messages_in, places
from chalicelib.aws.transaction import Desk
from chalicelib.domain.contact import ContactIdentity
from chalicelib.domain.conversation import Conversation, LegHead
from chalicelib.domain.habits import Opening
from chalicelib.domain.leg_choice_values import KnownIdentity
from chalicelib.domain.message import Message

PORTION = 100


class LegStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def conversation(self, conversation_id: str) -> Conversation | None:
        item = self._desk.get(keys.conversation(conversation_id))
        return conversation_from(item) if item else None

    def conversations(self, conversation_ids: Iterable[str]) -> Mapping[str, Conversation]:
        found = self._many(keys.conversation(each) for each in conversation_ids)
        return {conversation.id: conversation for conversation in map(conversation_from, found.values())}

    def heads(self, leg_ids: Iterable[str]) -> Mapping[str, LegHead]:
        """One read, and one more where some are other addresses of a leg."""
        wanted = list(leg_ids)
        found = self._many(keys.leg(leg_id) for leg_id in wanted)
        aliases = {item["alias_of"] for item in found.values() if "alias_of" in item}
        found |= self._many(keys.leg(leg_id) for leg_id in aliases)
        heads: dict[str, LegHead] = {}
        for leg_id in wanted:
            item = found.get(keys.leg(leg_id))
            if item is not None and "alias_of" in item:
                item = found.get(keys.leg(item["alias_of"]))
            if item is not None:
                heads[leg_id] = head_from(item)
        return heads

    def identities(self, identity_ids: Iterable[str]) -> Mapping[str, KnownIdentity]:
        found = self._many(keys.identity(identity_id) for identity_id in identity_ids)
        return {known.identity.id: known for known in map(_known, found.values())}

    def openings(self, contact_ids: Iterable[str]) -> Sequence[Opening]:
        found = self._many(keys_contact.habits(contact_id) for contact_id in contact_ids)
        rows = [row for item in found.values() for row in item["openings"]]
        return [Opening(key, moment(at), channel) for key, at, channel in rows]

    def last_messages(self, conversation: Conversation, count: int) -> Sequence[Message]:
        found = messages_in(self._desk, places(conversation), ("msg_", "msg_~"), count, newest_first=True)
        return sorted(found, key=lambda message: message.id)[-count:] if count else []

    def _many(self, wanted: Iterable[Key]) -> dict[Key, Item]:
        rest = list(dict.fromkeys(wanted))
        found: dict[Key, Item] = {}
        for start in range(0, len(rest), PORTION):
            found |= self._desk.get_many(rest[start : start + PORTION])
        return found


def _known(item: Item) -> KnownIdentity:
    identity = ContactIdentity(
        id=keys.identifier(item["pk"]),
        channel=item["channel"],
        address=item["address"],
        contact_id=item["contact"],
        created_at=moment(item["created"]),
    )
    return KnownIdentity(identity, bool(item.get("begun")))
