"""Sharing out a conversation's messages: nothing unread and nobody who waits gets lost, wherever it is cut."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import ids
from chalicelib.domain.conversation import Conversation, Leg, Priority, Status, Stretch, WakeOn
from chalicelib.domain.errors import InvalidInput, MergeRefused, SplitRefused
from chalicelib.domain.merging import absorbed, check, merged
from chalicelib.domain.message import Author, Direction, Message, MessageKind
from chalicelib.domain.parting import Cut, parted
from chalicelib.domain.reckoning import earliest
from chalicelib.domain.stretches import shows
from chalicelib.domain.transitions import with_message

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
LEGS = ("leg_a", "leg_b")


def message(second: int, leg: int, what: str, conversation: str = "cnv_1") -> Message:
    at = START + timedelta(seconds=second)
    ours = what == "answer"
    return Message(
        id=ids.message_id(at, LEGS[leg], str(second)),
        leg_id=LEGS[leg],
        conversation_id=conversation,
        direction=Direction.OUTBOUND if ours else Direction.INBOUND,
        kind=MessageKind.REACTION if what == "reaction" else MessageKind.TEXT,
        occurred_at=at,
        stored_at=at,
        author=Author("agent" if ours else "contact"),
        text=f"{what} {second}",
    )


def conversation(messages: list[Message], name: str = "cnv_1") -> Conversation:
    first = messages[0]
    made = Conversation(
        id=name,
        contact_id="con_1",
        contact_name="Bob",
        inbox_id="ibx_1",
        channel="whatsapp",
        active_leg_id=first.leg_id,
        opened_at=first.occurred_at,
        status_changed_at=first.occurred_at,
        last_activity_at=first.occurred_at,
        view_at=first.occurred_at,
        created_at=first.occurred_at,
    )
    for each in messages:
        leg = Leg(each.leg_id, "ibx_1", "whatsapp", each.leg_id, each.id, each.id)
        made = with_message(replace(made, legs={each.leg_id: leg, **made.legs}), each)
    return made


spoken = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(("wrote", "wrote", "answer", "reaction"))), min_size=1, max_size=25
)


@settings(max_examples=120)
@given(said=spoken, data=st.data())
def test_every_message_unread_one_and_wait_is_on_one_side_of_a_cut(
    said: list[tuple[int, str]], data: st.DataObject
) -> None:
    messages = [message(second, leg, what) for second, (leg, what) in enumerate(said)]
    whole = conversation(messages)
    first = data.draw(st.sampled_from(messages))
    cut = data.draw(st.sampled_from((Cut(leg_id=first.leg_id), Cut(from_message_id=first.id))))
    moved = [each for each in messages if each.leg_id == first.leg_id and (cut.leg_id or each.id >= first.id)]
    if len(moved) == len(messages):
        with pytest.raises(SplitRefused):
            parted(whole, messages, cut, START)
        return

    made = parted(whole, messages, cut, START + timedelta(hours=1))

    assert list(made.moved) == moved
    for each in messages:
        assert (shows(made.left, each), shows(made.new, each)) == (each not in moved, each in moved)
    assert made.left.unread + made.new.unread == whole.unread
    assert earliest(made.left.waiting_since, made.new.waiting_since) == whole.waiting_since
    assert (made.left.part, made.new.part, made.left.version) == (1, 0, whole.version + 1)
    assert made.left.last_message is not None and made.new.last_message is not None
    assert made.left.last_message.id == [each for each in messages if each not in moved][-1].id
    assert made.new.last_message.id == moved[-1].id
    # What is merged back shows all of it again.
    back = merged(made.left, made.new, START)
    assert all(shows(back, each) for each in messages)
    assert (back.unread, back.waiting_since) == (whole.unread, whole.waiting_since)


def test_a_cut_needs_a_message_of_the_conversation() -> None:
    messages = [message(0, 0, "wrote"), message(1, 0, "wrote")]
    for cut in (Cut(leg_id="leg_b"), Cut(from_message_id=ids.message_id(START, "other")), Cut()):
        with pytest.raises(InvalidInput) as refused:
            parted(conversation(messages), messages, cut, START)
        assert refused.value.field == ("from_message_id" if cut.from_message_id else "leg_id")


@pytest.mark.parametrize("wake_on", WakeOn)
@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("waits", [True, False])
def test_a_target_is_woken_as_by_the_message_of_a_customer_who_waits(
    status: Status, wake_on: WakeOn, *, waits: bool
) -> None:
    target = replace(conversation([message(0, 0, "wrote")]), status=Status.SNOOZED, wake_on=wake_on)
    source = replace(conversation([message(1, 1, "wrote" if waits else "answer", "cnv_2")], "cnv_2"), status=status)

    after = merged(target, source, START)

    woken = waits and status is Status.OPEN and wake_on is WakeOn.ANY_INBOUND
    assert after.status is (Status.OPEN if woken else Status.SNOOZED)


def test_a_merged_conversation_keeps_the_more_pressing_of_both_and_each_label_once() -> None:
    target = replace(conversation([message(0, 0, "wrote")]), labels=("a", "b"), priority=Priority.URGENT)
    source = replace(conversation([message(1, 1, "wrote", "cnv_2")], "cnv_2"), labels=("b", "c"), absorbed=("cnv_3",))

    after, gone = merged(target, source, START), absorbed(source, target.id, START)

    assert (after.labels, after.priority, after.absorbed) == (("a", "b", "c"), Priority.URGENT, ("cnv_3", "cnv_2"))
    assert (gone.status, gone.merged_into, gone.unread, gone.waiting_since) == (Status.RESOLVED, target.id, 0, None)


def test_conversations_that_were_cut_up_too_often_are_left_alone() -> None:
    target, source = conversation([message(0, 0, "wrote")]), conversation([message(1, 1, "wrote")], "cnv_2")
    leg = source.legs["leg_b"]
    often = replace(source, legs={leg.id: replace(leg, earlier=tuple(stretch(number) for number in range(60)))})
    with pytest.raises(MergeRefused) as refused:
        check(target, often)
    assert refused.value.facts["because"] == "stretches"
    with pytest.raises(MergeRefused) as resolved:
        check(replace(target, status=Status.RESOLVED), source)
    assert resolved.value.facts["because"] == "resolved"


def stretch(number: int) -> Stretch:
    return Stretch(f"cnv_{number}", 0, "msg_0", "msg_1")
