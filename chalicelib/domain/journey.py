"""Which way cases go: what they are about, the channel they end on, how they end. Each resolved episode counts once for
each of its labels."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.domain.rollup import Cell, Cells, Group

# How an episode ended, exactly one of them; docs/metrics.md has their definitions.
OUTCOMES = ("ended_unanswered", "ended_came_back", "ended_one_touch", "ended_resolved")


@dataclass(frozen=True, slots=True)
class Flow:
    """`n` episodes of a topic ended on a channel so."""

    label: str
    channel: str
    outcome: str
    n: int


def flows(counted: Mapping[Group, Cells]) -> Iterator[Flow]:
    """From cells by (channel, label); what did not happen is left out."""
    for (channel, label), cells in sorted(counted.items()):
        for outcome in OUTCOMES:
            n = cells.get(outcome, Cell()).n
            if n:
                yield Flow(label, channel, outcome, n)
