"""Scheduled messages: each an item of its conversation, changed where nobody else has changed it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_message import message_from, note_item
from chalicelib.aws.codec_scheduled import scheduled_from, scheduled_item
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.ids import time_part
from chalicelib.domain.note import Note
from chalicelib.domain.scheduled import Scheduled, is_word_of_customer
from chalicelib.domain.writes import Recorded, Written

# A provider's time may be so much older than ours: what comes later than that is noticed when it comes.
LATE = timedelta(days=1)


class ScheduledStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, conversation_id: str, scheduled_id: str) -> Scheduled | None:
        item = self._desk.get(keys.scheduled(conversation_id, scheduled_id))
        return scheduled_from(item) if item else None

    def of(self, conversation_id: str) -> Sequence[Scheduled]:
        """All of a conversation that are kept, the next one first. One query, as a rule."""
        pk, prefix = keys.scheduled(conversation_id, "")
        rows = self._pages("pk = :pk AND begins_with(sk, :prefix)", {":pk": pk, ":prefix": prefix})
        return sorted((scheduled_from(row) for row in rows), key=lambda each: (each.send_at, each.id))

    def put(self, scheduled: Scheduled, read_version: int, recorded: Recorded, line: Note | None = None) -> Written:
        """`read_version` 0: it is new. CONFLICT: somebody changed it first (or it is there already)."""
        condition = "version = :read" if read_version else "attribute_not_exists(pk)"
        values = {":read": read_version} if read_version else None
        put = Put(scheduled_item(scheduled, recorded), condition, values)
        try:
            if line is None:
                self._desk.write(put)
            else:
                self._desk.transact([put, Put(note_item(line), None)])
        except (ConditionFailed, TransactionRefused):
            return Written.CONFLICT
        return Written.DONE

    def move(self, left: Scheduled, read_version: int, waiting: Scheduled, recorded: Recorded) -> Written:
        """From one conversation to another: both or neither. CONFLICT: somebody changed it first."""
        values, same = {":read": read_version}, "version = :read"
        silent = Recorded((), recorded.actor, recorded.at)
        writes = [Put(scheduled_item(waiting, recorded)), Put(scheduled_item(left, silent), same, values)]
        try:
            self._desk.transact(writes)
        except TransactionRefused:
            return Written.CONFLICT
        return Written.DONE

    def heard(self, leg_ids: Iterable[str], since: datetime) -> bool:
        """Whether the customer has said something on these legs that reached us after `since`. One query a leg."""
        first = f"{keys.MESSAGE}msg_{time_part(since - LATE)}"
        for leg_id in leg_ids:
            pk, _ = keys.message(leg_id, "")
            values = {":pk": pk, ":first": first, ":last": f"{keys.MESSAGE}~"}
            rows = self._pages("pk = :pk AND sk BETWEEN :first AND :last", values, newest_first=True)
            if any(is_word_of_customer(message_from(row), since) for row in rows):
                return True
        return False

    def _pages(self, condition: str, values: dict[str, Any], *, newest_first: bool = False) -> Iterator[Item]:
        start: Item | None = None
        while True:
            rows, start = self._desk.query(
                condition, values, newest_first=newest_first, start=start, consistent=True, limit=100
            )
            yield from rows
            if start is None:
                return
