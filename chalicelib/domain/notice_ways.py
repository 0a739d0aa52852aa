"""Whom a notice may disturb, how and when: the defaults of each kind, an agent's own choices, and what follows now.

The list in the application has it at once. A push goes at once to who is not looking, and after a while to who seems to
look but has not seen it; a direct message in Slack after that while; an e-mail collects what is still unseen later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.notice import Notice, NoticeKind, Outcome, Way
from chalicelib.domain.quiet_hours import QuietHours, is_quiet, quiet_until

# So long somebody who is at the desk has to see it there, and somebody who got a push to open it.
PATIENCE = timedelta(minutes=2)
# What is noted later than this after the fact (a queue that was stuck) is in the list, and disturbs nobody.
STALE = timedelta(hours=6)
# A way that was begun and has not ended after so long is begun again.
STUCK = timedelta(minutes=2)
DIGEST_MINUTES = 15


class Urgency(StrEnum):
    """As push services have it (RFC 8030, section 5.3)."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class KindRow:
    """`push_seconds`: for how long a push service keeps it for a browser that is off."""

    urgency: Urgency
    ways: frozenset[Way]
    push_seconds: int = 4 * 3600


_ALL = frozenset(Way)
_PUSH, _PUSH_MAIL = frozenset({Way.PUSH}), frozenset({Way.PUSH, Way.EMAIL})

KINDS: Mapping[NoticeKind, KindRow] = {
    NoticeKind.MENTION: KindRow(Urgency.NORMAL, _ALL),
    NoticeKind.ASSIGNED: KindRow(Urgency.NORMAL, _PUSH_MAIL),
    NoticeKind.OFFERED: KindRow(Urgency.HIGH, _PUSH, 60),
    NoticeKind.MESSAGE: KindRow(Urgency.NORMAL, _PUSH, 3600),
    NoticeKind.SLA_WARNED: KindRow(Urgency.HIGH, frozenset({Way.PUSH, Way.SLACK}), 3600),
    NoticeKind.SLA_BREACHED: KindRow(Urgency.HIGH, _ALL),
    NoticeKind.WINDOW_CLOSING: KindRow(Urgency.HIGH, frozenset({Way.PUSH, Way.SLACK}), 3600),
    NoticeKind.TASK_DUE: KindRow(Urgency.NORMAL, _PUSH_MAIL),
    NoticeKind.SIDE_THREAD: KindRow(Urgency.NORMAL, _PUSH_MAIL),
    NoticeKind.ANNOUNCEMENT: KindRow(Urgency.LOW, _PUSH_MAIL, 24 * 3600),
    NoticeKind.RETURNED: KindRow(Urgency.HIGH, _PUSH, 180),
    NoticeKind.WEBHOOK: KindRow(Urgency.NORMAL, _PUSH_MAIL, 24 * 3600),
    NoticeKind.FLOOR_WARNING: KindRow(Urgency.HIGH, frozenset({Way.PUSH, Way.SLACK}), 1800),
    NoticeKind.FLOOR_CALM: KindRow(Urgency.LOW, frozenset()),
    NoticeKind.REPORT: KindRow(Urgency.NORMAL, _PUSH_MAIL, 24 * 3600),
}


@dataclass(frozen=True, slots=True)
class Preferences:
    """An agent's own: `ways` of the kinds they chose for (the others have their defaults). `pierce`: what is urgent
    may come in quiet hours too. `previews`: whether the customers' and colleagues' words leave the desk with it."""

    agent_id: str
    ways: Mapping[NoticeKind, frozenset[Way]] = field(default_factory=dict)
    quiet: QuietHours | None = None
    pierce: bool = False
    previews: bool = False
    digest_minutes: int = DIGEST_MINUTES
    version: int = 0

    def ways_of(self, kind: NoticeKind) -> frozenset[Way]:
        return self.ways.get(kind, KINDS[kind].ways)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`looking`: they are at the desk now. `off`: they chose to be offline."""

    looking: bool
    off: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """By which ways a notice goes now, when it is looked at again, and by when an e-mail collects it; None: never."""

    now: tuple[Way, ...] = ()
    again_at: datetime | None = None
    mail_at: datetime | None = None


def plan(notice: Notice, own: Preferences, where: Whereabouts, now: datetime) -> Plan:
    """What to do about a notice at this moment. It may be asked any number of times: nothing goes twice."""
    if is_over(notice, now):
        return Plan()
    left = {way for way in own.ways_of(notice.kind) if _is_open(notice, way, now)}
    mail_at = mail_time(own, now) if Way.EMAIL in left else None
    if _is_held(notice, own, where, now):
        return Plan(mail_at=mail_at)
    waited = now - notice.noted_at >= PATIENCE
    ready: list[Way] = []
    if Way.PUSH in left and (waited or not where.looking):
        ready.append(Way.PUSH)
    if Way.SLACK in left and waited:
        ready.append(Way.SLACK)
    later = (left - {Way.EMAIL}) - set(ready)
    return Plan(tuple(ready), notice.noted_at + PATIENCE if later else None, mail_at)


def is_over(notice: Notice, now: datetime) -> bool:
    """Whether it disturbs nobody (any more)."""
    passed = notice.until is not None and now >= notice.until
    return notice.seen_at is not None or passed or notice.noted_at - notice.at > STALE


def mail_time(own: Preferences, now: datetime) -> datetime:
    """When an e-mail may collect what is unseen: after a while, and not in quiet hours."""
    return quiet_until(own.quiet, now + timedelta(minutes=own.digest_minutes))


def _is_held(notice: Notice, own: Preferences, where: Whereabouts, now: datetime) -> bool:
    urgent = KINDS[notice.kind].urgency is Urgency.HIGH
    return (where.off or is_quiet(own.quiet, now)) and not (own.pierce and urgent)


def _is_open(notice: Notice, way: Way, now: datetime) -> bool:
    """Whether it has still to go by a way. What got stuck goes again: a browser shows one of a name once, and Slack is
    looked at for it first."""
    tried = notice.tried.get(way)
    return tried is None or (tried.outcome is Outcome.SENDING and now - tried.at >= STUCK)
