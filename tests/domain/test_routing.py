"""The decision who gets a conversation: fair, explained, and the same whatever the order of looking."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.capacity import Capacity, free_units, share_free
from chalicelib.domain.priority import PriorityRule, effective_at, score
from chalicelib.domain.routing import decide, weight_for
from chalicelib.domain.routing_values import Candidate, Outcome, Reason, Work
from chalicelib.domain.skills import Asked, Requirements, Step, asked_at, missing

NOW = datetime(2026, 8, 1, 10, tzinfo=UTC)
SKILLS = ("lang:de", "lang:yue", "refunds")
skills = st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 5))


@st.composite
def candidates(draw: st.DrawFn, number: int) -> Candidate:
    units = draw(st.integers(1, 12))
    available = draw(st.booleans())
    return Candidate(
        agent_id=f"agt_{number}",
        name=f"Agent {number}",
        team_ids=draw(st.sampled_from((("team_1",), ("team_2",), ("team_1", "team_2")))),
        available=available,
        because="online" if available else "away",
        used=draw(st.integers(0, 14)),
        capacity=Capacity(units, draw(st.integers(0, 2))),
        skills=draw(skills),
        idle_since=NOW - timedelta(seconds=draw(st.integers(0, 600))),
    )


@st.composite
def situations(draw: st.DrawFn) -> tuple[Work, list[Candidate]]:
    agents = [draw(candidates(number)) for number in range(draw(st.integers(0, 6)))]
    ids = [agent.agent_id for agent in agents] or ["agt_0"]
    asked = Asked(draw(skills), ("team_1",), 0, (), draw(st.none() | st.just(NOW + timedelta(seconds=30))))
    work = Work(
        "cnv_1",
        draw(st.sampled_from(("web_chat", "whatsapp", "email"))),
        asked,
        NOW - timedelta(seconds=60),
        sticky_id=draw(st.none() | st.sampled_from(ids)),
        sticky_until=draw(st.none() | st.just(NOW + timedelta(seconds=20)) | st.just(NOW - timedelta(seconds=20))),
        declined=frozenset(draw(st.sets(st.sampled_from(ids), max_size=2))),
        ask_again_at=draw(st.none() | st.just(NOW + timedelta(seconds=40))),
    )
    return work, agents


@settings(max_examples=400, deadline=None)
@given(situations(), st.randoms(use_true_random=False))
def test_a_decision_is_right_and_explained(situation: tuple[Work, list[Candidate]], chance: random.Random) -> None:
    work, agents = situation
    decision = decide(work, agents, NOW)
    shuffled = list(agents)
    chance.shuffle(shuffled)
    assert decide(work, shuffled, NOW) == decision
    assert decision.sentence.endswith(".")
    by_id = {agent.agent_id: agent for agent in agents}
    named = {each.agent_id for each in decision.weighed} | {each.agent_id for each in decision.skipped}
    assert named == set(by_id)
    able = [by_id[each.agent_id] for each in decision.weighed]
    for agent in able:
        assert agent.available and agent.agent_id not in work.declined
        assert not missing(work.asked.required, agent.skills)
        assert free_units(agent.capacity, agent.used) >= weight_for(work, agent)
    if decision.outcome is Outcome.WAITING:
        # Nobody waits while somebody could take it, save for the customer's own agent.
        assert not able or decision.next_at == min(
            at for at in (work.sticky_until, work.asked.next_at, work.ask_again_at) if at is not None
        )
        return
    chosen = by_id[decision.agent_id or ""]
    assert chosen.used + weight_for(work, chosen) <= chosen.capacity.units
    assert chosen.available
    if not decision.sticky:
        assert share_free(chosen.capacity, chosen.used) == max(share_free(a.capacity, a.used) for a in able)


def test_one_of_two_free_is_more_than_two_of_ten() -> None:
    small = candidate("a", used=1, units=2)
    large = candidate("b", used=8, units=10)
    assert decide(work("email"), [small, large], NOW).agent_id == "a"


def test_who_has_been_idle_for_longest_comes_first_among_equals() -> None:
    agents = [candidate("a", idle=10), candidate("b", idle=30), candidate("c", idle=20)]
    decision = decide(work(), agents, NOW)
    assert [each.agent_id for each in decision.weighed] == ["b", "c", "a"]
    assert decision.sentence == "B gets it: 100 % of their capacity is free, the most of 3 who could take it."
    assert decision.facts == {"kind": "free", "name": "B", "percent": 100, "able": 3}


def test_the_customers_own_agent_may_use_the_reserve_and_is_waited_for_until_the_budget_is_spent() -> None:
    own, other = candidate("own", used=9, units=10, reserve=1), candidate("other")
    back = replace(work("email"), sticky_id="own", sticky_until=NOW + timedelta(seconds=30))
    assert decide(back, [own, other], NOW).agent_id == "own"
    busy = replace(own, used=10)
    waiting = decide(back, [busy, other], NOW)
    assert (waiting.outcome, waiting.next_at) == (Outcome.WAITING, back.sticky_until)
    assert waiting.sentence == "It waits for Own, who knows the customer and is busy now."
    assert waiting.facts == {"kind": "own_busy", "name": "Own"}
    assert decide(back, [busy, other], NOW + timedelta(seconds=30)).agent_id == "other"
    assert decide(back, [replace(busy, available=False), other], NOW).agent_id == "other"


def test_why_nobody_gets_it_is_said() -> None:
    agents = [
        candidate("a", used=10),
        candidate("b", available=False),
        candidate("c", skills={"lang:de": 2}),
        candidate("d", team="team_9"),
    ]
    asked = replace(work().asked, required={"lang:de": 3})
    agents = [replace(agent, skills=agent.skills or {"lang:de": 5}) for agent in agents]
    decision = decide(replace(work(), asked=asked), agents, NOW)
    assert {each.agent_id: each.reason for each in decision.skipped} == {
        "a": Reason.FULL,
        "b": Reason.UNAVAILABLE,
        "c": Reason.LACKS_SKILL,
        "d": Reason.OTHER_TEAM,
    }
    assert decision.sentence == ("It waits: 1 with no room, 1 without the skills, 1 not available, 1 of another team.")
    passed = {"full": 1, "lacks_skill": 1, "unavailable": 1, "other_team": 1}
    assert decision.facts == {"kind": "nobody", "passed": passed}


def test_facts_of_a_sentence_count_all_though_the_lists_are_cut() -> None:
    agents = [candidate(f"a{n}", available=False) for n in range(25)]
    decision = decide(work(), agents, NOW)
    assert (len(decision.skipped), decision.facts["passed"]) == (20, {"unavailable": 25})
    assert decide(work(), [candidate(f"a{n}") for n in range(25)], NOW).facts["able"] == 25
    assert decide(work(), [], NOW).facts == {"kind": "no_agents"}


def test_requirements_relax_step_by_step() -> None:
    wanted = Requirements(
        {"lang:yue": 4, "refunds": 2},
        (Step(30, {"lang:yue": 2}), Step(60, {"refunds": 0}), Step(90, overflow_team_id="team_2")),
    )
    seen = [asked_at(wanted, "team_1", NOW, NOW + timedelta(seconds=wait)) for wait in (0, 30, 61, 500)]
    assert [dict(asked.required) for asked in seen] == [
        {"lang:yue": 4, "refunds": 2},
        {"lang:yue": 2, "refunds": 2},
        {"lang:yue": 2},
        {"lang:yue": 2},
    ]
    assert [asked.team_ids for asked in seen][2:] == [("team_1",), ("team_1", "team_2")]
    assert [asked.relaxed for asked in seen][1:3] == [("lang:yue",), ("lang:yue", "refunds")]
    assert [asked.next_at for asked in seen] == [
        NOW + timedelta(seconds=30),
        NOW + timedelta(seconds=60),
        NOW + timedelta(seconds=90),
        None,
    ]


def test_points_are_minutes_of_waiting_and_are_explained() -> None:
    rules = [
        PriorityRule("VIP", 60, {"field": "contact.tier", "is": "vip"}),
        PriorityRule("Complaint", 20, {"field": "text", "contains_any": ["refund", "complaint"]}),
    ]
    found = score(rules, {"contact.tier": "VIP", "text": "I want a REFUND"})
    assert (found.points, [part.name for part in found.contributions]) == (80, ["VIP", "Complaint"])
    vip_now = effective_at(NOW, found.points)
    assert vip_now < effective_at(NOW - timedelta(minutes=79), 0)
    assert vip_now > effective_at(NOW - timedelta(minutes=81), 0)


def candidate(
    name: str,
    *,
    used: int = 0,
    units: int = 10,
    reserve: int = 0,
    idle: int = 0,
    available: bool = True,
    team: str = "team_1",
    skills: dict[str, int] | None = None,
) -> Candidate:
    return Candidate(
        agent_id=name,
        name=name.capitalize(),
        team_ids=(team,),
        available=available,
        because="online" if available else "away",
        used=used,
        capacity=Capacity(units, reserve),
        skills=skills or {},
        idle_since=NOW - timedelta(seconds=idle),
    )


def work(channel: str = "whatsapp") -> Work:
    return Work("cnv_1", channel, Asked({}, ("team_1",), 0, (), None), NOW)
