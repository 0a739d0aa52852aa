"""What the desk itself puts on timelines: conversations as they are now, and calls; seen for the whole person."""

import itertools
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.aws.changes import announcements
from chalicelib.aws.stores.contact_notes import ContactNoteStore
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.domain.conversation import Status
from chalicelib.domain.envelope import Actor
from chalicelib.domain.timeline import Line, TimelineQuery
from chalicelib.services import contact_notes, labels, people
from chalicelib.services import desk as desk_service
from chalicelib.services.timeline_pages import TimelinePage
from chalicelib.wiring import customer, shared
from chalicelib.wiring import people as wired
from tests.flow.conftest import Stage
from tests.flow.scene import ANA, Scene, scene
from tests.flow.shops import order, shop, shop_scene
from tests.flow.test_merging import cases, rearranging
from tests.flow.test_voice import DESK_PHONE
from tests.flow.test_voice import Line as Phone
from tests.flow.test_voice import line as phone  # noqa: F401 - a fixture

OTHER = "85291234567"


@pytest.fixture
def here() -> Iterator[Scene]:
    with scene() as made:
        made.world.keeps_customers = True
        yield made


def page(contact_id: str, limit: int = 50, **more: Any) -> TimelinePage:
    return customer.timelines().page(TimelineQuery(contact_id, limit, **more))


def lines(contact_id: str, **more: Any) -> list[Line]:
    return list(page(contact_id, **more).page.items)


def becomes(here: Scene, conversation_id: str, status: Status) -> None:
    here.now.pass_(minutes=5)
    desk_service.set_status(here.desk, ANA, conversation_id, status, here.now())
    here.settle()


def test_a_conversation_is_one_line_that_tells_how_it_is_now(here: Scene) -> None:
    here.says("Do you take back shoes?\nThey are too small.")
    here.settle()
    case = here.conversation
    (line,) = lines(case.contact_id)
    assert (line.kind, line.channel, line.title) == (
        "conversation",
        "whatsapp",
        "Do you take back shoes? They are too small.",
    )
    assert (line.data["status"], line.data["outcome"], line.data["address"]) == ("open", None, "85261234567")
    here.now.pass_(minutes=1)
    here.says("Size 42, please")
    here.settle()
    becomes(here, case.id, Status.RESOLVED)
    (resolved,) = lines(case.contact_id)
    assert resolved.id == line.id and resolved.title == line.title
    assert (resolved.data["status"], resolved.data["outcome"]) == ("resolved", "agent")
    here.now.pass_(minutes=1)
    here.says("One more thing")
    here.settle()
    (reopened,) = lines(case.contact_id)
    assert (reopened.data["status"], reopened.data["episode"], reopened.data["outcome"]) == ("open", 2, None)


def test_an_open_conversation_is_shown_as_it_is_though_no_event_came(here: Scene) -> None:
    here.says("Hello")
    here.settle()
    case = here.conversation
    here.now.pass_(minutes=5)
    desk_service.set_status(here.desk, ANA, case.id, Status.RESOLVED, here.now())
    (line,) = lines(case.contact_id)
    assert line.data["status"] == "resolved"


@pytest.mark.parametrize("seed", range(6))
def test_any_order_and_any_repeat_of_the_news_ends_in_the_same_lines(seed: int) -> None:
    with scene() as here:
        here.says("Hello")
        here.settle()
        case = here.conversation
        for status in (Status.RESOLVED, Status.OPEN, Status.PENDING, Status.RESOLVED):
            becomes(here, case.id, status)
        told = [event for record in here.cloud.tables["desk"].stream for event in announcements(record)]
        wanted = [event for event in told if event["type"] in ("conversation.created", "conversation.status_changed")]
        assert len(wanted) == 5
        orders = list(itertools.permutations(range(5)))
        for place in orders[seed::30]:
            for index in (*place, *reversed(place)):
                customer.timeline_lines().react(json.loads(json.dumps(wanted[index])), here.now())
        (line,) = lines(case.contact_id)
        assert (line.data["status"], line.data["outcome"], line.data["episode"]) == ("resolved", "agent", 2)


def test_a_persons_timeline_holds_what_happened_on_every_channel_and_says_to_whom() -> None:
    with shop_scene() as here:
        here.world.keeps_customers = True
        here.says("I returned the shoes last week")
        here.now.pass_(minutes=1)
        here.says("Where is my parcel?", OTHER)
        here.settle()
        first, second = sorted(here.conversations(), key=lambda each: each.opened_at)
        assert shop("orders/create", order()) == 200
        here.settle()
        (newcomer,) = {each.id for each in _contacts()} - {first.contact_id, second.contact_id}
        store = wired.people()
        for other in (second.contact_id, newcomer):
            people.link(
                store,
                first.contact_id,
                other,
                strength=95,
                evidence=("email",),
                actor=Actor("agent", ANA.id),
                now=here.now(),
            )
        here.settle()
        whole = page(second.contact_id)
        assert set(whole.contacts) == {first.contact_id, second.contact_id, newcomer}
        found = {line.title: line.contact_id for line in whole.page.items}
        assert found == {
            "I returned the shoes last week": first.contact_id,
            "Where is my parcel?": second.contact_id,
            "Order #1001: placed, 59.90 EUR": newcomer,
        }
        assert [line.contact_id for line in lines(second.contact_id, words="SHOES")] == [first.contact_id]
        alone = customer.timelines().page(TimelineQuery(second.contact_id, 50), whole_person=False)
        assert [line.title for line in alone.page.items] == ["Where is my parcel?"]


def _contacts() -> Any:
    return ContactStore(shared.desk()).list(50, None).items


def test_a_merged_conversation_says_where_it_goes_on(here: Scene) -> None:
    target, source = cases(here)
    here.settle()
    rearranging(here).merge(target.id, source.id)
    here.settle()
    found = {line.data["conversation_id"]: line.data for line in lines(target.contact_id)}
    assert (found[source.id]["outcome"], found[source.id]["merged_into"]) == ("merged", target.id)
    assert (found[target.id]["status"], found[target.id]["merged_into"]) == ("open", None)


def test_a_label_that_is_put_on_at_the_end_is_shown_and_the_outcome_stays(here: Scene) -> None:
    here.says("Hello")
    here.settle()
    case = here.conversation
    becomes(here, case.id, Status.RESOLVED)
    known: Any = SimpleNamespace(check=lambda *_: None)
    labels.label_conversation(here.desk, ANA, known, case.id, ["lbl_return"], [], here.now())
    here.settle()
    (line,) = lines(case.contact_id)
    assert (line.data["labels"], line.data["outcome"]) == (["lbl_return"], "agent")
    assert [each.id for each in lines(case.contact_id, words="lbl_return")] == [line.id]


def test_a_note_on_the_contact_is_a_line_without_a_word_once_it_is_deleted(here: Scene) -> None:
    here.says("Hello")
    here.settle()
    contact_id = here.conversation.contact_id
    store = ContactNoteStore(shared.desk())
    note = contact_notes.add(store, ContactStore(shared.desk()), ANA, contact_id, "n1", "Likes trail shoes", here.now())
    here.settle()
    assert [each.title for each in lines(contact_id, words="TRAIL")] == ["Likes trail shoes"]
    here.now.pass_(minutes=1)
    contact_notes.delete(store, ANA, contact_id, note.id, here.now())
    here.settle()
    (line,) = lines(contact_id, kind="note")
    assert (line.title, line.data["deleted"]) == ("[note deleted]", True)
    assert lines(contact_id, words="trail") == []


def test_a_call_is_a_line_of_its_own(phone: Phone) -> None:  # noqa: F811
    stage: Stage = phone.stage
    stage.world.keeps_customers = True
    call = phone.rings()
    phone.do("pick_up", call, number=DESK_PHONE)
    phone.do("hang_up", call)
    contact_id = phone.conversation.contact_id
    (one,) = lines(contact_id, kind="call")
    assert one.title == "Call answered, 40 s"
    assert (one.data["outcome"], one.data["talk_seconds"], one.data["direction"]) == ("answered", 40, "inbound")
    assert one.subject == f"conversation:{phone.conversation.id}"
    assert [each.kind for each in lines(contact_id)].count("conversation") == 1
