"""How long somebody who joins a queue will wait: measured, never invented.

Waits are counted in buckets of about a fifth's width, by the place that the customer had when they joined and by day.
What is expected is the span from the median to the four-fifths quantile of such waits. Where too few were measured,
nothing is known, and nothing is said.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil, floor

RATIO = 1.2
# Bucket 0 is below a second, the last one open upwards (beyond 33 days). Bucket n ends where bucket n + 1 begins.
_EDGES = tuple(RATIO**power for power in range(82))
DAYS = 7
ENOUGH = 20
LOW, HIGH = 0.5, 0.8
# Places 1, 2, 3-4, 5-8, ... 129-256; the last class is everybody behind them.
MAX_PLACE = 256
CLASSES = MAX_PLACE.bit_length()

Buckets = Mapping[int, int]
# Quantiles in the order in which they were asked for, and of how many waits.
Spread = tuple[tuple[float, ...], int]


@dataclass(frozen=True, slots=True)
class Counted:
    """The waits of one day and one class of places, by bucket."""

    day: date
    place_class: int
    buckets: Buckets = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expected:
    """Half of those before waited no longer than about `low_seconds`, four of five no longer than `high_seconds`.
    `samples` waits were looked at."""

    low_seconds: int
    high_seconds: int
    samples: int


def bucket_of(seconds: float) -> int:
    return bisect_right(_EDGES, max(0.0, seconds))


def begins_at(bucket: int) -> float:
    return _EDGES[min(bucket, len(_EDGES)) - 1] if bucket > 0 else 0.0


def ends_at(bucket: int) -> float:
    """Of the last bucket, which has no end, where it begins."""
    return _EDGES[min(bucket, len(_EDGES) - 1)]


def class_of_place(place: int) -> int:
    """1, 2, 3-4, 5-8, ...: the further back, the less one place matters."""
    return min(max(0, place - 1).bit_length(), CLASSES)


def weight_of_day(day: date, today: date) -> int:
    """Newer days count for more: today 7 times what the day six days ago does; others do not count."""
    age = (today - day).days
    return DAYS - age if 0 <= age < DAYS else 0


def first_day(today: date) -> date:
    """The earliest day that counts."""
    return today - timedelta(days=DAYS - 1)


def quantile(buckets: Buckets, share: float) -> float:
    """The quantile (nearest rank) of what was counted, in seconds. It lies in the bucket of the true one, so it is off
    by less than that bucket's width, a fifth of it: within it waits are taken as evenly spread. Raises ValueError where
    nothing was counted."""
    total = sum(buckets.values())
    reached = 0
    for bucket in sorted(buckets):
        before, reached = reached, reached + buckets[bucket]
        if reached > 0 and reached >= share * total:
            part = (share * total - before) / buckets[bucket]
            return begins_at(bucket) + (ends_at(bucket) - begins_at(bucket)) * part
    raise ValueError("nothing was counted")


def expected(counted: Iterable[Counted], today: date, place: int) -> Expected | None:
    """What somebody at this place may expect; None where fewer than 20 waits are known."""
    found = spread(counted, today, place, (LOW, HIGH))
    if found is None:
        return None
    (low, high), samples = found
    return Expected(floor(low), ceil(high), samples)


def spread(counted: Iterable[Counted], today: date, place: int, shares: Sequence[float]) -> Spread | None:
    """The quantiles, in seconds, of waits like those of this place; None where fewer than 20 are known.

    Where its own class of places has too few, its neighbours' waits are taken too, one class further on both sides at a
    time: what is known of like places is better than nothing, and is told with the number of waits that it is from."""
    by_class: dict[int, list[Counted]] = {}
    for one in counted:
        if weight_of_day(one.day, today):
            by_class.setdefault(one.place_class, []).append(one)
    own = class_of_place(place)
    for reach in range(CLASSES + 1):
        near = [one for number, found in by_class.items() if abs(number - own) <= reach for one in found]
        samples = sum(sum(one.buckets.values()) for one in near)
        if samples >= ENOUGH:
            weighed = _weighed(near, today)
            return tuple(quantile(weighed, share) for share in shares), samples
    return None


def _weighed(counted: Iterable[Counted], today: date) -> Buckets:
    total: dict[int, int] = {}
    for one in counted:
        weight = weight_of_day(one.day, today)
        for bucket, count in one.buckets.items():
            total[bucket] = total.get(bucket, 0) + count * weight
    return total
