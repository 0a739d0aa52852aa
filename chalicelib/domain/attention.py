"""Which of an agent's conversations needs them most: a rank by minutes of waiting, with the reasons for it. Pure.

Everything that presses counts as so many minutes of waiting, and all of it together as `MOST_MINUTES` at most: whoever
has waited longer than everybody else by that much is first, whatever presses elsewhere. A customer who has just come
back is lifted for a short while, past those who have not waited for long, and past nobody else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Priority
from chalicelib.domain.notice_words import span
from chalicelib.domain.returning import Back
from chalicelib.domain.sla import Clock

MINUTE = timedelta(minutes=1)
# A promise of service counts more with every minute that is left less, from here on.
SLA_HORIZON = timedelta(minutes=30)
MOST_SLA = 30
MOST_TIER = 30
PRIORITIES: Mapping[Priority, int] = {Priority.LOW: -15, Priority.NORMAL: 0, Priority.HIGH: 15, Priority.URGENT: 30}
LIFT = 30
# The kind of the reason that a customer is back.
RETURNED = "returned"
# Between the conversation that presses most and the one that presses least, waiting and lifts apart.
MOST_MINUTES = MOST_SLA + MOST_TIER + PRIORITIES[Priority.URGENT] - PRIORITIES[Priority.LOW]


@dataclass(frozen=True, slots=True)
class Asking:
    """What is known of one conversation. `due_at`: when the next promise of service is up; `tier_minutes`: what the
    contact's tier counts as; `back_after`: how long a customer who has just come back was away."""

    id: str
    waiting_since: datetime | None = None
    due_at: datetime | None = None
    priority: Priority = Priority.NORMAL
    tier: str = ""
    tier_minutes: int = 0
    back_after: int | None = None


@dataclass(frozen=True, slots=True)
class Pressing:
    """What hangs on conversations, by their ids; contacts by theirs."""

    backs: Mapping[str, Back]
    clocks: Mapping[str, Sequence[Clock]]
    contacts: Mapping[str, Contact]


@dataclass(frozen=True, slots=True)
class Chip:
    """A reason in a few words. `kind`: sla, waiting, tier, priority or returned. For who writes their own words: `at`
    is when a promise is up, or a wait began; `seconds` how long a customer was away; `value` the tier or priority.
    `minutes`: what it counts as now."""

    kind: str
    text: str
    minutes: float = 0.0
    at: datetime | None = None
    seconds: int | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    id: str
    score: float
    chips: tuple[Chip, ...]


def ranked(askings: Sequence[Asking], now: datetime, patience: timedelta) -> list[Ranked]:
    """First what needs attention first. `patience`: a lift passes nobody who has waited for longer."""
    plain = {each.id: _minutes(each, now) for each in askings}
    patient = [plain[each.id] for each in askings if _waited(each, now) > patience]
    scores = {each.id: _lifted(plain[each.id], patient) if _is_lifted(each) else plain[each.id] for each in askings}

    def place(each: Asking) -> tuple[float, bool, float, str]:
        # Where a lift has only brought it level, who was there comes first.
        return (-scores[each.id], scores[each.id] > plain[each.id], -_waited(each, now).total_seconds(), each.id)

    return [Ranked(each.id, round(scores[each.id], 1), chips(each, now)) for each in sorted(askings, key=place)]


def chips(asking: Asking, now: datetime) -> tuple[Chip, ...]:
    """Why it is where it is, what counts most first."""
    found: list[Chip] = []
    if asking.back_after is not None:
        found.append(Chip(RETURNED, f"back after {span(asking.back_after)}", LIFT, seconds=asking.back_after))
    if asking.due_at is not None and asking.due_at - now <= SLA_HORIZON:
        left = int((asking.due_at - now).total_seconds())
        said = f"SLA {span(left)}" if left > 0 else f"SLA missed by {span(-left)}"
        found.append(Chip("sla", said, _sla(asking, now), at=asking.due_at))
    if asking.tier_minutes:
        found.append(Chip("tier", asking.tier.upper(), asking.tier_minutes, value=asking.tier))
    if PRIORITIES[asking.priority]:
        level = asking.priority.value
        found.append(Chip("priority", f"{level} priority", PRIORITIES[asking.priority], value=level))
    waited = _waited(asking, now)
    if waited >= MINUTE:
        said = f"waits {span(int(waited.total_seconds()))}"
        found.append(Chip("waiting", said, waited / MINUTE, at=asking.waiting_since))
    return tuple(sorted(found, key=lambda chip: -chip.minutes))


def _lifted(minutes: float, patient: Sequence[float]) -> float:
    """As far as a lift goes: not past any that has waited for long and was ahead."""
    return min([minutes + LIFT, *(other for other in patient if other >= minutes)])


def _minutes(asking: Asking, now: datetime) -> float:
    tier = max(0, min(asking.tier_minutes, MOST_TIER))
    return _waited(asking, now) / MINUTE + _sla(asking, now) + tier + PRIORITIES[asking.priority]


def _sla(asking: Asking, now: datetime) -> float:
    if asking.due_at is None:
        return 0.0
    return max(0.0, min((SLA_HORIZON - (asking.due_at - now)) / MINUTE, MOST_SLA))


def _waited(asking: Asking, now: datetime) -> timedelta:
    return max(now - asking.waiting_since, timedelta(0)) if asking.waiting_since else timedelta(0)


def _is_lifted(asking: Asking) -> bool:
    return asking.back_after is not None
