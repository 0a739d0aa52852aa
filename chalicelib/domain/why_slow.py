"""Why answers are slow: the time customers waited, by who held it, and what the figures say of the cause.

Each answered wait (`response`) is the sum of its parts (`wait_…`), to the millisecond; so are their means, and what
changed from one period to the next. A finding names its evidence. It says what goes together, not what caused what,
and says so where there is too little to tell.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.domain.rollup import Cell, Cells
from chalicelib.domain.significance import rank_sum

WHOLE = "response"
PARTS = (
    "wait_bot",
    "wait_queue",
    "wait_offered",
    "wait_pick_up",
    "wait_agent",
    "wait_colleague",
    "wait_snoozed",
    "wait_closed",
)
# What is read beside them.
BESIDE = ("arrivals", "messages_in", "messages_out", "handovers", "handling")
KINDS = (WHOLE, *PARTS, *BESIDE)

# Fewer answers than this say nothing of a cause.
FEWEST = 30
# A change of ranks less likely than this by chance is one.
CHANCE = 0.05
# A part matters where it makes at least this share of the wait, or of its growth.
WEIGHTY = 0.25
# Something beside (arrivals, messages a case) rose or fell where it changed by this share.
STEP = 0.10


class Cause(StrEnum):
    """`no_slower` and `not_enough` are no causes: they say why none is named."""

    NOT_ENOUGH = "not_enough"
    NO_SLOWER = "no_slower"
    TOO_MANY_ENQUIRIES = "too_many_enquiries"
    TOO_FEW_HANDS = "too_few_hands"
    SLOW_PICK_UP = "slow_pick_up"
    LONG_PROCESS = "long_process"
    WAITS_FOR_COLLEAGUES = "waits_for_colleagues"
    TOO_FEW_HOURS = "too_few_hours"
    BOT_HOLDS = "bot_holds"
    LEFT_SNOOZED = "left_snoozed"


# Which holders' growth points where.
_POINTS: tuple[tuple[tuple[str, ...], Cause], ...] = (
    (("wait_queue", "wait_offered"), Cause.TOO_FEW_HANDS),
    (("wait_pick_up",), Cause.SLOW_PICK_UP),
    (("wait_agent",), Cause.LONG_PROCESS),
    (("wait_colleague",), Cause.WAITS_FOR_COLLEAGUES),
    (("wait_closed",), Cause.TOO_FEW_HOURS),
    (("wait_bot",), Cause.BOT_HOLDS),
    (("wait_snoozed",), Cause.LEFT_SNOOZED),
)


@dataclass(frozen=True, slots=True)
class Part:
    """`mean`: milliseconds of a mean wait that it makes (`before`: in the period before; None: nothing was answered
    then). The means of all parts add up to the mean wait."""

    kind: str
    total: int
    mean: float
    before: float | None = None

    @property
    def change(self) -> float:
        return self.mean - (self.before or 0.0) if self.before is not None else 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """`share`: of the wait's growth (of the wait itself, where there is nothing to compare with) that its parts make.
    `facts`: the figures that it stands on, by name."""

    cause: Cause
    share: float = 0.0
    facts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Why:
    """`n` answers, whose mean wait was `mean` (ms); the same of the period before. `chance`: the p-value of the change
    by ranks. The weightiest finding comes first."""

    n: int
    mean: float | None
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]
    n_before: int = 0
    mean_before: float | None = None
    chance: float | None = None


def why(now: Cells, before: Cells | None = None) -> Why:
    """Of one group's cells of a period and of the period before (None: not to be compared)."""
    held, earlier = now.get(WHOLE, Cell()), (before or {}).get(WHOLE, Cell())
    ranks = rank_sum(held.spread, earlier.spread) if before is not None else None
    found = Why(
        held.n,
        _mean(held.total, held.n),
        tuple(_part(kind, now, before) for kind in PARTS),
        (),
        earlier.n,
        _mean(earlier.total, earlier.n),
        ranks.chance if ranks else None,
    )
    said = tuple(_findings(found, now, before, slower=ranks is not None and ranks.effect > 0.5))
    return Why(found.n, found.mean, found.parts, said, found.n_before, found.mean_before, found.chance)


def _part(kind: str, now: Cells, before: Cells | None) -> Part:
    total, n = now.get(kind, Cell()).total, now.get(WHOLE, Cell()).n
    earlier = None
    if before is not None:
        earlier = _mean(before.get(kind, Cell()).total, before.get(WHOLE, Cell()).n)
    return Part(kind, total, _mean(total, n) or 0.0, earlier)


def _findings(found: Why, now: Cells, before: Cells | None, *, slower: bool) -> Iterator[Finding]:
    if found.n < FEWEST or (before is not None and found.n_before < FEWEST):
        yield Finding(Cause.NOT_ENOUGH, facts={"n": found.n, "n_before": found.n_before, "needed": FEWEST})
        return
    grew = found.mean is not None and found.mean_before is not None and found.mean > found.mean_before
    if before is not None and not (slower and grew and (found.chance or 0.0) < CHANCE):
        yield Finding(Cause.NO_SLOWER, facts={"n": found.n, "chance": found.chance or 1.0})
        return
    weighed = [_weighed(found, kinds, cause, now, before) for kinds, cause in _POINTS]
    yield from sorted((each for each in weighed if each.share >= WEIGHTY), key=lambda each: -each.share)


def _weighed(found: Why, kinds: tuple[str, ...], cause: Cause, now: Cells, before: Cells | None) -> Finding:
    parts = [part for part in found.parts if part.kind in kinds]
    mean = sum(part.mean for part in parts)
    facts = {"mean_ms": mean, "n": float(found.n)}
    if before is None:
        return Finding(cause, mean / found.mean if found.mean else 0.0, facts)
    growth = (found.mean or 0.0) - (found.mean_before or 0.0)
    facts |= {"before_ms": sum(part.before or 0.0 for part in parts), **_beside(now, before)}
    share = sum(part.change for part in parts) / growth
    if cause is Cause.TOO_FEW_HANDS and facts.get("arrivals_change", 0.0) >= STEP:
        cause = Cause.TOO_MANY_ENQUIRIES
    return Finding(cause, share, facts)


def _beside(now: Cells, before: Cells) -> dict[str, float]:
    """What changed beside the wait: shares of what was before."""
    rates = {
        "arrivals_change": (_n(now, "arrivals"), _n(before, "arrivals")),
        "messages_a_case_change": (_a_case(now, "messages_out"), _a_case(before, "messages_out")),
        "handovers_a_case_change": (_a_case(now, "handovers"), _a_case(before, "handovers")),
        "handling_change": (_handled(now), _handled(before)),
    }
    return {name: new / old - 1 for name, (new, old) in rates.items() if old}


def _n(cells: Cells, kind: str) -> float:
    return float(cells.get(kind, Cell()).n)


def _a_case(cells: Cells, kind: str) -> float:
    return _n(cells, kind) / arrivals if (arrivals := _n(cells, "arrivals")) else 0.0


def _handled(cells: Cells) -> float:
    cell = cells.get("handling", Cell())
    return _mean(cell.total, cell.n) or 0.0


def _mean(total: int, n: int) -> float | None:
    return total / n if n else None
