"""Which words a report that is sent needs."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """`{…}` are filled in. `units`: day, hour, minute, second. `dimensions` by their name."""

    period: str
    compared: str
    as_of: str
    nothing_yet: str
    settling: str
    where: str
    total: str
    bucket: str
    n: str
    mean: str
    share: str
    sum: str
    median: str
    p90: str
    p99: str
    interval: str
    before: str
    change: str
    points: str
    metric: str
    unit: str
    meaning: str
    none: str
    empty: str
    open: str
    attached: str
    too_large: str
    more_rows: str
    why: str
    bars: str
    units: tuple[str, str, str, str]
    gap: str
    dimensions: Mapping[str, str]
