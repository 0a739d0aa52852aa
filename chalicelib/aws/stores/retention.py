"""What is old enough to go, by indexes that stand in the order of time, and taking it away."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item, milliseconds
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_message import attachment_map, message_from, note_from
from chalicelib.aws.personal_files import ATTACHMENTS, Files
from chalicelib.aws.stores.personal_contacts import DESK
from chalicelib.aws.stores.personal_data import PersonalData
from chalicelib.aws.stores.redaction import NOTE_READ
from chalicelib.aws.transaction import Desk, Update
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.erasure import Place
from chalicelib.domain.ids import time_part
from chalicelib.domain.message import Attachment, AttachmentState, Message
from chalicelib.domain.note import Note
from chalicelib.domain.reads import Page
from chalicelib.domain.retention import Kind, Old, Rule
from chalicelib.domain.stretches import shows
from chalicelib.domain.timeline_lines import CONVERSATION, conversation_line_id

EXPIRED = "expired"
READ = "version = :read"
PORTION = 40


class RetentionStore:
    def __init__(self, desk: Desk, data: PersonalData, files: Files) -> None:
        self._desk = desk
        self._data = data
        self._files = files

    # What is old.

    def old(self, rule: Rule, before: datetime, limit: int, start: Mapping[str, Any] | None) -> Page[Old]:
        if rule.kind in (Kind.CONVERSATIONS, Kind.ATTACHMENTS):
            return self._resolved(rule, before, limit, start)
        since = {":kind": keys.CONTACTS, ":before": keys.view_key(before)}
        condition = "kind_key = :kind AND kind_sort < :before"
        if rule.kind is Kind.TIMELINE:  # a contact that was made later may have earlier lines
            since, condition = {":kind": keys.CONTACTS}, "kind_key = :kind"
        rows, after = self._desk.query(condition, since, index="by_kind", limit=limit, start=start)
        is_old = self._has_old_lines if rule.kind is Kind.TIMELINE else self._is_silent
        found = [keys.identifier(row["pk"]) for row in rows if is_old(keys.identifier(row["pk"]), before)]
        return Page([Old(contact_id, contact_id) for contact_id in found], after)

    def _resolved(self, rule: Rule, before: datetime, limit: int, start: Mapping[str, Any] | None) -> Page[Old]:
        rows, after = self._desk.query(
            "status_key = :resolved AND view_key < :before",
            {":resolved": Status.RESOLVED.value, ":before": keys.view_key(before)},
            index="by_status",
            limit=limit,
            start=start,
        )
        found = []
        for row in rows:
            # The place in the index may be behind what was said last.
            item = self._desk.get((row["pk"], row["sk"]))
            conversation = conversation_from(item) if item else None
            if conversation is None or not self._is_over(conversation, before):
                continue
            if rule.kind is Kind.CONVERSATIONS or self._has_files(conversation):
                found.append(Old(conversation.id, conversation.contact_id))
        return Page(found, after)

    def _has_files(self, conversation: Conversation) -> bool:
        if any(_files(message) for message in self._messages(conversation)):
            return True
        return any(_files(note) for note in self._notes(conversation))

    def _is_over(self, conversation: Conversation, before: datetime) -> bool:
        ended = max(conversation.last_activity_at, conversation.resolved_at or conversation.last_activity_at)
        return conversation.status is Status.RESOLVED and conversation.merged_into is None and ended < before

    def _has_old_lines(self, contact_id: str, before: datetime) -> bool:
        return next(self._old_lines(contact_id, before), None) is not None

    def _old_lines(self, contact_id: str, before: datetime) -> Iterator[Item]:
        pk, _ = keys.contact_timeline(contact_id)
        start: Item | None = None
        while True:
            rows, start = self._desk.query(
                "pk = :pk AND sk < :before", {":pk": pk, ":before": time_part(before)}, limit=PORTION, start=start
            )
            yield from rows
            if start is None:
                return

    def _is_silent(self, contact_id: str, before: datetime) -> bool:
        """Whether nothing was heard of the whole person, nor changed about it, since then."""
        contact = self._desk.get(keys.contact(contact_id))
        if contact is None:
            return False
        person = self._desk.get(keys_contact.person(contact["person"])) if contact.get("person") else None
        members = tuple(person["members"]) if person else (contact_id,)
        if contact_id != min(members):
            return False  # the person is looked at once, with its first contact
        return all(self._is_contact_silent(each, before) for each in members)

    def _is_contact_silent(self, contact_id: str, before: datetime) -> bool:
        contact = self._desk.get(keys.contact(contact_id))
        if contact is not None and contact["row"]["updated"] >= milliseconds(before):
            return False
        pk, _ = keys.contact_timeline(contact_id)
        rows, _next = self._desk.query("pk = :pk", {":pk": pk}, limit=1, newest_first=True, consistent=True)
        if rows and rows[0]["at"] >= milliseconds(before):
            return False
        return all(self._is_leg_silent(leg_id, before) for leg_id in self._data.legs([contact_id]))

    def _is_leg_silent(self, leg_id: str, before: datetime) -> bool:
        head = self._desk.get(keys.leg(leg_id))
        item = self._desk.get(keys.conversation(head["conversation"])) if head and "conversation" in head else None
        return item is None or self._is_over(conversation_from(item), before) or "merged" in item

    # Taking it away.

    def remove(self, rule: Rule, old: Old, before: datetime, now: datetime) -> None:
        if rule.kind is Kind.TIMELINE:
            lines = [Place("timeline", DESK, row["pk"], row["sk"]) for row in self._old_lines(old.id, before)]
            return self._data.remove(lines, now)
        item = self._desk.get(keys.conversation(old.id))
        conversation = conversation_from(item) if item else None
        if conversation is None or not self._is_over(conversation, before):
            return None
        if rule.kind is Kind.CONVERSATIONS:
            return self._remove_conversation(conversation, now)
        for message in self._messages(conversation):
            self._remove_files(message)
        for note in self._notes(conversation):
            self._remove_files(note)
        return None

    def _remove_conversation(self, conversation: Conversation, now: datetime) -> None:
        """Messages first, and last the head: whatever ends it in the middle, it is found again."""
        places: list[Place] = []
        for message in self._messages(conversation):
            places += self._data.places_of_message(message.leg_id, message.id)
            if len(places) >= PORTION:
                self._data.remove(places, now)
                places = []
        line = keys.timeline(conversation.contact_id, conversation_line_id(conversation), CONVERSATION)
        row = keys_contact.opened(conversation.contact_id, conversation.created_at, conversation.id)
        places += [Place("timeline", DESK, *line), Place("contact", DESK, *row)]
        for name in (*conversation.absorbed, conversation.id):
            places += self._data.places_of_conversation(name)
        self._data.remove(places, now)

    def _messages(self, conversation: Conversation) -> Iterator[Message]:
        for leg in conversation.legs.values():
            first, last = f"{keys.MESSAGE}{leg.first_message_id}", f"{keys.MESSAGE}{leg.last_message_id}"
            for row in self._data.collection(keys.leg(leg.id)[0], first, last):
                message = message_from(row)
                if shows(conversation, message):
                    yield message

    def _notes(self, conversation: Conversation) -> Iterator[Note]:
        for name in (conversation.id, *conversation.absorbed):
            pk, _ = keys.conversation(name)
            yield from map(note_from, self._data.collection(pk, keys.NOTE, f"{keys.NOTE}~"))

    def _remove_files(self, entry: Message | Note) -> None:
        """The objects first: a message that has forgotten its files could not tell which they were."""
        kept = _files(entry)
        if not kept:
            return
        for file in kept:
            self._files.remove(ATTACHMENTS, file.object_key or "")
        after = [attachment_map(_expired(each) if each in kept else each) for each in entry.attachments]
        try:
            self._desk.write(_forgotten(entry, after))
        except ConditionFailed:
            return  # it has changed: the next run looks again


def _files(entry: Message | Note) -> list[Attachment]:
    return [each for each in entry.attachments if each.object_key]


def _forgotten(entry: Message | Note, after: Sequence[Item]) -> Update:
    values = {":files": after, ":read": entry.version, ":version": entry.version + 1}
    if isinstance(entry, Note):
        key = keys.note(entry.conversation_id, entry.id)
        return Update(key, "SET attachments = :files, version = :version", values, None, NOTE_READ)
    change = "SET attachments = :files, version = :version REMOVE events"
    return Update(keys.message(entry.leg_id, entry.id), change, values, None, READ)


def _expired(file: Attachment) -> Attachment:
    return Attachment(file.mime, file.name, file.size_bytes, state=AttachmentState.FAILED, reason=EXPIRED)
