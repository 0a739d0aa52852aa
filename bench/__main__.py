"""`python -m bench [--only NAME...] [--quick]`: measure the budgets, into build/bench.json and a table.

A figure over its budget is reported, not failed: the exit code tells whether the benchmarks themselves work.
"""

import argparse
import importlib
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import report
from bench.budgets import SKIPPED, Budget, Figure, all_budgets

BENCHES = (
    "calls",
    "assigning",
    "pages",
    "people",
    "webhooks",
    "live",
    "report_pages",
    "cpu",
    "imports",
    "memory",
    "packages",
    "web",
    "web_list",
    "thread",
    "web_desk",
    "numbers_month",
    "aggregate",
    "redelivery",
    "screen",
)
# What only counts: the same on any machine, and soon done.
QUICK = ("calls", "assigning", "pages", "people", "webhooks", "live", "report_pages")


def run(wanted: Sequence[Budget], *, quick: bool) -> tuple[list[Figure], list[str]]:
    """The figures in the order of the budgets, and the benchmarks that broke."""
    found: dict[str, Figure] = {}
    broken: list[str] = []
    for bench in [name for name in BENCHES if any(budget.bench == name for budget in wanted)]:
        if quick and bench not in QUICK:
            continue
        try:
            found |= {figure.budget.name: figure for figure in _measured(bench, quick=quick)}
        except Exception:
            broken.append(bench)
            traceback.print_exc()
    return [found.get(budget.name) or Figure(budget, None, _why(budget, broken)) for budget in wanted], broken


def _measured(bench: str, *, quick: bool) -> Iterator[Figure]:
    started = time.monotonic()
    print(f"bench: {bench} ... ", end="", file=sys.stderr, flush=True)
    yield from importlib.import_module(f"bench.{bench}").measure(quick=quick)
    print(f"{time.monotonic() - started:.0f} s", file=sys.stderr)


def _why(budget: Budget, broken: Sequence[str]) -> str:
    return f"the benchmark {budget.bench} broke" if budget.bench in broken else SKIPPED


def selected(names: Sequence[str]) -> list[Budget]:
    """Those named, or whose name begins so (`inbound`, `rss.`); all without names. Raises KeyError where none does."""
    known = all_budgets()
    for name in names:
        if not any(budget.startswith(name) for budget in known):
            raise KeyError(name)
    return [budget for budget in known.values() if not names or budget.name.startswith(tuple(names))]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these figures, or those that begin so")
    parser.add_argument("--quick", action="store_true", help="only what is counted, on a small desk")
    parser.add_argument("--out", type=Path, default=report.RESULTS, help="where the figures go")
    parser.add_argument(
        "--write-docs", action="store_true", help="measure nothing: put the last figures into docs/benchmarks.md"
    )
    asked = parser.parse_args(arguments)
    if asked.write_docs:
        try:
            report.write_page(asked.out)
        except report.NoCompleteRun as error:
            parser.error(str(error))
        return 0
    try:
        wanted = selected(asked.only)
    except KeyError as error:
        parser.error(f"there is no figure {error}")
    figures, broken = run(wanted, quick=asked.quick)
    report.write_results(figures, asked.out)
    print(report.table(report.read_results(asked.out)))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
