"""Families of kinds: roll-ups keep each apart, so that a report reads only what it asks for."""

from collections.abc import Iterable

FLOW, RESPONSE, WAIT, HELD = "flow", "response", "wait", "held"
FAMILIES = (FLOW, RESPONSE, WAIT, HELD)
# Durations, whose spreads are most of what is kept; everything else is of the flow.
_RESPONSE = frozenset(
    {
        "first_response",
        "first_response_any",
        "first_response_without_bot",
        "next_response",
        "response",
        "queue_time",
        "handling",
        "resolution",
        "resolution_without_bot",
    }
)


def family_of(kind: str) -> str:
    """Where a kind of measure is kept. A kind that moves needs its roll-ups made anew."""
    if kind in _RESPONSE:
        return RESPONSE
    prefix = kind.partition("_")[0]
    return prefix if prefix in (WAIT, HELD) else FLOW


def families_of(kinds: Iterable[str] | None) -> tuple[str, ...]:
    """Those that hold these kinds (None: any), in order."""
    if kinds is None:
        return FAMILIES
    wanted = {family_of(kind) for kind in kinds}
    return tuple(family for family in FAMILIES if family in wanted)
