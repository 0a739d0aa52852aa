"""A conversation goes on on another leg, and stays what it is."""

import pytest

from chalicelib.domain.errors import ClientIdReused, LegNotFound, LegRefused
from chalicelib.domain.message import MessageKind
from chalicelib.services.switching import Target
from tests.services.leg_room import BOB_MAIL, BOB_PHONE, MAIL, SMS, WA, LegRoom, codes


@pytest.fixture
def room() -> LegRoom:
    return LegRoom()


def test_it_keeps_what_it_is_when_it_goes_on_elsewhere(room: LegRoom) -> None:
    before = room.bob()
    room.pass_(minutes=1)
    done = room.moves(before.id, Target(inbox_id=SMS, address=BOB_PHONE), "I write to you here.")
    after = room.conversation(before.id)
    assert done.conversation == after
    kept = ("id", "contact_id", "assignee_id", "team_id", "status", "episode", "opened_at", "labels", "inbox_id")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert (after.active_leg_id, len(after.legs), after.version) == (done.leg.id, 2, before.version + 1)
    assert done.message.text.splitlines() == [
        "Continuing from WhatsApp.",
        "> You: Where is my parcel?",
        "",
        "I write to you here.",
    ]
    room.pass_(minutes=1)
    assert room.hears(SMS, "Thank you!", BOB_PHONE) == before.id
    assert [each.text for each in room.thread(before.id)][-1] == "Thank you!"
    assert room.conversation(before.id).legs[done.leg.id].last_inbound_at == room.now


def test_an_address_that_somebody_typed_is_refused_with_what_would_help(room: LegRoom) -> None:
    bob = room.bob()
    with pytest.raises(LegRefused) as refused:
        room.moves(bob.id, Target(inbox_id=MAIL, address=BOB_MAIL), "Hello")
    assert refused.value.facts["because"] == "identity_unproven"
    ways = [each["kind"] for each in refused.value.facts["instead"]]
    assert ways[:2] == ["verification", "consent"]
    assert room.conversation(bob.id) == bob


def test_a_repeat_changes_nothing_and_another_wish_under_the_same_id_is_refused(room: LegRoom) -> None:
    bob = room.bob()
    to = Target(inbox_id=SMS, address=BOB_PHONE)
    done = room.moves(bob.id, to, "Here.")
    room.pass_(minutes=5)
    assert room.moves(bob.id, to, "Here.") == done
    with pytest.raises(ClientIdReused):
        room.moves(bob.id, to, "Elsewhere.")
    with pytest.raises(LegNotFound):
        room.moves(bob.id, Target(leg_id="leg_0n0ne"), client_id="m2")


def test_the_desk_tells_of_it_itself_where_the_agent_says_nothing(room: LegRoom) -> None:
    bob = room.bob()
    done = room.moves(bob.id, Target(inbox_id=SMS, address=BOB_PHONE))
    assert (done.message.author.kind, done.conversation.waiting_since) == ("automation", bob.waiting_since)
    assert done.message.text == "Continuing from WhatsApp.\n> You: Where is my parcel?"


def test_only_a_template_goes_back_to_a_leg_whose_window_is_closed(room: LegRoom) -> None:
    bob = room.bob()
    room.moves(bob.id, Target(inbox_id=SMS, address=BOB_PHONE))
    room.pass_(hours=25)
    back = Target(leg_id=bob.active_leg_id)
    with pytest.raises(LegRefused) as refused:
        room.moves(bob.id, back, "Back", client_id="m2")
    assert (refused.value.facts["because"], refused.value.facts["instead"][0]["kind"]) == ("window_closed", "template")
    content = {"name": "hello", "language": "en", "components": []}
    done = room.moves(bob.id, back, client_id="m3", kind=MessageKind.TEMPLATE, content=content)
    assert (done.leg.id, done.message.kind) == (bob.active_leg_id, MessageKind.TEMPLATE)
    assert codes(room.choices(bob.id)[f"{WA} 491701234567"]) == ["window_closed"]
