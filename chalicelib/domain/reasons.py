"""Why a condition holds: the comparisons that made it so, with what was found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.conditions import Facts, holds


@dataclass(frozen=True, slots=True)
class Reason:
    """One comparison of a condition: `field` `operator` `wanted`, where the fact was `found` (None: unknown). `is_met`
    false: the condition asked for it not to hold, and it does not."""

    field: str
    operator: str
    wanted: Any
    found: Any
    is_met: bool = True


def reasons(condition: Mapping[str, Any], facts: Facts) -> Iterator[Reason]:
    """Of a condition that holds. Where one of several was enough, the first that held; none for the empty condition."""
    return _reasons(condition, facts, wanted=True)


def _reasons(condition: Mapping[str, Any], facts: Facts, *, wanted: bool) -> Iterator[Reason]:
    """Those that make the condition be as `wanted`."""
    if not condition:
        return
    if "not" in condition:
        yield from _reasons(condition["not"], facts, wanted=not wanted)
    elif "all" in condition or "any" in condition:
        yield from _of_group(condition, facts, wanted=wanted)
    else:
        operator = next(name for name in condition if name != "field")
        name = condition["field"]
        yield Reason(name, operator, condition[operator], facts.get(name), wanted)


def _of_group(condition: Mapping[str, Any], facts: Facts, *, wanted: bool) -> Iterator[Reason]:
    """All parts where all were needed, the first that was enough where one is."""
    needs_all = ("all" in condition) == wanted
    parts = condition["all"] if "all" in condition else condition["any"]
    for part in parts:
        if needs_all:
            yield from _reasons(part, facts, wanted=wanted)
        elif holds(part, facts) == wanted:
            yield from _reasons(part, facts, wanted=wanted)
            return
