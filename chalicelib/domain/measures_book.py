"""Where a conversation's measures are gathered, and what they are counted under."""

from bisect import bisect_right
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from chalicelib.domain.clock_events import moment
from chalicelib.domain.clock_values import Facts, Post
from chalicelib.domain.measure import NONE, Dims, Measure

# What stands for nothing, so that everything can be compared.
NOTHING = -1
_at = attrgetter("at")


class Under(NamedTuple):
    """What a measure is counted under, beside what goes for all of a conversation's."""

    inbox: str
    team: str
    agent: str


class Row(NamedTuple):
    kind: str
    episode: int
    at: int
    value: int
    business: int
    hit: int
    under: Under


class Book:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._posts = [(change.at, change.post) for change in facts.changes if change.post is not None]
        self._rows: list[Row] = []

    def put(
        self,
        kind: str,
        episode: int,
        at: int,
        under: Under,
        *,
        value: int = NOTHING,
        business: int = NOTHING,
        hit: bool | None = None,
    ) -> None:
        self._rows.append(Row(kind, episode, at, value, business, NOTHING if hit is None else int(hit), under))

    def post(self, at: int) -> Post:
        """Whose it was then."""
        place = bisect_right(self._posts, at, key=lambda each: each[0])
        return self._posts[place - 1][1] if place else self.facts.first

    def inbox(self, at: int) -> str:
        """That of the leg on which was spoken last; of the conversation, where nobody had spoken."""
        place = bisect_right(self.facts.words, at, key=_at)
        return self.facts.words[place - 1].inbox if place else self.facts.inbox

    def episode(self, at: int) -> int:
        """The number of the one in which it was; the first, where none is known yet."""
        return next((each.number for each in reversed(self.facts.episodes) if each.began <= at), 1)

    def under(self, at: int, *, agent: str | None = None, team: str | None = None, inbox: str | None = None) -> Under:
        """As it was then, for what is not given."""
        team = self.post(at).team if team is None else team
        return Under(inbox or self.inbox(at) or NONE, team or NONE, agent or NONE)

    def measures(self) -> tuple[Measure, ...]:
        found: list[Measure] = []
        dims: dict[Under, Dims] = {}
        for _, rows in groupby(sorted(self._rows), lambda row: row[:2]):
            for place, row in enumerate(rows):
                under = dims.get(row.under) or dims.setdefault(row.under, self._dims(row.under))
                found.append(_measure(row, place, under))
        return tuple(found)

    def _dims(self, under: Under) -> Dims:
        facts = self.facts
        channel = facts.channels.get(under.inbox) or facts.channels.get(facts.inbox) or NONE
        return Dims(
            channel, under.inbox, under.team, under.agent, facts.labels, facts.tier or NONE, facts.language or NONE
        )


def _measure(row: Row, place: int, dims: Dims) -> Measure:
    return Measure(
        row.kind,
        moment(row.at),
        row.episode,
        place,
        None if row.value == NOTHING else row.value,
        None if row.business == NOTHING else row.business,
        None if row.hit == NOTHING else bool(row.hit),
        dims,
    )
