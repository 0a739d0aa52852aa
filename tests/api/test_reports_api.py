"""Reports by API: numbers over roll-ups that were really made, and each number against the list that it opens."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.aws import keys_numbers
from chalicelib.aws.codec import milliseconds
from chalicelib.aws.codec_numbers import measures_text
from chalicelib.aws.stores.aggregate_runs import RunStore
from chalicelib.aws.stores.ledgers import LedgerStore
from chalicelib.aws.stores.rollups import RollupStore
from chalicelib.aws.stores.slices import SliceStore
from chalicelib.domain.agent import Team
from chalicelib.domain.measure import Slice
from chalicelib.services.aggregation import Aggregation
from chalicelib.wiring import api as wiring
from chalicelib.wiring import jobs as job_wiring
from chalicelib.wiring import numbers
from tests.api.desk import AGENTS, Desk
from tests.services.numbers_forms import generated

NOW = datetime.now(UTC).replace(microsecond=0)
DAYS = 8
BEGIN = NOW - timedelta(days=DAYS)
TEAM = "team_0ne"
FORMULA = '=HYPERLINK("http://evil.invalid")'
# The generated names stand for people and teams that are there.
AGENT_IDS = {"agt_1": AGENTS["agent"], "agt_2": AGENTS["supervisor"]}
PERIOD = f"first={BEGIN.date()}&last={NOW.date()}"


@pytest.fixture(scope="module", autouse=True)
def counted(desk: Desk) -> Iterator[None]:
    wiring.teams().put(Team(TEAM, "First line", NOW))
    supervisor = wiring.agents().get(AGENTS["supervisor"])
    assert supervisor is not None
    wiring.agents().replace(replace(supervisor, team_ids=(TEAM,), version=2), 1)
    put([_with_names(each) for each in generated(5, BEGIN, DAYS - 1, 60) if each.hour < NOW - timedelta(hours=2)])
    run(NOW - timedelta(minutes=10))
    yield


def _with_names(held: Slice) -> Slice:
    def named(dims: Any) -> Any:
        agent = AGENT_IDS.get(dims.agent, dims.agent)
        return replace(dims, agent=agent, team=TEAM if dims.team == "team_1" else dims.team, tier=FORMULA)

    return replace(held, measures=tuple(replace(one, dims=named(one.dims)) for one in held.measures))


def put(slices: list[Slice]) -> None:
    """As the function that measures does, at one time."""
    items = []
    at = NOW - timedelta(hours=1)
    for each in slices:
        pk, sk = keys_numbers.hour_slice(each.hour, each.conversation_id, each.version)
        items.append({"pk": pk, "sk": sk, "r": milliseconds(at), "z": measures_text(each.measures)})
    LedgerStore(numbers.facts()).mark_hours({each.hour for each in slices}, at)
    numbers.facts().write_many(items)


def run(now: datetime) -> None:
    facts = numbers.facts()
    made = Aggregation(RunStore(facts), SliceStore(facts), RollupStore(facts), lambda: "UTC")
    done = made.run(now)
    assert done is not None and done.settled


def ask(desk: Desk, path: str, role: str = "admin", **given: Any) -> Any:
    answer = desk.call("GET", f"{path}?{PERIOD}&{urlencode(given)}", role=role)
    assert answer.status == 200, answer.json
    return answer.json


def listed(desk: Desk, address: str, metric: str, role: str = "admin") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = desk.call("GET", f"{address}&metric={metric}&limit=20{cursor}", role=role)
        assert answer.status == 200, answer.json
        found += answer.json["items"]
        if answer.json["next_cursor"] is None:
            return found
        cursor = f"&cursor={answer.json['next_cursor']}"


def test_each_number_is_its_list_counted_by_hand_when_it_is_opened(desk: Desk) -> None:
    answer = ask(desk, "/reports/answers", metrics="first_response,one_touch", by="channel", compare="true")
    assert {row["group"][0]["value"] for row in answer["rows"]} == {"whatsapp", "web_chat", "email"}
    for row in (answer["totals"], *answer["rows"]):
        waits = listed(desk, row["list"], "first_response")
        figure = row["figures"]["first_response"]
        assert (figure["n"], figure["total"]) == (len(waits), sum(each["value"] for each in waits))
        hits = listed(desk, f"{row['list']}&hit=true", "one_touch")
        assert row["figures"]["one_touch"]["hits"] == len(hits) > 0
        assert row["figures"]["one_touch"]["low"] < row["figures"]["one_touch"]["value"] < 1
    assert [each["name"] for each in answer["definitions"]] == ["first_response", "one_touch"]


def test_a_bucket_opens_the_list_of_its_own_days_when_it_is_one_of_several(desk: Desk) -> None:
    answer = ask(desk, "/reports/answers", metrics="arrivals", by="team", step="week", team=f"{TEAM},-")
    assert len({row["bucket"] for row in answer["rows"]}) > 1
    for row in answer["rows"]:
        assert len(listed(desk, row["list"], "arrivals")) == row["figures"]["arrivals"]["n"]
    names = {row["group"][0]["value"]: row["group"][0]["name"] for row in answer["rows"]}
    assert names == {TEAM: "First line", "-": None}


def test_agents_see_their_own_numbers_and_supervisors_their_teams_when_they_ask_for_all(desk: Desk) -> None:
    own = ask(desk, "/reports/answers", "agent", metrics="arrivals", by="agent")
    assert [row["group"][0]["value"] for row in own["rows"]] == [AGENTS["agent"]]
    assert {each["agent"] for each in listed(desk, own["totals"]["list"], "arrivals", "agent")} == {AGENTS["agent"]}
    teams = ask(desk, "/reports/answers", "supervisor", metrics="arrivals", by="team")
    assert [row["group"][0]["value"] for row in teams["rows"]] == [TEAM]
    for role, where in (("agent", f"agent={AGENTS['supervisor']}"), ("supervisor", "team=-")):
        refused = desk.call("GET", f"/reports/answers?{PERIOD}&metrics=arrivals&{where}", role=role)
        assert (refused.status, refused.json["field"]) == (403, where.partition("=")[0])
    all_of_it = ask(desk, "/reports/answers", metrics="arrivals", by="agent,team")
    assert own["totals"]["figures"]["arrivals"]["n"] < all_of_it["totals"]["figures"]["arrivals"]["n"]


def test_a_file_holds_names_of_strangers_as_text_when_they_look_like_formulas(desk: Desk) -> None:
    answer = ask(desk, "/reports/answers", metrics="arrivals", by="tier", format="csv")
    rows = list(csv.DictReader(io.StringIO(answer["content"])))
    assert (rows[0]["tier"], answer["rows"]) == (f"'{FORMULA}", [])
    page = ask(desk, "/reports/conversations", metric="arrivals", format="csv", limit="1000")
    assert len(list(csv.reader(io.StringIO(page["content"])))) == int(rows[0]["n"]) + 1


def test_patterns_hold_all_there_is_when_they_are_added_up(desk: Desk) -> None:
    total = ask(desk, "/reports/answers", metrics="arrivals,resolution")["totals"]["figures"]
    heat = ask(desk, "/reports/heat-map", metric="arrivals")
    assert len(heat["cells"]) == 168
    assert sum(cell["figure"]["n"] for cell in heat["cells"]) == total["arrivals"]["n"]
    cell = max(heat["cells"], key=lambda each: each["figure"]["n"])
    at = f"/reports/conversations?{PERIOD}&weekday={cell['weekday']}&hour={cell['hour']}"
    assert len(listed(desk, at, "arrivals")) == cell["figure"]["n"]
    cohorts = ask(desk, "/reports/cohorts", metric="resolution")
    assert sum(row["n"] for row in cohorts["rows"]) == total["arrivals"]["n"]
    done = sum(row["done"][-1] + row["done_later"] for row in cohorts["rows"])
    assert done == total["resolution"]["n"]


def test_a_trend_shows_a_band_of_colleagues_and_never_one_of_them_when_an_agent_looks(desk: Desk) -> None:
    answer = ask(desk, "/reports/trend", "agent", metric="arrivals", step="month")
    assert answer["agent"] == AGENTS["agent"]
    banded = [point for point in answer["points"] if point["peers"]]
    assert banded and all(point["low"] <= point["high"] for point in banded)
    assert AGENTS["supervisor"] not in str(answer)
    other = desk.call("GET", f"/reports/trend?{PERIOD}&metric=arrivals&agent={AGENTS['supervisor']}")
    assert (other.status, other.json["field"]) == (403, "agent")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("metrics=smiles&period=today", "metrics"),
        ("metrics=arrivals&by=shoe&period=today", "by"),
        ("metrics=arrivals&by=team,team&period=today", "by"),
        ("metrics=arrivals&step=second&period=today", "step"),
        ("metrics=arrivals&period=ever", "period"),
        ("metrics=arrivals&first=2026-13-01&last=2026-01-01", "first"),
        ("metrics=arrivals&first=2026-01-02&last=2026-01-01", "last"),
        ("metrics=arrivals&first=2026-01-02", "last"),
        ("metrics=arrivals&period=today&first=2026-01-02", "period"),
        ("metrics=arrivals&period=today&channel=,", "channel"),
        ("metrics=arrivals&period=today&colour=red", "colour"),
    ],
)
def test_a_bad_question_is_refused_by_the_name_of_its_field(desk: Desk, query: str, field: str) -> None:
    answer = desk.call("GET", f"/reports/answers?{query}", role="admin")
    assert (answer.status, answer.json["field"]) == (400, field)


def test_a_bad_list_is_refused_by_the_name_of_its_field(desk: Desk) -> None:
    for query, field in (
        ("metric=arrivals&step=hour&bucket=noon", "bucket"),
        ("metric=arrivals&step=week&bucket=1999-01-01", "bucket"),
        ("metric=arrivals&as_of=2999-01-01T00:00:00Z", "as_of"),
        ("metric=arrivals&cursor=abc", "cursor"),
    ):
        answer = desk.call("GET", f"/reports/conversations?{PERIOD}&{query}", role="admin")
        assert (answer.status, answer.json["field"]) == (400, field)


def test_what_no_roll_up_holds_is_counted_as_long_work_when_it_is_asked_so(desk: Desk) -> None:
    body = {"client_id": "one", "metrics": ["arrivals"], "by": ["agent", "label"]}
    body |= {"first": str(BEGIN.date()), "last": str(NOW.date())}
    job = desk.call("POST", "/report-counts", body, role="admin")
    assert (job.status, desk.call("POST", "/report-counts", body, role="admin").json["id"]) == (202, job.json["id"])
    path = f"/report-counts/{job.json['id']}"
    assert desk.call("GET", path, role="admin").json["report"] is None
    job_wiring.jobs().carry_out(job.json["id"], lambda: NOW)
    found = desk.call("GET", path, role="admin").json
    at_once = ask(desk, "/reports/answers", metrics="arrivals", by="agent,label")
    assert found["job"]["state"] == "done"
    assert found["report"]["rows"] == at_once["rows"]
    assert desk.call("GET", path, role="supervisor").status == 404


def test_a_report_costs_as_many_calls_when_it_is_of_a_year_as_of_a_month(
    desk: Desk, answers: list[tuple[str, Any]]
) -> None:
    calls = {}
    for days in (30, 365):
        path = f"/reports/answers?first={NOW.date() - timedelta(days=days - 1)}&last={NOW.date()}"
        for step in ("day", "whole"):
            desk.call("GET", f"{path}&metrics=first_response&step={step}", role="admin")
            answers.clear()
            desk.call("GET", f"{path}&metrics=first_response&step={step}", role="admin")
            # Without what is read of the caller.
            calls[days, step] = sum("AGT#" not in str(answer)[:40] for _, answer in answers)
    assert calls[30, "day"] == calls[365, "day"] == 2, calls
    assert max(calls.values()) <= 4, calls
