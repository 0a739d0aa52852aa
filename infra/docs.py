"""`python -m infra.docs [--check]`: writes the generated tables of docs/ anew, or says which are out of date."""

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path

from chalicelib.domain.counters import COUNTERS
from chalicelib.domain.events import EVENTS
from chalicelib.domain.metrics import DEFINITIONS
from chalicelib.services.announce import OFF_THE_BUS
from chalicelib.services.subscriptions import SUBSCRIPTIONS

DOCS = Path(__file__).resolve().parent.parent / "docs"
GENERATED = "<!-- Written by `make docs`; change the table in the code instead. -->"


def events_page() -> str:
    """docs/events.md: every event, its data, who reacts, and the names that later capabilities will use."""
    rows = [
        f"| `{kind}` | {_one_line(event.__doc__)} | {_data(event)} | {_reactions(kind)} |"
        for kind, event in EVENTS.items()
    ]
    return "\n".join(
        (
            "# Events",
            GENERATED,
            "",
            "Facts, written in the same transaction as the change they describe and published by the table's stream.",
            "Delivery is at least once: drop an `id` you have seen. Within one aggregate, `version` gives the order.",
            "The wire form of each is a golden file in `tests/golden/events`; `snapshot` is the aggregate at that",
            "version.",
            "",
            "| type | meaning | data | reactions |",
            "|---|---|---|---|",
            *rows,
            "",
            (DOCS / "events_planned.md").read_text().rstrip(),
            "",
        )
    )


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _data(event: type) -> str:
    return ", ".join(f"`{field.name}`" for field in fields(event))


def _reactions(kind: str) -> str:
    if kind in OFF_THE_BUS:
        return "stays off the bus"
    return ", ".join(f"`{purpose}`" for purpose, kinds in SUBSCRIPTIONS.items() if kind in kinds) or "–"


def metrics_page() -> str:
    """docs/metrics.md: every business number with its definition, every counter and what an alarm on it asks for."""
    numbers = [
        f"| `{row.name}` | {row.shape} | {row.unit} | {row.formula} | {', '.join(f'`{each}`' for each in row.events)} |"
        f" {row.exclusions or '–'} | {row.better} |"
        for row in DEFINITIONS.values()
    ]
    counters = [
        f"| `{row.name}` | {row.unit} | `{row.source}` | {row.meaning} | {row.alarm or '–'} |" for row in COUNTERS
    ]
    return "\n".join(
        (
            "# Metrics",
            GENERATED,
            "",
            "## Business numbers",
            "",
            "Derived from events, conversation by conversation; who held the clock when is in [clock.md](clock.md).",
            "An *answer* is a person's (an agent's, or the company's own app's), an *episode* is one opening of a",
            "conversation, a *wait* begins with the customer's first word that nobody has answered and ends with the",
            "answer. Durations are kept in calendar and in business time. A rate is a share of what it counts.",
            "",
            "| number | shape | unit | what it says | from the events | leaves out | better |",
            "|---|---|---|---|---|---|---|",
            *numbers,
            "",
            "## Counters",
            "",
            "Counters in CloudWatch, namespace `Parley`, dimension `service=parley`. AWS's own metrics of queues,",
            "functions and APIs are on the dashboard beside them; their alarms are in `docs/operations.md`.",
            "",
            "| metric | unit | source | meaning | when it alarms |",
            "|---|---|---|---|---|",
            *counters,
            "",
        )
    )


PAGES: Mapping[str, Callable[[], str]] = {"events.md": events_page, "metrics.md": metrics_page}


def stale() -> list[str]:
    """The generated pages that differ from the code."""
    return [name for name, page in PAGES.items() if not (DOCS / name).exists() or (DOCS / name).read_text() != page()]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail where a page is out of date")
    if parser.parse_args().check:
        for name in stale():
            print(f"docs/{name} is out of date: make docs")
        return 1 if stale() else 0
    for name, page in PAGES.items():
        (DOCS / name).write_text(page())
        print(f"wrote docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
