"""What a whole conversation shows, read with few calls: its collection holds the head, the notes, how it waits and what
was decided, side by side."""

from collections.abc import Sequence

from chalicelib.aws import keys
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_message import note_from
from chalicelib.aws.codec_routing import decision_from, entry_from
from chalicelib.aws.stores.stretches import messages_in, places
from chalicelib.aws.transaction import Desk
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.message import Message
from chalicelib.domain.note import Note
from chalicelib.domain.opening import Opening
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.reads import ThreadQuery
from chalicelib.domain.routing_values import Decision

# Besides a page of notes: the head, how it waits, and what else of it sorts between.
BESIDES = 14


class ScreenStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def opening(self, conversation_id: str, limit: int) -> Opening | None:
        """The head, and as far as one query of so many items brings them: the newest notes, how it waits, the newest
        decision."""
        pk, head_sk = keys.conversation(conversation_id)
        rows, more = self._desk.query(
            "pk = :pk AND sk BETWEEN :first AND :last",
            {":pk": pk, ":first": keys.DECISION, ":last": head_sk},
            limit=limit + BESIDES,
            newest_first=True,
            consistent=True,
        )
        if not rows or rows[0]["sk"] != head_sk:
            return None
        notes = [note_from(row) for row in rows if row["sk"].startswith(keys.NOTE)]
        decision = _decision(rows)
        return Opening(
            conversation_from(rows[0]),
            notes,
            _entry(rows),
            decision,
            is_whole=more is None or decision is not None,
        )

    def routing(self, conversation_id: str) -> tuple[QueueEntry | None, Decision | None]:
        """How it waits, and the newest decision: they are neighbours. One query."""
        pk, entry_sk = keys.queue_entry(conversation_id)
        rows, _more = self._desk.query(
            "pk = :pk AND sk BETWEEN :first AND :last",
            {":pk": pk, ":first": keys.DECISION, ":last": entry_sk},
            limit=2,
            newest_first=True,
            consistent=True,
        )
        return _entry(rows), _decision(rows)

    def messages(self, conversation: Conversation, limit: int) -> Sequence[Message]:
        """The newest of every stretch of its legs, side by side."""
        bounds = ThreadQuery(conversation.id, limit).bounds("msg")
        return messages_in(self._desk, places(conversation), bounds, limit, newest_first=True)

    def notes(self, conversation_id: str, limit: int) -> Sequence[Note]:
        """The newest notes of a conversation that was merged into another."""
        rows, _more = self._desk.query(
            "pk = :pk AND begins_with(sk, :note)",
            {":pk": keys.conversation(conversation_id)[0], ":note": keys.NOTE},
            limit=limit + 1,
            newest_first=True,
            consistent=True,
        )
        return [note_from(row) for row in rows]


def _entry(rows: Sequence[Item]) -> QueueEntry | None:
    return next((entry_from(row) for row in rows if row["sk"] == keys.QUEUE and "row" in row), None)


def _decision(rows: Sequence[Item]) -> Decision | None:
    return next((decision_from(row) for row in rows if row["sk"].startswith(keys.DECISION)), None)
