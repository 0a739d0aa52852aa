"""Which leg is the best, and which may not be used: the same answer each time, and a reason for each point."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.consent import ConsentState, ConsentWord, Purpose
from chalicelib.domain.contact import DoNotContact
from chalicelib.domain.conversation import Reach
from chalicelib.domain.leg_choice import BASE, judged, ranked
from chalicelib.domain.leg_choice_policy import Cost, LegPolicy, Need, quiet_until
from chalicelib.domain.leg_choice_values import Candidate, Choice, Customer, Place, Proof

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
POLICY = LegPolicy()
CHANNELS = ("whatsapp", "sms", "email", "web_chat")


def leg(name: str = "a", channel: str = "sms", **more: Any) -> Candidate:
    place, proof = more.pop("place", Place.LEG), more.pop("proof", Proof.WRITTEN)
    return Candidate(f"leg_{name}", f"ibx_{name}", "Ours", channel, "+49170", "con_1", place, proof, **more)


def judge(candidate: Candidate, purpose: Purpose = Purpose.SERVICE, **known: Any) -> Choice:
    return judged(candidate, Customer(**known), POLICY, purpose, NOW)


def codes(choice: Choice) -> list[str]:
    return [obstacle.code for obstacle in choice.refusals]


def points(choice: Choice) -> dict[str, int]:
    return {reason.code: reason.points for reason in choice.reasons}


def word(state: ConsentState, at: datetime = NOW, channel: str = "sms", purpose: Purpose = Purpose.SERVICE) -> Any:
    return (ConsentWord(channel, purpose, state, at, "agent"),)


times = st.none() | st.integers(0, 3 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes))
candidates = st.builds(
    Candidate,
    leg_id=st.text("abc", min_size=1, max_size=3).map(lambda name: f"leg_{name}"),
    inbox_id=st.just("ibx_a"),
    inbox_name=st.just("Ours"),
    channel=st.sampled_from(CHANNELS),
    address=st.just("+49170"),
    contact_id=st.just("con_1"),
    place=st.sampled_from(Place),
    proof=st.sampled_from(Proof),
    enabled=st.booleans(),
    written_here=st.booleans(),
    last_inbound_at=times,
    window_open=st.booleans(),
    window_closes_at=st.none() | st.integers(-60, 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    by_template=st.booleans(),
    misfit=st.none() | st.just("It is too long."),
    cost=st.sampled_from(Cost),
    reach=st.none() | st.builds(Reach, st.booleans(), st.just("bounced"), st.just(NOW)),
    elsewhere=st.none() | st.just("cnv_2"),
    public=st.booleans(),
    foreign=st.booleans(),
)
words = st.lists(
    st.builds(
        ConsentWord,
        st.sampled_from((*CHANNELS, "any")),
        st.sampled_from(Purpose),
        st.sampled_from(ConsentState),
        times.filter(bool),
        st.just("agent"),
    ),
    max_size=4,
).map(tuple)
customers = st.builds(
    Customer,
    consents=words,
    do_not_contact=st.none() | st.builds(DoNotContact, st.just("asked"), st.just("agt_1"), times.filter(bool)),
    preferred=st.none() | st.sampled_from(CHANNELS),
    learned=st.none() | st.tuples(st.sampled_from(CHANNELS), st.integers(0, 9)),
    time_zone=st.none() | st.sampled_from(("Europe/Berlin", "Asia/Tokyo", "America/Lima")),
    hours=st.none() | st.just({0: ((540, 1020),)}),
    last_inbound_at=times,
)
policies = st.builds(
    LegPolicy,
    quiet_from=st.integers(0, 1439),
    quiet_to=st.integers(0, 1439),
    quiet_strict=st.booleans(),
    time_zone=st.none() | st.just("UTC"),
    needs=st.dictionaries(
        st.tuples(st.sampled_from(Purpose), st.sampled_from((*CHANNELS, "any"))), st.sampled_from(Need), max_size=3
    ),
)


@given(st.lists(candidates, max_size=6), customers, policies, st.sampled_from(Purpose), st.randoms())
def test_the_order_is_the_same_in_whatever_order_legs_are_found(
    found: list[Candidate], customer: Customer, policy: LegPolicy, purpose: Purpose, chance: Any
) -> None:
    found = list({each.leg_id: each for each in found}.values())
    first = ranked(found, customer, policy, purpose, NOW)
    chance.shuffle(found)
    assert ranked(found, customer, policy, purpose, NOW) == first
    usable = [each.usable for each in first]
    assert usable == sorted(usable, reverse=True)
    for each in first:
        assert 0 <= each.score <= 100
        assert each.score == min(max(BASE + sum(reason.points for reason in each.reasons), 0), 100)
        spoken = [(one.code, one.said) for one in each.reasons] + [(one.code, one.said) for one in each.refusals]
        assert all(code and sentence.endswith(".") for code, sentence in spoken)
        assert len({one.code for one in each.refusals}) == len(each.refusals)


@given(candidates, customers, policies, st.sampled_from(Purpose))
def test_nothing_unproven_is_usable_without_a_yes_or_a_letter_from_there(
    candidate: Candidate, customer: Customer, policy: LegPolicy, purpose: Purpose
) -> None:
    strict = replace(policy, needs={})
    found = judged(replace(candidate, proof=Proof.TYPED, written_here=False), customer, strict, purpose, NOW)
    granted = any(one.state is ConsentState.GRANTED and one.purpose is purpose for one in customer.consents)
    assert not (found.usable and not granted)


@given(candidates, customers, policies, st.sampled_from(Purpose))
def test_what_stands_against_a_leg_is_never_made_up_by_points(
    candidate: Candidate, customer: Customer, policy: LegPolicy, purpose: Purpose
) -> None:
    found = judged(candidate, customer, policy, purpose, NOW)
    for broken, code in (
        ({"enabled": False}, "inbox_disabled"),
        ({"window_open": False}, "window_closed"),
        ({"foreign": True}, "other_customer"),
        ({"elsewhere": "cnv_9"}, "leads_elsewhere"),
        ({"misfit": "Too long."}, "unfit"),
        ({"reach": Reach(False, "opted_out", NOW)}, "unreachable"),
    ):
        worse = judged(replace(candidate, **broken), customer, policy, purpose, NOW)
        assert code in codes(worse) and not worse.usable
        assert set(codes(found)) <= set(codes(worse))


def test_who_has_written_there_may_be_answered_whatever_else_is_known() -> None:
    wrote = leg(written_here=True, last_inbound_at=NOW - timedelta(hours=1), proof=Proof.TYPED)
    assert judge(wrote).usable
    earlier = DoNotContact("asked", "agt_1", NOW - timedelta(hours=2))
    assert judge(wrote, do_not_contact=earlier).usable
    assert codes(judge(wrote, do_not_contact=replace(earlier, at=NOW))) == ["do_not_contact"]
    assert codes(judge(wrote, consents=word(ConsentState.WITHDRAWN))) == ["consent_withdrawn"]
    assert judge(wrote, consents=word(ConsentState.WITHDRAWN, NOW - timedelta(hours=2))).usable
    assert codes(judge(wrote, Purpose.MARKETING)) == ["consent_missing"]


@pytest.mark.parametrize(
    ("need", "proven", "granted", "code"),
    [
        (Need.NOTHING, False, False, None),
        (Need.PROOF, False, True, "identity_unproven"),
        (Need.PROOF, True, False, None),
        (Need.CONSENT, True, False, "consent_missing"),
        (Need.CONSENT, False, True, None),
        (Need.PROOF_OR_CONSENT, False, False, "identity_unproven"),
        (Need.PROOF_OR_CONSENT, False, True, None),
        (Need.PROOF_AND_CONSENT, False, True, "identity_unproven"),
        (Need.PROOF_AND_CONSENT, True, False, "consent_missing"),
        (Need.PROOF_AND_CONSENT, True, True, None),
    ],
)
def test_the_policy_says_what_it_takes(need: Need, proven: bool, granted: bool, code: str | None) -> None:
    policy = replace(POLICY, needs={(Purpose.SERVICE, "sms"): need, (Purpose.SERVICE, "any"): Need.NOTHING})
    customer = Customer(consents=word(ConsentState.GRANTED) if granted else ())
    new = leg(place=Place.NEW, proof=Proof.CODE if proven else Proof.TYPED)
    assert codes(judged(new, customer, policy, Purpose.SERVICE, NOW)) == ([code] if code else [])
    assert judged(replace(new, channel="email"), Customer(), policy, Purpose.SERVICE, NOW).usable


def test_each_thing_that_is_known_moves_the_score() -> None:
    plain = leg(channel="web_chat")
    assert points(judge(plain)) == {"leg": 6, "written": 12, "free": 0}
    assert points(judge(plain, preferred="web_chat"))["preferred"] == 20
    assert "habit" not in points(judge(plain, learned=("web_chat", 2)))
    assert points(judge(plain, learned=("web_chat", 3)))["habit"] == 8
    assert "habit" not in points(judge(plain, learned=("web_chat", 9), preferred="sms"))
    soon = replace(plain, window_closes_at=NOW + timedelta(minutes=9))
    assert points(judge(soon))["window_closes_soon"] == -6
    assert points(judge(replace(plain, last_inbound_at=NOW - timedelta(minutes=5))))["there_now"] == 15
    assert points(judge(leg(cost=Cost.CHARGED)))["charged"] == -8


def test_quiet_time_is_by_the_customers_clock_and_not_for_who_is_awake() -> None:
    night: dict[str, Any] = {"time_zone": "Asia/Tokyo"}  # 21:00 there
    assert points(judge(leg(), **night))["quiet_hours"] == -25
    assert "quiet_hours" not in points(judge(leg(), **night, last_inbound_at=NOW - timedelta(minutes=30)))
    assert "quiet_hours" not in points(judge(leg(channel="email"), **night))
    strict = judged(leg(), Customer(**night), replace(POLICY, quiet_strict=True), Purpose.SERVICE, NOW)
    assert codes(strict) == ["quiet_hours"]
    (until,) = [one.facts["until"] for one in strict.refusals]
    assert until > NOW and [one.facts for one in strict.reasons if one.code == "quiet_hours"] == [{"until": until}]
    gone = judge(leg(reach=Reach(False, "opted_out", NOW, "They said STOP.")))
    assert [(one.said, one.facts) for one in gone.refusals] == [("They said STOP.", {"reason": "opted_out"})]


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 365 * 1440))
def test_quiet_time_ends_when_the_clock_says_so(start: int, end: int, at: int) -> None:
    policy, now = LegPolicy(quiet_from=start, quiet_to=end), NOW + timedelta(minutes=at, seconds=30)
    until = quiet_until(policy, "UTC", now)
    minute = now.hour * 60 + now.minute
    inside = start <= minute < end if start <= end else minute >= start or minute < end
    assert (until is not None) == inside
    if until is not None:
        assert until > now - timedelta(minutes=1) and until - now <= timedelta(days=1)
        assert until.hour * 60 + until.minute == end
