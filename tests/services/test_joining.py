"""Customers who move by themselves, over the real stores in memory: joined where it is certain, asked where it is not,
left alone where people have decided."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.changes import announcements
from chalicelib.aws.stores.joining import OpenedStore
from chalicelib.aws.stores.merging import MergingStore
from chalicelib.aws.stores.people import PeopleStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain import ids
from chalicelib.domain.conversation import Status
from chalicelib.domain.joining import ResumePolicy
from chalicelib.domain.message import MessageKind
from chalicelib.domain.reads import ThreadQuery
from chalicelib.services.joining import Joining
from chalicelib.services.merging import Rearranging
from chalicelib.services.people import unlink
from tests.services.moves import AGENT, Moves
from tests.services.room import check, who


@pytest.fixture
def here() -> Moves:
    return Moves()


def known(here: Moves, strength: int = 95) -> str:
    """Bob, who writes by SMS and by WhatsApp, and whose contacts are one; his open case, by SMS."""
    case = here.says("bob", "sms", "My parcel is late")
    here.says("bob", "whatsapp", "hi")
    first = here.found(case)
    other = next(each for each in here.everything() if each.id != case)
    here.becomes(other.id, Status.RESOLVED)
    here.rests(timedelta(days=8))
    here.links("bob@sms", "bob@whatsapp", strength)
    here.says("bob", "sms", "Still late")
    assert here.found(case).id == first.id
    return case


def test_who_moves_to_another_channel_is_in_the_open_case_at_once_and_nobody_is_asked(here: Moves) -> None:
    case = known(here)
    before = here.found(case)
    new = here.says("bob", "whatsapp", "Now here, where is it?")
    target, source = here.found(case), here.found(new)
    assert source.merged_into == case and target.absorbed == (new,)
    assert (target.assignee_id, target.episode, target.opened_at) == (
        before.assignee_id,
        before.episode,
        before.opened_at,
    )
    assert target.waiting_since == before.waiting_since and {*target.legs} == {*before.legs, *source.legs}
    assert here.asked(new) == [] and here.asked(case) == []
    line = next(each for each in here.lines(case) if each["type"] == "conversation.merged")
    assert (line["reason"], line["strength"]) == ("customer_moved", 95)
    # From now on they are one: the next message on either channel.
    assert here.says("bob", "whatsapp", "Hello?") == case
    assert here.says("bob", "sms", "Hello??") == case
    check(here)


def test_the_units_of_whoever_was_given_the_new_one_come_back(here: Moves) -> None:
    case = known(here)
    new = here.says("bob", "whatsapp", "Now here", settled=False)
    here.routing.route(new, here.now)
    given = here.found(new)
    assert given.assignee_id is not None and given.weight
    here.settle()
    assert here.found(new).merged_into == case and here.found(new).weight == 0
    check(here)


def test_a_resolved_case_is_opened_again_within_its_window(here: Moves) -> None:
    case = known(here)
    here.becomes(case, Status.RESOLVED)
    here.rests(timedelta(hours=20))
    new = here.says("bob", "whatsapp", "It broke again")
    target = here.found(case)
    assert here.found(new).merged_into == case
    assert (target.status, target.episode) == (Status.OPEN, 2) and target.waiting_since is not None
    check(here)


@pytest.mark.parametrize(("strength", "topic"), [(95, True), (60, False)], ids=["verified", "typed"])
def test_after_the_window_the_customer_is_asked_and_their_yes_joins(here: Moves, strength: int, topic: bool) -> None:
    case = known(here, strength)
    here.rests(timedelta(days=5))
    new = here.says("bob", "whatsapp", "Any news?")
    assert here.found(new).merged_into is None
    (asked,) = here.asked(new)
    assert ("My parcel is late" in asked.text + str(asked.content)) is topic
    assert ("your open case from" in str(asked.content)) is not topic
    here.carried(
        next(each for each in here.told if each["type"] == "conversation.created" and each["snapshot"]["id"] == new)
    )
    assert len(here.asked(new)) == 1
    here.says("bob", "whatsapp", "Yes, please!")
    assert here.found(new).merged_into == case
    line = next(each for each in here.lines(case) if each["type"] == "conversation.merged")
    assert line["reason"] == "customer_said" and ids.is_id("msg", line["message_id"])
    check(here)


@pytest.mark.parametrize("said", ["no", "2", "Nein danke", "something new"])
def test_their_no_leaves_it_a_case_of_its_own(here: Moves, said: str) -> None:
    known(here)
    here.rests(timedelta(days=5))
    new = here.says("bob", "whatsapp", "Any news?")
    here.says("bob", "whatsapp", said)
    here.says("bob", "whatsapp", "yes")  # it was answered: this is a word like any other
    assert here.found(new).merged_into is None
    line = next(each for each in here.lines(new) if each["type"] == "question.answered")
    assert (line["is_yes"], line["question"]) == (False, "join")


def test_a_button_answers_by_its_payload_even_after_we_have_spoken(here: Moves) -> None:
    case = known(here)
    here.rests(timedelta(days=5))
    new = here.says("bob", "whatsapp", "Any news?")
    question = here.questions.store.get(new, here.found(new).active_leg_id)
    assert question is not None and question.options == (case,)
    here.answers(new)
    here.says("bob", "whatsapp", "Yes", kind=MessageKind.POSTBACK, payload=f"{question.id}.0")
    assert here.found(new).merged_into == case


def test_an_answer_finds_its_question_where_a_merge_has_taken_it(here: Moves) -> None:
    case = known(here)
    here.rests(timedelta(days=5))
    new = here.says("bob", "whatsapp", "Any news?")
    here.rests(timedelta(minutes=20))
    other = here.says("bob", "telegram", "And here")
    here.answers(other)
    here.links("bob@sms", "bob@telegram")
    Rearranging(here.merging, who("ana"), here.now).merge(other, new)
    here.settle()
    assert here.says("bob", "whatsapp", "yes") == other
    line = next(each for each in here.lines(other) if each["type"] == "question.answered")
    assert (line["question"], line["choice"]) == ("join", case)


def test_a_short_word_after_somebody_has_spoken_answers_them_and_not_the_desk(here: Moves) -> None:
    known(here)
    here.rests(timedelta(days=5))
    new = here.says("bob", "whatsapp", "Any news?")
    here.answers(new)
    here.says("bob", "whatsapp", "yes")
    assert here.found(new).merged_into is None


def test_of_several_cases_the_customer_chooses(here: Moves) -> None:
    case = known(here)
    other = here.says("bob", "telegram", "Wrong size")
    here.links("bob@sms", "bob@telegram")
    assert here.found(other).merged_into == case  # the one that was there
    here.answers(case)
    desk = who("ana")
    leg_id = next(leg.id for leg in here.found(case).legs.values() if leg.channel == "telegram")
    from chalicelib.domain.parting import Cut

    split = Rearranging(here.merging, desk, here.now).split(case, Cut(leg_id, None)).source
    here.settle()
    assert here.found(split.id).merged_into is None, "what people take apart stays so"
    new = here.says("bob", "whatsapp", "Any news?")
    (asked,) = here.asked(new)
    assert "Wrong size" in str(asked.content) and "My parcel is late" in str(asked.content)
    question = here.questions.store.get(new, here.found(new).active_leg_id)
    assert question is not None and {*question.options} == {case, split.id}
    here.says("bob", "whatsapp", "2")
    assert here.found(new).merged_into == question.options[1]


def test_another_number_of_the_same_channel_is_asked_about(here: Moves) -> None:
    here.says("bob", "whatsapp", "My parcel is late")
    new = here.says("bob", "ibx_sales", "A quote, please")
    assert here.found(new).merged_into is None and len(here.asked(new)) == 1


def test_mail_is_joined_only_where_its_sender_is_proven_and_an_automatic_one_is_asked_nothing(here: Moves) -> None:
    here.says("bob", "sms", "My parcel is late")
    unproven: list[dict[str, Any]] = [{"authentication": {"verified": False}}, {"automatic": "auto-replied"}, {}]
    for place, content in enumerate(unproven):
        mail = here.says(f"bob{place}", "email", "About my parcel", **content)
        assert here.found(mail).merged_into is None
        here.links("bob@sms", f"bob{place}@email")
        assert here.found(mail).merged_into is None
        assert len(here.asked(mail)) == (0 if "automatic" in content else 1)
        here.becomes(mail, Status.RESOLVED)
        here.now += timedelta(minutes=1)
    here.rule = replace(here.rule, resolved_seconds=0, ask_resolved_seconds=0)
    proven = here.says("bob9", "email", "About my parcel", authentication={"verified": True})
    here.links("bob@sms", "bob9@email")
    assert here.found(proven).merged_into is not None


def test_calls_neither_move_nor_are_asked(here: Moves) -> None:
    here.says("bob", "sms", "My parcel is late")
    call = here.says("bob", "voice", "", kind=MessageKind.CALL, direction="inbound", state="ringing")
    here.links("bob@sms", "bob@voice")
    assert here.found(call).merged_into is None and here.asked(call) == []


def test_a_link_joins_what_is_still_a_beginning_and_leaves_what_was_answered(here: Moves) -> None:
    case = here.says("bob", "sms", "My parcel is late")
    new = here.says("bob", "whatsapp", "Here I am")
    here.links("bob@sms", "bob@whatsapp")
    assert here.found(new).merged_into == case
    answered = here.says("bob", "telegram", "And here")
    here.answers(answered)
    here.links("bob@sms", "bob@telegram")
    assert here.found(answered).merged_into is None


def test_a_link_that_is_late_asks_nobody(here: Moves) -> None:
    here.says("bob", "sms", "My parcel is late")
    new = here.says("bob", "whatsapp", "Here I am")
    here.now += timedelta(minutes=16)
    here.links("bob@sms", "bob@whatsapp", 60)
    assert here.found(new).merged_into is None and here.asked(new) == []


def test_what_somebody_has_taken_apart_is_not_joined_again(here: Moves) -> None:
    case = known(here)
    new = here.says("bob", "whatsapp", "Now here")
    Rearranging(here.merging, who("ana"), here.now).unmerge(case, new)
    here.settle()
    assert here.found(new).merged_into is None
    for event in [each for each in here.told if each["type"] in ("conversation.created", "contact.linked")]:
        here.carried(event)
    assert here.found(new).merged_into is None and here.asked(new) == []


def test_people_are_told_once_when_the_reason_of_a_join_is_gone(here: Moves) -> None:
    case = known(here)
    new = here.says("bob", "whatsapp", "Now here")
    assert here.found(new).merged_into == case

    def notes() -> list[str]:
        thread = here.desk.thread(ThreadQuery(case, 100))
        assert thread is not None
        return [each.text for each in thread.notes if each.kind == "note"]

    unlink(here.people, here.contact("bob@sms"), here.contact("bob@whatsapp"), actor=AGENT, now=here.now)
    here.settle()
    (note,) = notes()
    assert new in note and here.found(new).merged_into == case
    here.carried(next(each for each in here.told if each["type"] == "contact.unlinked"))
    assert len(notes()) == 1


def test_strangers_are_never_joined_nor_asked(here: Moves) -> None:
    here.says("ada", "sms", "My parcel is late")
    new = here.says("bob", "whatsapp", "Mine too")
    assert here.found(new).merged_into is None and here.asked(new) == []


def test_nothing_happens_where_it_is_switched_off(here: Moves) -> None:
    known(here)
    here.rule = replace(here.rule, enabled=False)
    new = here.says("bob", "whatsapp", "Now here")
    assert here.found(new).merged_into is None and here.asked(new) == []


def test_the_calls_of_a_conversation_that_begins_are_few() -> None:
    """A stranger's: one write of the list, reads of conversation and contact, one query, nothing more."""
    here = Moves()
    new = here.says("ada", "sms", "Hello", settled=False)
    calls: list[str] = []
    plain = here.brittle.__getattr__

    class Counting:
        def __getattr__(self, name: str) -> Any:
            calls.append(name)
            return plain(name)

    desk = Desk(Counting(), "desk")
    joining = Joining(OpenedStore(desk), MergingStore(desk), PeopleStore(desk), here.questions, here.desk, ResumePolicy)
    event = next(
        each
        for record in here.table.stream
        for each in announcements(record)
        if each["type"] == "conversation.created" and each["snapshot"]["id"] == new
    )
    joining.react(event, here.now)
    assert sorted(calls) == ["batch_get_item", "get_item", "put_item", "query"]
