"""The clock: each moment of a conversation's episodes belongs to exactly one holder. The rules are in docs/clock.md.

Everything is derived from the ledger's lines, in whole milliseconds: the intervals of an episode follow each other
without a gap, none is empty, and their lengths add up to its age.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.clock_events import moment, of_moment
from chalicelib.domain.clock_facts import facts_of
from chalicelib.domain.clock_hours import open_time
from chalicelib.domain.clock_ledger import ClockLedger
from chalicelib.domain.clock_values import Change, Episode, Facts, Post, Who
from chalicelib.domain.clock_waits import Waits, waits
from chalicelib.domain.conversation import Status


class Holder(StrEnum):
    """Who has it. `closed`: one of `OURS` would, outside business hours. `customer`: nobody owes an answer, or an agent
    has set it pending and the customer has not written since."""

    BOT = "bot"
    QUEUE = "queue"
    OFFERED = "offered"
    AGENT = "agent"
    COLLEAGUE = "colleague"
    CUSTOMER = "customer"
    SNOOZED = "snoozed"
    CLOSED = "closed"


OURS = frozenset({Holder.QUEUE, Holder.OFFERED, Holder.AGENT, Holder.COLLEAGUE})


class Interval(NamedTuple):
    """Half-open, in milliseconds since 1970. `agent`: whose it was, or to whom it was offered; `stint`: since when.
    `under`: who would have it, were it not closed. `pending`: an agent had set it so. `hours`: the calendar's digest."""

    episode: int
    holder: Holder
    start: int
    end: int
    agent: str | None
    team: str | None
    stint: int
    under: Holder | None = None
    pending: bool = False
    hours: str | None = None

    @property
    def who(self) -> Holder:
        """The holder, open or closed."""
        return self.under or self.holder


def intervals(ledger: ClockLedger, hours: Mapping[str, BusinessHours], now: Any) -> tuple[Interval, ...]:
    """Of all episodes, in order, up to `now` (aware) where one goes on, or to the merge that made it part of another.
    `hours`: the calendars by digest."""
    facts, limit = facts_of(ledger), of_moment(now)
    if facts.away is not None:
        limit = min(limit, facts.away)
    found: list[Interval] = []
    for episode in facts.episodes:
        found += held(facts, episode, waits(facts, episode), hours, limit)
    return tuple(found)


def held(
    facts: Facts, episode: Episode, waited: Waits, hours: Mapping[str, BusinessHours], limit: int
) -> list[Interval]:
    """The intervals of one episode."""
    end = limit if episode.ended is None else min(episode.ended, limit)
    state = _State(facts, episode)
    found: list[Interval] = []
    for at, together in groupby(_steps(facts, episode, waited, state), itemgetter(0)):
        _add(found, state.interval(max(at, episode.began), end), hours)
        for _, _, change, value in together:
            change(value)
    _add(found, state.interval(end, end), hours)
    return found


def age(found: Sequence[Interval]) -> int:
    return sum(each.end - each.start for each in found)


def shown(found: Interval) -> dict[str, Any]:
    """An interval for people to look at: times as aware datetimes."""
    return {
        "episode": found.episode,
        "holder": found.holder.value,
        "from": moment(found.start),
        "to": moment(found.end),
        "agent_id": found.agent,
        "team_id": found.team,
        "under": found.under.value if found.under else None,
    }


class _State:
    """What holds at a moment of an episode. Each of its changes is a method of one argument."""

    def __init__(self, facts: Facts, episode: Episode) -> None:
        self.episode, self.bots = episode, facts.bots
        self.status, self.post = Status.OPEN.value, facts.first
        self.is_owed = self.is_asked = self.is_bots = self.has_written = False
        self.at = self.stint = episode.began
"""
