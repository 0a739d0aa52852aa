"""The desk's own lines on timelines: what they are made of, and writing them so that the newest word stays."""

from collections.abc import Iterable, Mapping, Sequence

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_message import message_from
from chalicelib.aws.codec_timeline import line_from, line_item
from chalicelib.aws.transaction import ABSENT, Desk, Put
from chalicelib.domain.call import is_about
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.message import Message, MessageKind
from chalicelib.domain.timeline import Line
from chalicelib.domain.writes import Written

# How far back the card of a call is looked for: in so many pages of so many messages.
PAGE, PAGES = 100, 5


class OwnLineStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def conversation(self, conversation_id: str) -> Conversation | None:
        item = self._desk.get(keys.conversation(conversation_id))
        return conversation_from(item) if item else None

    def conversations(self, conversation_ids: Iterable[str]) -> Mapping[str, Conversation]:
        """By id; at most 100. One read."""
        found = self._desk.get_many([keys.conversation(conversation_id) for conversation_id in conversation_ids])
        return {keys.identifier(pk): conversation_from(item) for (pk, _), item in found.items()}

    def message(self, leg_id: str, message_id: str) -> Message | None:
        item = self._desk.get(keys.message(leg_id, message_id))
        return message_from(item) if item else None

    def call(self, update: Message) -> tuple[Message | None, Sequence[Message]]:
        """The card of the call that an update is about, and what was told of it up to that update."""
        pk, last = keys.message(update.leg_id, update.id)
        start: Item | None = None
        told: list[Message] = []
        for _ in range(PAGES):
            rows, start = self._desk.query(
                "pk = :pk AND sk BETWEEN :first AND :last",
                {":pk": pk, ":first": keys.MESSAGE, ":last": last},
                limit=PAGE,
                newest_first=True,
                start=start,
                consistent=True,
            )
            for message in map(message_from, rows):
                if message.kind is MessageKind.CALL and is_about(update, message):
                    return message, told
                told.append(message)
            if start is None:
                break
        return None, ()

    def line(self, contact_id: str, line_id: str, kind: str) -> Line | None:
        item = self._desk.get(keys.timeline(contact_id, line_id, kind))
        return line_from(item) if item else None

    def put(self, line: Line, version: int, *, only_new: bool = False) -> Written:
        """DUPLICATE: a line that knows as much is there (with `only_new`: any). Nobody is told of it: it follows what
        was told already."""
        item = line_item(line) | {"version": version}
        known = ABSENT if only_new else f"{ABSENT} OR version <= :version"
        try:
            self._desk.write(Put(item, known, None if only_new else {":version": version}))
        except ConditionFailed:
            return Written.DUPLICATE
        return Written.DONE
