"""Units by AWS's rules, costs by their parts, order as people see it, and reports that name every budget."""

import json
from pathlib import Path

import pytest

from bench import cost, report
from bench.__main__ import BENCHES, selected
from bench.budgets import FIXED, SKIPPED, all_budgets, figure, functions
from bench.counting import Call
from bench.cpu import compare
from bench.redelivery import out_of_place
from bench.units import item_bytes, read_units


def query(rows: int, row_bytes: int, *, consistent: bool = False) -> Call:
    items = [{"pk": {"S": "x" * (row_bytes - 2)}} for _ in range(rows)]
    params = {"ConsistentRead": consistent}
    return Call("dynamodb", "Query", params, "POST", "/", "", b"", parsed={"Items": items})


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "äb"}, 3),
        ({"N": "1795323715000"}, 8),
        ({"N": "-12"}, 3),
        ({"BOOL": True}, 1),
        ({"L": [{"S": "ab"}]}, 6),
        ({"M": {"a": {"S": "bc"}}}, 7),
    ],
)
def test_an_attribute_is_as_large_as_aws_says(value: dict[str, object], size: int) -> None:
    assert item_bytes({"name": value}) == len("name") + size


@pytest.mark.parametrize(
    ("call", "units"),
    [
        (query(0, 100), 0.5),
        (query(25, 400), 1.5),
        (query(25, 400, consistent=True), 3.0),
        (query(1, 4096, consistent=True), 1.0),
        (query(1, 4097, consistent=True), 2.0),
    ],
)
def test_a_query_is_billed_as_a_whole(call: Call, units: float) -> None:
    assert read_units(call) == units


def test_each_key_of_a_batch_is_billed_by_itself() -> None:
    asked = {"RequestItems": {"desk": {"Keys": [{}, {}, {}], "ConsistentRead": True}}}
    found = {"Responses": {"desk": [{"pk": {"S": "x" * 5000}}, {"pk": {"S": "x"}}]}}
    call = Call("dynamodb", "BatchGetItem", asked, "POST", "/", "", b"", parsed=found)

    assert read_units(call) == 2 + 1 + 1


def test_a_million_costs_what_its_parts_cost() -> None:
    traffic = cost.Traffic(calls=2, write_units=6, moved_write_units=12, read_units=1, events=2, cpu_ms=3)

    parts = cost.parts(traffic)

    assert parts["writes"] * 1e6 == pytest.approx((0.8 * 6 + 0.2 * 12) * 0.625)
    assert parts["HTTP API"] * 1e6 == 1.0
    assert cost.usd_per_million(traffic) == pytest.approx(sum(parts.values()) * 1e6)


def test_a_message_behind_a_later_one_isout_of_place() -> None:
    assert out_of_place(["0/0", "0/1", "0/2"]) == 0
    assert out_of_place(["0/1", "0/0", "0/2", "0/0"]) == 2


def test_what_is_compared_with_itself_gives_about_one() -> None:
    ratio = compare(lambda: sum(range(2000)), lambda: sum(range(2000)), blocks=9, block=20)

    assert 0.2 < ratio.value < 5
    assert ratio.low <= ratio.value <= ratio.high


def test_every_budget_has_a_benchmark() -> None:
    assert {budget.bench for budget in all_budgets().values()} == set(BENCHES)


def test_every_function_has_its_budgets() -> None:
    names = set(all_budgets())

    assert "api" in functions()
    assert {f"import.{name}_ratio" for name in functions()} <= names
    assert {f"rss.{name}_mb" for name in functions()} <= names


def test_a_figure_over_its_budget_is_told_as_it_is(tmp_path: Path) -> None:
    figures = [figure("inbound.calls", 3, "why"), figure("inbound.wcu", 6), figure("package.layer_mb", None, "offline")]

    report.write_results(figures, tmp_path / "bench.json")

    rows = json.loads((tmp_path / "bench.json").read_text())
    assert rows[0] == {
        "name": "inbound.calls",
        "value": 3,
        "unit": "calls",
        "budget": 2,
        "within": False,
        "note": "why",
    }
    assert [row["within"] for row in rows] == [False, True, None]
    assert [word in report.table(rows) for word in ("OVER", "within", "not measured", "offline")] == [True] * 4


def test_names_select_by_their_beginning() -> None:
    assert {budget.name for budget in selected(["receipt", "page.conversations"])} == {
        "receipt.calls",
        "page.conversations.calls",
        "page.conversations.rcu",
    }
    with pytest.raises(KeyError):
        selected(["no.such"])


def test_the_page_has_a_row_for_every_budget(tmp_path: Path) -> None:
    page, results = tmp_path / "page.md", tmp_path / "bench.json"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    report.write_results([figure(budget.name, 2) for budget in FIXED], results)

    report.write_page(results, page)

    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "\nold\n" not in text
    assert all(f"| `{name}` |" in text for name in all_budgets())


@pytest.mark.parametrize("left_out", [None, SKIPPED])
def test_a_run_that_left_something_out_is_kept_off_the_page(tmp_path: Path, left_out: str | None) -> None:
    page, results = tmp_path / "page.md", tmp_path / "bench.json"
    figures = [figure(budget.name, 2) for budget in FIXED[1:]]
    report.write_results([*figures, *([figure(FIXED[0].name, None, left_out)] if left_out else [])], results)

    with pytest.raises(report.NoCompleteRun):
        report.write_page(results, page)


def test_the_committed_page_names_every_budget() -> None:
    text = report.PAGE.read_text()

    assert [name for name in all_budgets() if f"| `{name}` |" not in text] == []
