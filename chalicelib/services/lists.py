"""Lists of conversations that no index of theirs holds: named ones, those of some contacts, and what an agent follows.
They are short, and answered whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.domain.conversation import Conversation
from chalicelib.domain.follower import Following
from chalicelib.domain.mention import Mention
from chalicelib.domain.reads import Page
from chalicelib.domain.view import Sort, ordered

# Of so many of one contact's conversations, and so many that an agent follows, the newest are shown.
MOST_OF_CONTACT = 20
MOST_FOLLOWED = 100


class OpenedReader(Protocol):
    def of(self, contact_ids: Iterable[str], each: int) -> Sequence[str]:
        """The newest conversations of these contacts, as many of each."""

    def conversations(self, conversation_ids: Iterable[str]) -> Mapping[str, Conversation]: ...


class FollowerReader(Protocol):
    def followings(self, conversation_ids: Sequence[str]) -> Mapping[str, Following]: ...

    def chosen_by(self, agent_id: str, most: int) -> Sequence[str]: ...


class MentionReader(Protocol):
    def page(
        self, agent_id: str, limit: int, start: Mapping[str, Any] | None, *, unseen: bool = False
    ) -> Page[Mention]: ...


@dataclass(frozen=True, slots=True)
class Lists:
    opened: OpenedReader
    followers: FollowerReader
    mentions: MentionReader

    def named(self, conversation_ids: Sequence[str]) -> Sequence[Conversation]:
        """In that order; those that are gone are left out."""
        found = self.opened.conversations(conversation_ids)
        return [found[each] for each in dict.fromkeys(conversation_ids) if each in found]

    def of_contacts(self, contact_ids: Sequence[str]) -> Sequence[Conversation]:
        """The newest of each, whatever their status; without what is part of another one."""
        found = self.opened.conversations(self.opened.of(dict.fromkeys(contact_ids), MOST_OF_CONTACT))
        return _whole(found.values())

    def followed(self, agent_id: str, status: str) -> Sequence[Conversation]:
        """What an agent has chosen to follow, or follows since a note has named them."""
        named = self.mentions.page(agent_id, MOST_FOLLOWED, None).items
        maybe = [*self.followers.chosen_by(agent_id, MOST_FOLLOWED), *(each.conversation_id for each in named)]
        asked = list(dict.fromkeys(maybe))[:MOST_FOLLOWED]
        followings = self.followers.followings(asked) if asked else {}
        mine = [name for name, each in followings.items() if agent_id in each.agent_ids]
        found = self.opened.conversations(mine)
        return [each for each in _whole(found.values()) if each.status.value == status]


def _whole(found: Iterable[Conversation]) -> Sequence[Conversation]:
    return ordered([each for each in found if each.merged_into is None], Sort.ACTIVITY)
