"""Targets: what was reached is what would have been kept, on as many days as they say."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.definition import HIGHER, Definition, duration, rate
from chalicelib.domain.rollup import Cell
from chalicelib.domain.spread import quantile, spread_of
from chalicelib.domain.targets import ENOUGH_A_DAY, ENOUGH_DAYS, proposals

WAIT = duration("first_response", "", ())
TOUCH = rate("one_touch", "", ())
REOPENED = rate("reopened", "", (), better="lower")
FIRST = date(2026, 3, 2)


def days(cells: list[Cell]) -> dict[date, Cell]:
    return {FIRST + timedelta(days=place): cell for place, cell in enumerate(cells)}


def waited(*minutes: float) -> Cell:
    values = [round(each * 60_000) for each in minutes]
    return Cell(len(values), 0, sum(values), 0, spread_of(values), spread_of(value // 2 for value in values))


def test_targets_are_what_the_days_came_to_in_round_figures() -> None:
    """Twenty days, all of whose ten conversations took 1, 2, ... 20 minutes."""
    steady, reachable, demanding = proposals(WAIT, days([waited(*[each] * 10) for each in range(1, 21)]), 0.8)
    assert [each.word for each in (steady, reachable, demanding)] == ["steady", "reachable", "demanding"]
    assert [each.target for each in (steady, reachable, demanding)] == [20 * 60_000, 15 * 60_000, 6 * 60_000]
    # What lies right at the target may be counted on either side: values are known to a hundredth.
    assert [each.days for each in (steady, reachable, demanding)] == [20, 20, 20]
    assert steady.days_kept in (19, 20) and reachable.days_kept in (14, 15) and demanding.days_kept in (5, 6)
    assert demanding.within == pytest.approx(demanding.days_kept / 20)


def test_business_time_has_targets_of_its_own() -> None:
    held = days([waited(*[4.0] * 12)] * 12)
    plain, within = (proposals(WAIT, held, 0.8, business=each)[1].target for each in (False, True))
    assert within <= plain / 2 + 30_000


@pytest.mark.parametrize(
    "cells", [[waited(*[1] * 10)] * (ENOUGH_DAYS - 1), [waited(*[1] * (ENOUGH_A_DAY - 1))] * 40, []]
)
def test_too_few_days_propose_nothing(cells: list[Cell]) -> None:
    assert proposals(WAIT, days(cells), 0.8) == []
    assert proposals(TOUCH, days(cells), 0.8) == []


@pytest.mark.parametrize(("definition", "reachable"), [(TOUCH, 0.55), (REOPENED, 0.55)])
def test_a_rates_target_is_on_the_side_on_which_it_is_kept(definition: Definition, reachable: float) -> None:
    """Days of 50, 51, ... 60 of a hundred: the better half are those above, or below, the middle."""
    held = days([Cell(100, hits) for hits in range(50, 61)])
    steady, middle, demanding = proposals(definition, held, 0.8)
    assert (middle.target, middle.days_kept, middle.days, middle.within) == (reachable, 6, 11, None)
    assert steady.days_kept >= 10 and demanding.days_kept >= 3
    assert (steady.target < demanding.target) == (definition.better == HIGHER)


CELLS = st.lists(
    st.lists(st.floats(0, 2000), min_size=ENOUGH_A_DAY, max_size=15).map(lambda each: waited(*each)),
    min_size=ENOUGH_DAYS,
    max_size=20,
)


@settings(max_examples=20)
@given(CELLS, st.sampled_from([0.5, 0.8, 0.95]))
def test_as_many_days_would_have_kept_it_as_it_says(cells: list[Cell], share: float) -> None:
    for proposal, reach in zip(proposals(WAIT, days(cells), share), (0.9, 0.5, 0.25), strict=True):
        kept = sum((quantile(cell.spread, share) or 0) <= proposal.target for cell in cells)
        assert (proposal.days_kept, proposal.days) == (kept, len(cells))
        assert kept >= reach * (len(cells) - 1)
        assert proposal.within is not None and 0 <= proposal.within <= 1
