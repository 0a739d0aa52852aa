"""All that is stored of a case beside its messages: one collection, read from its ledger to its head."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_message import note_from
from chalicelib.aws.codec_promise import promise_from, wait_from
from chalicelib.aws.codec_routing import decision_from, workload_from
from chalicelib.aws.codec_sla import ledger_from
from chalicelib.aws.stores.stretches import messages_in, places
from chalicelib.aws.transaction import Desk
from chalicelib.domain import ids
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.message import Message
from chalicelib.domain.progress import Material
from chalicelib.domain.transitions import answers

# More than any case has: a page is 1 MB of lines.
PAGES = 8
# The first letters of sort keys, and what they hold.
_KINDS: Mapping[str, tuple[str, Callable[[Item], Any]]] = {
    keys.NOTE: ("notes", note_from),
    keys.DECISION: ("decisions", decision_from),
    keys.WAIT: ("waits", wait_from),
    keys.PROMISE: ("promises", promise_from),
}


class ProgressStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def material(self, conversation_id: str) -> Material | None:
        """One query, mostly: as many as the collection has pages."""
        pk, head_sk = keys.conversation(conversation_id)
        rows: list[Item] = []
        start: Item | None = None
        for _ in range(PAGES):
            more, start = self._desk.query(
                "pk = :pk AND sk BETWEEN :first AND :last",
                {":pk": pk, ":first": keys.LEDGER, ":last": head_sk},
                newest_first=True,
                start=start,
                consistent=True,
            )
            rows += more
            if start is None:
                break
        if not rows or rows[0]["sk"] != head_sk:
            return None
        ledger = next((ledger_from(row) for row in rows if row["sk"] == keys.LEDGER), None)
        parts = _parts(rows)
        return Material(
            conversation_from(rows[0]),
            ledger=ledger,
            notes=parts["notes"],
            decisions=parts["decisions"],
            waits=parts["waits"],
            promises=parts["promises"],
        )

    def first_answer(self, conversation: Conversation) -> Message | None:
        """What was said at the moment of the first answer. One query for each stretch of a leg."""
        at = conversation.first_response_at
        if at is None:
            return None
        first = f"msg_{ids.time_part(at)}"
        found = messages_in(self._desk, places(conversation), (first, f"{first}~"), 2, newest_first=False)
        return next((message for message in found if answers(message)), None)

    def names(self, agent_ids: Sequence[str]) -> Mapping[str, str]:
        """At most 100. One read."""
        found = self._desk.get_many([keys.workload(agent_id) for agent_id in agent_ids[:100]])
        return {keys.identifier(pk): workload_from(item).name for (pk, _), item in found.items()}


def _parts(rows: Sequence[Item]) -> dict[str, list[Any]]:
    parts: dict[str, list[Any]] = {name: [] for name, _ in _KINDS.values()}
    for row in rows:
        prefix = row["sk"].partition("#")[0] + "#"
        if prefix in _KINDS:
            name, read = _KINDS[prefix]
            parts[name].append(read(row))
    return parts
