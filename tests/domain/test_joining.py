"""Customers who move by themselves: what a new conversation goes on with, by brute force and case by case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.conversation import Conversation, Leg, Status
from chalicelib.domain.joining import (
    STRONG,
    SURE,
    Candidate,
    ResumePolicy,
    candidates,
    is_attested,
    judged,
    may_move,
    may_tell,
    strength_between,
)
from chalicelib.domain.person import Link, Person, link_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
POLICY = ResumePolicy()
ACTOR = ("system", None)
NAMES = ("con_a", "con_b", "con_c", "con_d", "con_e")


def link(one: str, other: str, strength: int) -> Link:
    return link_of(one, other, strength, ("email",), ACTOR, NOW)


def person(*links: Link) -> Person:
    members = sorted({end for each in links for end in each.ends}) or ["con_a"]
    return Person(members[0], tuple(members), links)


def case(name: str, channel: str, contact: str = "con_a", hours_ago: float = 0, **more: Any) -> Conversation:
    at = NOW - timedelta(hours=hours_ago)
    leg = Leg(f"leg_{name}", f"ibx_{channel}", channel, name, "msg_1", "msg_1", at)
    made = Conversation(
        id=f"cnv_{name}",
        contact_id=contact,
        contact_name="Bob",
        inbox_id=leg.inbox_id,
        channel=channel,
        active_leg_id=leg.id,
        opened_at=at,
        status_changed_at=at,
        last_activity_at=at,
        view_at=at,
        created_at=at,
        legs={leg.id: leg},
        waiting_since=at,
    )
    return replace(made, **more)


def looked_at(
    found: Conversation, *others: Conversation, who: Person | None = None, policy: ResumePolicy = POLICY
) -> Any:
    return candidates(found, others, who or person(), policy, NOW, lambda leg: leg.address == "public")


# --- how sure it is that two contacts are one ---------------------------------------------------------------------


def widest(who: Person, one: str, other: str) -> int:
    """Every path there is."""
    known: dict[Any, int] = {each.ends: each.strength for each in who.links}
    best = SURE if one == other else 0
    for length in range(len(who.members)):
        for between in permutations([each for each in who.members if each not in (one, other)], length):
            steps = [one, *between, other]
            pairs = [tuple(sorted(pair)) for pair in zip(steps, steps[1:], strict=False)]
            if all(pair in known for pair in pairs):
                best = max(best, min(known[pair] for pair in pairs))
    return best


@given(
    st.dictionaries(
        st.sampled_from([(one, other) for one in NAMES for other in NAMES if one < other]), st.integers(1, 100)
    ),
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
)
def test_strength_is_that_of_the_best_paths_weakest_link(
    strengths: dict[tuple[str, str], int], one: str, other: str
) -> None:
    links = tuple(link(*ends, strength) for ends, strength in strengths.items())
    who = Person(NAMES[0], NAMES, links)
    assert strength_between(who, one, other) == (SURE if one == other else widest(who, one, other))


# --- candidates ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours_ago", "over", "in_window", "kept"),
    [
        (71.9, False, True, True),
        (72.1, False, False, True),
        (30 * 24 + 1, False, False, False),
        (23.9, True, True, True),
        (24.1, True, False, True),
        (7 * 24 + 1, True, False, False),
    ],
)
def test_windows_are_those_of_the_rules(hours_ago: float, over: bool, in_window: bool, kept: bool) -> None:
    status: dict[str, Any] = {}
    if over:
        status = {"status": Status.RESOLVED, "resolved_at": NOW - timedelta(hours=hours_ago), "waiting_since": None}
    other = case("old", "email", hours_ago=hours_ago, **status)
    found = looked_at(case("new", "whatsapp"), other)
    assert [each.in_window for each in found] == ([in_window] if kept else [])


def test_nothing_is_a_candidate_that_is_newer_elsewhere_merged_public_or_on_the_same_leg() -> None:
    new = case("new", "whatsapp", hours_ago=1)
    newer = case("newer", "email")
    merged = case("merged", "email", hours_ago=2, merged_into="cnv_x")
    stranger = case("stranger", "email", "con_z", hours_ago=2)
    same_leg = replace(case("old", "whatsapp", hours_ago=2), legs=new.legs)
    public = case("public", "instagram", hours_ago=2)
    assert looked_at(new, newer, merged, stranger, same_leg, public, new) == ()


@given(st.permutations(range(5)), st.integers(0, 4))
def test_of_two_conversations_never_both_take_the_other(order: list[int], same: int) -> None:
    cases = [case(str(place), "email", hours_ago=1 if place < same else place) for place in order]
    for one in cases:
        for other in cases:
            mine, theirs = looked_at(one, other), looked_at(other, one)
            assert not (mine and theirs)
            assert one.id == other.id or mine or theirs or {*one.legs} & {*other.legs}


def test_the_last_one_spoken_in_comes_first() -> None:
    found = looked_at(case("new", "whatsapp"), case("a", "email", hours_ago=9), case("b", "sms", hours_ago=3))
    assert [each.conversation.id for each in found] == ["cnv_b", "cnv_a"]


# --- what becomes of it -------------------------------------------------------------------------------------------


def verdict(
    *known: Candidate, new: Conversation | None = None, attested: bool = True, may_ask: bool = True, **rules: Any
) -> Any:
    return judged(new or case("new", "whatsapp"), known, replace(POLICY, **rules), attested=attested, may_ask=may_ask)


def candidate(name: str = "old", strength: int = STRONG, *, in_window: bool = True, door: bool = False) -> Candidate:
    return Candidate(case(name, "email", hours_ago=5), strength, NOW, in_window, door)


def test_the_one_sure_case_in_the_window_is_joined() -> None:
    assert verdict(candidate()).join == candidate()
    assert verdict(candidate(), candidate("far", in_window=False)).join == candidate()


@pytest.mark.parametrize(
    ("known", "attested", "because"),
    [
        ((candidate(strength=STRONG - 1),), True, "unsure"),
        ((candidate(in_window=False),), True, "unsure"),
        ((candidate(), candidate("other")), True, "several"),
        ((candidate(door=True),), True, "unsure"),
        ((candidate(),), False, "unproven"),
    ],
)
def test_the_customer_is_asked_where_it_is_not_certain(
    known: tuple[Candidate, ...], attested: bool, because: str
) -> None:
    found = verdict(*known, attested=attested)
    assert (found.join, found.ask, found.because) == (None, known, because)
    silent = verdict(*known, attested=attested, may_ask=False)
    assert (silent.join, silent.ask) == (None, ())
    assert verdict(*known, attested=attested, ask=False).ask == ()


def test_nothing_happens_once_people_have_touched_it() -> None:
    new = case("new", "whatsapp")
    touched = [
        replace(new, first_response_at=NOW),
        replace(new, status=Status.PENDING),
        replace(new, merged_into="cnv_x"),
        replace(new, part=1),
        replace(new, episode=2),
        replace(new, absorbed=("cnv_y",)),
    ]
    assert may_move(new)
    for each in touched:
        assert not may_move(each)
        assert verdict(candidate(), new=each).join is None
    assert verdict(candidate(), enabled=False).because == "off"


def test_who_wrote_is_vouched_for_by_provider_site_or_mails_verdict() -> None:
    def leg(channel: str, address: str = "x") -> Leg:
        return Leg("leg_1", "ibx_1", channel, address, "msg_1", "msg_1")

    assert is_attested(leg("whatsapp"))
    assert is_attested(leg("web_chat", "user:7")) and not is_attested(leg("web_chat", "visitor:7"))
    assert is_attested(leg("email"), {"authentication": {"verified": True}})
    unproven: list[dict[str, Any]] = [
        {},
        {"authentication": {"verified": False}},
        {"authentication": "yes"},
        {"authentication": {}},
    ]
    for content in unproven:
        assert not is_attested(leg("email"), content)
    assert not is_attested(leg("a_channel_to_come"))


def test_what_a_case_is_about_is_told_only_to_whom_it_certainly_is_of() -> None:
    assert may_tell(candidate(), attested=True)
    assert not may_tell(candidate(), attested=False)
    assert not may_tell(candidate(strength=STRONG - 1), attested=True)
