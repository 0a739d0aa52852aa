"""What compares and proposes: comparisons, benchmarks, targets; made on first use (see `api`)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from zoneinfo import ZoneInfo

    from chalicelib.domain.agent import Principal
    from chalicelib.domain.measure import Dimension
    from chalicelib.services.comparisons import Comparisons
    from chalicelib.services.paperwork import DocumentStore
    from chalicelib.services.targets import Targets


@cache
def comparisons() -> Comparisons:
    from chalicelib.domain.metrics import DEFINITIONS
    from chalicelib.services.comparisons import Comparisons
    from chalicelib.wiring.reports import reports

    return Comparisons(reports().rollups, _zone, DEFINITIONS)


@cache
def targets() -> Targets:
    from chalicelib.domain.metrics import DEFINITIONS
    from chalicelib.services.targets import Targets
    from chalicelib.wiring.reports import reports

    return Targets(reports().rollups, _zone, DEFINITIONS)


def benchmarks() -> DocumentStore:
    from chalicelib.services.benchmarks import KIND
    from chalicelib.wiring import work

    return work.documents(KIND)


def within(principal: Principal, by: Dimension | None) -> Collection[str] | None:
    """Whose numbers a supervisor may hold against others'; None: anybody's. Raises NotPermitted."""
    from chalicelib.services.administration import every
    from chalicelib.services.comparisons import allowed
    from chalicelib.wiring import api
    from chalicelib.wiring.reports import limits

    return allowed(by, limits(principal), lambda: every(api.agents().list))


def _zone() -> ZoneInfo:
    from chalicelib.wiring.reports import calendar

    return calendar().zone
