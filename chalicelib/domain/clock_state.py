"""Who holds a conversation at a moment of an episode, and what changes it."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

from chalicelib.domain.clock_events import moment
from chalicelib.domain.clock_values import Post, Word
from chalicelib.domain.conversation import Status


class Holder(StrEnum):
    """`closed`: one of `OURS` would have it, outside business hours. `customer`: nobody owes an answer, or an agent has
    set it pending and the customer has not written since."""

    BOT = "bot"
    QUEUE = "queue"
    OFFERED = "offered"
    AGENT = "agent"
    COLLEAGUE = "colleague"
    CUSTOMER = "customer"
    SNOOZED = "snoozed"
    CLOSED = "closed"


OURS = frozenset({Holder.QUEUE, Holder.OFFERED, Holder.AGENT, Holder.COLLEAGUE})
PENDING, SNOOZED = Status.PENDING.value, Status.SNOOZED.value


class Interval(NamedTuple):
    """Half-open, in milliseconds since 1970. `agent`: whose it is, or to whom it is offered; `stint`: since when it is
    theirs. `under`: who would have it, were it not closed. `pending`: an agent has set it so. `hours`: the digest of
    the calendar in force."""

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

    @property
    def length(self) -> int:
        return self.end - self.start


def shown(found: Interval) -> dict[str, Any]:
    """An interval for people to look at: its times are aware."""
    return {
        "episode": found.episode,
        "holder": found.holder.value,
        "from": moment(found.start),
        "to": moment(found.end),
        "agent_id": found.agent,
        "team_id": found.team,
        "under": found.under.value if found.under else None,
    }


class State:
    """Of one episode, open when it begins. `at`: up to when its intervals were made."""

    def __init__(self, episode: int, began: int, bots: frozenset[str]) -> None:
        self.episode, self.bots = episode, bots
        self.status, self.post = Status.OPEN.value, Post()
        self.is_owed = self.is_asked = self.is_bots = self.is_pending = self.is_expired = False
        self.at = self.stint = began

    def until(self, at: int) -> Interval | None:
        """The interval from the newest change on; None where there is nothing of it. Times before are nothing."""
        start = self.at
        if at <= start:
            return None
        self.at = at
        holder, post = self.holder, self.post
        agent = post.agent or (post.offered if holder is Holder.OFFERED else None)
        return Interval(
            self.episode, holder, start, at, agent, post.team, self.stint, None, self.is_pending, post.hours
        )

    @property
    def holder(self) -> Holder:
        if self.status == SNOOZED:
            return Holder.SNOOZED
        if self.is_pending or not self.is_owed:
            return Holder.CUSTOMER
        if self.post.agent in self.bots or (self.is_bots and self.post.agent is None):
            return Holder.BOT
        if self.post.agent is not None:
            return Holder.COLLEAGUE if self.is_asked else Holder.AGENT
        return Holder.OFFERED if self.post.offered and not self.is_expired else Holder.QUEUE

    def turn(self, status: str) -> None:
        self.status, self.is_pending, self.is_bots = status, status == PENDING, False

    def give(self, post: Post) -> None:
        """A change of whose it is takes it from a bot that nobody had given it to."""
        if post[:4] != self.post[:4]:
            self.is_bots = False
        if post.agent != self.post.agent:
            self.stint = self.at
        if post[2:4] != self.post[2:4]:
            self.is_expired = False
        self.post = post

    def expire(self, _: None) -> None:
        """The offer's time is up, whether or not that has been told."""
        self.is_expired = self.post.offered is not None and self.post.until <= self.at

    def owe(self, is_owed: bool) -> None:
        self.is_owed = is_owed

    def ask(self, is_asked: bool) -> None:
        self.is_asked = is_asked

    def hear(self, _: Word) -> None:
        """The customer writes: what was pending is ours again."""
        self.is_pending = False

    def hear_bot(self, _: Word) -> None:
        """A bot's word in what is nobody's: it is at it, until somebody is to have it."""
        self.is_bots = True

    def answer(self, _: Word) -> None:
        self.is_bots = False


# When, what changes, and how.
Step = tuple[int, Callable[[State, Any], None], Any]
