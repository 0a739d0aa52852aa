"""Why answers are slow, what cases cost and which way they go, by API: against the measures counted by hand."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws import keys_numbers
from chalicelib.aws.codec import milliseconds
from chalicelib.aws.codec_numbers import measures_text
from chalicelib.aws.stores.aggregate_runs import RunStore
from chalicelib.aws.stores.ledgers import LedgerStore
from chalicelib.aws.stores.rollups import RollupStore
from chalicelib.aws.stores.slices import SliceStore
from chalicelib.domain.agent import Team
from chalicelib.domain.measure import Dims, Measure, Slice
from chalicelib.services.aggregation import Aggregation
from chalicelib.wiring import api as wiring
from chalicelib.wiring import numbers
from tests.api.desk import AGENTS, Desk

NOW = datetime.now(UTC).replace(microsecond=0)
THEN, LATELY = NOW - timedelta(days=10), NOW - timedelta(days=3)
PERIOD = f"first={(NOW - timedelta(days=6)).date()}&last={NOW.date()}"
OURS, OTHERS = "team_0ne", "team_tw0"


@pytest.fixture(scope="module", autouse=True)
def counted(desk: Desk) -> Iterator[None]:
    """Forty answers before and forty lately, whose agents took three times as long; the other team as ever."""
    for name in (OURS, OTHERS):
        wiring.teams().put(Team(name, name.title(), NOW))
    supervisor = wiring.agents().get(AGENTS["supervisor"])
    assert supervisor is not None
    wiring.agents().replace(replace(supervisor, team_ids=(OURS,), version=2), 1)
    slices = [*_period(THEN, 1, "before"), *_period(LATELY, 3, "lately")]
    at = NOW - timedelta(hours=1)
    items = []
    for each in slices:
        pk, sk = keys_numbers.hour_slice(each.hour, each.conversation_id, each.version)
        items.append({"pk": pk, "sk": sk, "r": milliseconds(at), "z": measures_text(each.measures)})
    facts = numbers.facts()
    LedgerStore(facts).mark_hours({each.hour for each in slices}, at)
    facts.write_many(items)
    Aggregation(RunStore(facts), SliceStore(facts), RollupStore(facts), lambda: "UTC").run(NOW - timedelta(minutes=10))
    yield


def _period(at: datetime, factor: int, name: str) -> Iterator[Slice]:
    hour = at.replace(minute=0, second=0)
    for number in range(80):
        team, slow = (OURS, factor) if number % 2 else (OTHERS, 1)
        dims = Dims(channel="sms" if number < 60 else "email", team=team, labels=("refund",) if number % 4 else ())
        queue, agent = 60_000 + number * 500, (90_000 + number * 900) * slow
        outcome = "ended_one_touch" if number % 5 else "ended_came_back"
        found = {"response": queue + agent, "wait_queue": queue, "wait_agent": agent}
        measures = [Measure(kind, at, 1, value=value, business=value, dims=dims) for kind, value in found.items()]
        measures += [Measure(kind, at, 1, dims=dims) for kind in ("arrivals", outcome, "messages_out")]
        measures += [
            Measure("cost_provider", at, 1, value=7_000, dims=dims),
            Measure("cost_aws", at, 1, value=30, dims=dims),
        ]
        yield Slice(f"cnv_{name}{number:03d}", hour, 1, at, tuple(sorted(measures, key=lambda one: one.kind)))


def ask(desk: Desk, path: str, more: str = "", role: str = "admin") -> Any:
    answer = desk.call("GET", f"{path}?{PERIOD}{more}", role=role)
    assert answer.status == 200, answer.json
    return answer.json


def test_the_team_whose_agents_took_longer_is_found_when_it_is_asked_by_team(desk: Desk) -> None:
    found = ask(desk, "/reports/why-slow", "&by=team")
    slow, usual = found["groups"]
    assert (slow["value"], slow["name"], slow["n"], slow["n_before"]) == (OURS, "Team_0Ne", 40, 40)
    assert [(each["cause"], each["share"]) for each in slow["findings"]] == [("long_process", 1.0)]
    assert slow["findings"][0]["sentence"].startswith("The process is long: agents take longer to answer: 100%")
    assert [each["cause"] for each in usual["findings"]] == ["no_slower"]
    assert found["total"]["n"] == 80
    for shown in (found["total"], slow, usual):
        assert sum(part["mean_ms"] for part in shown["parts"]) == pytest.approx(shown["mean_ms"])


def test_costs_are_the_sums_of_the_measures_beside_how_many_there_were(desk: Desk) -> None:
    found = ask(desk, "/reports/costs", "&by=channel&compare=true")
    assert (found["currency"], found["total"]["provider"], found["total"]["aws"]) == ("USD", 80 * 7_000, 80 * 30)
    assert found["before"]["conversations"] == found["total"]["conversations"] == 80
    assert [(each["value"], each["provider"]) for each in found["groups"]] == [("sms", 420_000), ("email", 140_000)]
    assert {each["a_conversation"] for each in found["groups"]} == {7_030.0}
    assert found["total"]["a_resolution"] is None


def test_flows_lead_from_a_topic_by_a_channel_to_an_outcome(desk: Desk) -> None:
    flows = {
        (each["label"], each["channel"], each["outcome"]): each["n"] for each in ask(desk, "/reports/journeys")["flows"]
    }
    assert flows["refund", "sms", "ended_one_touch"] == sum(1 for n in range(60) if n % 4 and n % 5)
    assert flows["-", "email", "ended_came_back"] == sum(1 for n in range(60, 80) if not n % 4 and not n % 5)
    assert sum(flows.values()) == 80


def test_supervisors_see_their_teams_and_agents_nothing(desk: Desk) -> None:
    assert ask(desk, "/reports/costs", role="supervisor")["total"]["conversations"] == 40
    assert [each["value"] for each in ask(desk, "/reports/why-slow", "&by=team", "supervisor")["groups"]] == [OURS]
    assert desk.call("GET", f"/reports/costs?{PERIOD}&team={OTHERS}", role="supervisor").status == 403
    for path in ("why-slow", "costs", "journeys"):
        assert desk.call("GET", f"/reports/{path}?{PERIOD}", role="agent").status == 403


def test_a_period_that_is_too_long_is_refused_by_name(desk: Desk) -> None:
    answer = desk.call("GET", "/reports/costs?first=2024-01-01&last=2026-01-01", role="admin")
    assert (answer.status, answer.json["field"]) == (400, "last")


def test_rates_are_published_once_and_a_stale_version_is_refused(desk: Desk) -> None:
    rates = {
        "currency": "EUR",
        "sheets": [{"since": "2026-01-01", "fees": [{"channel": "sms", "billed": "sent", "amount": 7900}]}],
    }
    assert desk.call("GET", "/rates", role="supervisor").json["version"] == 0
    assert desk.call("PUT", "/rates", {"version": 0, **rates}, role="supervisor").status == 403
    made = desk.call("PUT", "/rates", {"version": 0, **rates}, role="admin")
    assert (made.status, made.json["version"], made.json["sheets"][0]["fees"][0]["amount"]) == (200, 1, 7900)
    assert made.json["sheets"][0]["aws"]["message_in"] == 7473
    assert desk.call("PUT", "/rates", {"version": 0, **rates}, role="admin").status == 409
    wrong = {
        "version": 1,
        "sheets": [{"since": "2026-01-01", "fees": [{"channel": "pigeon", "billed": "sent", "amount": 1}]}],
    }
    refused = desk.call("PUT", "/rates", wrong, role="admin")
    assert (refused.status, refused.json["field"]) == (400, "sheets[0].fees[0].channel")
    assert desk.call("GET", "/rates", role="admin").json["currency"] == "EUR"
