"""What may be asked of the numbers, and what is answered: `services/reports.py` makes one of the other.

A number is of one metric, group and bucket of time. It says as of when it holds; the list behind it is read as of the
same moment, so counting that by hand gives the number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.measure import Dimension
from chalicelib.domain.rollup import Group, Grouping

if TYPE_CHECKING:
    from chalicelib.domain.metrics import Definition

# By how many dimensions at once, how many metrics of one answer.
MAX_BY = 2
MAX_METRICS = 12


class Step(StrEnum):
    """How long a bucket of a report is; `whole`: the period is one."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    WHOLE = "whole"


# Only measures with one of these values count, dimension by dimension.
Where = Mapping[Dimension, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Ask:
    """`first` and `last` are local days of the workspace's zone, both included. `business`: durations are those within
    business hours. `compare`: with the period before. By a dimension that `where` names too, only its values there are
    rows."""

    metrics: tuple[str, ...]
    first: date
    last: date
    by: Grouping = ()
    where: Where = field(default_factory=dict)
    step: Step = Step.WHOLE
    business: bool = False
    compare: bool = False


@dataclass(frozen=True, slots=True)
class Quantile:
    """The value below which a share of all lies, and where the true one lies in 95 of 100 cases (None: too few)."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. `n` measures made it. `value` is what its shape says: of a count `n`, of a duration the mean in
    milliseconds, of a rate the share from 0 to 1, of an amount the sum in millionths; None where there is none to be
    made of (never of a count). `low` and `high`: its 95 % interval, where it is a mean or a share. `hits`: of a rate
    those that are so. `total`: the sum of a duration or an amount. The quantiles are a duration's."""

    n: int
    value: float | None
    low: float | None = None
    high: float | None = None
    hits: int | None = None
    total: int | None = None
    p50: Quantile | None = None
    p90: Quantile | None = None
    p99: Quantile | None = None


# The numbers of one row, by metric; every metric that was asked for is there.
Figures = Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Row:
    """`group`: values in the order of `Ask.by`. `bucket`: when it begins, in ISO form: a local day, an hour in UTC
    (`2026-03-29T01:00Z`), the period's first day for `whole`. `before`: of the same bucket, counted from the start, of
    the period before; None where that was not asked."""

    group: Group
    bucket: str
    figures: Figures
    before: Figures | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Report:
    """`as_of`: when all of it was so; None: nothing has been counted yet. `settling`: some of the period lies after
    that. `rows` by group, then bucket, only those where something was measured (without groups: every bucket).
    `totals` are of all rows; labels overlap, so theirs are not sums. `before`: the period compared with."""

    ask: Ask
    zone: str
    as_of: datetime | None
    settling: bool
    rows: tuple[Row, ...]
    totals: Row
    definitions: tuple["Definition", ...] = ()
    before: Period | None = None
