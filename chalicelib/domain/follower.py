"""Followers: colleagues who are told of what happens in a conversation without owning it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.conversation import Conversation

MAX_FOLLOWERS = 50


@dataclass(frozen=True, slots=True)
class Follower:
    """`by_mention`: nobody chose it, a note named them. Whoever chose to follow stays until they leave."""

    agent_id: str
    since: datetime
    by_mention: bool = False


@dataclass(frozen=True, slots=True)
class Following:
    """Who follows a conversation, in the order in which they came. `version` 0: nobody ever has."""

    conversation_id: str
    followers: tuple[Follower, ...] = ()
    version: int = 0

    @property
    def agent_ids(self) -> tuple[str, ...]:
        return tuple(each.agent_id for each in self.followers)

    @property
    def is_full(self) -> bool:
        return len(self.followers) >= MAX_FOLLOWERS


def chosen(following: Following, agent_id: str, at: datetime) -> Following | None:
    """After an agent has chosen to follow; None where they had chosen so before. There has to be room."""
    known = next((each for each in following.followers if each.agent_id == agent_id), None)
    if known is not None and not known.by_mention:
        return None
    mine = Follower(agent_id, known.since if known else at)
    others = tuple(each for each in following.followers if each.agent_id != agent_id)
    return _next(following, (*others, mine))


def left(following: Following, agent_id: str) -> Following | None:
    """After an agent has left; None where they did not follow. Only another mention, or they themselves, bring them
    back."""
    others = tuple(each for each in following.followers if each.agent_id != agent_id)
    return _next(following, others) if len(others) < len(following.followers) else None


def mentioned(following: Following, agent_ids: Sequence[str], at: datetime) -> Following | None:
    """After a note has named these; None where all of them follow. Where there is no room, whoever was named longest
    ago makes it; who chose to follow never does."""
    new = tuple(Follower(each, at, by_mention=True) for each in agent_ids if each not in following.agent_ids)
    if not new:
        return None
    after = (*following.followers, *new)
    surplus = len(after) - MAX_FOLLOWERS
    going = {each.agent_id for each in [each for each in after if each.by_mention][: max(surplus, 0)]}
    kept = tuple(each for each in after if each.agent_id not in going)
    return _next(following, kept) if kept != following.followers else None


def _next(following: Following, followers: tuple[Follower, ...]) -> Following:
    return replace(following, followers=followers, version=following.version + 1)


def concerned(conversation: Conversation, followings: Iterable[Following]) -> tuple[str, ...]:
    """Who is to be told of what happens in a conversation: its owner, then its followers, each once."""
    owner = [conversation.assignee_id] if conversation.assignee_id else []
    return tuple(dict.fromkeys([*owner, *(agent for each in followings for agent in each.agent_ids)]))
