"""Followers: who is told of what happens in a conversation without owning it.

A conversation that is part of another is followed there: who followed it is told of the whole.
"""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import FollowersTooMany, InvalidInput, NotPermitted, StoreUnavailable
from chalicelib.domain.events_tasks import ConversationFollowersChanged
from chalicelib.domain.follower import MAX_FOLLOWERS, Follower, Following, chosen, concerned, left
from chalicelib.domain.writes import Recorded, Written
from chalicelib.domain.writes_together import FollowingChange
from chalicelib.services import desk
from chalicelib.services.administration_ports import AgentStore
from chalicelib.services.followed import followed
from chalicelib.services.ports import DeskStore
from chalicelib.services.together_ports import FollowerStore

ATTEMPTS = 5
# How many of what was merged into a conversation are looked at, the newest: as many as one read takes.
MOST_MERGED = 99


@dataclass(frozen=True, slots=True)
class Followers:
    store: FollowerStore
    conversations: DeskStore

    def of(self, conversation_id: str) -> tuple[str, ...]:
        """Who is to be told of what happens here: the owner, then the followers, also of what was merged into it. Of a
        conversation that is gone, nobody. Two reads. Raises StoreUnavailable."""
        conversation = followed(self.conversations, conversation_id)
        return concerned(conversation, self._followings(conversation)) if conversation else ()

    def list(self, conversation_id: str) -> tuple[Follower, ...]:
        """In the order in which they came. Raises ConversationNotFound."""
        followings = self._followings(desk.look(self.conversations, conversation_id))
        first: dict[str, Follower] = {}
        for follower in sorted((each for one in followings for each in one.followers), key=lambda each: each.since):
            first.setdefault(follower.agent_id, follower)
        return tuple(first.values())

    def follow(
        self, agents: AgentStore, principal: Principal, conversation_id: str, agent_id: str, now: datetime
    ) -> None:
        """Let an agent follow: oneself, or as a supervisor anybody. The same again changes nothing.

        Raises ConversationNotFound, ConversationIsMerged, NotPermitted, InvalidInput, FollowersTooMany."""
        desk.get(self.conversations, conversation_id)
        _check_may(principal, agent_id)
        if agent_id != principal.id:
            agent = agents.get(agent_id)
            if agent is None or not agent.enabled:
                raise InvalidInput("There is no such agent, or access was taken away.", field="agent_id")
        for _attempt in range(ATTEMPTS):
            before = self.store.followings([conversation_id])[conversation_id]
            after = chosen(before, agent_id, now)
            if after is None:
                return
            if len(after.followers) > MAX_FOLLOWERS:
                raise FollowersTooMany(f"At most {MAX_FOLLOWERS} follow a conversation: somebody has to leave first.")
            told = ConversationFollowersChanged(
                conversation_id=conversation_id, agent_ids=(agent_id,), added=(agent_id,), removed=()
            )
            if self._put(after, before, told, principal, now):
                return
        raise StoreUnavailable("too many writers at once")

    def unfollow(self, principal: Principal, conversation_id: str, agent_id: str, now: datetime) -> None:
        """Let an agent follow no longer, until they choose to or are mentioned again.

        Raises ConversationNotFound, ConversationIsMerged, NotPermitted."""
        conversation = desk.get(self.conversations, conversation_id)
        _check_may(principal, agent_id)
        for following in self._followings(conversation):
            self._leave(following, agent_id, principal, now)

    def _leave(self, found: Following, agent_id: str, principal: Principal, now: datetime) -> None:
        before = found
        for _attempt in range(ATTEMPTS):
            after = left(before, agent_id)
            if after is None:
                return
            told = ConversationFollowersChanged(
                conversation_id=before.conversation_id, agent_ids=(agent_id,), added=(), removed=(agent_id,)
            )
            if self._put(after, before, told, principal, now):
                return
            before = self.store.followings([before.conversation_id])[before.conversation_id]
        raise StoreUnavailable("too many writers at once")

    def _put(
        self,
        after: Following,
        before: Following,
        told: ConversationFollowersChanged,
        principal: Principal,
        now: datetime,
    ) -> bool:
        recorded = Recorded((told,), Actor(principal.kind, principal.id), now)
        return self.store.put(FollowingChange(after, before.version, recorded)) is Written.DONE

    def _followings(self, conversation: Conversation) -> tuple[Following, ...]:
        names = (conversation.id, *conversation.absorbed[-MOST_MERGED:])
        return tuple(self.store.followings(names).values())


def _check_may(principal: Principal, agent_id: str) -> None:
    if principal.id != agent_id and not principal.may(Role.SUPERVISOR):
        raise NotPermitted("Follow for yourself; a supervisor does it for others.", field="agent_id")
