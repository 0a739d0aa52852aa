"""An address is shown to be somebody's: by a code that is kept nowhere."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.changes import announcements
from chalicelib.aws.stores.verification import VerificationStore
from chalicelib.channels.base import CannotSay
from chalicelib.domain.contact_points import is_proven
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import (
    ClientIdReused,
    CodesTooMany,
    CodeWrong,
    ContactNotFound,
    InvalidInput,
    LegRefused,
    VerificationNotFound,
    VerificationOver,
)
from chalicelib.domain.verification import MASK, Verification, VerificationState, code_of
from chalicelib.services.code_answers import CodeAnswers
from chalicelib.services.codes import Codes
from chalicelib.services.switching import Target
from chalicelib.services.verification import Ask, Asking, Checking
from tests.services.leg_room import ANA, BOB_MAIL, BOB_PHONE, MAIL, SMS, WA, LegRoom, codes

KEY = "the key of codes"
AGENT = Actor("agent", ANA.id)


class Numbers:
    """Ids that are counted."""

    def __init__(self) -> None:
        self.count = 0

    def new(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}_{self.count:020d}"

    def secret(self) -> str:
        raise AssertionError("nothing asks for one")


class CodeRoom(LegRoom):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.numbers = Numbers()
        self.read = 0

    @property
    def store(self) -> VerificationStore:
        return VerificationStore(self.desk)

    def asks(self, conversation_id: str, client_id: str = "v1", **more: Any) -> Verification:
        contact = more.pop("contact_id", None) or self.conversation(conversation_id).contact_id
        wanted = {"kind": "email", "value": BOB_MAIL, "inbox_id": MAIL, **more}
        asked = Ask(conversation_id=conversation_id, client_id=client_id, **wanted)
        asking = Asking(VerificationStore(self.shaken), self.choosing(self.shaken), self.numbers, ANA, self.now)
        return asking.ask(contact, asked)

    def checks(self, found: Verification, code: str) -> Verification:
        store = VerificationStore(self.shaken)
        return Checking(store, lambda: KEY, self.now).check(found.contact_id, found.id, code, AGENT)

    def newest(self, found: Verification) -> Verification:
        now = self.store.verification(found.contact_id, found.id)
        assert now is not None
        return now

    def events(self) -> list[dict[str, Any]]:
        """Those that were not carried on yet."""
        stream = self.client.tables["desk"].stream
        new, self.read = stream[self.read :], len(stream)
        return [json.loads(json.dumps(each)) for record in new for each in announcements(record)]

    def reacts(self, times: int = 2) -> None:
        answers = CodeAnswers(VerificationStore(self.shaken), lambda: KEY)
        for event in self.events():
            for _ in range(times):
                answers.react(event, self.now)


@pytest.fixture
def room() -> CodeRoom:
    return CodeRoom()


def code(found: Verification) -> str:
    return code_of(KEY, found.id)


def other(right: str) -> str:
    return f"{(int(right) + 1) % 1_000_000:06d}"


def test_a_code_that_comes_back_is_proof_and_opens_the_leg(room: CodeRoom) -> None:
    bob = room.bob()
    before = room.choices(bob.id)
    assert f"{MAIL} {BOB_MAIL}" not in before
    room.knows(bob.contact_id, email=BOB_MAIL, sources={"email": "agent", "phone": "provider"})
    assert codes(room.choices(bob.id)[f"{MAIL} {BOB_MAIL}"]) == ["identity_unproven"]
    found = room.asks(bob.id)
    assert room.conversation(bob.id).active_leg_id == bob.active_leg_id
    done = room.checks(found, code(found))
    assert (done.state, done.verified_at) == (VerificationState.VERIFIED, room.now)
    contact = room.contact(bob.contact_id)
    assert is_proven(contact, "email", BOB_MAIL)
    assert [event["type"] for event in room.events() if event["aggregate"]["kind"] == "contact"][-2:] == [
        "contact.updated",
        "contact.verified",
    ]
    choice = room.choices(bob.id)[f"{MAIL} {BOB_MAIL}"]
    assert (choice.usable, choice.candidate.proof.value) == (True, "code")
    moved = room.moves(bob.id, Target(leg_id=choice.candidate.leg_id), "Here is the invoice.")
    assert (moved.leg.id, moved.message.content["subject"]) == (found.leg_id, "Our conversation (WhatsApp)")
    assert room.checks(found, "000000") == done


def test_the_code_is_in_nothing_that_is_stored_and_only_in_its_own_message(room: CodeRoom) -> None:
    bob = room.bob()
    found = room.asks(bob.id)
    stored = repr(room.client.tables["desk"].items)
    assert code(found) not in stored and MASK in stored
    message = room.thread(bob.id)[-1]
    filler = Codes(room.store, lambda: KEY, lambda: room.now)
    sent = filler.filled(message)
    assert code(found) in sent.text and MASK not in sent.text and "verification" not in sent.content
    assert filler.filled(room.thread(bob.id)[0]) == room.thread(bob.id)[0]
    stolen = room.replies(bob.id, f"Give me {MASK}")
    with pytest.raises(CannotSay):
        filler.filled(replace(stolen, content=message.content))
    room.pass_(minutes=10)
    with pytest.raises(CannotSay):
        filler.filled(message)


def test_five_wrong_codes_spend_it_and_a_right_one_comes_too_late(room: CodeRoom) -> None:
    found = room.asks(room.bob().id)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(CodeWrong) as wrong:
            room.checks(found, other(code(found)))
        assert wrong.value.facts == {"left": left}
    with pytest.raises(VerificationOver) as over:
        room.checks(found, code(found))
    assert over.value.facts == {"because": "tries"}
    assert room.newest(found).state is VerificationState.SPENT


def test_a_code_ends_after_ten_minutes_and_when_a_newer_one_is_sent(room: CodeRoom) -> None:
    bob = room.bob()
    first = room.asks(bob.id)
    room.pass_(minutes=9, seconds=59)
    second = room.asks(bob.id, "v2")
    for found, because in ((first, "replaced"), (second, "")):
        if because:
            with pytest.raises(VerificationOver) as over:
                room.checks(found, code(found))
            assert over.value.facts == {"because": because}
    room.pass_(minutes=10)
    with pytest.raises(VerificationOver) as over:
        room.checks(second, code(second))
    assert over.value.facts == {"because": "expired"}
    with pytest.raises(VerificationNotFound):
        Checking(room.store, lambda: KEY, room.now).check(bob.contact_id, "vrf_0n0ne", "123456", AGENT)


def test_codes_are_held_back_where_too_many_are_asked_for(room: CodeRoom) -> None:
    bob = room.bob()
    for number in range(3):
        room.asks(bob.id, f"v{number}")
        room.pass_(minutes=1)
    with pytest.raises(CodesTooMany) as many:
        room.asks(bob.id, "v9")
    assert many.value.facts == {"wait_seconds": 7 * 60}
    eve = room.conversation(room.hears(WA, "Hello", "491709999999", phone="+491709999999"))
    with pytest.raises(CodesTooMany):
        room.asks(eve.id, "w1")
    room.asks(eve.id, "w2", value="eve@customer.example")
    room.pass_(minutes=7)
    room.asks(bob.id, "v10")


def test_a_repeat_sends_one_code_and_another_address_under_its_id_is_refused(room: CodeRoom) -> None:
    bob = room.bob()
    found = room.asks(bob.id)
    assert room.asks(bob.id) == found
    assert len(room.thread(bob.id)) == 2
    with pytest.raises(ClientIdReused):
        room.asks(bob.id, value="other@customer.example")


@pytest.mark.parametrize("says", ["{code}", " {code}\n", "It is {half} {rest}, thank you"])
def test_the_customer_may_answer_with_the_code(room: CodeRoom, says: str) -> None:
    bob = room.bob()
    found = room.asks(bob.id, kind="phone", value=BOB_PHONE, inbox_id=SMS)
    room.pass_(minutes=1)
    right = code(found)
    room.hears(SMS, says.format(code=right, half=right[:3], rest=right[3:]), BOB_PHONE)
    room.reacts()
    assert room.newest(found).state is VerificationState.VERIFIED
    assert is_proven(room.contact(bob.contact_id), "phone", BOB_PHONE)


def test_an_answer_counts_as_one_try_however_often_it_is_told(room: CodeRoom) -> None:
    bob = room.bob()
    found = room.asks(bob.id, kind="phone", value=BOB_PHONE, inbox_id=SMS)
    room.hears(SMS, other(code(found)), BOB_PHONE)
    room.hears(WA, code(found))
    room.hears(SMS, f"My order is {code(found)} and the other {other(code(found))}", BOB_PHONE)
    room.reacts(3)
    assert (room.newest(found).state, room.newest(found).tries) == (VerificationState.WAITING, 1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"value": "no address"}, "value"),
        ({"kind": "phone", "value": "030 12345"}, "value"),
        ({"inbox_id": WA}, "inbox_id"),
        ({"kind": "phone", "value": BOB_PHONE, "inbox_id": MAIL}, "inbox_id"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(room: CodeRoom, given: dict[str, Any], field: str) -> None:
    bob = room.bob()
    with pytest.raises(InvalidInput) as wrong:
        room.asks(bob.id, **given)
    assert wrong.value.field == field
    assert room.conversation(bob.id) == bob


def test_a_code_goes_to_nobody_else_and_nowhere_that_is_forbidden(room: CodeRoom) -> None:
    bob = room.bob()
    eve = room.conversation(room.hears(WA, "Hello", "491709999999", phone="+491709999999"))
    with pytest.raises(InvalidInput):
        room.asks(bob.id, contact_id=eve.contact_id)
    with pytest.raises(ContactNotFound):
        room.asks(bob.id, contact_id="con_0n0ne")
    room.hears(SMS, "Hello", "+491709999999")
    with pytest.raises(LegRefused) as refused:
        room.asks(bob.id, kind="phone", value="+491709999999", inbox_id=SMS)
    assert refused.value.facts["because"] == "other_customer"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", range(9))
def test_nothing_is_half_done_where_a_call_fails(call: int, after: bool) -> None:
    room = CodeRoom()
    bob = room.bob()
    room.brittle.fails_at, room.brittle.after = call, after
    found = room.insist(lambda: room.asks(bob.id))
    room.brittle.fails_at = None
    assert [each.content.get("verification", {}).get("id") for each in room.thread(bob.id)] == [None, found.id]
    room.pass_(minutes=1)
    room.brittle.fails_at = call
    done = room.insist(lambda: room.checks(found, code(found)))
    room.brittle.fails_at = None
    assert done.state is VerificationState.VERIFIED
    assert is_proven(room.contact(bob.contact_id), "email", BOB_MAIL)
    told = [event for event in room.events() if event["type"] == "contact.verified"]
    assert len(told) == 1
    assert done.asked_at + timedelta(minutes=1) == done.verified_at
