from hypothesis import given, settings

from chalicelib.domain.measure import NONE, Measure
from chalicelib.domain.measures import measures
from tests.domain.clock_by_hand import Hand, Told
from tests.domain.clock_forms import HOURS, MINUTE, START, Tale, tales
from tests.domain.measures_by_hand import by_hand


def told(found: Measure) -> Told:
    def name(text: str) -> str | None:
        return None if text == NONE else text

    at = (found.at - START) / MINUTE
    value, business = (None if each is None else each // 60_000 for each in (found.value, found.business))
    dims = found.dims
    return (
        found.kind,
        found.episode,
        int(at),
        value,
        business,
        found.hit,
        name(dims.agent),
        name(dims.team),
        dims.inbox,
    )


@settings(max_examples=40)
@given(tales())
def test_each_measure_is_that_of_who_reckons_by_hand(tale: Tale) -> None:
    assert sorted(map(told, measures(tale.ledger, HOURS)), key=repr) == by_hand(Hand(tale.events))
