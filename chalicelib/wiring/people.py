"""What the function `people` is made of: a row for each thing that follows from news of customers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from chalicelib.aws.stores.people import PeopleStore
from chalicelib.wiring.shared import desk

# Called with an event's wire form; a repeat or another order does no harm.
Reaction = Callable[[Mapping[str, Any], datetime], object]


@cache
def people() -> PeopleStore:
    return PeopleStore(desk())


@cache
def reactions() -> Sequence[Reaction]:
    return ()
