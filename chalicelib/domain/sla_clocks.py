"""The clocks that follow from what a ledger knows: never changed by events, but derived anew from its facts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.conversation import Status
from chalicelib.domain.ids import time_part
from chalicelib.domain.sla import Clock, ClockKind, Policy, due, judged, paused, resumed, started
from chalicelib.domain.sla_ledger import Ledger, episodes, waits

# Events overtake each other by less than this: so long after an answer or a change of status nothing is judged.
GRACE = timedelta(seconds=30)

Hours = Callable[[str], BusinessHours | None]
Turned = tuple[datetime, Status]


def clock_id(clock: Clock) -> str:
    """Of an episode there is one first response and one resolution; of next responses one for each wait."""
    start = f"-{time_part(clock.started_at)}" if clock.kind is ClockKind.NEXT_RESPONSE else ""
    return f"{clock.episode:05d}-{clock.kind.value}{start}"


def clocks(ledger: Ledger, hours_of: Hours) -> list[Clock]:
    """Every clock that the facts give: those that have ended as they ended, the others as they were at `judged_at`."""
    found: list[Clock] = []
    for episode, opened_at in episodes(ledger).items():
        policy = ledger.policies.get(episode)
        if policy is None:
            continue
        turns = _turns(ledger, episode, opened_at)
        resolved_at = next((at for at, status in turns if status is Status.RESOLVED), None)
        hours = hours_of(policy.hours_id) if policy.hours_id else None
        for kind, start, end in _spans(ledger, episode, opened_at, resolved_at):
            clock = started(policy, kind, episode, start)
            if clock is not None:
                over = _earlier(resolved_at, ledger.away[1])
                clock = _played(clock, policy, turns, _earlier(end, over))
                found.append(_ended(clock, end, over, ledger.judged_at, hours))
    return found


def next_due(ledger: Ledger, found: Sequence[Clock], hours_of: Hours) -> tuple[datetime, bool] | None:
    """The next moment at which one of the clocks is to be looked at, and whether it is one of breach."""
    times: list[tuple[datetime, bool]] = []
    for clock in found:
        noted = (clock.warned_at, clock.breached_at)
        if clock.stopped_at is not None:
            untold = [at for at in noted if at is not None and not is_past(at, ledger)]
            times += [(clock.stopped_at + GRACE, True)] if untold else []
            continue
        hours = hours_of(clock.hours_id) if clock.hours_id else None
        for share, before, breach in ((clock.warn_at, noted[0], False), (1.0, noted[1], True)):
            at = due(clock, share, hours) if before is None else None
            times += [(at, breach)] if at is not None else []
    return min(times, default=None)


def is_past(at: datetime, ledger: Ledger) -> bool:
    """Whether everything up to then is known, as far as can be."""
    return ledger.judged_at is not None and at <= ledger.judged_at


def _spans(
    ledger: Ledger, episode: int, opened_at: datetime, resolved_at: datetime | None
) -> Iterator[tuple[ClockKind, datetime, datetime | None]]:
    yield ClockKind.RESOLUTION, opened_at, resolved_at
    for place, (start, end) in enumerate(waits(ledger, episode)):
        taken_over = any(since == start for _, since in ledger.restated)
        is_settled = place > 0 and ledger.floor is not None and start < ledger.floor and not taken_over
        if not is_settled and (resolved_at is None or start < resolved_at):
            yield ClockKind.NEXT_RESPONSE if place else ClockKind.FIRST_RESPONSE, start, end


def _turns(ledger: Ledger, episode: int, opened_at: datetime) -> list[Turned]:
    """In the order of versions; no change is before the one it follows."""
    found, latest = [], opened_at
    for turn in ledger.turns:
        if turn.episode == episode:
            latest = max(latest, turn.at)
            found.append((latest, turn.status))
    return found


def _played(clock: Clock, policy: Policy, turns: Sequence[Turned], stop: datetime | None) -> Clock:
    """With its pauses; what was before its start is one state at its start."""
    before = [status for at, status in turns if at <= clock.started_at]
    if before and before[-1] in policy.pauses_in:
        clock = paused(clock, clock.started_at)
    for at, status in turns:
        if at > clock.started_at and (stop is None or at < stop):
            clock = paused(clock, at) if status in policy.pauses_in else resumed(clock, at)
    return clock


def _ended(
    clock: Clock,
    end: datetime | None,
    resolved_at: datetime | None,
    judged_at: datetime | None,
    hours: BusinessHours | None,
) -> Clock:
    """Met or breached by its end. A response that nobody wanted any more, for the case was resolved, is cancelled;
    so is whatever runs in a conversation that becomes part of another, which takes its wait over."""
    stop = _earlier(end, resolved_at)
    if stop is None:
        return judged(clock, judged_at, hours) if judged_at else clock
    noted = judged(clock, stop, hours)
    unanswered = end is None or end > stop
    return replace(resumed(noted, stop), stopped_at=stop, cancelled=unanswered and noted.breached_at is None)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
