"""Promises that customers were told: each an item of its conversation, with its own events."""

from collections.abc import Sequence

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_promise import promise_from, promise_item
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.promise import Promise
from chalicelib.domain.writes import Recorded, Written

# More than anybody is told of one case.
MOST = 100


class PromiseStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def conversation(self, conversation_id: str) -> Conversation | None:
        item = self._desk.get(keys.conversation(conversation_id))
        return conversation_from(item) if item else None

    def get(self, conversation_id: str, promise_id: str) -> Promise | None:
        item = self._desk.get(keys.promise(conversation_id, promise_id))
        return promise_from(item) if item else None

    def of(self, conversation_id: str) -> Sequence[Promise]:
        """All of a conversation, in the order in which they were told. One query."""
        rows, _next = self._desk.query(
            "pk = :pk AND begins_with(sk, :promise)",
            {":pk": keys.conversation(conversation_id)[0], ":promise": keys.PROMISE},
            limit=MOST,
            consistent=True,
        )
        return sorted((promise_from(row) for row in rows), key=lambda promise: (promise.told_at, promise.id))

    def add(self, promise: Promise, recorded: Recorded) -> Written:
        """DUPLICATE: it is there already."""
        try:
            self._desk.write(Put(promise_item(promise, recorded)))
        except ConditionFailed:
            return Written.DUPLICATE
        return Written.DONE

    def replace(self, promise: Promise, read_version: int, recorded: Recorded) -> Written:
        """CONFLICT: another change came first."""
        try:
            self._desk.write(Put(promise_item(promise, recorded), "version = :read", {":read": read_version}))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE
