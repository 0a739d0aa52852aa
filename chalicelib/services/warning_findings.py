"""What the rules of early warnings find on a floor, in words: the numbers are those of `domain/warning_rules.py`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.floor import Floor, FloorAgent, FloorQueue
from chalicelib.domain.measure import NONE
from chalicelib.domain.notice_words import CLOCKS, span
from chalicelib.domain.routing_values import FALLBACK
from chalicelib.domain.warning import Finding, Rule
from chalicelib.domain.warning_policy import BurnRule, PromisesRule, QueueRule, VolumeRule
from chalicelib.domain.warning_rules import (
    LEND_AT_MOST,
    WINDOW,
    Burn,
    QueueForecast,
    QueueNow,
    Sample,
    burn,
    burns,
    queue_forecast,
    taken_per_minute,
    volume,
)

# By queue: how many waits had ended, at each look of the last while.
Samples = Mapping[str, Sequence[Sample]]
# Of each hour (its beginning), how much was counted of what: (met or 0, all) by group.
Hours = Mapping[datetime, Mapping[str, tuple[int, int]]]


def gone_today(queue: FloorQueue) -> int:
    return queue.taken_today + queue.left_today


def sampled(before: Samples, floor: Floor, now: datetime) -> dict[str, list[Sample]]:
    """With this look, and without what is too old to matter."""
    found = {}
    for queue in floor.queues:
        kept = [sample for sample in before.get(queue.team_id, ()) if now - WINDOW <= sample.at < now]
        found[queue.team_id] = [*kept, Sample(now, gone_today(queue))]
    return found


def slow_queues(floor: Floor, samples: Samples, rule: QueueRule, now: datetime) -> Iterator[Finding]:
    for queue in floor.queues if rule.enabled else ():
        target = rule.target(queue.team_id)
        state = QueueNow(
            queue.depth,
            queue.arrivals.get("last_15", 0.0),
            gone_today(queue),
            now - (queue.oldest_waiting_since or now),
            queue.agents_available,
            queue.free_units > 0,
        )
        taken = taken_per_minute(samples.get(queue.team_id, ()), state.gone_today, now)
        found = queue_forecast(state, taken, target, timedelta(minutes=rule.within_minutes), rule.least)
        if found is not None:
            yield _slow(floor, queue, state, found, target)


def _slow(floor: Floor, queue: FloorQueue, state: QueueNow, found: QueueForecast, target: timedelta) -> Finding:
    goal = span(round(target.total_seconds()))
    when = f"in about {span(max(60, round(found.minutes * 60)))}" if found.minutes > 0 else "already"
    rates = f"{state.joining:.1f} join and {found.taken:.1f} are taken a minute"
    said = f"{queue.name}: waits of more than {goal} {when}; {state.depth} wait, {rates}."
    lend = lendable(floor, queue.team_id, found.agents_needed)
    numbers = {
        "depth": state.depth,
        "joining_per_minute": round(state.joining, 2),
        "taken_per_minute": round(found.taken, 2),
        "oldest_seconds": round(state.oldest.total_seconds()),
        "target_seconds": round(target.total_seconds()),
        "minutes_left": round(found.minutes, 1),
        "agents_available": state.agents,
        "agents_needed": found.agents_needed,
    }
    team_id = None if queue.team_id == FALLBACK else queue.team_id
    names = tuple(agent.agent_id for agent in lend)
    return Finding(Rule.QUEUE_WAIT, queue.team_id, said, team_id, numbers, _lending(lend, queue), names)


def lendable(floor: Floor, team_id: str, most: int) -> Sequence[FloorAgent]:
    """Who could help: they are there, have room, and nothing waits in the queues of their own teams; most room
    first."""
    waiting = {queue.team_id for queue in floor.queues if queue.depth}
    able = [
        agent
        for agent in floor.agents
        if agent.available
        and agent.free_units > 0
        and team_id not in agent.team_ids
        and not {*agent.team_ids} & waiting
    ]
    ranked = sorted(able, key=lambda agent: (-agent.free_units, agent.used, agent.name, agent.agent_id))
    return ranked[: min(most, LEND_AT_MOST)] if team_id != FALLBACK else []


def _lending(lend: Sequence[FloorAgent], queue: FloorQueue) -> str:
    if not lend:
        return "Nobody of another team is free: ask who is away, or move work to other hours."
    who = ", ".join(f"{agent.name} ({agent.free_units} units free)" for agent in lend)
    return f"Lend {who} to {queue.name}."


def burning(hours: Hours, names: Mapping[str, str], clock: str, rule: BurnRule, now: datetime) -> Iterator[Finding]:
    """Of one kind of clock, by team: the running hour with the one before it, and with the six before it."""
    this = now.replace(minute=0, second=0, microsecond=0)
    recent, longer = _sums(hours, this - timedelta(hours=1)), _sums(hours, this - timedelta(hours=6))
    for team in sorted(longer) if rule.enabled else ():
        found = burn(recent.get(team, (0, 0)), longer[team], rule.objective_percent / 100)
        if found is not None and burns(found, rule.burn_rate, rule.least):
            yield _burning(found, team, names, clock, rule)


def _burning(found: Burn, team: str, names: Mapping[str, str], clock: str, rule: BurnRule) -> Finding:
    team_id = None if team == NONE else team
    name = names.get(team, "Everybody") if team_id else "Everybody"
    share = round(100 * found.missed / found.counted)
    what = CLOCKS.get(clock, clock).lower()
    said = (
        f"{name}: {share} % of promises ({what}) were broken in the last hours, {found.missed} of {found.counted}; "
        f"{100 - rule.objective_percent} % may be."
    )
    numbers = {
        "burn_rate": round(found.rate, 2),
        "burn_rate_recent": round(found.recent, 2),
        "missed": found.missed,
        "counted": found.counted,
        "objective_percent": rule.objective_percent,
    }
    action = "Look at what is late on the floor first: it costs the objective most."
    return Finding(Rule.SLA_BURN, f"{team}/{clock}", said, team_id, numbers, action)


def unusual(
    hours: Hours, usual: Mapping[str, Mapping[str, Sequence[int]]], rule: VolumeRule, now: datetime
) -> Iterator[Finding]:
    """By channel. `usual`: of the running hour and of the one before it, by the beginning of the hour. Too many: as
    soon as the running hour has more than is usual for a whole one; too few: of the hour before, once it is over."""
    this = now.replace(minute=0, second=0, microsecond=0)
    for hour, is_over in ((this, False), (this - timedelta(hours=1), True)):
        weeks = usual.get(hour.isoformat(), {})
        counted = hours.get(hour, {})
        for channel in sorted({*weeks, *counted}) if rule.enabled else ():
            found = volume(counted.get(channel, (0, 0))[1], weeks.get(channel, ()))
            if found is None or max(found.count, found.usual) < rule.least:
                continue
            high, low = found.sigmas >= rule.deviations, found.sigmas <= -rule.deviations
            if high or (low and is_over):
                yield _unusual(channel, hour, found.count, found.usual, found.sigmas)


def _unusual(channel: str, hour: datetime, count: int, usual: float, sigmas: float) -> Finding:
    said = f"{channel}: {count} conversations began in the hour from {hour:%H:%M} UTC; {usual:g} are usual."
    few = "Few came: look whether the inbox works (its health, its webhook)."
    action = few if sigmas < 0 else "Many came: look what they write about, and who else can answer."
    numbers = {"count": count, "usual": usual, "deviations": round(sigmas, 1), "hour_at": int(hour.timestamp())}
    return Finding(Rule.VOLUME, channel, said, None, numbers, action)


def promised(
    due: Iterable[tuple[str, datetime]], team_of: Mapping[str, str | None], names: Mapping[str, str], rule: PromisesRule
) -> Iterator[Finding]:
    """`due`: conversations and when what was promised in them is due, soon."""
    by_team: dict[str, list[tuple[str, datetime]]] = {}
    for conversation_id, at in due if rule.enabled else ():
        if conversation_id in team_of:
            by_team.setdefault(team_of[conversation_id] or FALLBACK, []).append((conversation_id, at))
    for team, found in sorted(by_team.items()):
        if len(found) < rule.least:
            continue
        first = min(at for _, at in found)
        name = names.get(team, "Everybody")
        said = (
            f"{name}: {len(found)} promises are due within {rule.within_minutes} min, the first at {first:%H:%M} UTC."
        )
        numbers = {"due": len(found), "within_minutes": rule.within_minutes, "first_at": int(first.timestamp())}
        action = "Take these up first, or tell the customers a new time."
        yield Finding(Rule.PROMISES, team, said, None if team == FALLBACK else team, numbers, action)


def _sums(hours: Hours, since: datetime) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for hour, groups in hours.items():
        for group, (met, counted) in groups.items() if hour >= since else ():
            known = found.get(group, (0, 0))
            found[group] = known[0] + met, known[1] + counted
    return found


def samples_wire(samples: Samples) -> dict[str, Any]:
    return {team: [[sample.at.isoformat(), sample.gone] for sample in kept] for team, kept in samples.items()}


def samples_from(wire: Mapping[str, Any]) -> dict[str, list[Sample]]:
    return {team: [Sample(datetime.fromisoformat(at), gone) for at, gone in kept] for team, kept in wire.items()}
