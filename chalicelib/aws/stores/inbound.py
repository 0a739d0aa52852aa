"""The inbound path's store: find the leg in one read, write the message and all it changes in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import Item, events_of, from_attributes, milliseconds, moment
from chalicelib.aws.codec_contact import contact_from, contact_item, identity_item
from chalicelib.aws.codec_conversation import alias_item, conversation_from, head_from, reach_map
from chalicelib.aws.codec_message import message_item
from chalicelib.aws.stores.writes import (
    count_writes,
    head_copies,
    put_conversation,
    put_evidence,
    put_head,
    put_once,
    replace_head,
    touch_conversation,
    transact_with_copies,
)
from chalicelib.aws.transaction import Desk, Put, Update, Write
from chalicelib.domain.contact import Contact, ContactIdentity
from chalicelib.domain.conversation import Conversation, LegHead, Reach
from chalicelib.domain.ids import identity_id, leg_id
from chalicelib.domain.message import Message
from chalicelib.domain.reads import FoundLeg, LegAddress
from chalicelib.domain.writes import Fold, Join, Recorded, Written

# No provider repeats a webhook for longer.
SEEN_FOR = timedelta(days=30)


def put_message(message: Message, recorded: Recorded) -> Put:
    """A message once: its key is made of the payload alone, so a second delivery fails this condition."""
    return Put(message_item(message) | {"events": events_of(recorded)})


class InboundStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def find_leg(self, inbox_id: str, addresses: Sequence[str]) -> FoundLeg | None:
        found = self._found(inbox_id, addresses)
        return found if found is not None and found.head.contact_id else None

    def cut_off(self, inbox_id: str, addresses: Sequence[str]) -> FoundLeg | None:
        found = self._found(inbox_id, addresses)
        return found if found is not None and not found.head.contact_id else None

    def _found(self, inbox_id: str, addresses: Sequence[str]) -> FoundLeg | None:
        wanted = {keys.leg(leg_id(inbox_id, address)): address for address in addresses}
        if len(wanted) == 1:
            (key,) = wanted
            item = self._desk.get(key)
            found = {key: item} if item else {}
        else:
            found = self._desk.get_many(list(wanted))
        head = self._head([found[key] for key in wanted if key in found], found)
        missing = tuple(address for key, address in wanted.items() if key not in found)
        return FoundLeg(head, missing) if head else None

    def _head(self, rows: Sequence[Item], found: Mapping[tuple[str, str], Item]) -> LegHead | None:
        """That of the first address, which may be another one's alias."""
        if not rows:
            return None
        target = rows[0].get("alias_of")
        if target is None:
            return head_from(rows[0])
        known = found.get(keys.leg(target)) or self._desk.get(keys.leg(target))
        return head_from(known) if known else None

    def head(self, identifier: str) -> LegHead | None:
        item = self._desk.get(keys.leg(identifier))
        # What an erasure has made nobody's is no leg to anybody else.
        return head_from(item) if item and "contact" in item else None

    def first_seen(self, inbox_id: str, external_id: str, at: datetime) -> datetime:
        """One put where there is none; a repeat learns the first one's time from its refusal."""
        pk, sk = keys.seen(inbox_id, external_id)
        expires = int((at + SEEN_FOR).timestamp())
        try:
            self._desk.write(Put({"pk": pk, "sk": sk, "at": milliseconds(at), "expires_at": expires}))
        except ConditionFailed as failed:
            return moment(from_attributes(failed.item or {})["at"])
        return at

    def owners(self, channel: str, addresses: Sequence[str]) -> Mapping[str, Contact]:
        wanted = {keys.identity(identity_id(channel, address)): address for address in addresses}
        found = self._desk.get_many(list(wanted))
        contacts = self._desk.get_many([keys.contact(item["contact"]) for item in found.values()])
        return {
            wanted[key]: contact_from(contacts[keys.contact(item["contact"])])
            for key, item in found.items()
            if keys.contact(item["contact"]) in contacts
        }

    def add_address(
        self, head: LegHead, address: str, identities: Sequence[ContactIdentity], *, replaces: str | None = None
    ) -> bool:
        alias = Put(alias_item(leg_id(head.inbox_id, address), head.id))
        writes: list[Write] = [alias, *(Put(identity_item(identity)) for identity in identities)]
        if replaces is not None and head.address == replaces:
            values = {":current": address, ":previous": replaces}
            writes.append(Update(keys.leg(head.id), "SET address = :current", values, None, "address = :previous"))
        return self.attempt(writes) is Written.DONE

    def set_reach(self, leg: str, reach: Reach) -> bool:
        change = Update(
            keys.leg(leg),
            "SET reach = :reach, reach_at = :at",
            {":reach": reach_map(reach), ":at": reach.at},
            None,
            "attribute_exists(ordinal) AND (attribute_not_exists(reach_at) OR reach_at < :at)",
        )
        return self.attempt([change]) is Written.DONE

    def set_contact_name(self, leg: str, name: str) -> None:
        change = Update(
            keys.leg(leg), "SET #name = :name", {":name": name}, {"#name": "name"}, "attribute_exists(ordinal)"
        )
        self.attempt([change])

    def address(self, identifier: str) -> LegAddress | None:
        head = self.head(identifier)
        return LegAddress(head.inbox_id, head.address, head.reach) if head else None

    def conversation(self, conversation_id: str) -> Conversation | None:
        item = self._desk.get(keys.conversation(conversation_id))
        return conversation_from(item) if item else None

    def join(self, join: Join) -> Written:
        message = join.message
        view_at = message.occurred_at if join.move_view else None
        writes: list[Write] = [
            put_message(message, join.message_recorded),
            touch_conversation(
                message,
                join.recorded,
                condition="#row.s = :status",
                condition_values={":status": join.head.status.value},
                view_at=view_at,
            ),
        ]
        if view_at is not None:
            writes.append(_move_view(join.head, view_at))
        return self.attempt(writes)

    def fold(self, fold: Fold) -> Written:
        """The general write: everything that changes is in `fold`, every part guarded by what was read."""
        writes: list[Write] = [put_message(fold.message, fold.message_recorded)]
        if fold.once:
            writes.append(put_once(fold.once))
        writes.append(put_conversation(fold.before, fold.after, fold.conversation_recorded))
        writes += _leg_writes(fold)
        if fold.contact and fold.contact_recorded:
            writes.append(Put(contact_item(fold.contact) | {"events": events_of(fold.contact_recorded)}))
        writes += [Put(identity_item(identity)) for identity in fold.identities]
        writes += [put_evidence(evidence) for evidence in fold.evidence]
        writes += count_writes(fold.before, fold.after)
        copies = head_copies(fold.before, fold.after)
        return self.attempt(writes, copies, duplicate_places=2 if fold.once else 1)

    def attempt(self, writes: list[Write], copies: Sequence[Write] = (), *, duplicate_places: int = 1) -> Written:
        try:
            transact_with_copies(self._desk, writes, copies)
        except TransactionRefused as refused:
            duplicate = any(refused.failed(place) for place in range(duplicate_places))
            return Written.DUPLICATE if duplicate else Written.CONFLICT
        return Written.DONE


def _move_view(head: LegHead, view_at: datetime) -> Update:
    values = {":view": view_at, ":conversation": head.conversation_id}
    return Update(
        keys.leg(head.id),
        "SET #view = :view",
        values,
        {"#view": "view"},
        "conversation = :conversation",
    )


def _leg_writes(fold: Fold) -> list[Write]:
    if fold.head is None:
        return []
    aliases: list[Write] = [
        Put(alias_item(leg_id(fold.head.inbox_id, address), fold.head.id)) for address in fold.aliases
    ]
    if fold.head_is_new:
        return [put_head(fold.head), *aliases]
    if fold.before is None:
        return [replace_head(fold.head, fold.ordinal_read), *aliases]
    return aliases
