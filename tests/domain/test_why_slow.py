"""A planted cause is named, and where there is none, none is."""

import random
from collections.abc import Mapping

import pytest

from chalicelib.domain.rollup import Cell
from chalicelib.domain.spread import spread_of
from chalicelib.domain.why_slow import FEWEST, PARTS, Cause, why

USUAL = {
    "wait_queue": 60_000,
    "wait_pick_up": 20_000,
    "wait_agent": 90_000,
    "wait_colleague": 15_000,
    "wait_closed": 30_000,
}


def cells(
    seed: int, factors: Mapping[str, float] | None = None, n: int = 400, arrivals: int | None = None
) -> dict[str, Cell]:
    """A period of `n` answered waits; a part named in `factors` is so many times as long."""
    rnd = random.Random(seed)
    parts: dict[str, list[int]] = {part: [] for part in PARTS}
    for _ in range(n):
        for part in PARTS:
            parts[part].append(int(rnd.lognormvariate(0, 0.8) * USUAL.get(part, 0) * (factors or {}).get(part, 1)))
    whole = [sum(values) for values in zip(*parts.values(), strict=True)]
    found = {part: Cell(n, 0, sum(values), 0, spread_of(values)) for part, values in parts.items()}
    begun = n if arrivals is None else arrivals
    beside = {"arrivals": Cell(begun), "messages_out": Cell(3 * begun), "handovers": Cell(begun // 5 + 1)}
    return {**found, **beside, "response": Cell(n, 0, sum(whole), 0, spread_of(whole))}


PLANTED = [
    ({"wait_queue": 3.0}, 1.4, Cause.TOO_MANY_ENQUIRIES),
    ({"wait_queue": 3.0}, 1.0, Cause.TOO_FEW_HANDS),
    ({"wait_agent": 2.0}, 1.0, Cause.LONG_PROCESS),
    ({"wait_colleague": 6.0}, 1.0, Cause.WAITS_FOR_COLLEAGUES),
    ({"wait_closed": 4.0}, 1.0, Cause.TOO_FEW_HOURS),
    ({"wait_pick_up": 5.0}, 1.0, Cause.SLOW_PICK_UP),
]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("factors", "more", "cause"), PLANTED, ids=[str(row[2]) for row in PLANTED])
def test_the_planted_cause_comes_first_when_answers_became_slower(
    factors: dict[str, float], more: float, cause: Cause, seed: int
) -> None:
    found = why(cells(seed, factors, arrivals=int(400 * more)), cells(seed + 100))
    assert found.findings[0].cause is cause
    assert found.findings[0].share > 0.5
    assert len(found.findings) == 1


def test_no_cause_is_named_when_nothing_changed() -> None:
    named = [why(cells(seed), cells(seed + 1000)).findings[0].cause for seed in range(60)]
    wrong = [cause for cause in named if cause is not Cause.NO_SLOWER]
    # Of sixty, three are expected slower by chance at 0.05, half of three towards slower.
    assert len(wrong) <= 4


def test_no_cause_is_named_when_answers_became_faster() -> None:
    assert why(cells(1, {"wait_queue": 0.2}), cells(2)).findings[0].cause is Cause.NO_SLOWER


@pytest.mark.parametrize(("n", "before"), [(FEWEST - 1, 400), (400, FEWEST - 1), (0, 0)])
def test_there_is_not_enough_to_tell_when_few_were_answered(n: int, before: int) -> None:
    found = why(cells(1, {"wait_queue": 9.0}, n=n), cells(2, n=before))
    assert [finding.cause for finding in found.findings] == [Cause.NOT_ENOUGH]


def test_the_parts_and_their_changes_add_up_to_the_whole() -> None:
    found = why(cells(3, {"wait_agent": 2.0}), cells(4))
    assert found.mean is not None and found.mean_before is not None
    assert sum(part.mean for part in found.parts) == pytest.approx(found.mean)
    assert sum(part.change for part in found.parts) == pytest.approx(found.mean - found.mean_before)


def test_the_weightiest_part_is_named_when_there_is_nothing_to_compare_with() -> None:
    found = why(cells(5))
    assert found.findings[0].cause is Cause.LONG_PROCESS
    assert {finding.cause for finding in found.findings} <= {Cause.LONG_PROCESS, Cause.TOO_FEW_HANDS}
