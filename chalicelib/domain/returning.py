"""Customers who left and are back: what is a sign of them, when it ends an absence, and what its owner is told. Pure.

A person gives a sign by writing, typing or reading, and by opening the page again. A page that stands open gives none,
however often it asks for news: there may be nobody in the room.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.notice_words import cut, span

# Signs that follow each other sooner change nothing that is worth a write.
WORTH_NOTING = timedelta(seconds=60)
TOPIC_LENGTH = 60
MOST_LABELS = 2
MOST_UNREAD = 20


class Sign(StrEnum):
    MESSAGE = "message"
    TYPING = "typing"
    VISIT = "visit"
    READ = "read"


@dataclass(frozen=True, slots=True)
class RadarPolicy:
    """`idle_seconds`: without a sign for so long a customer is absent. `lift_seconds`: for so long after their return
    they come sooner. `patience_seconds`: who has waited for longer is never overtaken by them. `tiers`: by a contact's
    tier, the minutes of waiting that it counts as."""

    idle_seconds: int = 600
    lift_seconds: int = 180
    patience_seconds: int = 300
    tiers: Mapping[str, int] = field(default_factory=lambda: {"vip": 15})
    version: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """When a conversation's customer last gave a sign, and when they last opened a page."""

    at: datetime | None = None
    page_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Back:
    """The newest return of a conversation's customer. `away_since`: their last sign before it, which tells one absence
    from another."""

    conversation_id: str
    owner_id: str
    away_since: datetime
    at: datetime
    by: Sign
    unread: int
    topic: str
    version: int = 1

    @property
    def idle_seconds(self) -> int:
        return int((self.at - self.away_since).total_seconds())

    def lifts_at(self, now: datetime, policy: RadarPolicy) -> bool:
        return self.at <= now < self.at + timedelta(seconds=policy.lift_seconds)


def is_opening(seen: Seen, at: datetime, policy: RadarPolicy) -> bool:
    """Whether a page that is opened at that time is the first for a while: some are loaded over and over."""
    return seen.page_at is None or at - seen.page_at >= timedelta(seconds=policy.idle_seconds)


def away_since(seen: Seen, sign: Sign, at: datetime, policy: RadarPolicy) -> datetime | None:
    """The beginning of the absence that a sign ends; None where it ends none, or nothing is known."""
    if seen.at is None or at - seen.at < timedelta(seconds=policy.idle_seconds):
        return None
    if sign is Sign.VISIT and not is_opening(seen, at, policy):
        return None
    return seen.at


def noted(seen: Seen, sign: Sign, at: datetime, *, ended: bool) -> Seen:
    """What is known after a sign; the same where that is not worth a write. `ended`: it ended an absence."""
    page_at = _later(seen.page_at, at) if sign is Sign.VISIT else seen.page_at
    is_human = ended or sign is not Sign.VISIT
    return replace(seen, at=_later(seen.at, at) if is_human else seen.at, page_at=page_at)


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None or at - known >= WORTH_NOTING else known


def is_missed(found: Conversation) -> bool:
    """Whether anybody is told that this customer is back: somebody has the case, and it is not over."""
    return found.assignee_id is not None and found.merged_into is None and found.status is not Status.RESOLVED


def last_written(found: Conversation) -> datetime | None:
    """When the customer last wrote, as the conversation knows it: a sign, where no other is known."""
    return max((leg.last_inbound_at for leg in found.legs.values() if leg.last_inbound_at), default=None)


def topic_of(found: Conversation) -> str:
    """What it is about: its labels, or how its newest message begins."""
    if found.labels:
        return cut(", ".join(found.labels[:MOST_LABELS]), TOPIC_LENGTH)
    return cut(found.last_message.preview, TOPIC_LENGTH) if found.last_message else ""


def told(back: Back, name: str) -> str:
    """Bob is back after 52 min, unread: 2, topic: refund."""
    parts = [f"{name or 'The customer'} is back after {span(back.idle_seconds)}"]
    parts += [f"unread: {back.unread}"] if back.unread else []
    parts += [f"topic: {back.topic}"] if back.topic else []
    return ", ".join(parts)


def back_snapshot(back: Back) -> Mapping[str, Any]:
    return {
        "id": back.conversation_id,
        "owner_id": back.owner_id,
        "away_since": back.away_since.isoformat(),
        "returned_at": back.at.isoformat(),
        "by": back.by.value,
        "unread": back.unread,
        "topic": back.topic,
    }
