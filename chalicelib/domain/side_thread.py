"""Side threads: what is asked of a colleague, an outside mailbox or a Slack channel about a conversation, behind the
customer's back.

Types of their own: nothing of them is a `Message`, so nothing that sends to customers can take it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import Attachment

MAX_SUBJECT = 200
MAX_TEXT = 10_000
MAX_ADDRESSES = 20
MAX_AGENTS = 50
MAX_FILES = 10
# Of a conversation; all are listed at once.
MAX_THREADS = 50
# That agents write; answers from outside are always taken.
MAX_SAID = 1_000
NUMBER_LENGTH = 4


class ThreadKind(StrEnum):
    COLLEAGUE = "colleague"
    EMAIL = "email"
    SLACK = "slack"


class ThreadState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Origin(StrEnum):
    """How far it is certain that an answer is from whom was asked: forwarding within a company happens."""

    ASKED = "asked"
    NOT_ASKED = "not_asked"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is asked: colleagues and teams, addresses (by the mail of `inbox_id`), or a Slack channel."""

    agent_ids: tuple[str, ...] = ()
    team_ids: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    inbox_id: str | None = None
    channel_id: str | None = None


@dataclass(frozen=True, slots=True)
class SideAuthor:
    """`kind`: agent, api (a machine of ours), outside (a mailbox), slack, or system (what a mail server reports). `id`:
    the agent's or key's id, the address, the Slack user's id."""

    kind: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class SideMessage:
    """One message of a side thread; `number` is its place, from 1. `news`: how many of the thread counted as news with
    it. `came`: it was said on the other side, by whomever. `state`: of what goes out, how far it has come; None where
    nothing is to be sent. `moved_at`: when it was queued or claimed last, or came. `automatic`: why it was
    written by a machine. `content`: what came with it (`hidden` quotes, `message_id` and `object_key` of a mail)."""

    thread_id: str
    conversation_id: str
    number: int
    author: SideAuthor
    text: str
    at: datetime
    attachments: tuple[Attachment, ...] = ()
    external_id: str | None = None
    state: DeliveryState | None = None
    reason: str | None = None
    attempt: int = 1
    moved_at: datetime | None = None
    news: int = 0
    automatic: str | None = None
    origin: Origin = Origin.ASKED
    came: bool = False
    content: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""
    version: int = 1

    @property
    def id(self) -> str:
        return message_id(self.thread_id, self.number)

    @property
    def is_pending(self) -> bool:
        """Whether it is still to go out."""
        return self.state in (DeliveryState.QUEUED, DeliveryState.SENDING)


@dataclass(frozen=True, slots=True)
class SideThread:
    """`participants`: agents who are told of what is said, the starter first. `seen`: by agent, how many news they have
    seen. `reference`: what the other side calls the thread (Slack's channel and time)."""

    id: str
    conversation_id: str
    kind: ThreadKind
    subject: str
    whom: Whom
    started_by: str
    started_at: datetime
    last_at: datetime
    participants: tuple[str, ...]
    digest: str = ""
    state: ThreadState = ThreadState.OPEN
    count: int = 0
    news: int = 0
    preview: str = ""
    seen: Mapping[str, int] = field(default_factory=dict)
    reference: str | None = None
    version: int = 1

    def unread(self, agent_id: str) -> int:
        """What of it this agent has not seen; nothing for who takes no part."""
        return max(self.news - self.seen.get(agent_id, 0), 0) if agent_id in self.participants else 0

    @property
    def goes_out(self) -> bool:
        """Whether what agents write in it is to be sent somewhere."""
        return self.kind is not ThreadKind.COLLEAGUE


def thread_id(conversation_id: str, client_id: str) -> str:
    """The same request always makes the same thread."""
    return f"sth_{ids.digest('side_thread', conversation_id, client_id)}"


def message_id(thread: str, number: int) -> str:
    return f"sdm_{thread.removeprefix('sth_')}{ids.encode(number, NUMBER_LENGTH)}"


def message_number(thread: str, identifier: str) -> int | None:
    """The place of the message with this id; None where it is none of the thread."""
    body = identifier.removeprefix(f"sdm_{thread.removeprefix('sth_')}")
    is_id = ids.is_id("sdm", identifier) and len(body) == NUMBER_LENGTH
    return ids.decode(body) if is_id else None


def thread_of_message(identifier: str) -> str:
    """The thread that a message's id names."""
    return f"sth_{identifier.removeprefix('sdm_')[:-NUMBER_LENGTH]}"
