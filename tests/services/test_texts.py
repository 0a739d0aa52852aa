"""Canned responses, views and snippets over the real stores."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.codec_contact import contact_item
from chalicelib.aws.stores.canned_responses import CannedResponseStore
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.texts import TextStore
from chalicelib.aws.stores.views import ViewStore
from chalicelib.aws.stores.writes import count_writes, put_conversation
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.canned_response import MAX_RESPONSES, CannedResponse
from chalicelib.domain.contact import Contact, ContactPoint
from chalicelib.domain.conversation import Conversation, Leg, Priority, Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import InvalidInput, MessageNotFound, NotPermitted, StoreUnavailable, VersionConflict
from chalicelib.domain.errors_texts import (
    CannedResponseNotFound,
    TextNameTaken,
    TextsTooMany,
    TextUnsuited,
    ViewNotFound,
)
from chalicelib.domain.ids import message_id
from chalicelib.domain.message import Attachment, Author, Direction, Message, MessageKind
from chalicelib.domain.reads import Page
from chalicelib.domain.text_scope import EVERYBODYS, Reader, TextScope, Whose
from chalicelib.domain.timeline import Subject
from chalicelib.domain.upload import Upload
from chalicelib.domain.view import BUILT_IN, ListKind, Sort, Source, View
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.canned_responses import CannedResponses
from chalicelib.services.contact_words import ContactWords
from chalicelib.services.snippets import Snippets
from chalicelib.services.texts import Library
from chalicelib.services.views import Views
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOB = Contact(
    "con_1",
    AT,
    AT,
    name="Bob Chan",
    email="bob@example.com",
    phone="+85261234567",
    language="de",
    customer_since=date(2020, 1, 1),
    attributes={"card": "K-1815-22", "tier": "gold"},
    contact_points=(ContactPoint("email", "chan@work.example"),),
)
ANA = Reader(Principal("agent", "agt_ana", "Ana Lopez", Role.AGENT), ("team_1",))
BEN = Reader(Principal("agent", "agt_ben", "Ben", Role.AGENT))
SUE = Reader(Principal("agent", "agt_sue", "Sue", Role.SUPERVISOR))
OWN, TEAM = Whose(TextScope.PERSONAL, "agt_ana"), Whose(TextScope.TEAM, "team_1")
SHOWN = ["row", "version"]
INDEXES: Mapping[str, Mapping[str, Any]] = {
    "by_kind": {"keys": ("kind_key", "kind_sort"), "shown": SHOWN},
    "by_owner": {"keys": ("owner_key", "view_key"), "shown": SHOWN},
    "by_status": {"keys": ("status_key", "view_key"), "shown": SHOWN},
}


class Files:
    def __init__(self) -> None:
        self.lent: list[tuple[str, str]] = []

    def put(self, upload: Upload) -> None:
        self.lent.append(("put", upload.id))

    def lend(self, object_key: str, upload: Upload) -> None:
        self.lent.append((object_key, upload.id))


class Ids:
    made = 0

    def new(self, prefix: str) -> str:
        self.made += 1
        return f"{prefix}_{self.made}"

    def secret(self) -> str:
        raise AssertionError


class Place:
    def __init__(self) -> None:
        self.table = MemoryTable(INDEXES)
        self.client = MemoryDynamoDB({"desk": self.table})
        self.raw = Desk(self.client, "desk")
        self.raw.write(Put(contact_item(BOB)))
        self.desk, self.files = DeskStore(self.raw), Files()
        contacts = ContactStore(self.raw)
        words = ContactWords(contacts, tuple, lambda: None)  # type: ignore[arg-type, return-value]
        self.store = CannedResponseStore(self.raw)
        self.responses = CannedResponses(self.store, words, contacts, lambda: self.files, Ids())
        self.views = Views(ViewStore(self.raw), self.desk)

    def conversation(self, name: str = "1", minutes: int = 0, **more: Any) -> Conversation:
        at = AT + timedelta(minutes=minutes)
        leg = Leg("leg_1", "ibx_1", "sms", "+85261234567", "msg_1", "msg_1")
        made = Conversation(f"cnv_000{name}", "con_1", "Bob Chan", "ibx_1", "sms", "leg_1", at, at, at, at, at)
        made = replace(made, **{"legs": {"leg_1": leg}, **more})
        self.raw.transact([put_conversation(None, made, Recorded((), SYSTEM, at)), *count_writes(None, made)])
        return made


@pytest.fixture
def place() -> Place:
    return Place()


def response(shortcut: str = "hello", whose: Whose = OWN, **more: Any) -> CannedResponse:
    made = CannedResponse(f"can_{shortcut}", whose, shortcut, "Greeting", "Hello", AT, "agt_ana")
    return replace(made, **more)


# Kept by scope.


def test_what_is_kept_reads_back_as_it_was(place: Place) -> None:
    file = Attachment("image/png", "a.png", 7, object_key="attachments/upl_1")
    made = response(variants={"de": "Hallo"}, channels=("sms",), files=(file,))
    place.responses.add(ANA, made)
    kept = place.responses.library.get(ANA, made.id)
    assert kept == replace(made, files=kept.files)
    assert kept.files[0].object_key == file.object_key
    assert place.responses.library.of(ANA, OWN) == [kept]
    assert ViewStore(place.raw).get(made.id) is None  # a view is no canned response


def test_a_name_is_taken_once_of_each_owner_whatever_its_case(place: Place) -> None:
    place.responses.add(ANA, response())
    with pytest.raises(TextNameTaken) as taken:
        place.responses.add(ANA, response(id="can_2", shortcut="HELLO"))
    assert taken.value.field == "shortcut"
    place.responses.add(SUE, response(id="can_3", whose=TEAM))
    place.responses.add(SUE, response(id="can_4", whose=EVERYBODYS))

    moved = place.responses.change(ANA, "can_hello", 1, {"shortcut": "hi"}, AT)
    assert moved.version == 2
    place.responses.add(ANA, response(id="can_5"))
    with pytest.raises(TextNameTaken):
        place.responses.change(ANA, "can_5", 1, {"shortcut": "Hi"}, AT)
    place.responses.library.delete(ANA, "can_hello")
    assert place.responses.change(ANA, "can_5", 1, {"shortcut": "Hi"}, AT).shortcut == "Hi"
    names = [key for key in place.table.items if key[0].startswith("TXN#")]
    texts = [key for key in place.table.items if key[0].startswith("TXT#")]
    assert len(names) == len(texts) == 3


def test_only_who_may_changes_and_what_is_not_for_them_is_not_there(place: Place) -> None:
    place.responses.add(ANA, response())
    place.responses.add(SUE, response("team", TEAM))
    for reader in (BEN, SUE):
        with pytest.raises(CannedResponseNotFound):
            place.responses.library.get(reader, "can_hello")
    with pytest.raises(CannedResponseNotFound):
        place.responses.change(BEN, "can_team", 1, {"title": "Mine"}, AT)
    with pytest.raises(NotPermitted):
        place.responses.change(ANA, "can_team", 1, {"title": "Mine"}, AT)
    with pytest.raises(NotPermitted):
        place.responses.change(ANA, "can_hello", 1, {"whose": EVERYBODYS}, AT)
    with pytest.raises(NotPermitted):
        place.responses.add(ANA, response("all", EVERYBODYS))
    with pytest.raises(NotPermitted):
        place.responses.library.delete(ANA, "can_team")
    with pytest.raises(VersionConflict):
        place.responses.change(ANA, "can_hello", 2, {"title": "Late"}, AT)
    assert place.responses.library.of(BEN, TEAM) == ()
    assert [each.id for each in place.responses.pick(ANA, "", None, 9)] == ["can_hello", "can_team"]
    shared = place.responses.change(SUE, "can_team", 1, {"whose": EVERYBODYS}, AT)
    assert place.responses.pick(BEN, "", None, 9) == [shared]


def test_a_change_between_reading_and_writing_is_not_lost(place: Place) -> None:
    place.responses.add(ANA, response())
    before = place.responses.library.get(ANA, "can_hello")
    place.responses.change(ANA, "can_hello", 1, {"title": "First"}, AT)
    for after in (replace(before, title="Second", version=2), replace(before, shortcut="other", version=2)):
        assert place.store.replace(before, after, 0) is Written.CONFLICT
    assert place.store.delete(before) is Written.CONFLICT
    assert place.responses.library.get(ANA, "can_hello").title == "First"


def test_there_is_an_end_to_what_one_owner_keeps(place: Place) -> None:
    few: Library[CannedResponse] = Library(place.store, CannedResponseNotFound, "shortcut", 2)
    for number in range(2):
        few.add(ANA, response(f"a{number}"))
    with pytest.raises(TextsTooMany):
        few.add(ANA, response("a2"))
    assert MAX_RESPONSES >= 100


def test_more_than_a_page_is_listed_whole(place: Place) -> None:
    for number in range(105):
        assert place.store.add(response(f"a{number:03d}")) is Written.DONE
    assert [each.shortcut for each in place.store.of(OWN)] == [f"a{number:03d}" for number in range(105)]


# Rendered.


def test_a_text_is_rendered_in_the_customers_language_and_counted(place: Place) -> None:
    body = (
        "{{contact.first_name|there}} {{contact.phone|-}} {{attribute.nothing|none}} {{agent.first_name}} {{order.x}}"
    )
    place.responses.add(ANA, response(body="Hello", variants={"de": body}))
    done = place.responses.render(ANA, "can_hello", place.conversation(), AT)
    assert done.text == "Bob +85261234567 none Ana {{order.x}}"
    assert (done.variant, done.missing, done.fell_back) == ("de", ("order.x",), ("attribute.nothing",))
    assert not done.is_ready
    place.responses.render(ANA, "can_hello", place.conversation("2"), AT)
    assert place.responses.library.get(ANA, "can_hello").used == 2
    assert place.responses.library.of(ANA, OWN)[0].used == 2
    place.responses.change(ANA, "can_hello", 1, {"title": "Other"}, AT)
    assert place.responses.library.get(ANA, "can_hello").used == 2


def test_a_count_that_fails_or_comes_late_is_no_matter(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.responses.add(ANA, response())
    conversation = place.conversation()
    place.store.count("can_gone")

    def throttled(self: object, text_id: str) -> None:
        raise StoreUnavailable("throttled")

    monkeypatch.setattr(TextStore, "count", throttled)
    assert place.responses.render(ANA, "can_hello", conversation, AT).text == "Hello"
    assert ("TXT#can_gone", "~") not in place.table.items


def test_files_are_lent_as_uploads_of_who_asks(place: Place) -> None:
    file = Attachment("image/png", "a.png", 7, object_key="attachments/upl_9")
    place.responses.add(ANA, response(files=(file,), channels=("sms",)))
    conversation = place.conversation()
    assert place.responses.render(ANA, "can_hello", conversation, AT).uploads == ()
    (lent,) = place.responses.render(ANA, "can_hello", conversation, AT, with_files=True).uploads
    assert place.files.lent == [("attachments/upl_9", lent.id), ("put", lent.id)]
    assert (lent.owner_id, lent.name, lent.size_bytes) == ("agt_ana", "a.png", 7)
    with pytest.raises(TextUnsuited):
        place.responses.render(ANA, "can_hello", conversation, AT, channel="email")


# Views.


def view(condition: Mapping[str, Any], kind: ListKind = ListKind.ALL, **more: Any) -> View:
    return replace(View("view_1", OWN, "Mine", Source(kind), AT, "agt_ana", condition), **more)


def test_a_view_shows_all_that_passes_and_nothing_else_page_by_page(place: Place) -> None:
    wanted = set()
    for number in range(30):
        is_hit = number % 7 == 0
        labels = ("refund",) if is_hit else ()
        made = place.conversation(f"{number}", number, labels=labels, priority=Priority.HIGH)
        wanted |= {made.id} if is_hit else set()
    one = view({"all": [{"field": "labels", "is": "refund"}, {"field": "priority", "in": ["high"]}]})
    shown: list[str] = []
    start: Mapping[str, Any] | None = None
    for _ in range(30):
        page = place.views.page(one, "agt_ana", 3, start)
        assert len(page.items) <= 3
        shown += [each.id for each in page.items]
        start = page.next
        if start is None:
            break
    assert start is None
    assert sorted(shown) == sorted(wanted)


def test_me_is_whoever_looks(place: Place) -> None:
    place.conversation("a", assignee_id="agt_ana")
    place.conversation("b", assignee_id="agt_ben")
    place.conversation("c")
    one = view({"field": "assignee_id", "is": "me"})
    nobodys = view({"field": "assignee_id", "exists": False})

    def ids(shown: View, me: str) -> list[str]:
        return [each.id for each in place.views.page(shown, me, 9, None).items]

    assert (ids(one, "agt_ana"), ids(one, "agt_ben"), ids(one, "agt_x")) == (["cnv_000a"], ["cnv_000b"], [])
    assert ids(nobodys, "agt_ana") == ["cnv_000c"]
    mine = next(each for each in BUILT_IN.values() if each.built_in == "mine")
    assert ids(mine, "agt_ben") == ["cnv_000b"]


def test_only_what_a_counter_has_exactly_is_counted(place: Place) -> None:
    place.conversation("a", assignee_id="agt_ana")
    place.conversation("b", status=Status.SNOOZED)
    place.conversation("c")
    filtered = view({"field": "channel", "is": "sms"}, id="view_f")
    pending = view({}, ListKind.UNASSIGNED, id="view_p", source=Source(ListKind.UNASSIGNED, Status.PENDING))
    found = place.views.counts([*BUILT_IN.values(), filtered, pending], "agt_ana")
    by_name = {each.built_in: found.get(each.id) for each in BUILT_IN.values()}
    assert by_name == {"mine": 1, "unassigned": 1, "open": 2, "snoozed": 1}
    assert not {"view_f", "view_p"} & set(found)


def test_a_page_is_in_the_order_the_view_says(place: Place) -> None:
    place.conversation("a", 1, waiting_since=AT + timedelta(minutes=2))
    place.conversation("b", 2, waiting_since=AT + timedelta(minutes=1), priority=Priority.LOW)
    place.conversation("c", 3, priority=Priority.URGENT)

    def ids(sort: Sort) -> str:
        return "".join(each.id[-1] for each in place.views.page(view({}, sort=sort), "x", 9, None).items)

    assert (ids(Sort.ACTIVITY), ids(Sort.WAITING), ids(Sort.PRIORITY)) == ("cba", "bac", "cab")


def test_a_view_that_cannot_be_is_refused_with_its_field(place: Place) -> None:
    for wrong, field in (
        (view({"field": "email", "is": "x"}), "filter.field"),
        (view({"any": []}), "filter.any"),
        (view({"field": "last_text", "in": ["x" * 400] * 15}), "filter"),
        (view({}, ListKind.TEAM), "source"),
    ):
        with pytest.raises(InvalidInput) as refused:
            place.views.add(ANA, wrong)
        assert refused.value.field == field
    for view_id in BUILT_IN:
        with pytest.raises(NotPermitted):
            place.views.delete(SUE, view_id)
        with pytest.raises(NotPermitted):
            place.views.change(SUE, view_id, 1, {"name": "x"}, AT)
    made = place.views.add(ANA, view({}))
    assert place.views.get(ANA, made.id) == made
    changed = place.views.change(ANA, made.id, 1, {"sort": Sort.PRIORITY}, AT)
    assert [each.id for each in place.views.all(ANA)] == [*BUILT_IN, made.id]
    assert (changed.version, changed.sort) == (2, Sort.PRIORITY)
    with pytest.raises(ViewNotFound):
        place.views.get(BEN, made.id)


# Snippets.


class Messages:
    def __init__(self, *messages: Message) -> None:
        self.all = {(each.leg_id, each.id): each for each in messages}

    def message(self, leg_id: str, identifier: str) -> Message | None:
        return self.all.get((leg_id, identifier))


class Orders:
    def subjects(self, contact_id: str, kind: str, limit: int, start: Mapping[str, Any] | None) -> Page[Subject]:
        made = Subject(
            "con_1", "ibx_s", "shopify", "order:55512", "order.paid", "Order", AT, "tle_1", {"number": "#1001"}
        )
        return Page([made] if kind == "order" else [])


def said(text: str, direction: Direction = Direction.OUTBOUND) -> Message:
    identifier = message_id(AT, text)
    return Message(identifier, "leg_1", "cnv_0001", direction, MessageKind.TEXT, AT, AT, Author("agent"), text)


def test_nothing_known_of_the_customer_is_left_in_a_snippet(place: Place) -> None:
    leg = Leg("leg_1", "ibx_1", "sms", "+85261234567", message_id(AT, "x")[:4] + "0" * 29, "msg_" + "z" * 29)
    place.conversation(legs={"leg_1": leg})
    told = said(
        "Dear Bob Chan, your order #1001 (55512) goes to chan@work.example. We called 6123 4567 about card K-1815-22."
    )
    heard = said("Thank you", Direction.INBOUND)
    service = Snippets(place.desk, Messages(told, heard), ContactStore(place.raw), Orders())

    made = service.draft(ANA, "cnv_0001", told.id)

    assert made.body == (
        "Dear {{contact.name|there}}, your order {{order.number|your order}} ({{order.number|your order}}) goes to "
        "{{contact.email|your e-mail address}}. We called {{contact.phone|your number}} about card "
        "{{contact.reference|your reference}}."
    )
    assert made.channel == "sms"
    assert made.shelves == [OWN]
    assert [each.scope for each in service.draft(SUE, "cnv_0001", told.id).shelves] == [
        TextScope.PERSONAL,
        TextScope.ALL,
    ]
    with pytest.raises(TextUnsuited):
        service.draft(ANA, "cnv_0001", heard.id)
    with pytest.raises(MessageNotFound):
        service.draft(ANA, "cnv_0001", "msg_" + "0" * 29)
