"""Notes on contacts over the real store."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.aws.changes import announcements
from chalicelib.aws.codec_contact import contact_item
from chalicelib.aws.stores.contact_notes import ContactNoteStore
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.habits import HabitStore
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.contact import Contact
from chalicelib.domain.contact_note import MAX_TEXT, MAX_VERSIONS, ContactNote
from chalicelib.domain.errors import (
    ClientIdReused,
    ContactNotFound,
    InvalidInput,
    NotPermitted,
    TransitionRefused,
    VersionConflict,
)
from chalicelib.domain.errors_profile import ContactNoteNotFound
from chalicelib.services import contact_notes as service
from chalicelib.services.habits import HabitKeeping
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.test_routing import INDEXES

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
CON = "con_1"
ANA = Principal("agent", "agt_ana", "Ana", Role.AGENT)
BEN = Principal("agent", "agt_ben", "Ben", Role.AGENT)
SUE = Principal("agent", "agt_sue", "Sue", Role.SUPERVISOR)


class Place:
    def __init__(self) -> None:
        self.table = MemoryTable(INDEXES)
        self.desk = Desk(MemoryDynamoDB({"desk": self.table}), "desk")
        self.desk.write(Put(contact_item(Contact(CON, AT, AT, name="Bob"))))
        self.contacts, self.notes = ContactStore(self.desk), ContactNoteStore(self.desk)

    def add(self, text: str = "Speaks fast", client_id: str = "1", minutes: int = 0) -> ContactNote:
        at = AT + timedelta(minutes=minutes)
        return service.add(self.notes, self.contacts, ANA, CON, client_id, text, at)


@pytest.fixture
def place() -> Place:
    return Place()


def test_a_note_is_kept_once_when_it_is_sent_twice(place: Place) -> None:
    note = place.add()

    assert place.add(minutes=1) == note
    assert place.notes.page(CON, 10, None).items == [note]
    with pytest.raises(ClientIdReused):
        place.add("Something else")
    with pytest.raises(ContactNotFound):
        service.add(place.notes, place.contacts, ANA, "con_9", "1", "Text", AT)
    for text in ("", "  ", "x" * (MAX_TEXT + 1)):
        with pytest.raises(InvalidInput):
            place.add(text, "2")


def test_everything_it_ever_said_is_kept(place: Place) -> None:
    note = place.add()

    after = service.edit(place.notes, ANA, CON, note.id, 1, AT + timedelta(hours=1), text="Speaks slowly")

    assert [(each.text, each.by) for each in after.versions] == [("Speaks fast", ANA.id), ("Speaks slowly", ANA.id)]
    assert service.get(place.notes, CON, note.id) == after
    with pytest.raises(VersionConflict):
        service.edit(place.notes, ANA, CON, note.id, 1, AT, text="Late")
    with pytest.raises(NotPermitted):
        service.edit(place.notes, SUE, CON, note.id, 2, AT, text="Not mine")
    with pytest.raises(ContactNoteNotFound):
        service.edit(place.notes, ANA, "con_2", note.id, 2, AT, text="Elsewhere")


def test_a_note_is_edited_so_often_and_no_more(place: Place) -> None:
    note = place.add()
    for number in range(1, MAX_VERSIONS):
        note = service.edit(place.notes, ANA, CON, note.id, note.version, AT, text=str(number))

    with pytest.raises(TransitionRefused):
        service.edit(place.notes, ANA, CON, note.id, note.version, AT, text="Once more")


def test_pinned_ones_are_found_whatever_their_age(place: Place) -> None:
    first = place.add()
    for number in range(5):
        place.add(f"Note {number}", f"n{number}", 1 + number)
    pinned = service.edit(place.notes, BEN, CON, first.id, 1, AT, is_pinned=True)

    assert place.notes.pinned(CON) == [pinned]
    page = place.notes.page(CON, 4, None)
    rest = place.notes.page(CON, 4, page.next)
    assert [note.text for note in (*page.items, *rest.items)] == [
        *(f"Note {number}" for number in range(4, -1, -1)),
        "Speaks fast",
    ]
    service.edit(place.notes, BEN, CON, first.id, 2, AT, is_pinned=False)
    assert place.notes.pinned(CON) == []


@pytest.mark.parametrize("by", [ANA, SUE])
def test_its_words_go_and_who_wrote_when_stays(place: Place, by: Principal) -> None:
    note = place.add("Lives at Secret Street 1")
    service.edit(place.notes, ANA, CON, note.id, 1, AT, text="Lives in Secret Street", is_pinned=True)

    gone = service.delete(place.notes, by, CON, note.id, AT + timedelta(hours=1))

    assert (gone.deleted_by, gone.author_id, len(gone.versions)) == (by.id, ANA.id, 2)
    assert "Secret" not in str(place.desk.query("pk = :pk", {":pk": f"CON#{CON}"}))
    assert place.notes.pinned(CON) == []
    assert service.delete(place.notes, ANA, CON, note.id, AT) == gone
    assert place.add("Lives at Secret Street 1") == gone  # its sending is repeated, and brings nothing back
    with pytest.raises(TransitionRefused):
        service.edit(place.notes, ANA, CON, note.id, gone.version, AT, text="Again")


def test_a_colleague_deletes_nothing(place: Place) -> None:
    note = place.add()

    with pytest.raises(NotPermitted):
        service.delete(place.notes, BEN, CON, note.id, AT)

    assert service.get(place.notes, CON, note.id) == note


def test_each_change_is_told_without_its_words(place: Place) -> None:
    note = place.add("Secret")
    service.edit(place.notes, ANA, CON, note.id, 1, AT, is_pinned=True)
    service.delete(place.notes, ANA, CON, note.id, AT)

    events = [event for record in place.table.stream for event in announcements(record)]

    assert [event["data"]["change"] for event in events] == ["created", "pinned", "deleted"]
    assert {event["aggregate"]["kind"] for event in events} == {"contact_note"}
    assert "Secret" not in str(events)


def test_an_opening_is_counted_once_over_the_store(place: Place) -> None:
    snapshot = {"id": "cnv_1", "episode": 1, "opened_at": AT.isoformat(), "channel": "sms", "contact_id": CON}
    event = {"type": "conversation.created", "actor": {"kind": "contact"}, "data": {}, "snapshot": snapshot}
    store = HabitStore(place.desk)
    keeping = HabitKeeping(store)

    for episode in (1, 1, 2, 1):
        keeping.react({**event, "snapshot": {**snapshot, "episode": episode}}, AT)

    openings, version = store.openings(CON)
    assert ([each.channel for each in openings], version) == (["sms", "sms"], 2)
