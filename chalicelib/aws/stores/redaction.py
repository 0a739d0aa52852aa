"""Redaction: a message, what is shown of it elsewhere, and the line that tells of it, in one transaction."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from chalicelib.aws import keys
from chalicelib.aws.border import TransactionRefused
from chalicelib.aws.codec import Item, from_json, to_json
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_message import attachment_map, message_from, note_from, note_item
from chalicelib.aws.personal_files import ATTACHMENTS, MAILS, QUARANTINE, Files
from chalicelib.aws.stores.writes import put_conversation
from chalicelib.aws.transaction import Desk, Put, Update, Write
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.message import Message, preview, said_in
from chalicelib.domain.note import Note
from chalicelib.domain.redaction import masked, masked_deep
from chalicelib.domain.timeline_lines import CONVERSATION, conversation_line_id
from chalicelib.domain.writes import Written
from chalicelib.domain.writes_redaction import NoteRedaction, Redaction

# The desk's own lines that hold words of one message are few; a transaction takes a hundred items.
MAX_LINES = 60
# A note is as it was read: the first version is not written down.
NOTE_READ = "attribute_exists(pk) AND (version = :read OR attribute_not_exists(version))"


class RedactionStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def conversation(self, conversation_id: str) -> Conversation | None:
        item = self._desk.get(keys.conversation(conversation_id))
        return conversation_from(item) if item else None

    def message(self, conversation: Conversation, message_id: str) -> Message | None:
        wanted = [keys.message(leg_id, message_id) for leg_id in conversation.legs]
        found = self._desk.get_many(wanted) if wanted else {}
        return next((message_from(item) for item in found.values()), None)

    def note(self, conversation: Conversation, note_id: str) -> Note | None:
        wanted = [keys.note(name, note_id) for name in (conversation.id, *conversation.absorbed)]
        return next((note_from(item) for item in self._desk.get_many(wanted).values()), None)

    def redact_note(self, redaction: NoteRedaction) -> Written:
        """CONFLICT: the note or the conversation has changed since it was read."""
        read, note = redaction.read, replace(redaction.note, version=redaction.read.version + 1)
        try:
            self._desk.transact(
                [
                    Put(note_item(note), NOTE_READ, {":read": read.version}),
                    put_conversation(redaction.before, redaction.after, redaction.recorded),
                    Put(note_item(redaction.line)),
                ]
            )
        except TransactionRefused:
            return Written.CONFLICT
        return Written.DONE

    def redact(self, redaction: Redaction) -> Written:
        """CONFLICT: the message or the conversation has changed since it was read."""
        writes = [
            _message_update(redaction),
            put_conversation(redaction.before, redaction.after, redaction.recorded),
            Put(note_item(redaction.line)),
            *list(self._elsewhere(redaction))[:MAX_LINES],
        ]
        try:
            self._desk.transact(writes)
        except TransactionRefused:
            return Written.CONFLICT
        return Written.DONE

    def _elsewhere(self, redaction: Redaction) -> Iterator[Write]:
        """Wherever else the desk itself has put down words of the message: merges, briefs, the queue, the timeline."""
        shown = preview(redaction.message.kind, said_in(redaction.message))
        for source in redaction.before.absorbed:
            yield from self._source(redaction, source, shown)
        for name in (redaction.before.id, *redaction.before.absorbed):
            for row in self._rows(keys.conversation(name)[0]):
                yield from _own_line(row, redaction)
        line = self._desk.get(
            keys.timeline(redaction.before.contact_id, conversation_line_id(redaction.before), CONVERSATION)
        )
        if line is not None:
            yield from _timeline_line(line, redaction)

    def _source(self, redaction: Redaction, source: str, shown: str) -> Iterator[Write]:
        names = {"#row": "row", "#m": "m", "#t": "t", "#i": "i"}
        values = {":shown": shown, ":id": redaction.message.id}
        head = self._desk.get(keys.conversation(source))
        if head is not None and head["row"].get("m", {}).get("i") == redaction.message.id:
            change = Update(keys.conversation(source), "SET #row.#m.#t = :shown", values, names, "#row.#m.#i = :id")
            yield change
        merger = self._desk.get(keys.merger(redaction.before.id, source))
        if merger is not None and merger["source"]["row"].get("m", {}).get("i") == redaction.message.id:
            names = {**names, "#s": "source"}
            key = keys.merger(redaction.before.id, source)
            yield Update(key, "SET #s.#row.#m.#t = :shown", values, names, "#s.#row.#m.#i = :id")

    def _rows(self, pk: str) -> Iterator[Item]:
        start = None
        while True:
            rows, start = self._desk.query("pk = :pk", {":pk": pk}, start=start, consistent=True)
            yield from rows
            if start is None:
                return


class RedactionFiles:
    def __init__(self, files: Files) -> None:
        self._files = files

    def remove_attachment(self, key: str) -> None:
        self._files.remove(ATTACHMENTS, key)

    def remove_raw(self, raw: Mapping[str, str]) -> None:
        if "object_key" in raw:
            self._files.remove(MAILS, raw["object_key"])
        if "cut" in raw:
            self._files.remove(QUARANTINE, f"quarantine/{raw['cut']}")


def _message_update(redaction: Redaction) -> Update:
    """Silent in the stream: the conversation tells of it. What an earlier event said of the message goes with it."""
    message = redaction.message
    values = {
        ":read": redaction.read.version,
        ":version": redaction.read.version + 1,
        ":text": message.text or None,
        ":content": to_json(message.content) if message.content else None,
        ":attachments": tuple(attachment_map(part) for part in message.attachments),
    }
    names = {"#text": "text", "#content": "content", "#attachments": "attachments"}
    given = {name: value for name, value in values.items() if value}
    sets = [f"#{name} = :{name}" for name in ("text", "content", "attachments") if f":{name}" in given]
    removed = [f"#{name}" for name in ("text", "content", "attachments") if f":{name}" not in given]
    expression = f"SET {', '.join(['version = :version', *sets])} REMOVE {', '.join(['events', *removed])}"
    key = keys.message(message.leg_id, message.id)
    return Update(key, expression, given, names, "version = :read")


def _own_line(row: Item, redaction: Redaction) -> Iterator[Write]:
    """What people wrote themselves is left: they can be asked to change it."""
    if row["sk"].startswith(keys.NOTE) and row.get("kind") != "note":
        after = {**row, "text": masked(row.get("text", ""), redaction.parts) or None, "facts": _facts(row, redaction)}
        if (after["text"], after["facts"]) != (row.get("text"), row.get("facts")):
            yield Put(after, "attribute_exists(pk)")
    words = row.get("row", {}).get("f", {}).get("text") if row["sk"] == keys.QUEUE else None
    if words and masked(words, redaction.parts) != words:
        names = {"#row": "row", "#f": "f", "#text": "text"}
        values = {":text": masked(words, redaction.parts), ":was": words}
        yield Update((row["pk"], row["sk"]), "SET #row.#f.#text = :text", values, names, "#row.#f.#text = :was")


def _facts(row: Item, redaction: Redaction) -> str | None:
    if "facts" not in row:
        return None
    return to_json(masked_deep(from_json(row["facts"]), lambda text: masked(text, redaction.parts)))


def _timeline_line(line: Item, redaction: Redaction) -> Iterator[Write]:
    """Its title and first words, where the conversation began with this message."""
    title = masked(line["title"], redaction.parts)
    data = masked_deep(from_json(line.get("data")), lambda text: masked(text, redaction.parts))
    if (title, data) != (line["title"], from_json(line.get("data"))):
        values = {":title": title, ":data": to_json(data), ":was": line["title"]}
        change = "SET title = :title, #data = :data"
        yield Update((line["pk"], line["sk"]), change, values, {"#data": "data"}, "title = :was")
