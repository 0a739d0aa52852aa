"""A day run again: the same decisions byte by byte, the product's own decisions, and what other rules would change."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import days, pickers, routing_day
from chalicelib.domain.capacity import Capacity
from chalicelib.domain.conversation import Status
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.presence import Intent
from chalicelib.domain.routing_policy import Mode, RoutingPolicy
from chalicelib.domain.routing_values import Decision
from chalicelib.services.documents import policy_body
from chalicelib.services.recording import Recording, arrival_of, decision_line, lines, read
from chalicelib.services.replay import Arrival, Picker, Replayed, Staff, replay
from chalicelib.services.replay_figures import Pace, differences, gini, measures, percentile
from tests.services.test_routing import Floor

START = days.MORNING
STAFF = (Staff("agt_a", "Ana", ("team_support",), ((START, START + timedelta(hours=8)),), Capacity(5, 1)),)


def arrival(number: int, *, after: int = 0, seconds: int = 300, **facts: object) -> Arrival:
    known = {"channel": "whatsapp", "team_id": "team_support", "priority": "normal"}
    return Arrival(f"cnv_{number:06d}", START + timedelta(seconds=after), {**known, **facts}, seconds)


def texts(decisions: Sequence[Decision]) -> list[str]:
    return [decision_line(decision) for decision in decisions]


def run(made: Recording) -> Replayed:
    return replay(days.POLICY, made.staff, made.arrivals)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), agents=st.integers(1, 12), conversations=st.integers(0, 150))
def test_the_recorded_past_gives_every_decision_again_byte_by_byte(seed: int, agents: int, conversations: int) -> None:
    made = days.day(seed, agents, conversations)
    first = run(made)
    recorded = read(lines(replace(made, decisions=first.decisions)))
    assert recorded == replace(made, decisions=first.decisions)
    again = run(recorded)
    assert texts(again.decisions) == texts(recorded.decisions)
    assert again == first
    assert differences(recorded.decisions, again.decisions) == []
    shuffled = run(replace(recorded, arrivals=recorded.arrivals[::-1], staff=recorded.staff[::-1]))
    assert texts(shuffled.decisions) == texts(first.decisions)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), agents=st.integers(1, 8), conversations=st.integers(1, 120))
def test_nobody_holds_more_than_they_can_on_any_day(seed: int, agents: int, conversations: int) -> None:
    made = days.day(seed, agents, conversations)
    units = {each.agent_id: each.capacity.units for each in made.staff}
    weights = {"web_chat": 3, "whatsapp": 2, "messenger": 2, "email": 1}
    day = run(made)
    moves = []
    for each in day.served:
        if each.agent_id is not None and each.given_at is not None:
            weight = weights[each.arrival.facts["channel"]]
            end = each.given_at + timedelta(seconds=each.arrival.handling_seconds)
            moves += [(each.given_at, 1, each.agent_id, weight), (end, 0, each.agent_id, -weight)]
    held = dict.fromkeys(units, 0)
    for _at, _order, agent_id, weight in sorted(moves):
        held[agent_id] += weight
        assert held[agent_id] <= units[agent_id]
    assert len(day.served) + day.merged == conversations


@dataclass(frozen=True)
class DayRules:
    teams: frozenset[str]

    def policy(self) -> RoutingPolicy:
        return days.POLICY

    def team_ids(self, wanted: str | None = None) -> frozenset[str]:
        return self.teams

    def hours(self, hours_id: str) -> None:
        return None


class Product:
    """The same day through the real service over its store."""

    def __init__(self, made: Recording) -> None:
        self.floor = Floor()
        rules = DayRules(frozenset(team for each in made.staff for team in each.team_ids))
        self.floor.routing = replace(self.floor.routing, rules=rules)
        self.floor.now = START - timedelta(seconds=1)
        for each in made.staff:
            self.floor.agent(each.agent_id, each.capacity.units, each.team_ids, dict(each.skills))
            known = self.floor.workload(each.agent_id)
            named = replace(known, name=each.name, version=known.version + 1)
            self.floor.store.put_workload(named, known.version, None)
            self.floor.choose(each.agent_id, Intent.ONLINE)

    def ends(self, conversation_id: str) -> None:
        self.floor.moves(conversation_id, Status.RESOLVED)

    def arrives(self, one: Arrival) -> None:
        if one.facts["episode"] > 1:
            self.floor.moves(one.conversation_id, Status.OPEN)
        else:
            team, german = one.facts["team_id"], one.facts["contact.language"] == "de"
            self.floor.opens(one.conversation_id, channel=one.facts["channel"], team=team, german=german)


def small_day(seed: int) -> Recording:
    """What the service's floor of these tests knows of customers: German or English, no tiers; nobody goes home."""
    made = days.day(seed, 5, 70)
    staff = tuple(replace(each, shifts=((START, START + timedelta(days=8)),)) for each in made.staff)
    staff = tuple(replace(each, capacity=Capacity(each.capacity.units, 1)) for each in staff)
    arrivals = []
    for each in made.arrivals:
        german = each.facts["contact.language"] == "de"
        facts = {**each.facts, "contact.language": "de" if german else "en", "contact.tier": None}
        at = START + (each.at - START) / 12
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        arrivals.append(replace(each, at=at, facts={name: value for name, value in facts.items() if value is not None}))
    return Recording(staff, tuple(arrivals))


@pytest.mark.parametrize("seed", range(6))
def test_the_simulated_floor_decides_as_the_service_does(seed: int) -> None:
    made = small_day(seed)
    day = replay(days.POLICY, made.staff, made.arrivals)
    product = Product(made)
    # What happened from outside, in order: who came, and when each was done.
    outside = [(each.arrival.at, 1, each.arrival.conversation_id, each) for each in day.served]
    for each in day.served:
        assert each.given_at is not None
        done = each.given_at + timedelta(seconds=each.arrival.handling_seconds)
        outside.append((done, 0, each.arrival.conversation_id, each))
    for at, comes, name, each in sorted(outside, key=lambda one: one[:3]):
        _passes(product.floor, at)
        if comes:
            product.arrives(each.arrival)
        else:
            product.ends(name)
    told = {}
    for name in {each.arrival.conversation_id for each in day.served}:
        told[name] = texts(product.floor.store.decisions(name, 100)[::-1])
    simulated: dict[str, list[str]] = {}
    for decision in day.decisions:
        simulated.setdefault(decision.conversation_id, []).append(decision_line(decision))
    assert told == simulated
    assert len(day.decisions) > len(day.served)


def _passes(floor: Floor, at: datetime) -> None:
    """To the millisecond."""
    floor.passes((at - floor.now) / timedelta(seconds=1))  # type: ignore[arg-type]
    assert floor.now == at


def test_what_another_policy_would_change_is_listed() -> None:
    made = days.day(3, 10, 400)
    before = run(made)
    draft = replace(days.POLICY, sticky_seconds=0, version=2)
    after = replay(draft, made.staff, made.arrivals)
    found = differences(before.decisions, after.decisions)
    then = {each.conversation_id for each in found}
    assert 0 < len(then) < 400
    # Given out by one run and not by the other, or to somebody else, or at another time: and nothing else is listed.
    assert all(each.then != each.now for each in found)
    same = [each for each in before.served if each.arrival.conversation_id not in then]
    twins = {(each.arrival.conversation_id, each.arrival.at): each for each in after.served}
    for each in same:
        twin = twins[each.arrival.conversation_id, each.arrival.at]
        assert (twin.agent_id, twin.given_at) == (each.agent_id, each.given_at)
    assert all(decision.rules_version == 2 for decision in after.decisions)


def test_a_returning_customer_finds_their_agent_though_another_has_more_room() -> None:
    ben = replace(STAFF[0], agent_id="agt_b", name="Ben")
    made = (arrival(1, seconds=60), arrival(2, after=30, seconds=3000), arrival(1, after=600))
    day = replay(days.POLICY, (*STAFF, ben), made)
    first, _second, again = day.served
    assert again.own_agent_id == first.agent_id == again.agent_id
    assert [decision.sticky for decision in day.decisions] == [False, False, True]
    known = replay(days.POLICY, (*STAFF, ben), [replace(arrival(9), own_agent_id="agt_b")])
    assert known.served[0].agent_id == "agt_b"


def test_what_waits_is_given_when_somebody_is_done_and_who_writes_meanwhile_is_no_new_arrival() -> None:
    made = [arrival(number, after=number, seconds=100) for number in range(4)]
    day = replay(days.POLICY, STAFF, [*made, arrival(3, after=20)])
    assert [each.waited_seconds(day.ended_at) for each in day.served] == [0, 0, 98, 98]
    assert day.merged == 1
    found = measures(day, Pace(first_seconds=10, each_seconds=30))
    assert (found.arrived, found.given, found.wait_p50, found.wait_p99) == (4, 4, 0, 98)
    assert (found.within_15, found.in_response) == (0.5, 0.5)
    assert found.load_min == found.load_max == 4 * 2 * 100 / (8 * 3600 * 5)


def test_nobody_is_given_anything_outside_their_shift() -> None:
    day = replay(days.POLICY, STAFF, [arrival(1, after=-60), arrival(2, after=9 * 3600)])
    assert [each.given_at for each in day.served] == [START, None]
    assert measures(day).given == 1


def test_manual_rules_decide_nothing_to_replay() -> None:
    with pytest.raises(InvalidInput) as refused:
        replay(replace(days.POLICY, mode=Mode.MANUAL), STAFF, [])
    assert refused.value.field == "mode"
    with pytest.raises(InvalidInput):
        replay(days.POLICY, (*STAFF, *STAFF), [])


@pytest.mark.parametrize("pick", [pickers.round_robin(), pickers.least_count(), pickers.random_available(1)])
def test_other_pickers_give_only_to_who_could_take_it(pick: Picker) -> None:
    made, rules = pickers.plain(days.day(4, 8, 300), days.POLICY)
    skills = {each.agent_id: each.skills for each in made.staff}
    day = replay(rules, made.staff, made.arrivals, pick)
    assert sum(each.agent_id is not None for each in day.served) > 250
    for each in day.served:
        language = each.arrival.facts["contact.language"]
        if language != "en" and each.agent_id is not None and each.waited_seconds(day.ended_at) < 120:
            assert skills[each.agent_id].get(f"lang:{language}", 0) >= 3


def test_an_entry_of_the_queue_is_an_arrival_of_the_record() -> None:
    here = Floor()
    here.agent("ana", 5, ("team_1",), {})
    here.opens("cnv_0001")
    entry = here.store.entry("cnv_0001")
    assert entry is not None
    made = arrival_of(entry, 90)
    assert (made.conversation_id, made.at, made.handling_seconds) == ("cnv_0001", here.now, 90)
    assert made.facts["team_id"] == "team_1"
    assert read(lines(Recording(STAFF, (made,)))) == Recording(STAFF, (made,))


GOOD = next(lines(Recording(arrivals=(arrival(1),))))


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("nothing", "line 2"),
        ("[]", "line 2"),
        ("[" * 100_000, "line 2"),
        ('{"kind": "other"}', "line 2.kind"),
        ('{"kind": ["agent"]}', "line 2.kind"),
        ('{"kind": "arrival"}', "line 2.facts"),
        (GOOD.replace("+00:00", ""), "line 2"),
        (GOOD.replace("300", "-1"), "line 2"),
        (GOOD.replace("300", "true"), "line 2"),
        (GOOD.replace("300", "9999999"), "line 2"),
        (GOOD.replace('"whatsapp"', "7"), "line 2"),
        (GOOD.replace('"normal"', '"soon"'), "line 2"),
        ('{"kind": "agent", "id": "a", "team_ids": "x", "shifts": []}', "line 2"),
        ('{"kind": "agent", "id": "a", "team_ids": [], "shifts": [1]}', "line 2"),
        ('{"kind": "agent", "id": "a", "team_ids": [], "shifts": [], "weights": {"x": 1}}', "line 2"),
    ],
)
def test_a_line_that_is_none_is_named(line: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read([GOOD, line])
    assert refused.value.field == field


def test_figures_of_known_lists() -> None:
    assert [percentile([1, 2, 3, 4], share) for share in (0, 50, 75, 99)] == [1, 2, 3, 4]
    assert percentile([], 50) == 0
    assert gini([3, 3, 3]) == pytest.approx(0)
    assert gini([0, 0, 0, 1]) == pytest.approx(0.75)
    assert gini([0, 0]) == 0


def test_the_command_records_a_day_and_finds_nothing_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, draft = tmp_path / "day.jsonl", tmp_path / "draft.json"
    assert routing_day.main(["--agents", "6", "--conversations", "80", "--record", str(out)]) == 0
    assert "P90" in capsys.readouterr().out
    draft.write_text(json.dumps({**policy_body(days.POLICY), "sticky_seconds": 0}))
    assert routing_day.main(["--arrivals", str(out), "--rules", str(draft)]) == 0
    said = capsys.readouterr().out
    assert "0 conversations: differs from what was recorded" in said
    assert "draft" in said.splitlines()[0]
    draft.write_text('{"mode": "none"}')
    with pytest.raises(SystemExit) as refused:
        routing_day.main(["--arrivals", str(out), "--rules", str(draft)])
    assert refused.value.code == 2
    assert "mode" in capsys.readouterr().err
