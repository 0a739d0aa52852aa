"""Notices: what an agent is told of, one for each fact. What facts there are is in `notice_facts`, whom it may disturb
and how in `notice_ways`, its words in `notice_words`.

A notice holds ids, times and the names of colleagues. What it says of a customer is put together when it is shown, from
what is there then: nothing of it has to be erased with the customer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.ids import digest, time_part

KEPT_FOR = timedelta(days=30)


class NoticeKind(StrEnum):
    MENTION = "mention"
    ASSIGNED = "assigned"
    OFFERED = "offered"
    MESSAGE = "message"
    SLA_WARNED = "sla_warned"
    SLA_BREACHED = "sla_breached"
    WINDOW_CLOSING = "window_closing"
    TASK_DUE = "task_due"
    SIDE_THREAD = "side_thread"
    ANNOUNCEMENT = "announcement"
    RETURNED = "returned"
    WEBHOOK = "webhook"
    FLOOR_WARNING = "floor_warning"
    FLOOR_CALM = "floor_calm"
    REPORT = "report"


class Way(StrEnum):
    """How an agent who is not looking is told. The list in the application needs no choice: every notice is there."""

    PUSH = "push"
    SLACK = "slack"
    EMAIL = "email"


class Outcome(StrEnum):
    """What became of telling it by a way. `sending`: begun, the end of it is not known (yet). `nowhere`: the agent has
    no browser or Slack account there."""

    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Tried:
    outcome: Outcome
    at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """`at`: when the fact came about; `noted_at`: when this was stored. `about`: what its words need, as ids, times,
    numbers and colleagues' names. `until`: when it is of no use any more (None: it stays)."""

    id: str
    agent_id: str
    kind: NoticeKind
    at: datetime
    noted_at: datetime
    conversation_id: str | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    until: datetime | None = None
    seen_at: datetime | None = None
    tried: Mapping[Way, Tried] = field(default_factory=dict)

    @property
    def expires_at(self) -> datetime:
        return self.noted_at + KEPT_FOR


def notice_id(agent_id: str, fact_id: str, at: datetime) -> str:
    """The same fact makes the same notice of an agent, however often it is told: `at` is the fact's own time."""
    return f"ntc_{time_part(at)}{digest(agent_id, fact_id)}"


def notice_snapshot(notice: Notice) -> Mapping[str, Any]:
    """As events tell it: without its words."""
    return {
        "id": notice.id,
        "agent_id": notice.agent_id,
        "kind": notice.kind.value,
        "conversation_id": notice.conversation_id,
        "at": notice.at.isoformat(),
        "seen_at": notice.seen_at.isoformat() if notice.seen_at else None,
    }
