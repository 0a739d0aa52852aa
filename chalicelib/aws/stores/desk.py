"""What agents read and change: views, counts, threads, a conversation's own state, notes."""

from collections.abc import Mapping, Sequence

from chalicelib.aws import keys
from chalicelib.aws.border import TransactionRefused
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_message import note_from, note_item
from chalicelib.aws.codec_routing import workload_from
from chalicelib.aws.stores.stretches import messages_in, places
from chalicelib.aws.stores.together import beside_writes
from chalicelib.aws.stores.units import leave_queue, unit_writes
from chalicelib.aws.stores.writes import (
    count_writes,
    head_copies,
    put_conversation,
    put_once,
    read_once,
    transact_with_copies,
)
from chalicelib.aws.transaction import Desk, Put, Write
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.counts import FIELDS, Scope
from chalicelib.domain.note import Note
from chalicelib.domain.queue import may_wait
from chalicelib.domain.reads import Page, Thread, ThreadQuery, ViewQuery
from chalicelib.domain.workload import Workload
from chalicelib.domain.writes import ConversationChange, Once, Written

# kind of view -> (index, key attribute, whether the index holds whole rows)
VIEWS: Mapping[str, tuple[str, str, bool]] = {
    "owner": ("by_owner", "owner_key", True),
    "unassigned": ("by_owner", "owner_key", True),
    "all": ("by_status", "status_key", True),
    "inbox": ("by_inbox", "inbox_key", False),
    "team": ("by_team", "team_key", False),
}


class DeskStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def conversation(self, conversation_id: str) -> Conversation | None:
        item = self._desk.get(keys.conversation(conversation_id))
        return conversation_from(item) if item else None

    def workload(self, agent_id: str) -> Workload | None:
        item = self._desk.get(keys.workload(agent_id))
        return workload_from(item) if item else None

    def list_view(self, query: ViewQuery) -> Page[Conversation]:
        """One page, newest first to within `VIEW_SLACK`; one call, or two for views by inbox or team."""
        index, attribute, whole = VIEWS[query.kind]
        rows, after = self._desk.query(
            f"{attribute} = :key",
            {":key": _view_value(query)},
            index=index,
            limit=query.limit,
            newest_first=True,
            start=query.start,
        )
        return Page(self._rows(rows, whole), after)

    def _rows(self, rows: Sequence[Item], whole: bool) -> list[Conversation]:
        if not whole:
            found = self._desk.get_many([(row["pk"], row["sk"]) for row in rows])
            rows = [found[row["pk"], row["sk"]] for row in rows if (row["pk"], row["sk"]) in found]
        return [conversation_from(row) for row in rows]

    def counts(self, scopes: Sequence[Scope]) -> Mapping[Scope, Mapping[str, int]]:
        """One query per scope; a scope nobody counted in yet is all zeros."""
        return {scope: self._count(scope) for scope in scopes}

    def _count(self, scope: Scope) -> Mapping[str, int]:
        pk, _ = keys.count(scope, 0)
        rows, _next = self._desk.query("pk = :pk", {":pk": pk}, consistent=True)
        return {field: sum(row.get(field, 0) for row in rows) for field in FIELDS}

    def change(self, change: ConversationChange) -> Written:
        after = change.after
        before = change.before
        writes: list[Write] = [put_once(change.once)] if change.once else []
        writes.append(put_conversation(before, after, change.recorded))
        if change.note is not None:
            writes.append(Put(note_item(change.note)))
        if change.handover is not None:
            writes.append(Put(note_item(change.handover)))
        writes += count_writes(before, after)
        writes += unit_writes(before, after, change.recorded.at, change.limits, anywhere=True)
        # Another team's work is queued anew, by what its assignment sets off.
        if may_wait(before) and (not may_wait(after) or before.team_id != after.team_id):
            writes.append(leave_queue(after.id))
        writes += beside_writes(change.beside)
        try:
            transact_with_copies(self._desk, writes, head_copies(before, after))
        except TransactionRefused as refused:
            return Written.DUPLICATE if change.once and refused.failed(0) else Written.CONFLICT
        return Written.DONE

    def once(self, conversation_id: str, client_id: str) -> Once | None:
        return read_once(self._desk, conversation_id, client_id)

    def note(self, conversation_id: str, note_id: str) -> Note | None:
        item = self._desk.get(keys.note(conversation_id, note_id))
        return note_from(item) if item else None

    def thread(self, query: ThreadQuery) -> Thread | None:
        """A page of a conversation: its head and notes in one read, then every leg's messages, side by side,
        and the notes of what was merged into it."""
        head, notes = self._collection(query)
        if head is None:
            return None
        conversation = conversation_from(head)
        newest_first = query.after is None
        found = messages_in(
            self._desk, places(conversation), query.bounds("msg"), query.limit, newest_first=newest_first
        )
        for absorbed in conversation.absorbed:
            notes += self._notes(absorbed, query)
        return Thread(conversation, found, [note_from(note) for note in notes])

    def _collection(self, query: ThreadQuery) -> tuple[Item | None, list[Item]]:
        """The head sorts after the notes, so the newest notes and the head are neighbours."""
        pk, head_sk = keys.conversation(query.conversation_id)
        if query.is_newest:
            rows, _ = self._desk.query(
                "pk = :pk AND sk BETWEEN :first AND :last",
                {":pk": pk, ":first": keys.NOTE, ":last": head_sk},
                limit=query.limit + 2,
                newest_first=True,
                consistent=True,
            )
            head = next((row for row in rows if row["sk"] == head_sk), None)
            return head, [row for row in rows if row["sk"] != head_sk]
        return self._desk.get((pk, head_sk)), self._notes(query.conversation_id, query)

    def _notes(self, conversation_id: str, query: ThreadQuery) -> list[Item]:
        first, last = query.bounds("nte")
        rows, _ = self._desk.query(
            "pk = :pk AND sk BETWEEN :first AND :last",
            {
                ":pk": keys.conversation(conversation_id)[0],
                ":first": f"{keys.NOTE}{first}",
                ":last": f"{keys.NOTE}{last}",
            },
            limit=query.limit + 1,
            newest_first=query.after is None,
            consistent=True,
        )
        return rows


def _view_value(query: ViewQuery) -> str:
    if query.kind == "all":
        return query.status
    if query.kind == "unassigned":
        return keys.owner_key(None, query.status)
    builders = {"owner": keys.owner_key, "inbox": keys.inbox_key, "team": keys.team_key}
    return builders[query.kind](query.key, query.status)
