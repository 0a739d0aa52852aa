"""What side threads ask of the world, and what the ways they go by (mail, Slack) have to keep to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.agent import Agent
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.message import Attachment
from chalicelib.domain.note import Note
from chalicelib.domain.reads import Page
from chalicelib.domain.side_thread import Origin, SideMessage, SideThread
from chalicelib.domain.writes import Recorded, Written


class SideThreadStore(Protocol):
    def get(self, conversation_id: str, thread_id: str) -> SideThread | None: ...

    def find(self, thread_id: str) -> SideThread | None:
        """By its id alone."""

    def of(self, conversation_id: str) -> Sequence[SideThread]: ...

    def message(self, thread: SideThread, number: int) -> SideMessage | None: ...

    def messages(self, thread: SideThread, numbers: Sequence[int]) -> Sequence[SideMessage]:
        """Those that are there, in their order."""

    def page(self, thread: SideThread, limit: int, start: Mapping[str, Any] | None) -> Page[SideMessage]:
        """Newest first."""

    def once(self, thread: SideThread, name: str) -> SideMessage | None:
        """What was said under this name."""

    def start(self, thread: SideThread, message: SideMessage, name: str, recorded: Recorded) -> Written: ...

    def say(
        self,
        before: SideThread,
        after: SideThread,
        message: SideMessage,
        name: str,
        recorded: Recorded,
        note: Note | None,
    ) -> Written: ...

    def replace(self, before: SideThread, after: SideThread, recorded: Recorded | None) -> Written: ...

    def change_message(self, before: SideMessage, after: SideMessage, recorded: Recorded | None) -> Written: ...


class Conversations(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...


class Agents(Protocol):
    def get(self, agent_id: str) -> Agent | None: ...

    def list(self, limit: int, start: Mapping[str, Any] | None) -> Page[Agent]: ...


@dataclass(frozen=True, slots=True)
class Said:
    """What was said on the other side. `author_kind`: outside, slack, system, or agent where it is known to be one of
    the desk's; `external_id` is the other side's name of it, by which a repeat is known. `automatic`: why it was
    written by a machine. `content`: what else came with it."""

    author_kind: str
    author_id: str
    author_name: str
    text: str
    attachments: tuple[Attachment, ...]
    external_id: str
    at: datetime
    automatic: str | None = None
    origin: Origin = Origin.ASKED
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ThreadFile:
    """A file on its way out: what it is, and its bytes when they are asked for (raises NotPosted where they are
    gone)."""

    attachment: Attachment
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class PostedThere:
    """It is out. `external_id`: what the other side calls it; `reference`: what it calls the thread, where the first
    message made one."""

    external_id: str | None
    reference: str | None = None


class NotPosted(Exception):
    """Nothing went out. `passing`: it may go later; otherwise `detail` says to the agent why it never will."""

    def __init__(self, detail: str, *, passing: bool) -> None:
        super().__init__(detail)
        self.detail = detail
        self.passing = passing


class ThreadTransport(Protocol):
    def post(
        self, thread: SideThread, message: SideMessage, earlier: Sequence[SideMessage], files: Sequence[ThreadFile]
    ) -> PostedThere:
        """Carry one message out. `earlier` are those before it, oldest first, as far as anybody needs them.

        Raises NotPosted, OutcomeUnknown (it may have gone)."""
