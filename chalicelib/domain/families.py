"""Families of kinds: roll-ups keep each apart, so that a report reads only what it asks for.

The durations that reports ask for one by one, over a year of days, are a family each: their spreads are most of what is
kept, and a query answers a megabyte at a time. The parts of a wait and of a resolution are asked for together.
"""

from collections.abc import Iterable

FLOW, WAIT, HELD = "flow", "wait", "held"
ALONE = (
    "first_response",
    "first_response_any",
    "first_response_without_bot",
    "handling",
    "next_response",
    "queue_time",
    "resolution",
    "resolution_without_bot",
    "response",
)
FAMILIES = (FLOW, WAIT, HELD, *ALONE)


def family_of(kind: str) -> str:
    """Where a kind of measure is kept. A kind that moves needs its roll-ups made anew."""
    if kind in ALONE:
        return kind
    prefix = kind.partition("_")[0]
    return prefix if prefix in (WAIT, HELD) else FLOW


def families_of(kinds: Iterable[str] | None) -> tuple[str, ...]:
    """Those that hold these kinds (None: any), in order."""
    if kinds is None:
        return FAMILIES
    wanted = {family_of(kind) for kind in kinds}
    return tuple(family for family in FAMILIES if family in wanted)
