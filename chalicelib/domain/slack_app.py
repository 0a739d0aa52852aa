"""The company's own Slack, as colleagues use it beside the desk: what is posted where, who is who, which thread is
about what. The channel by which customers write from Slack is another thing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.inbox_health import TokenState

DEFAULT_WAIT_SECONDS = 300
MIN_WAIT_SECONDS, MAX_WAIT_SECONDS = 30, 900
_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,40}")
_USER = re.compile(r"[UW][A-Z0-9]{1,40}")
_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")
# What colleagues begin an internal note with.
_NOTE = re.compile(r"\s*(?:note|private)\s*:\s*", re.IGNORECASE)


class Happening(StrEnum):
    """What a conversation's thread may tell of."""

    ASSIGNED = "assigned"
    WAITING = "waiting"
    MENTION = "mention"
    SLA_WARNED = "sla_warned"
    SLA_BREACHED = "sla_breached"


# Shown in the channel too, not in the thread alone: somebody has to come.
URGENT = frozenset({Happening.WAITING, Happening.SLA_BREACHED})


@dataclass(frozen=True, slots=True)
class SlackApp:
    """The app in one workspace. `channels`: the Slack channel of each team, by the team's id; other conversations go to
    `default_channel` ("": they are not posted). `posts`: what is told. `mirror`: what customers write is repeated in
    their conversation's thread. `link`: where agents find a conversation, with `{conversation_id}` in it."""

    workspace_id: str
    workspace_name: str
    bot_user_id: str
    default_channel: str = ""
    channels: Mapping[str, str] = field(default_factory=dict)
    posts: frozenset[Happening] = frozenset(Happening)
    mirror: bool = False
    wait_seconds: int = DEFAULT_WAIT_SECONDS
    link: str = ""
    api_base: str = ""
    version: int = 1

    def channel_of(self, team_id: str | None) -> str:
        """Where a team's conversations are posted; "" where they are not."""
        return self.channels.get(team_id or "", self.default_channel)

    def link_to(self, conversation_id: str) -> str:
        return self.link.replace("{conversation_id}", conversation_id)


@dataclass(frozen=True, slots=True)
class SlackHealth:
    """Whether Slack takes the token, since when, and its word where it does not. `version` counts the changes."""

    token: TokenState = TokenState.UNKNOWN
    at: datetime | None = None
    reason: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class SlackLink:
    """Which person of the workspace an agent is. `linked_by`: the agent who said so; the agent themself by their e-mail
    address."""

    agent_id: str
    workspace_id: str
    user_id: str
    name: str
    linked_by: str
    at: datetime


class PlaceKind(StrEnum):
    CONVERSATION = "conversation"
    SIDE_THREAD = "side_thread"


@dataclass(frozen=True, slots=True)
class SlackPlace:
    """A thread in Slack (`channel`, and the `ts` of its first message) and what it is about; `thread_id` of a side
    thread."""

    kind: PlaceKind
    conversation_id: str
    channel: str
    ts: str
    thread_id: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """That something is being posted (`ts` ""), or where it is."""

    channel: str
    ts: str
    at: datetime


def is_channel(value: str) -> bool:
    """Whether this is the id of a channel, public or private."""
    return bool(_CHANNEL.fullmatch(value))


def is_user(value: str) -> bool:
    return bool(_USER.fullmatch(value))


def is_ts(value: str) -> bool:
    return bool(_TS.fullmatch(value))


def note_in(text: str) -> str | None:
    """The note that a text is by how it begins (`note:`, `private:`, in any case); None where it is an answer for the
    customer."""
    found = _NOTE.match(text)
    return text[found.end() :] if found else None


def slack_client_id(channel: str, ts: str) -> str:
    """By which a message of Slack's is stored once, however often Slack tells of it."""
    return f"slack:{channel}:{ts}"


def health_snapshot(health: SlackHealth) -> dict[str, Any]:
    """The aggregate that events of the app's health tell of."""
    return {
        "id": "slack_app",
        "token": health.token.value,
        "at": health.at.isoformat() if health.at else None,
        "reason": health.reason,
    }
