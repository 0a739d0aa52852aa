"""Messaging windows that close soon: what the customer is owed before, and how much that presses. Pure rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.conversation import Conversation, Priority, Status
from chalicelib.domain.promise import Promise, PromiseState
from chalicelib.domain.scheduled import WAITING, Scheduled

DAY = 24 * 3600
# Never told so late that nothing can be done any more.
SOONEST_LEAD = timedelta(minutes=5)
# How much of the lead is left when what pressed for nothing before is looked at once more.
SECOND_LOOK = 4
# Of one window so many things are named.
MOST_NAMED = 3


class WatchState(StrEnum):
    """`watching`: its window is open for long; `closing`: on the board; `closed`: until the customer writes again."""

    WATCHING = "watching"
    CLOSING = "closing"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Owed:
    """Why a closing window matters. `kind`: waiting, promise, scheduled or snoozed; `ref` is the id of the promise or
    scheduled message."""

    kind: str
    points: int
    words: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """The window of one leg of a conversation, as it was last looked at."""

    conversation_id: str
    leg_id: str
    closes_at: datetime
    state: WatchState = WatchState.WATCHING
    owed: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    value: int = 0
    contact_id: str = ""
    version: int = 1

    @property
    def id(self) -> str:
        return f"{self.conversation_id}/{self.leg_id}"


@dataclass(frozen=True, slots=True)
class GuardPolicy:
    """`lead_seconds`: how long before its end a window of a day is on the board; of others in proportion. Points say
    what presses most; `labels` and `tiers` by name."""

    lead_seconds: int = 2 * 3600
    waiting: int = 100
    promise: int = 80
    scheduled: int = 60
    snoozed: int = 20
    priorities: Mapping[str, int] = field(default_factory=lambda: {"low": -10, "high": 30, "urgent": 60})
    tiers: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, int] = field(default_factory=dict)
    version: int = 0


def lead(window_seconds: int, policy: GuardPolicy) -> timedelta:
    """How long before its end a window counts as closing: never more than half of it."""
    wanted = timedelta(seconds=window_seconds * policy.lead_seconds / DAY)
    return min(max(wanted, SOONEST_LEAD), timedelta(seconds=window_seconds / 2))


def next_look(closes_at: datetime, ahead: timedelta, now: datetime) -> datetime:
    """When a window is looked at next: as it begins to close, once more towards its end, and at its end."""
    for at in (closes_at - ahead, closes_at - ahead / SECOND_LOOK):
        if now < at:
            return at
    return closes_at


def owed(
    found: Conversation,
    leg_id: str,
    closes_at: datetime,
    promises: Iterable[Promise],
    scheduled: Iterable[Scheduled],
    policy: GuardPolicy,
) -> tuple[Owed, ...]:
    """What the customer is owed when the window of a leg closes, what presses most first; empty where nothing is. A
    resolved case owes nothing. `scheduled`: what needs an open window."""
    if found.status is Status.RESOLVED or found.merged_into is not None:
        return ()
    here = found.active_leg_id == leg_id
    mine = [*_later(found, scheduled, leg_id, closes_at, policy)]
    if here:  # what is said on another leg needs no window here
        mine += [*_waits(found, policy), *_promised(promises, policy)]
    if found.status is Status.SNOOZED and (found.snoozed_until is None or found.snoozed_until >= closes_at) and mine:
        until = f" until {found.snoozed_until:%Y-%m-%d %H:%M} UTC" if found.snoozed_until else ""
        mine.append(Owed("snoozed", policy.snoozed, f"It is put aside{until}: nobody will see it before."))
    return tuple(sorted(mine, key=lambda each: -each.points))


def _waits(found: Conversation, policy: GuardPolicy) -> list[Owed]:
    if found.waiting_since is None:
        return []
    since = f"{found.waiting_since:%Y-%m-%d %H:%M} UTC"
    return [Owed("waiting", policy.waiting, f"The customer has waited for an answer since {since}.")]


def _promised(promises: Iterable[Promise], policy: GuardPolicy) -> list[Owed]:
    open_ones = sorted((each for each in promises if each.state is PromiseState.OPEN), key=lambda each: each.due_at)
    return [
        Owed("promise", policy.promise, f"Promised by {each.due_at:%Y-%m-%d %H:%M} UTC: {each.text[:120]}", each.id)
        for each in open_ones[:MOST_NAMED]
    ]


def _later(
    found: Conversation, scheduled: Iterable[Scheduled], leg_id: str, closes_at: datetime, policy: GuardPolicy
) -> list[Owed]:
    """Messages that are to go when the window is closed, and will not."""
    late = [
        each
        for each in scheduled
        if each.state in WAITING and each.send_at >= closes_at and (each.said.leg_id or found.active_leg_id) == leg_id
    ]
    return [
        Owed("scheduled", policy.scheduled, f"A message is scheduled for {each.send_at:%Y-%m-%d %H:%M} UTC.", each.id)
        for each in sorted(late, key=lambda each: each.send_at)[:MOST_NAMED]
    ]


def value(found: Conversation, reasons: Sequence[Owed], tier: str | None, policy: GuardPolicy) -> int:
    """How much it presses, in points; the same for the same state."""
    points = sum(each.points for each in reasons)
    points += policy.priorities.get(found.priority.value, 0)
    points += policy.tiers.get(tier, 0) if tier else 0
    return points + sum(policy.labels.get(label, 0) for label in found.labels)


def raised_by(found: Conversation, tier: str | None, policy: GuardPolicy) -> tuple[Owed, ...]:
    """What makes it more pressing besides what is owed, in words."""
    kinds = [("tier", tier or "", policy.tiers), ("priority", found.priority.value, policy.priorities)]
    kinds += [("label", label, policy.labels) for label in found.labels]
    return tuple(
        Owed(kind, points.get(name, 0), f"{kind.capitalize()} {name}.")
        for kind, name, points in kinds
        if points.get(name, 0) and (kind, name) != ("priority", Priority.NORMAL.value)
    )


def moved(watch: Watch, state: WatchState, closes_at: datetime, **more: Any) -> Watch:
    """The same window as it is looked at now."""
    empty: dict[str, Any] = {"owed": (), "refs": (), "value": 0}
    return replace(watch, state=state, closes_at=closes_at, version=watch.version + 1, **{**empty, **more})


def watch_snapshot(watch: Watch) -> Mapping[str, Any]:
    """As events tell it."""
    return {
        "id": watch.id,
        "conversation_id": watch.conversation_id,
        "leg_id": watch.leg_id,
        "closes_at": watch.closes_at.isoformat(),
        "state": watch.state.value,
        "owed": list(watch.owed),
        "value": watch.value,
    }
