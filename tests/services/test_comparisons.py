"""Comparisons from roll-ups: what is read, refused and may be seen; and a small month with planted effects."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bench import numbers_month as simulated
from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.comparison import Verdict
from chalicelib.domain.comparison_strata import Sides
from chalicelib.domain.errors import InvalidInput, NotPermitted, ReportTooLarge
from chalicelib.domain.measure import Dimension
from chalicelib.domain.metrics import DEFINITIONS
from chalicelib.domain.rollup import Cells, Grain, Group, Grouping
from chalicelib.services.comparisons import CompareAsk, Comparisons, allowed
from chalicelib.services.numbers_ports import Standing

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 4, 20, 12, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 16), date(2026, 4, 12)
ASK = CompareAsk(("first_response",), Dimension.CHANNEL, FIRST, LAST)
D = Dimension


class Nothing:
    """Roll-ups that hold nothing, and note what is read of them."""

    def __init__(self, standing: Standing | None) -> None:
        self.kept = standing
        self.read_of: list[tuple[Any, ...]] = []

    def standing(self) -> Standing | None:
        return self.kept

    def read(
        self,
        grain: Grain,
        grouping: Grouping,
        group: Group | None,
        first: date,
        last: date,
        kinds: Collection[str] | None = None,
        standing: Standing | None = None,
    ) -> dict[tuple[str, Group], Cells]:
        assert standing is self.kept
        self.read_of.append((grain, grouping, first, last, set(kinds or ())))
        return {}


def desk(rollups: Any) -> Comparisons:
    return Comparisons(rollups, lambda: ZONE, DEFINITIONS)


def test_nothing_is_compared_before_anything_was_counted() -> None:
    rollups = Nothing(None)
    found = desk(rollups).answer(ASK, NOW)
    assert (found.as_of, found.found, found.zone) == (None, (), "Europe/Berlin")
    assert rollups.read_of == []


def test_a_period_is_read_week_by_week_and_only_what_is_asked_for() -> None:
    rollups = Nothing(Standing(NOW, ZONE.key))
    found = desk(rollups).answer(ASK, NOW)
    assert (found.as_of, found.found) == (NOW, ())
    assert len(rollups.read_of) == 8
    assert rollups.read_of[0] == (Grain.HOUR, (D.CHANNEL, D.LABEL), FIRST, date(2026, 3, 22), {"first_response"})
    assert rollups.read_of[1][1:] == ((D.CHANNEL,), FIRST, date(2026, 3, 22), {"first_response", "arrivals"})
    assert rollups.read_of[-1][3] == LAST


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"metrics": ("no_such",)}, "metrics"),
        ({"metrics": ()}, "metrics"),
        ({"metrics": ("arrivals",)}, "metrics"),
        ({"metrics": ("first_response", "first_response")}, "metrics"),
        ({"metrics": ("first_response", "handling", "one_touch", "resolution", "response")}, "metrics"),
        ({"last": date(2026, 3, 15)}, "last"),
        ({"last": date(2026, 4, 16)}, "last"),
        ({"first": date(1999, 1, 1)}, "first"),
        ({"against": "email"}, "of"),
        ({"of": "email", "against": "email"}, "against"),
        ({"of": "x" * 201}, "of"),
        ({"of": "email", "pairs": True}, "pairs"),
        ({"by": D.AGENT, "topics": ("refund",)}, "topics"),
        ({"topics": ("refund", "refund")}, "topics"),
        ({"topics": ("-",)}, "topics"),
        ({"topics": tuple(f"t{place}" for place in range(101))}, "topics"),
    ],
)
def test_what_cannot_be_asked_names_its_field(change: dict[str, Any], field: str) -> None:
    rollups = Nothing(Standing(NOW, ZONE.key))
    with pytest.raises(InvalidInput) as refused:
        desk(rollups).answer(replace(ASK, **change), NOW)
    assert refused.value.field == field
    assert rollups.read_of == []


def test_only_those_that_may_be_seen_are_compared() -> None:
    with pytest.raises(NotPermitted) as refused:
        desk(Nothing(None)).answer(replace(ASK, by=D.AGENT, of="agt_9"), NOW, {"agt_1"})
    assert refused.value.field == "of"


def agent(name: str, *teams: str) -> Agent:
    return Agent(name, name, f"{name}@example.com", Role.AGENT, NOW, teams)


def test_a_supervisor_of_teams_compares_those_and_the_agents_in_them() -> None:
    people = [agent("agt_1", "team_1"), agent("agt_2", "team_2"), agent("agt_3", "team_2", "team_1")]
    limits = {D.TEAM: ("team_1",)}
    assert allowed(D.TEAM, limits, lambda: people) == ("team_1",)
    assert allowed(D.AGENT, limits, lambda: people) == {"agt_1", "agt_3"}
    assert allowed(D.CHANNEL, {}, lambda: people) is None
    for by in (D.CHANNEL, D.LABEL, None):
        with pytest.raises(NotPermitted):
            allowed(by, limits, lambda: people)


PLANTED = simulated.Planted({"messenger": 1.7}, {"agt_007": -0.3}, {"agt_011": 2.0})


@pytest.fixture(scope="module")
def month() -> simulated.Month:
    return simulated.Month(simulated.month(5, 14, 4_000, PLANTED, days=7))


def asked(month: simulated.Month, ask: CompareAsk, within: Collection[str] | None = None) -> list[Any]:
    service = Comparisons(month, lambda: simulated.ZONE, DEFINITIONS)
    return list(service.answer(ask, simulated.NOW, within).found)


def test_all_that_is_planted_in_a_month_is_found_and_nothing_else(month: simulated.Month) -> None:
    found = simulated.look(month)
    assert found.missed(PLANTED) == []
    assert found.false(PLANTED) == []
    assert found.asked > 40


def test_the_plain_medians_of_channels_would_have_told_otherwise(month: simulated.Month) -> None:
    """What differs by topic and hour alone is as far apart as what was planted."""
    pairs = asked(month, simulated.ASKS[0])
    apart = [
        each.a.middle / each.b.middle
        for each in pairs
        if each.verdict is Verdict.NO_DIFFERENCE_SHOWN and "messenger" not in (each.sides.of, each.sides.against)
    ]
    assert len(apart) == 10
    assert min(apart) < 0.75 or max(apart) > 1.33


def test_labels_that_overlap_are_refused_until_topics_are_named(month: simulated.Month) -> None:
    with pytest.raises(InvalidInput) as refused:
        asked(month, replace(simulated.ASKS[0], topics=()))
    assert refused.value.field == "topics"
    with pytest.raises(InvalidInput, match="two of these"):
        asked(month, replace(simulated.ASKS[0], topics=(*simulated.TOPICS, "vip")))


def test_a_side_may_be_named_and_those_who_may_be_seen_are_compared_alone(month: simulated.Month) -> None:
    ask = replace(simulated.ASKS[1], metrics=("handling",))
    (one,) = asked(month, replace(ask, of="agt_011"))
    assert (one.sides, one.verdict, one.asked) == (Sides("agt_011"), Verdict.SLOWER, 1)
    (two,) = asked(month, replace(ask, by=D.TEAM, of="team_1", against="team_2"))
    assert two.sides == Sides("team_1", "team_2")
    few = asked(month, ask, {"agt_001", "agt_011"})
    assert [each.sides.of for each in few] == ["agt_001", "agt_011"]


def test_too_many_comparisons_at_once_are_refused(month: simulated.Month, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.services.comparisons.MAX_ASKED", 20)
    with pytest.raises(ReportTooLarge) as refused:
        asked(month, simulated.ASKS[1])
    assert refused.value.field == "by"


def test_where_nothing_is_planted_hardly_any_answer_calls_anything_different() -> None:
    """Of 12 answers fewer than one would by chance; three or more are one in fifty. The benchmark asks of more."""
    assert sum(simulated.families_wrong(seed, 5, 400, days=2) for seed in range(4)) <= 2
