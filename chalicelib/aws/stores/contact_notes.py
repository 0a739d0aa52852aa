"""Notes on contacts: beside the contact they are about, newest found first by one query."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.aws import keys_contact
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import events_of
from chalicelib.aws.codec_contact_note import contact_note_from, contact_note_item
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.contact_note import ContactNote
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Recorded, Written

MAX_PINNED = 50


class ContactNoteStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, contact_id: str, note_id: str) -> ContactNote | None:
        item = self._desk.get(keys_contact.contact_note(contact_id, note_id))
        return contact_note_from(item) if item else None

    def once(self, contact_id: str, client_id: str) -> str | None:
        """The note that a client id was used for."""
        item = self._desk.get(keys_contact.contact_once(contact_id, client_id))
        return item["note"] if item else None

    def add(self, note: ContactNote, client_id: str, recorded: Recorded) -> Written:
        pk, sk = keys_contact.contact_once(note.contact_id, client_id)
        mark = Put({"pk": pk, "sk": sk, "note": note.id})
        try:
            self._desk.transact([mark, Put(contact_note_item(note) | {"events": events_of(recorded)})])
        except TransactionRefused as refused:
            return Written.DUPLICATE if refused.failed(0) else Written.CONFLICT
        return Written.DONE

    def replace(self, note: ContactNote, read_version: int, recorded: Recorded) -> Written:
        item = contact_note_item(note) | {"events": events_of(recorded)}
        try:
            self._desk.write(Put(item, "version = :read", {":read": read_version}))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def page(self, contact_id: str, limit: int, start: Mapping[str, Any] | None) -> Page[ContactNote]:
        """Newest first, deleted ones among them."""
        pk, first = keys_contact.contact_note(contact_id, "")
        rows, after = self._desk.query(
            "pk = :pk AND begins_with(sk, :first)",
            {":pk": pk, ":first": first},
            limit=limit,
            newest_first=True,
            start=start,
            consistent=True,
        )
        return Page([contact_note_from(row) for row in rows], after)

    def pinned(self, contact_id: str) -> Sequence[ContactNote]:
        """Newest first, as they were a moment ago."""
        rows, _ = self._desk.of_kind(keys_contact.pinned_notes(contact_id), MAX_PINNED)
        return [contact_note_from(row) for row in rows]
