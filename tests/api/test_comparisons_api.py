"""Comparisons, benchmarks and targets by API, over roll-ups that were really made."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.domain.agent import Team
from chalicelib.domain.measure import Dims, Measure, Slice
from chalicelib.wiring import api as wiring
from tests.api.desk import AGENTS, Desk
from tests.api.test_reports_api import put, run

NOW = datetime.now(UTC).replace(microsecond=0)
TEAM = "team_c0mp"
DAYS = 12


@pytest.fixture(scope="module", autouse=True)
def counted(desk: Desk) -> Iterator[None]:
    """Each day at one hour: an agent who takes three times as long as their colleague, on the same channel."""
    wiring.teams().put(Team(TEAM, "Second line", NOW))
    for role in ("supervisor", "agent"):
        held = wiring.agents().get(AGENTS[role])
        assert held is not None
        wiring.agents().replace(replace(held, team_ids=(TEAM,), version=held.version + 1), held.version)
    chance, slices = random.Random(6), []
    for day in range(1, DAYS + 1):
        hour = (NOW - timedelta(days=day)).replace(hour=9, minute=0, second=0)
        for place in range(24):
            agent, factor = (("agent", 3), ("supervisor", 1))[place % 2]
            dims = Dims("whatsapp", team=TEAM, agent=AGENTS[agent])
            value = round(chance.lognormvariate(11, 0.5) * factor)
            kept = (
                Measure("arrivals", hour, 1, dims=dims),
                Measure("first_response", hour + timedelta(minutes=1), 1, 0, value, value, dims=dims),
            )
            slices.append(Slice(f"cnv_{day:02d}{place:02d}", hour, 1, hour, kept))
    put(slices)
    run(NOW - timedelta(minutes=10))
    yield


def ask(desk: Desk, path: str, role: str = "supervisor", **given: Any) -> Any:
    return desk.call("GET", f"{path}?{urlencode(given)}", role=role)


def test_a_difference_is_told_with_its_figures_names_and_words_when_two_are_compared(desk: Desk) -> None:
    answer = ask(desk, "/reports/comparisons", metrics="first_response", by="agent", pairs="true")
    assert answer.status == 200, answer.json
    (found,) = answer.json["items"]
    slow = found["a"] if found["verdict"] == "slower" else found["b"]
    assert (found["verdict"] in ("slower", "faster"), slow["value"]) == (True, AGENTS["agent"])
    assert (found["asked"], found["too_few"], found["a"]["n"], found["a"]["compared"]) == (1, False, 144, 144)
    assert found["low"] < found["size"] < found["high"] and found["corrected"] < 0.05
    held = wiring.agents().get(AGENTS["agent"])
    assert held is not None
    assert slow["name"] == held.name and held.name in found["sentence"]
    assert answer.json["made_equal"] == ["channel", "hour"]
    assert answer.json["as_of"] is not None


def test_who_is_limited_to_teams_asks_of_those_when_the_floor_is_larger(desk: Desk) -> None:
    floor = {"metrics": "first_response", "by": "channel"}
    assert ask(desk, "/reports/comparisons", "agent", **floor).status == 403
    assert ask(desk, "/reports/comparisons", **floor).status == 403
    assert ask(desk, "/reports/comparisons", "admin", **floor).json["items"] == []
    assert ask(desk, "/reports/targets", metric="first_response").status == 403


def test_a_question_that_makes_no_sense_is_refused_when_it_is_asked(desk: Desk) -> None:
    for given in (
        {"metrics": "arrivals", "by": "agent"},
        {"metrics": "first_response", "by": "agent", "against": "x"},
        {"metrics": "first_response", "by": "agent", "first": "2026-01-01"},
        {"metrics": "first_response", "by": "agent", "period": "this_month", "last": "2026-01-01"},
        {"metrics": "first_response", "by": "agent", "period": "last_90_days"},
        {"metrics": "first_response", "by": "planet"},
    ):
        assert ask(desk, "/reports/comparisons", **given).status == 400, given


def test_targets_are_proposed_beside_benchmarks_when_an_administrator_has_put_some(desk: Desk) -> None:
    row = {
        "id": "first_hour",
        "metric": "first_response",
        "value": 3_600_000,
        "source": "A survey",
        "source_date": "2025-06-01",
    }
    body = {"version": 0, "benchmarks": [row]}
    assert desk.call("PUT", "/reports/benchmarks", body, role="supervisor").status == 403
    made = desk.call("PUT", "/reports/benchmarks", body, role="admin")
    assert (made.status, made.json["version"]) == (200, 1), made.json
    assert desk.call("PUT", "/reports/benchmarks", body, role="admin").status == 409
    assert desk.call("GET", "/reports/benchmarks", role="agent").json == made.json

    answer = ask(desk, "/reports/targets", metric="first_response", by="team", share=0.8).json
    (of_team,) = answer["items"]
    assert (of_team["value"], of_team["name"]) == (TEAM, "Second line")
    assert [each["word"] for each in of_team["proposals"]] == ["steady", "reachable", "demanding"]
    assert [each["days"] for each in of_team["proposals"]] == [DAYS] * 3
    assert [each["id"] for each in answer["benchmarks"]] == ["first_hour"]
