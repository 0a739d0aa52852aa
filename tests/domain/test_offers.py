"""What an offer means to a decision: who is asked, who is passed over for how long, and how its end is said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.capacity import Capacity
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.queue import QueueEntry, declined_at, look_at, refused, work_of
from chalicelib.domain.routing import decide
from chalicelib.domain.routing_offer import ASK_AGAIN, Ending, Offer, ending_facts, ending_sentence
from chalicelib.domain.routing_policy import Mode, RoutingPolicy
from chalicelib.domain.routing_values import FALLBACK, Candidate, Outcome
from chalicelib.services.documents import policy_body, policy_from

NOW = datetime(2026, 8, 1, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ENTRY = QueueEntry("cnv_1", "team_1", "whatsapp", NOW - 60 * SECOND, NOW - 60 * SECOND)
OFFER = Offer("cnv_1", "agt_a", "Ana", NOW, NOW + 30 * SECOND, epoch=4, attempt=1, weight=2)


def agent(name: str) -> Candidate:
    return Candidate(name, name.capitalize(), ("team_1",), True, "online", capacity=Capacity())


def test_an_offer_is_the_same_decision_in_other_words() -> None:
    given_ = decide(work_of(ENTRY, NOW), [agent("a"), agent("b")], NOW)
    offered = decide(work_of(ENTRY, NOW), [agent("a"), agent("b")], NOW, offers=True)
    assert (given_.outcome, offered.outcome) == (Outcome.ASSIGNED, Outcome.OFFERED)
    assert (given_.agent_id, given_.weighed) == (offered.agent_id, offered.weighed)
    assert offered.sentence == given_.sentence.replace("gets it", "is offered it")
    assert decide(work_of(ENTRY, NOW), [], NOW, offers=True).outcome is Outcome.WAITING


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 300)), max_size=8))
def test_whoever_refuses_is_passed_over_until_two_minutes_after_the_last_refusal(
    refusals: list[tuple[str, int]],
) -> None:
    entry, now = ENTRY, NOW
    expected: dict[str, datetime] = {}
    for name, seconds in refusals:
        now += seconds * SECOND
        if expected and now >= max(expected.values()) + ASK_AGAIN:
            expected = {}
        expected[name] = now
        entry = refused(replace(entry, offer=OFFER), name, now)
        assert entry.offer is None
    for later in (0, 119, 120, 1000):
        at = now + later * SECOND
        is_over = bool(expected) and at >= max(expected.values()) + ASK_AGAIN
        assert set(declined_at(entry, at)) == (set() if is_over else set(expected))
        work = work_of(entry, at)
        assert work.ask_again_at == (entry.declined_until if work.declined else None)


def test_when_all_have_refused_it_is_looked_at_when_they_are_asked_again() -> None:
    entry = refused(ENTRY, "a", NOW)
    decision = decide(work_of(entry, NOW), [agent("a")], NOW, offers=True)
    assert (decision.outcome, decision.next_at) == (Outcome.WAITING, NOW + ASK_AGAIN)
    assert look_at(entry, decision) == NOW + ASK_AGAIN
    later = NOW + ASK_AGAIN
    assert decide(work_of(entry, later), [agent("a")], later, offers=True).agent_id == "a"
    assert decide(work_of(entry, NOW), [agent("a"), agent("b")], NOW, offers=True).agent_id == "b"


def test_who_returned_it_where_work_is_given_is_passed_over_for_as_long_as_it_waits() -> None:
    entry = replace(ENTRY, declined=("a",))
    late = NOW + timedelta(days=9)
    decision = decide(work_of(entry, late), [agent("a")], late)
    assert (decision.outcome, decision.next_at) == (Outcome.WAITING, None)


@pytest.mark.parametrize(
    ("ending", "seconds", "reason", "said"),
    [
        (Ending.ACCEPTED, 1, "", "Ana accepted it after 1 second."),
        (Ending.DECLINED, 12, "", "Ana declined it after 12 seconds."),
        (Ending.DECLINED, 12, "Lunch", "Ana declined it after 12 seconds: Lunch."),
        (Ending.EXPIRED, 30, "no_answer", "Ana did not answer within 30 seconds."),
        (Ending.WITHDRAWN, 3, "resolved", "It is offered to Ana no longer: resolved."),
    ],
)
def test_the_end_of_an_offer_is_said_in_a_sentence(ending: Ending, seconds: int, reason: str, said: str) -> None:
    assert ending_sentence(OFFER, ending, NOW + seconds * SECOND, reason) == said
    told = {"kind": ending.value, "name": "Ana", "seconds": seconds, "reason": reason}
    assert ending_facts(OFFER, ending, NOW + seconds * SECOND, reason) == told


def test_a_queue_has_the_mode_that_is_set_for_it_or_that_of_all() -> None:
    policy = RoutingPolicy(mode=Mode.OFFER, modes={"team_1": Mode.DIRECT, FALLBACK: Mode.MANUAL})
    assert [policy.mode_of(name) for name in ("team_1", "team_2", FALLBACK)] == [Mode.DIRECT, Mode.OFFER, Mode.MANUAL]
    assert policy_from(policy_body(policy), 0) == policy
    # Documents of before there were offers.
    assert policy_from({"mode": "manual"}, 3) == RoutingPolicy(mode=Mode.MANUAL, version=3)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"mode": "auction"}, "mode"),
        ({"mode": []}, "mode"),
        ({"modes": []}, "modes"),
        ({"modes": {"team_1": "auction"}}, "modes.team_1"),
        ({"modes": {"team_1": {}}}, "modes.team_1"),
        ({"modes": {f"team_{number}": "offer" for number in range(1001)}}, "modes"),
        ({"offer_seconds": 4}, "offer_seconds"),
        ({"offer_seconds": 3601}, "offer_seconds"),
        ({"missed_offers": -1}, "missed_offers"),
        ({"missed_offers": 101}, "missed_offers"),
    ],
)
def test_a_policy_that_is_none_is_refused_by_name(body: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        policy_from(body, 0)
    assert refusal.value.field == field
