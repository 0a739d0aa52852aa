"""Service levels: clocks with targets, paused and resumed, whose deadlines are pure functions.

A clock measures one promise of one episode: first response, next response, resolution. It runs in calendar or business
time, stands still while the policy says so, and is met, or breached at the very second its time is up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.business_hours import BusinessHours, add, between
from chalicelib.domain.conditions import Facts, holds
from chalicelib.domain.conversation import Status


class ClockKind(StrEnum):
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Policy:
    """`targets` in seconds by clock. `hours_id`: count only these business hours (None: every second). `pauses_in`:
    states of a conversation in which its clocks stand still. `warn_at`: a share of the target (0 to 1)."""

    id: str
    name: str
    targets: Mapping[ClockKind, int]
    condition: Mapping[str, Any] = field(default_factory=dict)
    hours_id: str | None = None
    pauses_in: frozenset[Status] = frozenset({Status.PENDING, Status.SNOOZED})
    warn_at: float = 0.8
    enabled: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True)
class Pause:
    """`until` None: it stands still now."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise. `stopped_at` is when it was met or cancelled; `breached_at` when its time was up, kept though the
    answer came later."""

    kind: ClockKind
    policy_id: str
    episode: int
    started_at: datetime
    target_seconds: int
    warn_at: float
    hours_id: str | None = None
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None
    cancelled: bool = False
    warned_at: datetime | None = None
    breached_at: datetime | None = None

    @property
    def is_paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None

    @property
    def state(self) -> ClockState:
        if self.cancelled:
            return ClockState.CANCELLED
        if self.breached_at is not None:
            return ClockState.BREACHED
        if self.stopped_at is not None:
            return ClockState.MET
        return ClockState.PAUSED if self.is_paused else ClockState.RUNNING


def matching(policies: Sequence[Policy], facts: Facts) -> Policy | None:
    """The first policy that applies, in the administrators' order."""
    return next((policy for policy in policies if policy.enabled and holds(policy.condition, facts)), None)


def started(policy: Policy, kind: ClockKind, episode: int, at: datetime) -> Clock | None:
    """The policy's clock of this kind; None where it promises nothing."""
    target = policy.targets.get(kind)
    if target is None:
        return None
    return Clock(kind, policy.id, episode, at, target, policy.warn_at, policy.hours_id)


def paused(clock: Clock, at: datetime) -> Clock:
    """Standing still from then on; a clock that stands still or has stopped is as it was."""
    if clock.is_paused or clock.stopped_at is not None:
        return clock
    return replace(clock, pauses=(*clock.pauses, Pause(max(at, clock.started_at))))


def resumed(clock: Clock, at: datetime) -> Clock:
    """Running again from then on."""
    if not clock.is_paused or clock.stopped_at is not None:
        return clock
    *before, last = clock.pauses
    return replace(clock, pauses=(*before, Pause(last.since, max(at, last.since))))


def stopped(clock: Clock, at: datetime, hours: BusinessHours | None, *, cancelled: bool = False) -> Clock:
    """Met (or breached, where its time was up before), or no longer wanted."""
    if clock.stopped_at is not None:
        return clock
    late = clock if cancelled else judged(clock, at, hours)
    return replace(resumed(late, at), stopped_at=at, cancelled=cancelled)


def judged(clock: Clock, at: datetime, hours: BusinessHours | None) -> Clock:
    """With its warning and breach noted, where their time has come by `at`: the times that they were due, whenever
    somebody looks."""
    if clock.stopped_at is not None:
        return clock
    warns, breaches = due(clock, clock.warn_at, hours), due(clock, 1.0, hours)
    if clock.warned_at is None and warns is not None and warns <= at:
        clock = replace(clock, warned_at=warns)
    if clock.breached_at is None and breaches is not None and breaches <= at:
        clock = replace(clock, breached_at=breaches)
    return clock


def due(clock: Clock, share: float, hours: BusinessHours | None) -> datetime | None:
    """When this share of the target has run; None while the clock stands still before that, or where its business hours
    never bring it about."""
    left = timedelta(seconds=clock.target_seconds) * share
    begin = clock.started_at
    for pause in clock.pauses:
        runs = _between(hours, begin, pause.since)
        if runs >= left:
            break
        left -= runs
        if pause.until is None:
            return None
        begin = pause.until
    return _add(hours, begin, left)


def elapsed(clock: Clock, at: datetime, hours: BusinessHours | None) -> timedelta:
    """How much of its time has run by `at` (or by its end)."""
    end = min(at, clock.stopped_at or at)
    total, begin = timedelta(0), clock.started_at
    for pause in clock.pauses:
        if pause.since >= end:
            break
        total += _between(hours, begin, pause.since)
        begin = min(pause.until or end, end)
    return total + _between(hours, begin, end)


def _between(hours: BusinessHours | None, start: datetime, end: datetime) -> timedelta:
    if end <= start:
        return timedelta(0)
    return end - start if hours is None else between(hours, start, end)


def _add(hours: BusinessHours | None, start: datetime, amount: timedelta) -> datetime | None:
    return start + amount if hours is None else add(hours, start, amount)
