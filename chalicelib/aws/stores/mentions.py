"""What mentions an agent: a collection of their own, by time, with a mark of what they have seen at its end."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.aws import keys, keys_work
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec_message import note_from
from chalicelib.aws.codec_together import mention_from
from chalicelib.aws.transaction import Desk, Update
from chalicelib.domain.mention import Mention
from chalicelib.domain.note import Note
from chalicelib.domain.reads import Page

_UNSEEN = "attribute_not_exists(seen)"


class MentionStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def page(
        self, agent_id: str, limit: int, start: Mapping[str, Any] | None, *, unseen: bool = False
    ) -> Page[Mention]:
        """Newest first. `unseen`: those only, so that a page may hold fewer. One query and one read."""
        seen_to = self.seen_to(agent_id)
        pk, first, last = self._bounds(agent_id, seen_to if unseen else "")
        rows, after = self._desk.query(
            "pk = :pk AND sk BETWEEN :first AND :last",
            {":pk": pk, ":first": first, ":last": last},
            limit=limit,
            newest_first=True,
            start=start,
            filter_expression=_UNSEEN if unseen else None,
            consistent=True,
        )
        return Page([mention_from(row, seen_to) for row in rows], after)

    def unseen(self, agent_id: str, most: int) -> int:
        """How many of the newest `most` since all was seen the agent has not seen. One query and one read."""
        pk, first, last = self._bounds(agent_id, self.seen_to(agent_id))
        rows, _next = self._desk.query(
            "pk = :pk AND sk BETWEEN :first AND :last",
            {":pk": pk, ":first": first, ":last": last},
            limit=most,
            newest_first=True,
            filter_expression=_UNSEEN,
            consistent=True,
        )
        return len(rows)

    def seen_to(self, agent_id: str) -> str:
        """Up to which note the agent has seen all; empty: of none it was said."""
        item = self._desk.get(keys_work.mentions_seen(agent_id))
        return str(item["note"]) if item else ""

    def see(self, agent_id: str, note_ids: Sequence[str]) -> None:
        """Mark these as seen; what is no mention of the agent's is left alone."""
        for note_id in dict.fromkeys(note_ids):
            key = keys_work.mention(agent_id, note_id)
            try:
                self._desk.write(Update(key, "SET seen = :seen", {":seen": True}, None, "attribute_exists(pk)"))
            except ConditionFailed:
                continue

    def see_to(self, agent_id: str, note_id: str) -> None:
        """Mark all up to this note as seen; the mark never goes back."""
        key = keys_work.mentions_seen(agent_id)
        condition = "attribute_not_exists(note) OR note < :note"
        try:
            self._desk.write(Update(key, "SET note = :note", {":note": note_id}, None, condition))
        except ConditionFailed:
            return

    def notes(self, mentions: Sequence[Mention]) -> Mapping[str, Note]:
        """The notes that they are about, by id; those that are gone are left out. One read."""
        wanted = [keys.note(each.conversation_id, each.note_id) for each in mentions]
        found = self._desk.get_many(wanted) if wanted else {}
        return {note.id: note for note in map(note_from, found.values())}

    def _bounds(self, agent_id: str, behind: str) -> tuple[str, str, str]:
        """The part of the collection that is behind a note."""
        pk, begins = keys_work.mention(agent_id, "")
        return pk, f"{begins}{behind}~" if behind else begins, f"{begins}~"
