"""The customer's waits of an episode: from the first word that nobody had answered to a person's answer.

As in service levels: an answer that nobody waited for is none, and after a merge or a split the wait is the one that
the conversation states (`Restated`). A wait that is not answered when its episode is resolved never is.
"""

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from chalicelib.domain.clock_values import Episode, Facts, Restated, Who, Word

_at = attrgetter("at")


class Wait(NamedTuple):
    """`by`: the answer, at `end`; both None while nobody has answered."""

    start: int
    end: int | None = None
    by: Word | None = None


class Waits(NamedTuple):
    """`known`: from when on the conversation is known to owe an answer, or to owe none."""

    all: list[Wait]
    known: list[tuple[int, bool]]


def waits(facts: Facts, episode: Episode) -> Waits:
    last = episode.ended
    found = Waits([], [])
    told: Sequence[Word | Restated] = words_of(facts, episode)
    restated = [each for each in facts.restated if is_within(each.at, episode)]
    for each in sorted([*told, *restated], key=_at) if restated else told:
        if last is None or each.at <= last:
            _follow(found, each, episode.began)
    if last is not None and found.all and found.all[-1].start >= last:
        found.all.pop()
    return found


def words_of(facts: Facts, episode: Episode) -> list[Word]:
    """All that was said from its beginning up to the beginning of the next."""
    first = bisect_left(facts.words, episode.began, key=_at)
    last = len(facts.words) if episode.until is None else bisect_left(facts.words, episode.until, key=_at)
    return facts.words[first:last]


def is_within(at: int, episode: Episode) -> bool:
    return episode.began <= at and (episode.until is None or at < episode.until)


def _follow(found: Waits, each: Word | Restated, began: int) -> None:
    is_open = bool(found.all) and found.all[-1].end is None
    if isinstance(each, Restated):
        if is_open:
            found.all.pop()
        if each.since is not None:
            found.all.append(Wait(each.since))
        at = max(each.since or began, began) if each.born else each.at
        found.known.append((at, each.since is not None))
    elif each.who is Who.PERSON and is_open:
        found.all[-1] = Wait(found.all[-1].start, each.at, each)
        found.known.append((each.at, False))
    elif each.who is Who.CUSTOMER and not is_open:
        found.all.append(Wait(each.at))
        found.known.append((each.at, True))
