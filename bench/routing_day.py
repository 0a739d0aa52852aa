"""`python -m bench.routing_day`: run a day under rules, and say what would come of it.

--seed 7 --agents 40 --conversations 2000    a generated day (bench/days.py)
--arrivals day.jsonl                         a recorded one instead (chalicelib/services/recording.py has its form)
--rules draft.json                           other rules beside: the body of the routing document
--record out.jsonl                           write the day and its decisions, to run again
--compare                                    beside other ways to pick an agent; --seeds 1 2 3 for several days
--write-docs                                 the comparison into docs/routing_comparison.md
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean

from bench import days, pickers
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.services import recording
from chalicelib.services.documents import policy_from
from chalicelib.services.recording import Recording
from chalicelib.services.replay import Replayed, ours, replay
from chalicelib.services.replay_figures import Difference, Measures, differences, measures
from infra.parts import ROOT

PAGE = ROOT / "docs" / "routing_comparison.md"
BEGIN = "<!-- Written by `python -m bench.routing_day --compare --write-docs`. -->"
END = "<!-- End of the written part. -->"
SEEDS = (1, 2, 3, 4, 5)
# Name, agents, conversations: a floor with room, a busy one, one with too few agents.
FLOORS = (("quiet", 20, 750), ("busy", 20, 1500), ("overloaded", 10, 1000))
DIFFERENCES_SHOWN = 20
Column = Sequence[Measures]


def figures(column: Column) -> list[tuple[str, float, str]]:
    """(what, value, form), the mean over the days."""

    def of(name: str) -> float:
        return mean(float(getattr(each, name)) for each in column)

    returned = [each.returned_to_own / each.returned for each in column if each.returned]
    return [
        ("conversations", of("arrived"), ".0f"),
        ("never given to anybody", of("arrived") - of("given"), ".1f"),
        ("wait, median, seconds", of("wait_p50"), ".1f"),
        ("wait, P90, seconds", of("wait_p90"), ".1f"),
        ("wait, P99, seconds", of("wait_p99"), ".1f"),
        ("given within 15 s", of("within_15"), ".1%"),
        ("given within 60 s", of("within_60"), ".1%"),
        ("first answer later than 60 s (a model)", 1 - of("in_response"), ".1%"),
        ("load, Gini", of("load_gini"), ".3f"),
        ("load, least filled agent", of("load_min"), ".1%"),
        ("load, most filled agent", of("load_max"), ".1%"),
        ("returning customers who got their agent", mean(returned) if returned else 0.0, ".1%"),
    ]


def table(columns: Mapping[str, Column]) -> list[list[str]]:
    """The first row has the titles."""
    found = [figures(column) for column in columns.values()]
    rows = [["", *columns]]
    for same in zip(*found, strict=True):
        rows.append([same[0][0], *(format(value, form) for _, value, form in same)])
    return rows


def text_of(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(part.ljust(width) if place == 0 else part.rjust(width) for place, (part, width) in enumerate(cells))
        for cells in (list(zip(row, widths, strict=True)) for row in rows)
    )


def markdown_of(rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def compared(seeds: Iterable[int], agents: int, conversations: int) -> Mapping[str, Column]:
    """Our picker and others on the same days."""
    columns: dict[str, list[Measures]] = {}
    for seed in seeds:
        made = days.day(seed, agents, conversations)
        bare, rules = pickers.plain(made, days.POLICY)
        runs = {
            "Parley": replay(days.POLICY, made.staff, made.arrivals),
            "Parley, pick alone": replay(rules, bare.staff, bare.arrivals),
            "round robin": replay(rules, bare.staff, bare.arrivals, pickers.round_robin()),
            "least count": replay(rules, bare.staff, bare.arrivals, pickers.least_count()),
            "random": replay(rules, bare.staff, bare.arrivals, pickers.random_available(seed)),
        }
        for name, run in runs.items():
            columns.setdefault(name, []).append(measures(run))
    return columns


def shown(difference: Difference) -> str:
    def said(given: tuple[str, object] | None) -> str:
        return "nobody" if given is None else f"{given[0]} at {given[1]}"

    return f"{difference.conversation_id} ({difference.opening}): {said(difference.then)} -> {said(difference.now)}"


def _day(asked: argparse.Namespace) -> Recording:
    if asked.arrivals is None:
        return days.day(asked.seed, asked.agents, asked.conversations)
    with asked.arrivals.open(encoding="utf-8") as lines:
        return recording.read(lines)


def _rules(path: Path | None) -> RoutingPolicy | None:
    return None if path is None else policy_from(json.loads(path.read_text("utf-8")), 2)


def run(asked: argparse.Namespace) -> None:
    made = _day(asked)
    published = _rules(asked.published) or days.POLICY
    now = replay(published, made.staff, made.arrivals, ours(published.version))
    columns = {"rules": [measures(now)]}
    draft = _rules(asked.rules)
    other = None if draft is None else replay(draft, made.staff, made.arrivals)
    if other is not None:
        columns["draft"] = [measures(other)]
    print(text_of(table(columns)))
    if other is not None:
        _tell("the draft would change", differences(now.decisions, other.decisions))
    if made.decisions:
        _tell("differs from what was recorded", differences(made.decisions, now.decisions))
    if asked.record is not None:
        _write(asked.record, made, now)


def _tell(what: str, found: Sequence[Difference]) -> None:
    print(f"\n{len(found)} conversations: {what}")
    for difference in found[:DIFFERENCES_SHOWN]:
        print(f"  {shown(difference)}")


def _write(path: Path, made: Recording, now: Replayed) -> None:
    whole = replace(made, decisions=now.decisions)
    path.write_text("".join(f"{line}\n" for line in recording.lines(whole)), "utf-8")


def compare(asked: argparse.Namespace) -> None:
    parts = []
    for name, agents, conversations in FLOORS:
        rows = table(compared(asked.seeds, agents, conversations))
        title = f"{name}: {agents} agents, {conversations} conversations"
        print(f"\n{title}\n{text_of(rows)}")
        parts.append(f"### {title[0].upper()}{title[1:]}\n\n{markdown_of(rows)}")
    if asked.write_docs:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        seeds = " ".join(map(str, asked.seeds))
        PAGE.write_text(f"{before}{BEGIN}\nMeans over the seeds {seeds}.\n\n" + "\n\n".join(parts) + f"\n{END}{after}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.routing_day", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--agents", type=int, default=40)
    parser.add_argument("--conversations", type=int, default=2000)
    parser.add_argument("--arrivals", type=Path, help="a recorded day instead of a generated one")
    parser.add_argument("--published", type=Path, help="the rules that hold (default: those of generated days)")
    parser.add_argument("--rules", type=Path, help="a draft to compare with")
    parser.add_argument("--record", type=Path, help="where to write the day and its decisions")
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--write-docs", action="store_true")
    asked = parser.parse_args(arguments)
    try:
        (compare if asked.compare else run)(asked)
    except (InvalidInput, OSError, ValueError) as error:
        field = getattr(error, "field", None)
        parser.error(f"{field}: {error}" if field else str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
