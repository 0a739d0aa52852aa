"""Tasks: each an item of its conversation, or of its own where it is about none; listed by owner."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.aws import keys, keys_work
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_together import task_from, task_key
from chalicelib.aws.stores.together import put_task
from chalicelib.aws.transaction import Check, Desk
from chalicelib.domain.reads import Page
from chalicelib.domain.task import Task
from chalicelib.domain.writes import Written
from chalicelib.domain.writes_together import TaskChange

PORTION = 100


class TaskStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, task_id: str) -> Task | None:
        item = self._desk.get(task_key(task_id))
        return task_from(item) if item else None

    def of(self, conversation_id: str) -> Sequence[Task]:
        """All of a conversation. One query, as a rule."""
        return [task_from(row) for row in self._rows(conversation_id)]

    def page(self, owner_id: str, limit: int, start: Mapping[str, Any] | None, *, over: bool) -> Page[Task]:
        """An owner's: open ones by when they are due, the next first; those that are over, the newest first. One query
        and one read."""
        rows, after = self._desk.of_kind(keys_work.tasks(owner_id, over=over), limit, start, newest_first=over)
        wanted = [(row["pk"], row["sk"]) for row in rows]
        found = self._desk.get_many(wanted) if wanted else {}
        return Page([task_from(found[key]) for key in wanted if key in found], after)

    def add(self, change: TaskChange) -> Written:
        """DUPLICATE: there is one of this id. CONFLICT: its conversation is gone."""
        conversation_id = change.after.conversation_id
        try:
            if conversation_id is None:
                self._desk.write(put_task(change))
            else:
                there = Check(keys.conversation(conversation_id), "attribute_exists(pk)")
                self._desk.transact([put_task(change), there])
        except ConditionFailed:
            return Written.DUPLICATE
        except TransactionRefused as refused:
            return Written.DUPLICATE if refused.failed(0) else Written.CONFLICT
        return Written.DONE

    def put(self, change: TaskChange) -> Written:
        """CONFLICT: another change came first."""
        try:
            self._desk.write(put_task(change))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def _rows(self, conversation_id: str) -> Iterator[Item]:
        pk, prefix = keys_work.task(conversation_id, "")
        start: Item | None = None
        while True:
            rows, start = self._desk.query(
                "pk = :pk AND begins_with(sk, :task)",
                {":pk": pk, ":task": prefix},
                limit=PORTION,
                start=start,
                consistent=True,
            )
            yield from rows
            if start is None:
                return
