"""Messaging windows that are watched: one item for each leg of a conversation, listed while it closes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_contact import contact_from
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_promise import promise_from
from chalicelib.aws.codec_scheduled import scheduled_from
from chalicelib.aws.codec_windows import watch_from, watch_item
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.ids import time_part
from chalicelib.domain.promise import Promise
from chalicelib.domain.scheduled import Scheduled
from chalicelib.domain.window_guard import Watch
from chalicelib.domain.writes import Recorded, Written

# How a thing that is owed is told from its id.
PROMISED = "prm"


class GuardStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def conversation(self, conversation_id: str) -> Conversation | None:
        item = self._desk.get(keys.conversation(conversation_id))
        return conversation_from(item) if item else None

    def contact(self, contact_id: str) -> Contact | None:
        item = self._desk.get(keys.contact(contact_id))
        return contact_from(item) if item else None

    def watch(self, conversation_id: str, leg_id: str) -> Watch | None:
        item = self._desk.get(keys_contact.window(conversation_id, leg_id))
        return watch_from(item) if item else None

    def put(self, watch: Watch, recorded: Recorded | None) -> Written:
        """Its next version; silently without `recorded`. CONFLICT: it is not at the version before."""
        item = watch_item(watch, recorded)
        put = Put(item) if watch.version == 1 else Put(item, "version = :read", {":read": watch.version - 1})
        try:
            self._desk.write(put)
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def closing(self, after: datetime, until: datetime, most: int) -> Sequence[Watch]:
        """What is on the board and closes in this time, the next one first; `most` at most. One query, as a rule."""
        values = {":kind": keys_contact.WINDOWS, ":after": time_part(after), ":until": f"{time_part(until)}~"}
        condition = "kind_key = :kind AND kind_sort BETWEEN :after AND :until"
        found: list[Watch] = []
        start: Item | None = None
        while len(found) < most:
            rows, start = self._desk.query(condition, values, index="by_kind", limit=most - len(found), start=start)
            found += map(watch_from, rows)
            if start is None:
                break
        return found

    def fresh(
        self, watches: Sequence[Watch]
    ) -> tuple[Mapping[str, Conversation], Mapping[str, Contact], Sequence[Promise], Sequence[Scheduled]]:
        """Their conversations and contacts by id, and what is owed in them, as they are this moment. One read of at
        most 100 items: the caller bounds how many it asks for."""
        wanted = [keys.conversation(watch.conversation_id) for watch in watches]
        wanted += [keys.contact(watch.contact_id) for watch in watches if watch.contact_id]
        for watch in watches:
            wanted += [_owed(watch.conversation_id, ref) for ref in watch.refs]
        items = list(self._desk.get_many(wanted).values()) if wanted else []
        conversations = [conversation_from(item) for item in items if _is(item, "CNV#", keys.HEAD)]
        contacts = [contact_from(item) for item in items if item["pk"].startswith("CON#")]
        promises = [promise_from(item) for item in items if _is(item, "CNV#", keys.PROMISE)]
        scheduled = [scheduled_from(item) for item in items if _is(item, "CNV#", keys.SCHEDULED)]
        by_id = {each.id: each for each in conversations}
        return by_id, {each.id: each for each in contacts}, promises, scheduled

    def conversations(self, conversation_ids: Iterable[str]) -> Mapping[str, Conversation]:
        """Of at most 100, by id. One read."""
        found = self._desk.get_many([keys.conversation(each) for each in conversation_ids])
        return {each.id: each for each in map(conversation_from, found.values())}


def _owed(conversation_id: str, ref: str) -> keys.Key:
    build = keys.promise if ref.startswith(PROMISED) else keys.scheduled
    return build(conversation_id, ref)


def _is(item: Item, collection: str, part: str) -> bool:
    return bool(item["pk"].startswith(collection) and item["sk"].startswith(part))
