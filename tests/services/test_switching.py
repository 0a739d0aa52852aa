"""A conversation goes on on another leg, and stays what it is."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.habits import HabitStore
from chalicelib.aws.stores.switching import SwitchStore
from chalicelib.aws.transaction import Write
from chalicelib.domain import ids
from chalicelib.domain.consent import ConsentState, ConsentWord, Purpose
from chalicelib.domain.contact import DoNotContact
from chalicelib.domain.conversation import Status
from chalicelib.domain.errors import ClientIdReused, LegNotFound, LegRefused
from chalicelib.domain.habits import Opening
from chalicelib.domain.message import MessageKind
from chalicelib.domain.switching import Switch
from chalicelib.domain.writes import Written
from chalicelib.services import desk as desk_service
from chalicelib.services.reply_draft import Draft
from chalicelib.services.switching import Switched, Target, Wish
from tests.services.leg_room import (
    ANA,
    BOB,
    BOB_MAIL,
    BOB_PHONE,
    MAIL,
    OTHER_SMS,
    SMS,
    VOICE,
    WA,
    LegRoom,
    codes,
    points,
)


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


def test_what_the_customer_has_used_most_is_known(room: LegRoom) -> None:
    bob = room.bob()
    openings = tuple(Opening(f"cnv_{number}", room.now, "sms") for number in range(3))
    HabitStore(room.desk).put(bob.contact_id, openings, 0)
    choices = room.choices(bob.id)
    assert points(choices[f"{SMS} {BOB_PHONE}"])["habit"] == 8
    assert "habit" not in points(choices[f"{WA} {BOB}"])


def test_a_number_that_writes_to_another_inbox_leads_to_a_leg_that_is_merged_not_moved(room: LegRoom) -> None:
    bob = room.bob()
    other = room.hears(OTHER_SMS, "Hello?", BOB_PHONE, phone=BOB_PHONE)
    room.links(bob.contact_id, room.conversation(other).contact_id)
    choice = room.choices(bob.id)[f"{OTHER_SMS} {BOB_PHONE}"]
    assert (codes(choice), choice.candidate.proof.value) == (["leads_elsewhere"], "written")
    with pytest.raises(LegRefused) as refused:
        room.moves(bob.id, Target(leg_id=choice.candidate.leg_id), "Hello")
    assert refused.value.facts["instead"][0] == {"kind": "merge", "source_id": other}


def test_a_leg_of_a_case_that_is_over_is_taken_along_with_its_window(room: LegRoom) -> None:
    bob = room.bob()
    other = room.hears(SMS, "An older matter", BOB_PHONE, phone=BOB_PHONE)
    room.links(bob.contact_id, room.conversation(other).contact_id)
    desk_service.set_status(DeskStore(room.desk), ANA, other, Status.RESOLVED, room.now)
    room.pass_(minutes=1)
    done = room.moves(bob.id, Target(inbox_id=SMS, address=BOB_PHONE), "Here.")
    assert (done.leg.last_inbound_at, len(room.conversation(other).legs)) == (room.conversation(other).opened_at, 1)
    room.pass_(minutes=1)
    assert room.hears(SMS, "Thanks", BOB_PHONE) == bob.id
    assert [each.text for each in room.thread(other)] == ["An older matter"]


def test_what_was_said_is_told_to_nobody_whose_address_is_unproven(room: LegRoom) -> None:
    bob = room.bob("My card number is 4711")
    granted = (ConsentWord("email", Purpose.SERVICE, ConsentState.GRANTED, room.now, "agent"),)
    room.knows(bob.contact_id, consents=granted)
    done = room.moves(bob.id, Target(inbox_id=MAIL, address=BOB_MAIL), "Here is the form.")
    assert done.message.text == "Continuing from WhatsApp.\n\nHere is the form."
    assert not [pk for pk, _ in room.stored_keys() if pk == f"IDN#{ids.identity_id('email', BOB_MAIL)}"]


def test_it_is_said_in_the_customers_language_and_cut_to_what_goes(room: LegRoom) -> None:
    bob = room.bob("x" * 3000)
    room.knows(bob.contact_id, language="de")
    done = room.moves(bob.id, Target(inbox_id=SMS, address=BOB_PHONE), "y" * 1500)
    assert done.message.text.startswith("Fortsetzung von WhatsApp.\n> Sie: xxx")
    assert len(done.message.text) <= 1600 and done.message.text.endswith("y" * 1500)
    eve = room.conversation(room.hears(WA, "Hi", "491702222222", phone="+491702222222"))
    full = room.moves(eve.id, Target(inbox_id=SMS, address="+491702222222"), "z" * 1600)
    assert full.message.text == "z" * 1600


def test_a_customer_who_wants_silence_is_only_answered(room: LegRoom) -> None:
    bob = room.bob()
    room.pass_(minutes=1)
    room.knows(bob.contact_id, do_not_contact=DoNotContact("asked", ANA.id, room.now))
    for choice in room.choices(bob.id).values():
        assert codes(choice) == ["do_not_contact"]
    room.pass_(minutes=1)
    room.hears(WA, "One more question")
    by_leg = {name: codes(choice) for name, choice in room.choices(bob.id).items()}
    assert by_leg == {
        f"{WA} {BOB}": [],
        f"{SMS} {BOB_PHONE}": ["do_not_contact"],
        f"{OTHER_SMS} {BOB_PHONE}": ["do_not_contact"],
    }


class Raced(SwitchStore):
    """A store before whose first write somebody else is faster."""

    def __init__(self, room: LegRoom, first: Callable[[], object]) -> None:
        super().__init__(room.desk)
        self.first: list[Callable[[], object]] = [first]

    def switch(self, switch: Switch, more: Iterable[Write] = ()) -> Written:
        if self.first:
            self.first.pop()()
        return super().switch(switch, more)


def raced(room: LegRoom, first: Callable[[], object], conversation_id: str, text: str) -> Switched:
    wish = Wish(Target(inbox_id=SMS, address=BOB_PHONE), Draft("raced", text))
    return replace(room.switching(), store=Raced(room, first)).switch(conversation_id, wish)


def test_of_two_who_move_it_at_once_one_moves_and_the_other_is_told(room: LegRoom) -> None:
    bob = room.bob()
    room.pass_(seconds=1)
    with pytest.raises(LegRefused) as refused:
        raced(room, lambda: room.moves(bob.id, Target(inbox_id=SMS, address=BOB_PHONE), "Mine."), bob.id, "Mine too.")
    assert refused.value.facts["because"] == "active"
    assert [each.text.splitlines()[-1] for each in room.thread(bob.id)] == ["Where is my parcel?", "Mine."]


def test_a_customer_who_is_faster_there_keeps_their_words(room: LegRoom) -> None:
    bob = room.bob()
    with pytest.raises(LegRefused) as refused:
        raced(room, lambda: room.hears(SMS, "I write here now", BOB_PHONE, phone=BOB_PHONE), bob.id, "Hello")
    assert refused.value.facts["all"] == ["other_customer", "leads_elsewhere"]
    assert {way["kind"] for way in refused.value.facts["instead"]} >= {"link", "merge"}
    assert len(room.conversations()) == 2


def test_what_the_customer_says_meanwhile_is_kept_and_told(room: LegRoom) -> None:
    bob = room.bob()
    done = raced(room, lambda: room.hears(WA, "And hurry!"), bob.id, "Here.")
    assert "And hurry!" in done.message.text
    assert (done.conversation.unread, len(room.thread(bob.id))) == (0, 3)


def test_a_caller_is_written_to_by_sms_or_with_a_template_and_not_by_telephone(room: LegRoom) -> None:
    called = room.conversation(room.hears(VOICE, "A call", BOB_PHONE, phone=BOB_PHONE))
    choices = room.choices(called.id, text="")
    assert codes(choices[f"{VOICE} {BOB_PHONE}"]) == ["unfit"]
    assert codes(choices[f"{WA} {BOB}"]) == ["window_closed"]
    content = {"name": "hello", "language": "en", "components": []}
    to = Target(leg_id=choices[f"{WA} {BOB}"].candidate.leg_id)
    done = room.moves(called.id, to, kind=MessageKind.TEMPLATE, content=content)
    assert (done.leg.address, done.leg.last_inbound_at) == (BOB, None)
    room.pass_(minutes=1)
    assert room.hears(WA, "Thanks for writing", phone=BOB_PHONE) == called.id
    assert room.choices(called.id)[f"{WA} {BOB}"].usable
    assert f"{SMS} {BOB_PHONE}" in room.choices(called.id)
