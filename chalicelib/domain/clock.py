"""The clock: each moment of a conversation's episodes belongs to exactly one holder. The rules are in docs/clock.md.

Everything is derived from the ledger's lines, in whole milliseconds: the intervals of an episode follow each other
without a gap, none is empty, and their lengths add up to its age.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.clock_events import of_moment
from chalicelib.domain.clock_facts import facts_of
from chalicelib.domain.clock_hours import open_time
from chalicelib.domain.clock_ledger import ClockLedger
from chalicelib.domain.clock_state import OURS, Holder, Interval, State, Step
from chalicelib.domain.clock_values import Change, Episode, Facts, Post, Who
from chalicelib.domain.clock_waits import Waits, waits, words_of

__all__ = ["Holder", "Interval", "intervals"]

Hours = Mapping[str, BusinessHours]


def intervals(ledger: ClockLedger, hours: Hours, now: datetime) -> tuple[Interval, ...]:
    """Of all episodes, in order, up to `now` (aware) where one goes on, or to the merge that made the conversation part
    of another. `hours`: the calendars by digest."""
    facts, limit = facts_of(ledger), of_moment(now)
    if facts.away is not None:
        limit = min(limit, facts.away)
    found: list[Interval] = []
    for episode in facts.episodes:
        found += held(facts, episode, waits(facts, episode), hours, limit)
    return tuple(found)


def held(facts: Facts, episode: Episode, waited: Waits, hours: Hours, limit: int) -> list[Interval]:
    """The intervals of one episode, up to its end or the limit."""
    end = limit if episode.ended is None else min(episode.ended, limit)
    state = State(episode.number, episode.began, facts.bots)
    found: list[Interval] = []
    for at, change, value in _steps(facts, episode, waited):
        if at > state.at:
            _add(found, state.until(min(at, end)), hours)
        change(state, value)
    _add(found, state.until(end), hours)
    return found


def _steps(facts: Facts, episode: Episode, waited: Waits) -> list[Step]:
    """What changes in an episode, in order; what was so before is so from its beginning."""
    post, changes = _before(facts, episode)
    steps: list[Step] = [(0, State.give, post), (post.until, State.expire, None)]
    for change in changes:
        if change.status is not None:
            steps.append((change.at, State.turn, change.status))
        if change.post is not None:
            steps.append((change.at, State.give, change.post))
            steps.append((change.post.until, State.expire, None))
    steps += [(at, State.owe, is_owed) for at, is_owed in waited.known]
    steps += [(at, State.ask, is_asked) for at, is_asked in facts.asks]
    steps += [(word.at, _HEARD[word.who], word) for word in words_of(facts, episode) if word.who in _HEARD]
    return sorted(steps, key=lambda step: step[0])


# What a rule writes changes nothing.
_HEARD = {Who.CUSTOMER: State.hear, Who.PERSON: State.answer, Who.BOT: State.hear_bot}


def _before(facts: Facts, episode: Episode) -> tuple[Post, list[Change]]:
    """Who had it when the episode began, and what changed since: statuses of its own, and owners, who may have been
    given it when nobody knew yet that it had begun."""
    post, since = facts.first, []
    for change in facts.changes:
        if change.post is not None and change.episode < episode.number and change.at <= episode.began:
            post = change.post
        elif change.episode == episode.number or (change.post is not None and change.episode < episode.number):
            since.append(change)
    return post, since


def _add(found: list[Interval], interval: Interval | None, hours: Hours) -> None:
    """With what lies outside business hours split off, and joined to its neighbour where nothing has changed."""
    if interval is None:
        return
    for part in _split(interval, hours):
        newest = found[-1] if found else None
        if newest is not None and newest._replace(start=part.start, end=part.end) == part:
            found[-1] = newest._replace(end=part.end)
        else:
            found.append(part)


def _split(interval: Interval, hours: Hours) -> Iterator[Interval]:
    """Only what is ours to do can be closed: a bot, a snooze and the customer know no business hours."""
    opened = open_time(interval.hours, hours) if interval.holder in OURS else None
    if opened is None:
        yield interval
        return
    at = interval.start
    for start, end in opened.spans(interval.start, interval.end):
        if start > at:
            yield _closed(interval, at, start)
        yield interval._replace(start=start, end=end)
        at = end
    if at < interval.end:
        yield _closed(interval, at, interval.end)


def _closed(interval: Interval, start: int, end: int) -> Interval:
    return interval._replace(holder=Holder.CLOSED, start=start, end=end, under=interval.holder)
