"""How figures are told: build/bench.json, a table, and the generated part of docs/benchmarks.md."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.budgets import FIXED, SKIPPED, Budget, Figure, all_budgets
from infra.parts import ROOT

RESULTS = ROOT / "build" / "bench.json"
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN = "<!-- Written by `python -m bench --write-docs` from the last complete run. -->"
END = "<!-- End of the written part. -->"
VERSIONS = ("boto3", "chalice", "ministack", "microburst")

Row = Mapping[str, Any]


def write_results(figures: Sequence[Figure], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([one.row() for one in figures], indent=1) + "\n")


def read_results(path: Path) -> list[Row]:
    return list(json.loads(path.read_text()))


def table(rows: Sequence[Row]) -> str:
    """For a terminal."""
    lines = [(row["name"], shown(row["value"]), shown(row["budget"]), row["unit"], verdict(row)) for row in rows]
    titles = ("name", "value", "budget", "unit", "")
    widths = [max(len(line[column]) for line in [*lines, titles]) for column in range(len(titles))]
    texts = [_line(titles, widths)]
    for line, row in zip(lines, rows, strict=True):
        texts.append(_line(line, widths))
        if row["note"]:
            texts.append(f"    {row['note']}")
    return "\n".join(texts)


def _line(parts: Sequence[str], widths: Sequence[int]) -> str:
    name, value, budget, unit, said = parts
    return f"{name:<{widths[0]}}  {value:>{widths[1]}}  {budget:>{widths[2]}}  {unit:<{widths[3]}}  {said}".rstrip()


def shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.10g}"


def verdict(row: Row) -> str:
    return {True: "within", False: "OVER", None: "not measured"}[row["within"]]


# --- docs/benchmarks.md ------------------------------------------------------------------------------------------


def page_table(rows: Sequence[Row], machine: str, day: str) -> str:
    """The generated part: every budget, in the order in which they are known."""
    found = {row["name"]: row for row in rows}
    lines = [_page_line(budget, found.get(budget.name)) for budget in all_budgets().values()]
    return "\n".join(
        (
            BEGIN,
            f"Measured {day} on {machine}.",
            "",
            "| figure | value | budget | unit | | meaning | how it came about |",
            "|---|---|---|---|---|---|---|",
            *lines,
            END,
        )
    )


def _page_line(budget: Budget, row: Row | None) -> str:
    value, said, note = ("-", "not measured", "") if row is None else (shown(row["value"]), verdict(row), row["note"])
    said = "**over**" if said == "OVER" else said
    note = note.replace("|", "\\|")
    return f"| `{budget.name}` | {value} | {shown(budget.limit)} | {budget.unit} | {said} | {budget.meaning} | {note} |"


def machine() -> str:
    """What the figures were measured on."""
    used = ", ".join(f"{name} {_version(name)}" for name in VERSIONS)
    return f"{os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}, {used}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


class NoCompleteRun(Exception):
    """There is nothing to put into the page: run all benchmarks first."""


def write_page(results: Path = RESULTS, page: Path = PAGE) -> None:
    """Put the last results into the page; a function newer than they are is shown as not measured.

    Raises NoCompleteRun where there are none, or where a part was left out."""
    rows = read_results(results) if results.is_file() else []
    missing = {budget.name for budget in FIXED} - {row["name"] for row in rows}
    if missing or any(row["note"] == SKIPPED for row in rows):
        raise NoCompleteRun(f"{results} holds no complete run")
    day = datetime.fromtimestamp(results.stat().st_mtime, UTC).date().isoformat()
    text = page.read_text()
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(before + page_table(rows, machine(), day) + after)
