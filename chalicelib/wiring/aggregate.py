"""What the function `aggregate` is made of."""

from datetime import timedelta
from functools import cache

from chalicelib.aws.stores.aggregate_runs import RunStore
from chalicelib.aws.stores.rollups import RollupStore
from chalicelib.aws.stores.slices import SliceStore
from chalicelib.services.aggregation import Aggregation
from chalicelib.wiring import numbers
from chalicelib.wiring.shared import settings


@cache
def aggregation() -> Aggregation:
    facts, lag = numbers.facts(), timedelta(seconds=settings().numbers_lag_seconds)
    return Aggregation(
        RunStore(facts), SliceStore(facts), RollupStore(facts), lambda: numbers.published().zone, lag=lag
    )
