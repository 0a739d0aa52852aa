"""What notices ask of the world."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.agent import Agent
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.notice import Notice, Tried, Way
from chalicelib.domain.notice_digest import Digest
from chalicelib.domain.notice_ways import Preferences
from chalicelib.domain.notice_words import Detail
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Recorded, Written


class NoticeStore(Protocol):
    def add(self, notice: Notice, recorded: Recorded) -> Written:
        """DUPLICATE: the agent has it already, seen or not."""

    def get(self, agent_id: str, notice_id: str) -> Notice | None: ...

    def page(self, agent_id: str, limit: int, start: Mapping[str, Any] | None) -> Page[Notice]:
        """Unseen ones first, newest first in both parts."""

    def unseen(self, agent_id: str, limit: int, up_to: str | None = None) -> Sequence[Notice]:
        """Newest first; with `up_to` none that is newer than this one."""

    def see(self, notice: Notice, now: datetime) -> None:
        """Once more is the same."""

    def begin(self, notice: Notice, way: Way, now: datetime) -> bool:
        """Note that it goes by a way now; False where somebody else was faster, or the agent has seen it."""

    def end(self, notice: Notice, way: Way, tried: Tried) -> None:
        """What became of it."""

    def details(self, notices: Sequence[Notice]) -> Sequence[Detail]:
        """What there is to tell of each, in their order, as it is this moment. One read for each hundred things."""

    def preferences(self, agent_id: str) -> Preferences: ...

    def set_preferences(self, own: Preferences, read_version: int) -> Written: ...

    def digest(self, agent_id: str) -> Digest: ...

    def set_digest(self, digest: Digest) -> Written:
        """Its next version; CONFLICT: it is not at the version before."""


class NoticeQueue(Protocol):
    """Records that come back to the same function later, in a quarter of an hour at most."""

    def look(self, agent_id: str, notice_id: str, seconds: int) -> None: ...

    def digest(self, agent_id: str, seconds: int) -> None: ...

    def go_on(self, event: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """With an event that is for more people than one call tells: those who come behind `after`."""


class People(Protocol):
    def get(self, agent_id: str) -> Agent | None: ...

    def list(self, limit: int, start: Mapping[str, Any] | None) -> Page[Agent]: ...


class Conversations(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...


class Looking(Protocol):
    """Whether an agent would see it by themselves."""

    def at(self, agent_id: str, now: datetime) -> bool:
        """Whether they are at the desk."""

    def watches(self, agent_id: str, conversation_id: str, now: datetime) -> bool:
        """Whether they look at this very conversation."""

    def is_off(self, agent_id: str, now: datetime) -> bool:
        """Whether they chose to be offline."""


class DirectMessages(Protocol):
    """Slack."""

    def direct(self, agent_id: str, words: str, *, once: str) -> bool:
        """`words` are Slack's markup; `once`: the same is said once, however often this is asked for. False: the agent
        is nobody there, and will be told in another way. Raises StoreUnavailable where it may pass later."""
