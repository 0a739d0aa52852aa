"""What mentions, followers, tasks and drafts ask of the world."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.agent_draft import AgentDraft
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.envelope import Actor
from chalicelib.domain.follower import Following
from chalicelib.domain.mention import Mention
from chalicelib.domain.note import Note
from chalicelib.domain.reads import Page
from chalicelib.domain.task import Task
from chalicelib.domain.writes import ConversationChange, Written
from chalicelib.domain.writes_together import Beside, FollowingChange, TaskChange


class ConversationReader(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...


class ConversationChanger(ConversationReader, Protocol):
    def change(self, change: ConversationChange) -> Written: ...


class Meaning(Protocol):
    """Whom a note means."""

    @property
    def seeds(self) -> tuple[str, ...]:
        """What tells this note from another one."""

    def of(self, author_id: str, audience: Sequence[str]) -> tuple[str, ...]:
        """The agents. Raises InvalidInput."""

    def beside(self, note: Note, actor: Actor) -> tuple[Beside, ...]:
        """What is written with the note, by what is now."""


class FollowerStore(Protocol):
    def followings(self, conversation_ids: Sequence[str]) -> Mapping[str, Following]:
        """Of each (100 at most), in that order; nobody where none ever followed."""

    def put(self, change: FollowingChange) -> Written:
        """CONFLICT: another change came first."""


class MentionStore(Protocol):
    def page(
        self, agent_id: str, limit: int, start: Mapping[str, Any] | None, *, unseen: bool = False
    ) -> Page[Mention]:
        """Newest first."""

    def unseen(self, agent_id: str, most: int) -> int:
        """How many of the newest `most` since all was seen the agent has not seen."""

    def see(self, agent_id: str, note_ids: Sequence[str]) -> None:
        """Mark these as seen; what is no mention of the agent's is left alone."""

    def see_to(self, agent_id: str, note_id: str) -> None:
        """Mark all up to this note as seen; the mark never goes back."""

    def notes(self, mentions: Sequence[Mention]) -> Mapping[str, Note]:
        """The notes that they are about, by id; those that are gone are left out."""


class TaskStore(Protocol):
    def get(self, task_id: str) -> Task | None: ...

    def of(self, conversation_id: str) -> Sequence[Task]: ...

    def page(self, owner_id: str, limit: int, start: Mapping[str, Any] | None, *, over: bool) -> Page[Task]: ...

    def add(self, change: TaskChange) -> Written:
        """DUPLICATE: there is one of this id. CONFLICT: its conversation is gone."""

    def put(self, change: TaskChange) -> Written:
        """CONFLICT: another change came first."""


class AgentDraftStore(Protocol):
    def get(self, conversation_id: str, agent_id: str, now: datetime) -> AgentDraft | None: ...

    def page(self, agent_id: str, limit: int, start: Mapping[str, Any] | None, now: datetime) -> Page[AgentDraft]: ...

    def put(self, draft: AgentDraft, read_version: int, now: datetime) -> Written:
        """`read_version` 0: there is none, or one whose time is over. CONFLICT: another device was first."""

    def remove(self, conversation_id: str, agent_id: str, read_version: int) -> Written:
        """CONFLICT: it is another one by now, or gone."""
