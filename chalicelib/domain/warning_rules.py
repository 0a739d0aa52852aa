"""What early warnings look at, each rule a function of numbers alone; docs/floor.md has the formulas in words.

The burn rate of an error budget over two windows is Google's (B. Beyer et al., "The Site Reliability Workbook",
O'Reilly 2018, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts"). The median absolute deviation as a spread that
outliers do not move, with the factor 1.4826, is F. R. Hampel's ("The influence curve and its role in robust
estimation", Journal of the American Statistical Association 69, 1974).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, sqrt
from statistics import median

# Over which joining and taking are averaged.
WINDOW = timedelta(minutes=15)
# What a queue's rate of taking has to be known for, at least.
KNOWN_FOR = timedelta(minutes=4)
MAD_TO_SIGMA = 1.4826
WEEKS = 8
# Of which there has to be something known, to say what is usual.
ENOUGH_WEEKS = 4
LEND_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """How many waits of a queue had ended that day, at a moment."""

    at: datetime
    gone: int


@dataclass(frozen=True, slots=True)
class QueueNow:
    """`joining`: a minute. `oldest`: how long the one who waits longest has waited. `free`: somebody has room."""

    depth: int
    joining: float
    gone_today: int
    oldest: timedelta
    agents: int
    free: bool


@dataclass(frozen=True, slots=True)
class QueueForecast:
    """`minutes`: until somebody will have waited for longer than the target; 0: so it is already. `taken`: a minute.
    `agents_needed`: more than there are, for as many to be taken as join."""

    minutes: float
    taken: float
    agents_needed: int


@dataclass(frozen=True, slots=True)
class Burn:
    """`rate`: how often the error budget of the whole time would be used up at this pace, in the longer window;
    `recent`: in the shorter one. `missed` of `counted` in the longer one."""

    rate: float
    recent: float
    missed: int
    counted: int


@dataclass(frozen=True, slots=True)
class Volume:
    """`sigmas`: how many usual deviations it is away from the usual; below it, negative."""

    count: int
    usual: float
    sigmas: float


def taken_per_minute(samples: Sequence[Sample], gone_today: int, now: datetime) -> float | None:
    """By how much waits have ended since the earliest sample of the window; None where too little is known. A new day
    counts from zero: then what has ended since is what is known."""
    inside = [sample for sample in samples if now - WINDOW <= sample.at < now]
    if not inside:
        return None
    first = min(inside, key=lambda sample: sample.at)
    span = now - first.at
    if span < KNOWN_FOR:
        return None
    ended = gone_today - first.gone if gone_today >= first.gone else gone_today
    return ended / (span / timedelta(minutes=1))


def queue_forecast(
    queue: QueueNow, taken: float | None, target: timedelta, within: timedelta, least: int
) -> QueueForecast | None:
    """Where a queue goes on like this: `depth + (joining - taken) * t` wait in t minutes, and the last of them waits
    that many over `taken`. None where that stays below the target for `within`, fewer than `least` wait, or somebody
    has room (then they wait for something else)."""
    if queue.depth < least or queue.free:
        return None
    late = (target - queue.oldest) / timedelta(minutes=1)
    if late <= 0:
        return QueueForecast(0.0, taken or 0.0, _needed(queue, taken or 0.0))
    if taken is None:
        return None
    minutes = _crossing(queue, taken, target / timedelta(minutes=1), late)
    if minutes is None or minutes > within / timedelta(minutes=1):
        return None
    return QueueForecast(minutes, taken, _needed(queue, taken))


def _crossing(queue: QueueNow, taken: float, target: float, late: float) -> float | None:
    if taken <= 0:
        return late  # nobody is taken: the oldest will have waited too long then
    growing = queue.joining - taken
    if queue.depth >= taken * target:
        # Who joins now will wait for longer than the target; that is so once the oldest ones are as late.
        return late
    span = WINDOW / timedelta(minutes=1)
    # What joins and what is taken vary by chance, as the root of their numbers: less than that is no growth.
    is_chance = growing * span < sqrt((queue.joining + taken) * span)
    return None if growing <= 0 or is_chance else (taken * target - queue.depth) / growing


def _needed(queue: QueueNow, taken: float) -> int:
    if taken <= 0 or queue.agents <= 0:
        return 1
    each = taken / queue.agents
    return min(LEND_AT_MOST, max(1, ceil((queue.joining - taken) / each)))


def burn(recent: tuple[int, int], longer: tuple[int, int], objective: float) -> Burn | None:
    """Of (met, counted) in two windows, where `objective` is the share that has to be met. None where nothing was
    counted in one of them."""
    if not recent[1] or not longer[1]:
        return None
    budget = 1 - objective
    rates = [(counted - met) / counted / budget for met, counted in (longer, recent)]
    return Burn(rates[0], rates[1], longer[1] - longer[0], longer[1])


def burns(found: Burn, threshold: float, least: int) -> bool:
    """In both windows: the longer one says that it matters, the shorter one that it still goes on."""
    return found.counted >= least and found.rate >= threshold and found.recent >= threshold


def volume(count: int, weeks: Sequence[int]) -> Volume | None:
    """Of one hour, among the same hour of the weeks before. A usual deviation is the robust one of those, and not less
    than that of a Poisson process of their median. None where fewer than four weeks are known."""
    if len(weeks) < ENOUGH_WEEKS:
        return None
    usual = float(median(weeks))
    spread = MAD_TO_SIGMA * median(abs(week - usual) for week in weeks)
    sigma = max(spread, sqrt(usual), 1.0)
    return Volume(count, usual, (count - usual) / sigma)
