"""Merging and splitting while other things go on: each message and mark finds its conversation, and of two who
rearrange the same at once one wins."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.stores.merging import MergingStore
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.errors import ConversationIsMerged, InvalidInput, MergeRefused, Refusal, UnmergeRefused
from chalicelib.domain.note import Note
from chalicelib.domain.parting import Cut
from chalicelib.services import desk as desk_service
from chalicelib.services.merging import Rearranging
from chalicelib.wiring import shared
from tests.flow import invariants
from tests.flow.scene import ANA, BOB, INBOXES, Scene, scene, stored
from tests.flow.test_merging_model import inbound
from tests.flow.turns import together

SEEDS = range(6)


def rearranging(here: Scene) -> Rearranging:
    return Rearranging(MergingStore(shared.desk()), ANA, here.now())


def writes(here: Scene, place: int, text: str, *, ahead: int = 0) -> Callable[[], int]:
    """A customer's message to one of the numbers, `ahead` seconds before its time."""
    inbox, phone, secret = INBOXES[place]
    payload = inbound(phone, text, int(here.now.pass_(seconds=2).timestamp()) + ahead)
    here.provider.whatsapp.customer(phone, BOB).last_inbound_at = here.now()
    return lambda: int(here.webhook(payload, inbox, secret)["statusCode"])


def cases(here: Scene, places: tuple[int, ...] = (0, 2)) -> list[Conversation]:
    """One conversation for each number, all of one customer's."""
    for place in places:
        assert writes(here, place, f"hello {place}")() == 200
    found = sorted(invariants.all_conversations(stored(here.world)), key=lambda each: each.opened_at)
    assert len({each.contact_id for each in found}) == 1
    here.now.pass_(seconds=5)
    return found


def texts(here: Scene, conversation_id: str) -> list[str]:
    return [each.text for each in here.messages(conversation_id)]


def ends(here: Scene) -> list[Conversation]:
    """Conversations that are not part of another; everything that must hold of the table holds."""
    items = stored(here.world)
    invariants.check(here.world, items)
    alive = [each for each in invariants.all_conversations(items) if each.merged_into is None]
    shown = [text for each in alive for text in texts(here, each.id)]
    assert sorted(shown) == sorted(each.text for each in invariants.all_messages(items))
    return alive


@pytest.mark.parametrize("seed", SEEDS)
def test_one_wins_when_two_conversations_are_merged_into_each_other_at_once(seed: int) -> None:
    with scene() as here:
        one, other = cases(here)
        acts = [
            lambda: rearranging(here).merge(one.id, other.id).target.id,
            lambda: rearranging(here).merge(other.id, one.id).target.id,
        ]
        answers = together(here, seed, acts)
        (left,) = ends(here)
        assert left.id in answers
        (refused,) = [each for each in answers if isinstance(each, Refusal)]
        assert isinstance(refused, ConversationIsMerged)
        assert refused.facts["merged_into"] == left.id
        assert texts(here, left.id) == ["hello 0", "hello 2"]


@pytest.mark.parametrize("seed", SEEDS)
def test_one_wins_when_one_conversation_is_merged_into_two_at_once_and_chains_are_followed(seed: int) -> None:
    with scene() as here:
        one, two, three = cases_of_three(here)
        acts = [
            lambda: rearranging(here).merge(two.id, one.id).target.id,
            lambda: rearranging(here).merge(three.id, one.id).target.id,
            lambda: rearranging(here).merge(three.id, two.id).target.id,
        ]
        answers = together(here, seed, acts)
        refused = [each for each in answers if isinstance(each, Refusal)]
        assert all(isinstance(each, ConversationIsMerged) for each in refused)
        alive = ends(here)
        assert len(alive) == 3 - (3 - len(refused))
        for each in (one, two):
            found = desk_service.look(here.desk, each.id)
            while found.merged_into is not None:
                found = desk_service.look(here.desk, found.merged_into)
            assert found.id in {end.id for end in alive}


def cases_of_three(here: Scene) -> list[Conversation]:
    """Two numbers, and the first one's next case."""
    first, second = cases(here)
    desk_service.set_status(here.desk, ANA, first.id, Status.RESOLVED, here.now.pass_(seconds=1))
    here.now.pass_(hours=30)
    assert writes(here, 0, "another matter")() == 200
    (third,) = [each for each in here.conversations() if each.id not in (first.id, second.id)]
    desk_service.set_status(here.desk, ANA, first.id, Status.OPEN, here.now.pass_(seconds=1))
    found = [desk_service.get(here.desk, each.id) for each in (first, second, third)]
    assert {each.status for each in found} == {Status.OPEN}
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_when_customer_and_agents_write_while_conversations_are_merged(seed: int) -> None:
    with scene() as here:
        one, other = cases(here)
        leg = other.active_leg_id
        acts: list[Callable[[], Any]] = [
            lambda: rearranging(here).merge(one.id, other.id).target.id,
            writes(here, 2, "to the source"),
            writes(here, 2, "to the source again"),
            writes(here, 0, "to the target"),
            lambda: here.replies(other.id, "an answer", "c1", leg_id=leg).text,
            lambda: desk_service.add_note(here.desk, ANA, other.id, "n1", "a note", here.now()).text,
            lambda: desk_service.mark_read(here.desk, ANA, one.id, here.now()).id,
        ]
        answers = together(here, seed, acts, contended=0.05)
        assert answers[:4] == [one.id, 200, 200, 200]
        assert all(isinstance(each, ConversationIsMerged | str) for each in answers[4:])
        (left,) = ends(here)
        assert left.id == one.id
        said = {"hello 0", "hello 2", "to the source", "to the source again", "to the target"}
        assert {*texts(here, one.id)} - {"an answer"} == said
        noted = [each.text for each in here.entries(one.id) if isinstance(each, Note) and each.kind == "note"]
        assert noted == ([] if isinstance(answers[5], Refusal) else ["a note"])


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_when_customer_and_agent_write_while_a_conversation_is_split(seed: int) -> None:
    with scene() as here:
        one, other = cases(here)
        whole = rearranging(here).merge(one.id, other.id).target
        assert writes(here, 2, "a question")() == 200
        first = next(each for each in here.messages(whole.id) if each.text == "a question")
        acts: list[Callable[[], Any]] = [
            lambda: rearranging(here).split(whole.id, Cut(from_message_id=first.id)).source.id,
            lambda: rearranging(here).split(whole.id, Cut(leg_id=first.leg_id)).source.id,
            writes(here, 2, "and another"),
            lambda: here.replies(whole.id, "an answer", "c1", leg_id=first.leg_id).text,
        ]
        answers = together(here, seed, acts, contended=0.05)
        assert answers[2] == 200
        assert all(isinstance(answers[place], str | InvalidInput) for place in (0, 1, 3))
        ends(here)


def test_a_delivery_mark_lands_where_a_reply_was_under_way_while_its_conversation_was_merged() -> None:
    with scene() as here:
        one, other = cases(here)
        sent = here.replies(other.id, "On its way.", "c1")
        rearranging(here).merge(one.id, other.id)
        here.settle()

        shown = next(each for each in here.messages(one.id) if each.text == "On its way.")
        assert (shown.id, shown.conversation_id) == (sent.id, other.id)
        assert shown.state is not None
        assert shown.state.value == "read"
        assert {"sent", "delivered", "read"} <= set(shown.marks)
        # The same draft again is the same message; another one has to go to the target.
        assert here.replies(other.id, "On its way.", "c1").id == sent.id
        with pytest.raises(ConversationIsMerged) as refused:
            here.replies(other.id, "Something else", "c2")
        assert refused.value.facts["merged_into"] == one.id
        assert writes(here, 2, "Thank you")() == 200
        assert texts(here, one.id) == ["hello 0", "hello 2", "On its way.", "Thank you"]


def test_a_failed_message_of_the_source_is_sent_again_from_the_target() -> None:
    with scene() as here:
        one, other = cases(here)
        here.provider.knobs.turn(withhold_statuses=("all",))
        sent = here.replies(other.id, "Hello?", "c1")
        here.settle()
        tracker = f"{sent.leg_id}.{sent.id}.1"
        inbox, phone, secret = INBOXES[2]
        failed = {"id": "wamid.x", "status": "failed", "timestamp": "1772442000", "biz_opaque_callback_data": tracker}
        value = {"metadata": {"display_phone_number": "1", "phone_number_id": phone}, "statuses": [failed]}
        payload = {
            "object": "whatsapp_business_account",
            "entry": [{"id": "w", "changes": [{"field": "messages", "value": value}]}],
        }
        rearranging(here).merge(one.id, other.id)
        assert here.webhook(payload, inbox, secret)["statusCode"] == 200

        (message,) = [each for each in here.messages(one.id) if each.id == sent.id]
        assert message.state is not None
        assert message.state.value == "failed"
        here.retries(message)
        here.settle()
        (again,) = [each for each in here.messages(one.id) if each.id == sent.id]
        assert (again.attempt, again.state and again.state.value) == (2, "sent")


def test_messages_of_a_case_between_two_that_are_merged_are_not_shown() -> None:
    with scene() as here:
        first, _second, third = cases_of_three(here)
        desk_service.set_status(here.desk, ANA, first.id, Status.RESOLVED, here.now.pass_(seconds=1))
        desk_service.set_status(here.desk, ANA, third.id, Status.RESOLVED, here.now.pass_(seconds=1))
        here.now.pass_(hours=30)
        assert writes(here, 0, "a third matter")() == 200
        last = next(each for each in here.conversations() if "third" in (each.last_message or pytest.fail()).preview)

        merged = rearranging(here).merge(last.id, first.id).target

        assert texts(here, merged.id) == ["hello 0", "a third matter"]
        assert texts(here, third.id) == ["another matter"]
        leg = merged.legs[first.active_leg_id]
        assert [each.conversation_id for each in leg.earlier] == [first.id]
        ends(here)


def test_what_is_said_after_a_split_is_never_taken_for_what_left_whatever_the_clocks_say() -> None:
    with scene() as here:
        one, other = cases(here)
        assert writes(here, 0, "something else")() == 200
        assert writes(here, 0, "from tomorrow", ahead=7200)() == 200
        first = next(each for each in here.messages(one.id) if each.text == "something else")
        new = rearranging(here).split(one.id, Cut(from_message_id=first.id)).source
        for number, more in enumerate(({}, {"leg_id": first.leg_id})):
            here.now.pass_(seconds=1)
            here.replies(one.id, f"answer {number}", f"c{number}", **more)

        assert texts(here, new.id) == ["something else", "from tomorrow"]
        assert texts(here, one.id) == ["hello 0", "answer 0", "answer 1"]
        rearranging(here).merge(one.id, new.id)
        assert texts(here, one.id) == ["hello 0", "something else", "answer 0", "answer 1", "from tomorrow"]
        assert [each.id for each in ends(here)] in ([one.id, other.id], [other.id, one.id])


@pytest.mark.parametrize("seed", range(12))
def test_who_writes_while_their_sleeping_conversation_is_merged_is_heard_in_the_target(seed: int) -> None:
    with scene() as here:
        one, other = cases(here)
        until = here.now() + timedelta(hours=3)
        desk_service.set_status(here.desk, ANA, other.id, Status.SNOOZED, here.now(), snoozed_until=until)
        acts = [lambda: rearranging(here).merge(one.id, other.id).target.id, writes(here, 2, "wake up")]
        assert together(here, seed, acts) == [one.id, 200]
        (left,) = ends(here)
        assert texts(here, left.id) == ["hello 0", "hello 2", "wake up"]


@pytest.mark.parametrize("seed", range(12))
def test_who_writes_while_their_leg_is_split_off_is_heard_where_it_went(seed: int) -> None:
    with scene() as here:
        one, other = cases(here)
        rearranging(here).merge(one.id, other.id)
        until = here.now() + timedelta(hours=3)
        desk_service.set_status(here.desk, ANA, one.id, Status.SNOOZED, here.now(), snoozed_until=until)
        acts = [
            lambda: rearranging(here).split(one.id, Cut(leg_id=other.active_leg_id)).source.id,
            writes(here, 2, "wake up"),
        ]
        new, status = together(here, seed, acts)
        assert status == 200
        assert texts(here, new) == ["hello 2", "wake up"]
        assert len(ends(here)) == 2


def test_a_merge_is_undone_to_the_letter() -> None:
    with scene() as here:
        one, other = cases(here)
        until = here.now() + timedelta(hours=3)
        desk_service.set_status(here.desk, ANA, other.id, Status.SNOOZED, here.now(), snoozed_until=until)
        before = desk_service.get(here.desk, other.id)
        desk_service.add_note(here.desk, ANA, other.id, "n1", "Gold customer", here.now.pass_(seconds=1))
        rearranging(here).merge(one.id, other.id)
        assert "Gold customer" in [each.text for each in here.entries(one.id)]
        assert here.conversations("snoozed") == here.conversations("resolved") == []

        rearranging(here).unmerge(one.id, other.id)

        after = desk_service.get(here.desk, other.id)
        assert {**vars_of(after), "version": 0} == {**vars_of(before), "version": 0}
        assert "Gold customer" not in [each.text for each in here.entries(one.id)]
        assert desk_service.get(here.desk, one.id).absorbed == ()
        assert [each.id for each in here.conversations("snoozed")] == [other.id]
        ends(here)


def test_a_merge_is_not_undone_where_it_was_not_made_or_what_came_with_it_has_left() -> None:
    with scene() as here:
        one, other, third = cases_of_three(here)
        with pytest.raises(UnmergeRefused) as never:
            rearranging(here).unmerge(one.id, other.id)
        assert never.value.facts["because"] == "not_merged"
        rearranging(here).merge(one.id, other.id)
        rearranging(here).merge(third.id, one.id)
        with pytest.raises(UnmergeRefused) as nested:
            rearranging(here).unmerge(third.id, other.id)
        assert nested.value.facts == {"because": "elsewhere", "merged_into": one.id}
        with pytest.raises(ConversationIsMerged) as gone:
            rearranging(here).unmerge(one.id, other.id)
        assert gone.value.facts["merged_into"] == third.id
        rearranging(here).split(third.id, Cut(leg_id=other.active_leg_id))
        with pytest.raises(UnmergeRefused) as split:
            rearranging(here).unmerge(third.id, one.id)
        assert split.value.facts["because"] == "split"


def test_only_conversations_of_one_contact_become_one() -> None:
    with scene() as here:
        (one,) = cases(here, (0,))
        here.says("Hello", "85261234599")
        here.settle()
        stranger = next(each for each in here.conversations() if each.contact_id != one.contact_id)
        with pytest.raises(MergeRefused) as refused:
            rearranging(here).merge(one.id, stranger.id)
        assert (refused.value.field, refused.value.facts["because"]) == ("source_id", "contact")
        with pytest.raises(InvalidInput):
            rearranging(here).merge(one.id, one.id)


def test_an_old_case_can_be_opened_again_though_its_leg_has_gone_on() -> None:
    with scene() as here:
        first, _other, third = cases_of_three(here)
        head = next(
            item for (pk, sk), item in stored(here.world).items() if pk == f"LEG#{first.active_leg_id}" and sk == "~"
        )
        assert head["conversation"] == third.id
        assert desk_service.get(here.desk, first.id).status is Status.OPEN
        ends(here)


def vars_of(conversation: Conversation) -> dict[str, Any]:
    return {name: getattr(conversation, name) for name in conversation.__dataclass_fields__}
