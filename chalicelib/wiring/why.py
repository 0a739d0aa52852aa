"""What managers ask of the numbers next: why answers are slow, what cases cost, which way they go."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.services.costs import Costs
    from chalicelib.services.journeys import Journeys
    from chalicelib.services.why_slow import WhySlow


@cache
def why_slow() -> WhySlow:
    from chalicelib.services.why_slow import WhySlow
    from chalicelib.wiring.reports import reports

    return WhySlow(reports())


@cache
def costs() -> Costs:
    from chalicelib.services.costs import Costs
    from chalicelib.wiring.reports import reports

    return Costs(reports())


@cache
def journeys() -> Journeys:
    from chalicelib.services.journeys import Journeys
    from chalicelib.wiring.reports import reports

    return Journeys(reports())


def currency() -> str:
    """Of all amounts. Raises StoreUnavailable."""
    from chalicelib.wiring.fees import rates

    return rates().currency
