"""How an inbox is doing: what lasts (whether its credentials are taken, what the provider says of the account, how its
webhooks are registered), and its vital signs, which may be lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

NOTICES_KEPT = 20
DAY_HOURS = 24


class TokenState(StrEnum):
    """Whether the provider takes the credentials; unknown until it was asked."""

    UNKNOWN = "unknown"
    OK = "ok"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Notice:
    """The provider's newest word of one kind (`number.quality`, `account.update`)."""

    kind: str
    at: datetime
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registration:
    """The last time we told the provider where our webhook is."""

    at: datetime
    url: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class InboxHealth:
    """`token_at` is when the provider's answer was had that says so. `version` counts what was announced, `revision`
    what was written."""

    inbox_id: str
    token: TokenState = TokenState.UNKNOWN
    token_at: datetime | None = None
    reason: str | None = None
    registration: Registration | None = None
    notices: tuple[Notice, ...] = ()
    version: int = 0
    revision: int = 0


def with_token(health: InboxHealth, state: TokenState, reason: str | None, at: datetime) -> InboxHealth:
    """The same where it says nothing new, or is older than what is known."""
    if health.token_at is not None and at < health.token_at:
        return health
    if health.token is state:
        return health
    return replace(health, token=state, token_at=at, reason=reason)


def with_notice(health: InboxHealth, notice: Notice) -> InboxHealth:
    """The newest of each kind is kept; of two of one moment always the same one."""
    known = next((one for one in health.notices if one.kind == notice.kind), None)
    if known is not None and _order(notice) <= _order(known):
        return health
    others = [one for one in health.notices if one.kind != notice.kind]
    kept = sorted([notice, *others], key=_order, reverse=True)
    return replace(health, notices=tuple(kept[:NOTICES_KEPT]))


def _order(notice: Notice) -> tuple[datetime, str, str]:
    return notice.at, notice.kind, repr(sorted(notice.detail.items(), key=lambda item: str(item[0])))


@dataclass(frozen=True, slots=True)
class LastFailure:
    """Why the last message that failed did."""

    at: datetime
    code: str
    failure: str
    detail: str


@dataclass(frozen=True, slots=True)
class Vitals:
    """When something last came and went; `checked_at`: a handshake; `hours` counts what was (sent, failed)
    in the hour that begins then."""

    webhook_at: datetime | None = None
    webhook_refused_at: datetime | None = None
    checked_at: datetime | None = None
    sent_at: datetime | None = None
    failure: LastFailure | None = None
    held_until: datetime | None = None
    hours: Mapping[datetime, tuple[int, int]] = field(default_factory=dict)

    def counts(self, hours: int, now: datetime) -> tuple[int, int]:
        """(sent, failed) since the beginning of the hour that was `hours` before this one's end."""
        start = hour_of(now) - timedelta(hours=hours - 1)
        inside = [counts for begins, counts in self.hours.items() if start <= begins <= now]
        return sum(sent for sent, _ in inside), sum(failed for _, failed in inside)


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def error_rate(counts: tuple[int, int]) -> float | None:
    """The share of what failed; None where nothing went."""
    sent, failed = counts
    return round(failed / (sent + failed), 4) if sent + failed else None
