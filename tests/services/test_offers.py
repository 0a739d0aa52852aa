"""Offers over the real store: who is asked, what their answer does, and what ends an offer without one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import CapacityExceeded, InvalidInput, OfferOver
from chalicelib.domain.presence import Intent
from chalicelib.domain.routing_offer import ASK_AGAIN
from chalicelib.domain.routing_policy import Mode
from chalicelib.domain.routing_values import FALLBACK
from chalicelib.domain.writes import ConversationChange, Recorded, Written
from chalicelib.services.offers import MISSED
from tests.services.room import check, room, who

ONE, TWO = "cnv_0001", "cnv_0002"


def test_what_waits_is_offered_and_becomes_the_agents_when_they_accept() -> None:
    here = room("ana")
    here.opens(ONE)
    assert (here.conversation(ONE).assignee_id, here.offered(ONE), here.workload("ana").used) == (None, "ana", 2)
    assert here.entry(ONE).waits
    here.passes(12)
    accepted = here.accepts("ana", ONE)
    assert (accepted.assignee_id, accepted.weight, here.workload("ana").used) == ("ana", 2, 2)
    assert not here.entry(ONE).waits and here.standing() == []
    assert here.sentences(ONE) == [
        "Ana is offered it: 100 % of their capacity is free, the only one who could take it.",
        "Ana accepted it after 12 seconds.",
    ]
    types = [each["type"] for each in here.told if each["aggregate"]["id"] == ONE]
    assert types == ["conversation.offered", "conversation.assigned", "conversation.offer_ended"]
    assert here.told[0]["data"] == {"agent_id": "ana", "until": "2026-08-01T10:00:30+00:00", "attempt": 1}
    assert [each["actor"]["id"] for each in here.told][-2:] == ["ana", "ana"]
    # Its timer comes all the same, and a lost answer is asked for again.
    here.passes(60)
    assert here.accepts("ana", ONE).version == accepted.version
    check(here)


def test_who_declines_is_passed_over_and_the_next_is_asked_at_once() -> None:
    here = room("ana", "ben")
    here.opens(ONE)
    first = str(here.offered(ONE))
    here.passes(1)
    here.declines(first, ONE, "Needs Italian")
    second = str(here.offered(ONE))
    assert {first, second} == {"ana", "ben"}
    assert here.workload(first).used == 0
    assert here.ends() == [(first, "declined", "Needs Italian")]
    assert f"{first.capitalize()} declined it after 1 second: Needs Italian." in here.sentences(ONE)
    assert here.entry(ONE).attempts == 2
    with pytest.raises(OfferOver):
        here.accepts(first, ONE)
    here.accepts(second, ONE)
    check(here)


def test_when_everybody_has_declined_it_waits_and_all_are_asked_again() -> None:
    here = room("ana", "ben")
    here.opens(ONE)
    for _ in range(2):
        here.passes(1)
        here.declines(str(here.offered(ONE)), ONE)
    assert here.offered(ONE) is None
    assert sorted(here.entry(ONE).declined) == ["ana", "ben"]
    assert here.sentences(ONE)[-1] == "It waits: 2 who did not take it."
    here.passes(ASK_AGAIN.total_seconds() - 1)
    assert here.offered(ONE) is None
    here.passes(1)
    assert here.offered(ONE) in ("ana", "ben")
    assert here.entry(ONE).attempts == 3
    check(here)


def test_it_is_looked_at_once_more_soon_after_an_offer_of_it_ended() -> None:
    """Who became free at that moment may have passed it over: queues are read from an index that is a moment behind."""
    here = room("ana")
    here.opens(ONE)
    here.passes(10)
    here.declines("ana", ONE)
    here.agent("ben", 6, ("team_1",), {})
    known = here.workload("ben")
    presence = replace(known.presence, intent=Intent.ONLINE, connected_until=here.now + ASK_AGAIN)
    here.store.put_workload(replace(known, presence=presence, version=known.version + 1), known.version, None)
    here.store.refresh_places(here.workload("ben"), here.now, there=True)
    assert here.offered(ONE) is None
    here.passes(5)
    assert here.offered(ONE) == "ben"


def test_somebody_new_is_asked_though_all_others_have_declined() -> None:
    here = room("ana")
    here.opens(ONE)
    here.declines("ana", ONE)
    assert here.offered(ONE) is None
    here.agent("ben", 6, ("team_1",), {})
    here.choose("ben", Intent.ONLINE)
    assert here.offered(ONE) == "ben"


def test_who_does_not_answer_is_passed_over_and_after_two_in_a_row_away() -> None:
    here = room("ana", "ben")
    here.opens(ONE)
    first = str(here.offered(ONE))
    here.passes(29)
    assert here.offered(ONE) == first
    here.passes(1)
    second = str(here.offered(ONE))
    assert second != first
    assert here.ends() == [(first, "expired", "no_answer")]
    assert f"{first.capitalize()} did not answer within 30 seconds." in here.sentences(ONE)
    assert here.workload(first).presence.intent is Intent.ONLINE
    assert (here.workload(first).missed, here.workload(first).used) == (1, 0)
    here.accepts(second, ONE)
    here.opens(TWO)
    assert here.offered(TWO) == first
    here.passes(30)
    gone = here.workload(first)
    assert (gone.presence.intent, gone.presence.reason, gone.missed) == (Intent.AWAY, MISSED, 0)
    (told,) = [each for each in here.told if each["type"] == "agent.presence_changed"]
    assert (told["data"]["intent"], told["data"]["reason"]) == ("away", MISSED)
    assert here.offered(TWO) == second
    check(here)


def test_an_answer_begins_the_count_of_missed_offers_anew() -> None:
    here = room("ana")
    here.opens(ONE)
    here.passes(30)
    assert here.workload("ana").missed == 1
    here.passes(ASK_AGAIN.total_seconds())
    here.declines("ana", ONE)
    assert here.workload("ana").missed == 0


def test_nobody_is_set_to_away_where_the_rules_say_never() -> None:
    here = room("ana", missed_offers=0)
    here.opens(ONE)
    for _ in range(4):
        here.passes(30 + ASK_AGAIN.total_seconds())
    assert here.workload("ana").presence.intent is Intent.ONLINE
    assert len(here.ends()) == 4


def test_all_that_is_offered_to_somebody_who_leaves_is_offered_to_others() -> None:
    here = room("ana", units=6)
    here.opens(ONE)
    here.opens(TWO)
    assert here.workload("ana").used == 4
    here.agent("ben", 6, ("team_1",), {})
    here.choose("ben", Intent.ONLINE)
    here.choose("ana", Intent.AWAY)
    assert (here.offered(ONE), here.offered(TWO)) == ("ben", "ben")
    assert here.workload("ana").used == 0
    assert here.ends() == [("ana", "withdrawn", "agent_left")] * 2
    # Nobody declined it: who comes back may be asked.
    assert here.entry(ONE).declined == ()


@pytest.mark.parametrize(
    ("status", "reason"), [(Status.RESOLVED, "resolved"), (Status.SNOOZED, "snoozed"), (Status.PENDING, "pending")]
)
def test_what_is_put_aside_is_offered_no_longer(status: Status, reason: str) -> None:
    here = room("ana")
    here.opens(ONE)
    before = here.conversation(ONE)
    here.moves(ONE, status)
    with pytest.raises(OfferOver):
        here.offers.accept(who("ana"), ONE, here.now)
    here.settle()
    assert here.ends() == [("ana", "withdrawn", reason)]
    assert here.workload("ana").used == 0
    assert here.conversation(ONE).version > before.version
    check(here)


def test_what_is_assigned_by_hand_can_be_neither_accepted_nor_declined() -> None:
    here = room("ana", "ben")
    here.opens(ONE)
    first = str(here.offered(ONE))
    other = "ben" if first == "ana" else "ana"
    here.assigned(ONE, other)
    for answer in (here.offers.accept, lambda *of: here.offers.decline(of[0], of[1], "", of[2])):
        with pytest.raises(OfferOver):
            answer(who(first), ONE, here.now)
    assert here.offers.mine(first, here.now) == []
    here.settle()
    assert here.ends() == [(first, "withdrawn", "assigned")]
    assert (here.workload(first).used, here.workload(other).used) == (0, 2)
    check(here)


def test_what_moves_to_another_team_is_offered_there() -> None:
    here = room("ana")
    here.agent("cho", 6, ("team_2",), {})
    here.choose("cho", Intent.ONLINE)
    here.opens(ONE)
    assert here.offered(ONE) == "ana"
    here.assigned(ONE, None, "team_2")
    here.settle()
    assert here.offered(ONE) == "cho"
    assert here.ends() == [("ana", "withdrawn", "requeued")]
    check(here)


def test_returned_before_the_router_knew_that_the_offer_no_longer_stands() -> None:
    here = room("ana", "ben")
    here.opens(ONE)
    first = str(here.offered(ONE))
    other = "ben" if first == "ana" else "ana"
    here.assigned(ONE, other)
    # The offer is withdrawn on the way: the caller reads the conversation again.
    assert here.routing.give_back(here.conversation(ONE), "returned", here.now, declined_by=other) is Written.CONFLICT
    assert here.routing.give_back(here.conversation(ONE), "returned", here.now, declined_by=other) is Written.DONE
    here.settle()
    assert here.offered(ONE) == first
    check(here)


def test_what_is_queued_anew_while_it_is_offered_is_offered_anew() -> None:
    here = room("ana")
    here.agent("cho", 6, ("team_2",), {})
    here.choose("cho", Intent.ONLINE)
    here.opens(ONE)

    def moved() -> Written:
        before = here.conversation(ONE)
        after = replace(before, team_id="team_2", version=before.version + 1)
        change = ConversationChange(before, after, Recorded((), SYSTEM, here.now))
        return here.routing.requeue(change, "escalated", here.now)

    assert [moved(), moved()] == [Written.CONFLICT, Written.DONE]
    here.settle()
    here.routing.route(ONE, here.now)
    here.settle()
    assert here.offered(ONE) == "cho"
    assert here.ends() == [("ana", "withdrawn", "requeued")]
    check(here)


def test_to_whom_it_is_offered_may_get_it_by_hand_though_the_offer_took_the_last_room() -> None:
    here = room("ana", units=3)
    here.opens(ONE)
    with pytest.raises(CapacityExceeded):
        here.assigned(ONE, "ana")

    def give() -> Conversation:
        here.assigned(ONE, "ana")
        return here.conversation(ONE)

    with pytest.raises(CapacityExceeded):
        here.offers.by_hand(give, ONE, "ben", here.now)
    assert here.offers.by_hand(give, ONE, "ana", here.now).assignee_id == "ana"
    here.settle()
    assert (here.conversation(ONE).assignee_id, here.workload("ana").used) == ("ana", 2)
    check(here)


def test_what_is_offered_is_passed_over_by_who_takes_work() -> None:
    here = room("ana")
    here.opens(ONE)
    here.opens(TWO)
    here.agent("ben", 6, ("team_1",), {})
    here.rules.now = replace(here.rules.now, mode=Mode.MANUAL)
    here.choose("ben", Intent.ONLINE)
    assert here.routing.take("ben", "team_1", here.now) is None
    here.declines("ana", TWO)
    taken = here.routing.take("ben", "team_1", here.now)
    assert taken is not None and taken.conversation_id == TWO
    here.settle()
    check(here)


def test_queues_have_modes_of_their_own() -> None:
    here = room("ana", mode=Mode.DIRECT, modes={"team_2": Mode.OFFER, FALLBACK: Mode.MANUAL})
    here.agent("cho", 6, ("team_2",), {})
    here.choose("cho", Intent.ONLINE)
    here.opens(ONE, team="team_1")
    here.opens(TWO, team="team_2")
    here.opens("cnv_0003", team=None)
    assert here.conversation(ONE).assignee_id == "ana"
    assert (here.conversation(TWO).assignee_id, here.offered(TWO)) == (None, "cho")
    assert here.sentences("cnv_0003") == ["It waits until somebody takes it."]
    here.choose("ana", Intent.ONLINE)
    assert here.conversation("cnv_0003").assignee_id is None
    taken = here.routing.take("ana", FALLBACK, here.now)
    assert taken is not None and taken.conversation_id == "cnv_0003"


def test_a_priority_that_changes_while_it_is_offered_leaves_the_offer() -> None:
    here = room("ana")
    here.opens(ONE)
    before = here.conversation(ONE)
    here.change(before, replace(before, labels=("vip",)))
    here.routing.rescore(ONE, here.now)
    assert here.entry(ONE).offer is not None
    here.accepts("ana", ONE)
    check(here)


def test_a_returning_customers_own_agent_takes_it_up_again_without_being_asked() -> None:
    here = room("ana", "ben")
    here.opens(ONE)
    own = str(here.offered(ONE))
    here.accepts(own, ONE)
    here.moves(ONE, Status.RESOLVED)
    here.settle()
    here.moves(ONE, Status.OPEN)
    here.settle()
    assert here.conversation(ONE).assignee_id == own
    check(here)


def test_an_offer_that_ran_out_while_nobody_looked_is_over_for_whoever_looks() -> None:
    here = room("ana", "ben")
    here.opens(ONE)
    first = here.offered(ONE)
    here.clock.all.clear()
    here.now += timedelta(minutes=5)
    here.routing.route(ONE, here.now)
    here.settle()
    assert here.offered(ONE) not in (None, first)
    check(here)


def test_a_reason_that_is_too_long_is_refused_by_name() -> None:
    here = room("ana")
    here.opens(ONE)
    with pytest.raises(InvalidInput) as refusal:
        here.declines("ana", ONE, "x" * 121)
    assert refusal.value.field == "reason"
    assert here.offered(ONE) == "ana"


def test_mine_are_those_that_stand_the_oldest_first() -> None:
    here = room("ana")
    here.opens(ONE)
    here.now += timedelta(seconds=3)
    here.opens(TWO)
    found = here.offers.mine("ana", here.now)
    assert [(offer.conversation_id, conversation.id) for offer, conversation in found] == [(ONE, ONE), (TWO, TWO)]
    assert here.offers.mine("ben", here.now) == ()
    assert [offer.conversation_id for offer, _ in here.offers.mine("ana", here.now + timedelta(seconds=28))] == [TWO]
