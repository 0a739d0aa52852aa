"""Benchmarks are kept whole, with a version and a source each; targets are proposed for what may be seen."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.errors import InvalidInput, VersionConflict
from chalicelib.domain.measure import Dimension
from chalicelib.domain.metrics import DEFINITIONS
from chalicelib.domain.rollup import Cell, Cells, Grain, Group, Grouping
from chalicelib.domain.spread import spread_of
from chalicelib.services import benchmarks
from chalicelib.services.numbers_ports import Standing
from chalicelib.services.targets import TargetAsk, Targets
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

ROW: dict[str, Any] = {
    "id": "first_hour",
    "metric": "first_response",
    "value": 3_600_000,
    "percentile": 0.5,
    "channel": "email",
    "industry": "retail",
    "source": "A survey of retailers",
    "source_date": "2025-06-01",
    "url": "https://example.com/survey",
    "doubt": "Who answered chose themselves.",
}


def documents() -> DocumentStore:
    return DocumentStore(Desk(MemoryDynamoDB({"desk": MemoryTable()}), "desk"), benchmarks.KIND)


def test_there_are_none_until_somebody_makes_them_and_each_change_names_its_version() -> None:
    store = documents()
    assert benchmarks.benchmarks(store) == ((), 0)
    (made,) = benchmarks.put(store, {"benchmarks": [ROW]}, 0)
    assert benchmarks.benchmarks(store) == ((made,), 1)
    assert benchmarks.benchmarks_body([made]) == {"benchmarks": [ROW]}
    with pytest.raises(VersionConflict):
        benchmarks.put(store, {"benchmarks": []}, 0)
    assert benchmarks.put(store, {"benchmarks": []}, 1) == ()
    assert benchmarks.benchmarks(store) == ((), 2)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "Not a key"),
        ("metric", "no_such"),
        ("metric", "arrivals"),
        ("metric", ["first_response"]),
        ("value", -1),
        ("value", True),
        ("value", float("nan")),
        ("value", "3600000"),
        ("percentile", 1),
        ("percentile", "half"),
        ("source", ""),
        ("source_date", "yesterday"),
        ("source_date", None),
        ("url", "javascript:alert(1)"),
        ("url", "https://[broken"),
        ("url", "https://exa mple.com"),
        ("doubt", "x" * 501),
        ("said_by", "nobody"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_changes(field: str, value: Any) -> None:
    store = documents()
    with pytest.raises(InvalidInput) as refused:
        benchmarks.put(store, {"benchmarks": [{**ROW, field: value}]}, 0)
    assert refused.value.field == f"benchmarks[0].{field}"
    assert benchmarks.benchmarks(store) == ((), 0)


def test_a_rate_has_a_share_and_no_percentile_and_ids_are_taken_once() -> None:
    rate = {**ROW, "metric": "one_touch", "value": 0.7, "percentile": None}
    assert benchmarks.benchmarks_from({"benchmarks": [rate]})[0].value == 0.7
    for wrong, at in (({"value": 1.2}, "value"), ({"percentile": 0.5}, "percentile")):
        with pytest.raises(InvalidInput) as refused:
            benchmarks.benchmarks_from({"benchmarks": [{**rate, **wrong}]})
        assert refused.value.field == f"benchmarks[0].{at}"
    with pytest.raises(InvalidInput) as refused:
        benchmarks.benchmarks_from({"benchmarks": [ROW, ROW]})
    assert refused.value.field == "benchmarks[1].id"


def test_a_metric_is_shown_with_those_of_any_channel_and_of_its_own() -> None:
    rows = [ROW, {**ROW, "id": "any", "channel": ""}, {**ROW, "id": "other", "metric": "resolution"}]
    known = benchmarks.benchmarks_from({"benchmarks": rows})
    assert [each.id for each in benchmarks.beside(known, "first_response")] == ["first_hour", "any"]
    assert [each.id for each in benchmarks.beside(known, "first_response", "sms")] == ["any"]


NOW = datetime(2026, 4, 20, 12, tzinfo=UTC)


class Days:
    """Every day of the last hundred: team_1's conversations took a minute each, team_2's two, nobody's an hour."""

    def standing(self) -> Standing | None:
        return Standing(NOW, "Europe/Berlin")

    def read(
        self,
        grain: Grain,
        grouping: Grouping,
        group: Group | None,
        first: date,
        last: date,
        kinds: Any = None,
        standing: Any = None,
    ) -> dict[tuple[str, Group], Cells]:
        assert (grain, group, kinds) == (Grain.DAY, None, ("first_response",))
        found: dict[tuple[str, Group], Cells] = {}
        for place in range((last - first).days + 1):
            for team, value in (("team_1", 60_000), ("team_2", 120_000), ("-", 3_600_000)):
                cell = Cell(20, 0, 20 * value, 0, spread_of([value] * 20))
                of = (team,) if grouping else ()
                found[str(first + timedelta(days=place)), of] = {"first_response": cell}
        return found


def targets() -> Targets:
    return Targets(Days(), lambda: ZoneInfo("Europe/Berlin"), DEFINITIONS)  # type: ignore[arg-type]


def test_each_value_that_may_be_seen_has_its_own_targets() -> None:
    found = targets().propose(TargetAsk("first_response", Dimension.TEAM), NOW)
    assert (found.first, found.last, found.as_of) == (date(2026, 2, 23), date(2026, 4, 19), NOW)
    assert list(found.values) == ["team_1", "team_2"]
    assert [each.days for each in found.values["team_1"]] == [56, 56, 56]
    assert 60_000 <= found.values["team_1"][1].target <= 90_000
    assert list(targets().propose(TargetAsk("first_response", Dimension.TEAM), NOW, ["team_2"]).values) == ["team_2"]
    assert list(targets().propose(TargetAsk("first_response"), NOW).values) == ["-"]


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (TargetAsk("no_such"), "metric"),
        (TargetAsk("arrivals"), "metric"),
        (TargetAsk("held_customer"), "metric"),
        (TargetAsk("first_response", share=0.2), "share"),
        (TargetAsk("first_response", share=float("nan")), "share"),
    ],
)
def test_what_has_no_target_is_refused(ask: TargetAsk, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        targets().propose(ask, NOW)
    assert refused.value.field == field
