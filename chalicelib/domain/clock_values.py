"""What a clock is reckoned from: changes of status and owner, words, episodes. Times are milliseconds since 1970."""

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from chalicelib.domain.clock_events import Line


class Post(NamedTuple):
    """Who has it, or is offered it until when; `hours`: the calendar in force."""

    agent: str | None = None
    team: str | None = None
    offered: str | None = None
    until: int = 0
    hours: str | None = None


class Change(NamedTuple):
    """From `at` on it has this status, or this post; None: that of before."""

    at: int
    episode: int
    status: str | None = None
    post: Post | None = None


class Episode(NamedTuple):
    """`ended`: None while it goes on. `resolved`: it ended so. `until`: when the next began."""

    number: int
    began: int
    ended: int | None
    resolved: bool
    until: int | None


class Who(Enum):
    CUSTOMER = 0
    PERSON = 1
    BOT = 2
    RULE = 3


class Word(NamedTuple):
    at: int
    who: Who
    agent: str | None
    inbox: str
    id: str


class Restated(NamedTuple):
    """A merge or split at `at`: the customer waits since then (None: not at all). `born`: it began with this."""

    at: int
    since: int | None
    born: bool


@dataclass(slots=True)
class Facts:
    """`away`: since when it is part of another, if it is. `asks`: from when on a side thread's answer is awaited, or
    none. `looked`: when an agent has seen it. `channels`: by inbox. `rest`: lines that tell of something else."""

    changes: list[Change] = field(default_factory=list)
    first: Post = Post()
    episodes: list[Episode] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    restated: list[Restated] = field(default_factory=list)
    asks: list[tuple[int, bool]] = field(default_factory=list)
    looked: dict[str, list[int]] = field(default_factory=dict)
    bots: frozenset[str] = frozenset()
    away: int | None = None
    channels: dict[str, str] = field(default_factory=dict)
    inbox: str = ""
    labels: tuple[str, ...] = ()
    tier: str = ""
    language: str = ""
    rest: list[tuple[str, Line]] = field(default_factory=list)

    @property
    def last(self) -> int:
        """The newest moment that anything is known of."""
        times = [change.at for change in self.changes[-1:]] + [word.at for word in self.words[-1:]]
        times += [each[0] for each in self.asks[-1:]] + [each.at for each in self.restated[-1:]]
        return max(times, default=0)
