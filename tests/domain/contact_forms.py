"""The items that events of contacts are told by."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.aws.codec_contact import contact_item
from chalicelib.aws.codec_contact_note import contact_note_item
from chalicelib.aws.codec_pairs import pair_items
from chalicelib.aws.codec_people import person_item
from chalicelib.domain import ids
from chalicelib.domain.contact import Contact
from chalicelib.domain.contact_note import ContactNote, NoteVersion
from chalicelib.domain.person import Person, link_of
from chalicelib.domain.suggestion import Pair, PairState

AT = datetime(2026, 3, 2, 9, 0, 0, 250000, UTC)


def of_contact(event_type: str) -> dict[str, Any]:
    if event_type == "contact.note_changed":
        said = NoteVersion("Speaks fast", "agt_1", AT)
        return contact_note_item(ContactNote(ids.note_id(AT, "n"), "con_1", "agt_1", "Ana", (said,), version=2))
    if event_type.startswith("contact.sugg"):
        state = PairState.OPEN if event_type == "contact.suggested" else PairState.DISMISSED
        pair = Pair("con_1", "con_2", state, 64, ("email", "name"), "Both have the same e-mail address.", AT)
        return pair_items(pair, 2)[0]
    if event_type == "contact.erased":
        return {"pk": "ERA#era_1", "sk": "~", "version": 9}
    if event_type in ("contact.linked", "contact.unlinked"):
        link = link_of("con_1", "con_2", 90, ("phone",), ("system", None), AT)
        return person_item(Person("con_1", ("con_1", "con_2"), (link,), 3))
    return contact_item(Contact("con_1", AT, AT, name="Bob", version=2))
