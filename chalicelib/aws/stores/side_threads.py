"""Side threads: items of their conversation, in its own collection, away from its messages and notes."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.aws import keys_work
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec_message import note_item
from chalicelib.aws.codec_side_thread import (
    side_message_from,
    side_message_item,
    side_thread_from,
    side_thread_item,
)
from chalicelib.aws.transaction import Desk, Put, Write
from chalicelib.domain.note import Note
from chalicelib.domain.reads import Page
from chalicelib.domain.side_thread import MAX_THREADS, SideMessage, SideThread, message_id
from chalicelib.domain.writes import Recorded, Written

_READ = "version = :read"


class SideThreadStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # Reading.

    def get(self, conversation_id: str, thread_id: str) -> SideThread | None:
        item = self._desk.get(keys_work.side_thread(conversation_id, thread_id))
        return side_thread_from(item) if item else None

    def find(self, thread_id: str) -> SideThread | None:
        """By its id alone: two reads."""
        place = self._desk.get(keys_work.side_place(thread_id))
        return self.get(place["conversation"], thread_id) if place else None

    def of(self, conversation_id: str) -> Sequence[SideThread]:
        """All of a conversation. One query."""
        pk, first = keys_work.side_thread(conversation_id, "")
        values = {":pk": pk, ":first": first}
        # A race may make a few more than there should be.
        limit = MAX_THREADS * 2
        rows, _ = self._desk.query("pk = :pk AND begins_with(sk, :first)", values, limit=limit, consistent=True)
        return [side_thread_from(row) for row in rows]

    def message(self, thread: SideThread, number: int) -> SideMessage | None:
        item = self._desk.get(keys_work.side_message(thread.conversation_id, message_id(thread.id, number)))
        return side_message_from(item) if item else None

    def messages(self, thread: SideThread, numbers: Sequence[int]) -> Sequence[SideMessage]:
        """Up to 100 of them, in their order; those that are not there are left out."""
        wanted = [
            keys_work.side_message(thread.conversation_id, message_id(thread.id, each)) for each in sorted(numbers)
        ]
        found = self._desk.get_many(wanted) if wanted else {}
        return [side_message_from(found[key]) for key in wanted if key in found]

    def page(self, thread: SideThread, limit: int, start: Mapping[str, Any] | None) -> Page[SideMessage]:
        """Newest first."""
        pk, sk = keys_work.side_message(thread.conversation_id, message_id(thread.id, 0))
        rows, after = self._desk.query(
            "pk = :pk AND begins_with(sk, :first)",
            {":pk": pk, ":first": sk[: -len("0000")]},
            limit=limit,
            newest_first=True,
            start=start,
            consistent=True,
        )
        return Page([side_message_from(row) for row in rows], after)

    def once(self, thread: SideThread, name: str) -> SideMessage | None:
        """What was said under this name, the client's own or the other side's."""
        mark = self._desk.get(keys_work.side_once(thread.conversation_id, thread.id, name))
        return self.message(thread, mark["number"]) if mark else None

    # Writing.

    def start(self, thread: SideThread, message: SideMessage, name: str, recorded: Recorded) -> Written:
        """A thread with its first message. DUPLICATE: it is there already."""
        place_pk, place_sk = keys_work.side_place(thread.id)
        place = {"pk": place_pk, "sk": place_sk, "conversation": thread.conversation_id}
        writes = [
            Put(side_thread_item(thread, recorded)),
            Put(side_message_item(message)),
            _once(thread, name, message),
            Put(place, condition=None),
        ]
        try:
            self._desk.transact(writes)
        except TransactionRefused as refused:
            return Written.DUPLICATE if refused.failed(0) or refused.failed(2) else Written.CONFLICT
        return Written.DONE

    def say(
        self,
        before: SideThread,
        after: SideThread,
        message: SideMessage,
        name: str,
        recorded: Recorded,
        note: Note | None,
    ) -> Written:
        """A message more, with the line that the conversation shows of it. DUPLICATE: the name is taken."""
        writes: list[Write] = [
            _once(after, name, message),
            Put(side_thread_item(after, recorded), _READ, {":read": before.version}),
            Put(side_message_item(message)),
        ]
        if note is not None:
            writes.append(Put(note_item(note)))
        try:
            self._desk.transact(writes)
        except TransactionRefused as refused:
            return Written.DUPLICATE if refused.failed(0) else Written.CONFLICT
        return Written.DONE

    def replace(self, before: SideThread, after: SideThread, recorded: Recorded | None) -> Written:
        """Another state; without `recorded` nobody is told."""
        return self._replaced(Put(side_thread_item(after, recorded), _READ, {":read": before.version}))

    def change_message(self, before: SideMessage, after: SideMessage, recorded: Recorded | None) -> Written:
        return self._replaced(Put(side_message_item(after, recorded), _READ, {":read": before.version}))

    def _replaced(self, write: Put) -> Written:
        try:
            self._desk.write(write)
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE


def _once(thread: SideThread, name: str, message: SideMessage) -> Put:
    pk, sk = keys_work.side_once(thread.conversation_id, thread.id, name)
    return Put({"pk": pk, "sk": sk, "number": message.number})
