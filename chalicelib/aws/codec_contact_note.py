"""The items of notes on contacts. `row` is what the index shows of pinned ones: a note is read whole from there."""

from typing import Any

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.codec import Item, moment, moment_or_none
from chalicelib.domain.contact_note import ContactNote, NoteVersion


def contact_note_item(note: ContactNote) -> Item:
    pk, sk = keys_contact.contact_note(note.contact_id, note.id)
    return {
        "pk": pk,
        "sk": sk,
        "version": note.version,
        "row": {
            "author": note.author_id,
            "name": note.author_name,
            "texts": [{"t": each.text or None, "b": each.by, "a": each.at} for each in note.versions],
            "gone_by": note.deleted_by,
            "gone_at": note.deleted_at,
        },
        "kind_key": keys_contact.pinned_notes(note.contact_id) if note.is_pinned else None,
        "kind_sort": note.id if note.is_pinned else None,
    }


def contact_note_from(item: Item) -> ContactNote:
    row: Any = item["row"]
    return ContactNote(
        id=keys.sort_identifier(item["sk"]),
        contact_id=keys.identifier(item["pk"]),
        author_id=row["author"],
        author_name=row["name"],
        versions=tuple(NoteVersion(each.get("t", ""), each["b"], moment(each["a"])) for each in row["texts"]),
        is_pinned="kind_key" in item,
        deleted_by=row.get("gone_by"),
        deleted_at=moment_or_none(row.get("gone_at")),
        version=item["version"],
    )
