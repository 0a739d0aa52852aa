"""A customer who moves by themselves, over the whole desk in memory: webhooks, stream, bus, the function that keeps
customers, the sender and the customer's phone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib.aws.stores.people import PeopleStore
from chalicelib.channels.base import InboundMessage, Peer, Profile
from chalicelib.domain import ids
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import Actor
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind
from chalicelib.services import desk as desk_service
from chalicelib.services.people import link
from chalicelib.services.receive import receive
from chalicelib.wiring import shared
from tests.flow import invariants
from tests.flow.later import Later
from tests.flow.scene import ANA, BOB, stored
from tests.flow.test_windows import guarded

SHOP = "ibx_sh0p"


@pytest.fixture
def here() -> Iterator[Later]:
    """Bob has an open case by WhatsApp; he is known to the shop's own app as well."""
    with guarded() as made:
        inbox = Inbox(SHOP, "custom", "Shop", SHOP, f"inbox/{SHOP}", made.scene.now())
        shared.inboxes().put(inbox)
        yield made


def writes(here: Later, text: str) -> Conversation:
    """Bob writes in the shop's app."""
    here.pass_(seconds=2)
    inbox = shared.inboxes().get(SHOP)
    assert inbox is not None
    at = here.scene.now()
    inbound = InboundMessage(
        SHOP, f"ext-{at.timestamp()}", Peer(("bob",), Profile(name="Bob")), at, MessageKind.TEXT, text
    )
    told = receive(shared.inbound_store(), inbox, inbound, at)
    here.settle()
    return desk_service.look(here.scene.desk, told.conversation_id)


def linked(here: Later, strength: int = 95) -> None:
    one, other = ids.contact_id("whatsapp", BOB), ids.contact_id("custom", "bob")
    store, actor = PeopleStore(shared.desk()), Actor("agent", "agt_ana")
    link(store, one, other, strength=strength, evidence=("phone",), actor=actor, now=here.scene.now())
    here.settle()


def only(here: Later) -> Conversation:
    """All that is left, with everything in its place."""
    items = stored(here.scene.world)
    invariants.check_counts(items)
    invariants.check_views(here.scene.desk, items)
    invariants.check_legs(items)
    invariants.check_people(items)
    invariants.check_messages(items)
    (found,) = here.scene.conversations()
    return found


def test_what_is_said_elsewhere_goes_on_in_the_open_case_and_is_answered_where_they_are(here: Later) -> None:
    case = only(here)
    new = writes(here, "I am in your app now")
    assert new.merged_into is None, "nobody knows yet that they are one"
    linked(here)
    found = only(here)
    assert (found.id, found.absorbed, found.waiting_since) == (case.id, (new.id,), case.waiting_since)
    assert [each.text for each in here.scene.messages(found.id)] == ["Where is my parcel?", "I am in your app now"]
    assert found.active_leg_id == new.active_leg_id
    assert writes(here, "Hello?").id == case.id
    here.says("and here again")
    assert only(here).id == case.id and len(here.scene.messages(case.id)) == 4


def test_a_stranger_in_the_app_stays_one(here: Later) -> None:
    new = writes(here, "Another matter")
    assert new.merged_into is None and len(here.scene.conversations()) == 2


def test_the_question_is_a_button_on_their_phone_and_the_answer_joins(here: Later) -> None:
    writes(here, "I want to return my shoes")
    linked(here, 60)
    first = next(each for each in here.scene.conversations() if each.channel == "custom")
    other = next(each for each in here.scene.conversations() if each.channel == "whatsapp")
    here.scene.replies(other.id, "Done.", "one")
    here.settle()
    desk_service.set_status(here.scene.desk, ANA, other.id, Status.RESOLVED, here.scene.now())
    here.settle()
    here.pass_(days=8)
    here.scene.says("Hello again")
    here.settle()
    new = next(each for each in here.scene.conversations() if each.channel == "whatsapp")
    assert new.id not in (first.id, other.id)
    asked = here.screen()[-1]
    assert "your open case from" in asked and "shoes" not in asked
    here.pass_(seconds=2)
    here.scene.says("Ja")
    here.settle()
    found = desk_service.look(here.scene.desk, new.id)
    assert found.merged_into == first.id
    assert here.screen()[-1] == "Ja", "nothing more is said by itself"
    here.pass_(seconds=2)
    here.scene.says("It is about the left one")
    here.settle()
    assert [each.text for each in here.scene.messages(first.id)][-1] == "It is about the left one"
    assert here.scene.now() - found.created_at < timedelta(days=1)
