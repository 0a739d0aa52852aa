"""A day as it was: who was there, who came and how long they kept somebody busy, from the trail that routing leaves;
and whether every decision comes out again when it is made of what it was made of.

What the trail cannot tell is taken as simple as it can be: an agent's capacity, skills and teams are those seen last,
and who was not heard of before the day began is there from the first decision that saw them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median

from chalicelib.domain.business_hours import BusinessHours, spans
from chalicelib.domain.capacity import HOLDING, Capacity
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.events import ConversationAssigned
from chalicelib.domain.presence import availability
from chalicelib.domain.routing import decide
from chalicelib.domain.routing_values import FALLBACK, Candidate, Decision, Outcome
from chalicelib.domain.trail import Decided, Line, Moved, Stood
from chalicelib.services.recording import MAX_HANDLING, Recording, arrival_of
from chalicelib.services.replay import Arrival, Span, Staff

# Who was never done with anything in the record is taken to need so long.
USUAL_SECONDS = 600

Hours = Callable[[str], BusinessHours | None]
Opening = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Reproduced:
    """How many decisions were looked at, and how many came out again in every part. `unlike` are those that did not,
    `partial` those whose candidates were too many to keep: only who got it is compared. `unrecorded` counts what
    routing gave out without leaving a line."""

    decisions: int = 0
    same: int = 0
    partial: int = 0
    unrecorded: int = 0
    unlike: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """A recorded day: to run again, and what came of it then (by opening: who got it and when)."""

    recording: Recording
    given: Mapping[Opening, tuple[str, datetime]]
    reproduced: Reproduced


def again(line: Decided) -> Decision | None:
    """The decision, made once more of what it was made of."""
    seen, then = line.decision.seen, line.decision
    if seen is None:
        return None
    offered = then.outcome is Outcome.OFFERED
    found = decide(seen.work, seen.agents, then.at, rules_version=then.rules_version, offers=offered)
    # Compared in the sentence's words: lines from before there were facts have none.
    made = replace(found, facts=then.facts)
    if made.outcome is Outcome.WAITING and not seen.agents:
        # Where people take work themselves, nobody is weighed, and the words are others.
        return replace(made, sentence=then.sentence, next_at=then.next_at)
    return made


def reproduce(lines: Iterable[Line]) -> Reproduced:
    """Make every decision of the trail again."""
    found, given, told = Reproduced(), set(), []
    for line in lines:
        if isinstance(line, Decided):
            found = _judged(found, line)
            given.add((line.decision.conversation_id, line.decision.agent_id))
        elif isinstance(line, Moved) and (line.what, line.by) == (ConversationAssigned.TYPE, SYSTEM.kind):
            told.append((line.conversation_id, line.assignee_id))
    return replace(found, unrecorded=len({each for each in told if each[1]} - given))


def _judged(found: Reproduced, line: Decided) -> Reproduced:
    made, then = again(line), line.decision
    if not line.is_whole:
        is_same = made is not None and made.agent_id == then.agent_id
        found = replace(found, partial=found.partial + 1)
    else:
        is_same = made == then
    unlike = found.unlike if is_same else (*found.unlike, then)
    return replace(found, decisions=found.decisions + 1, same=found.same + is_same, unlike=unlike)


@dataclass(slots=True)
class _Seat:
    """What the trail tells of an agent: `points` are when they were seen to be there or not."""

    name: str = ""
    team_ids: tuple[str, ...] = ()
    capacity: Capacity = field(default_factory=Capacity)
    skills: Mapping[str, int] = field(default_factory=dict)
    hours_id: str | None = None
    points: list[tuple[datetime, bool]] = field(default_factory=list)


def past_of(earlier: Iterable[Line], lines: Sequence[Line], start: datetime, end: datetime, hours: Hours) -> Past:
    """`earlier` are changes of agents before the day; `lines` all that was written in it, in order."""
    seats: defaultdict[str, _Seat] = defaultdict(_Seat)
    for line in (*earlier, *lines):
        if isinstance(line, Stood):
            _stood(seats[line.workload.agent_id], line)
        elif isinstance(line, Decided):
            for candidate in line.decision.seen.agents if line.decision.seen else ():
                _weighed(seats[candidate.agent_id], candidate, line.at)
    given = {opening: (line.decision.agent_id or "", line.at) for opening, line in _given(lines)}
    staff = tuple(_staff(agent_id, seat, start, end, hours) for agent_id, seat in sorted(seats.items()))
    arrivals = tuple(_arrivals(lines, given, start, end))
    return Past(Recording(staff, arrivals), given, reproduce(lines))


def _stood(seat: _Seat, line: Stood) -> None:
    workload = line.workload
    there = availability(workload.presence, line.at, on_shift=True, enabled=workload.enabled).available
    seat.name, seat.team_ids, seat.capacity, seat.skills = (
        workload.name,
        workload.team_ids,
        workload.capacity,
        workload.skills,
    )
    seat.hours_id = workload.presence.hours_id
    seat.points.append((line.at, there))


def _weighed(seat: _Seat, candidate: Candidate, at: datetime) -> None:
    seat.name, seat.capacity, seat.skills = candidate.name, candidate.capacity, candidate.skills
    seat.team_ids = tuple(team for team in candidate.team_ids if team != FALLBACK)
    seat.points.append((at, candidate.available))


def _staff(agent_id: str, seat: _Seat, start: datetime, end: datetime, hours: Hours) -> Staff:
    calendar = hours(seat.hours_id) if seat.hours_id else None
    there = list(_there(sorted(seat.points), start, end))
    shifts = [part for span in there for part in _within(span, calendar)]
    return Staff(agent_id, seat.name or agent_id, seat.team_ids, tuple(shifts), seat.capacity, seat.skills)


def _there(points: Sequence[tuple[datetime, bool]], start: datetime, end: datetime) -> Iterator[Span]:
    since: datetime | None = None
    for at, is_there in points:
        if is_there and since is None:
            since = at
        elif not is_there and since is not None:
            if at > start:
                yield max(since, start), min(at, end)
            since = None
    if since is not None and since < end:
        yield max(since, start), end


def _within(span: Span, calendar: BusinessHours | None) -> Iterator[Span]:
    if calendar is None:
        yield span
        return
    for opens, closes in spans(calendar, *span):
        yield max(opens, span[0]), min(closes, span[1])


def _given(lines: Iterable[Line]) -> Iterator[tuple[Opening, Decided]]:
    for line in lines:
        if isinstance(line, Decided) and line.decision.agent_id is not None:
            yield (line.decision.conversation_id, line.entry.epoch), line


def _arrivals(
    lines: Sequence[Line], given: Mapping[Opening, tuple[str, datetime]], start: datetime, end: datetime
) -> Iterator[Arrival]:
    """One for each time that a conversation was queued in the day."""
    entries = {
        (line.decision.conversation_id, line.entry.epoch): line.entry for line in lines if isinstance(line, Decided)
    }
    released = _released(lines, entries)
    held = {opening: _seconds(released[opening], given[opening][1]) for opening in given if opening in released}
    usual = int(median(held.values())) if held else USUAL_SECONDS
    for opening, entry in sorted(entries.items(), key=lambda each: (each[1].queued_at, each[0])):
        if not start <= entry.queued_at < end:
            continue
        seconds = held.get(opening)
        if seconds is None and opening in given:
            seconds = max(usual, _seconds(end, given[opening][1]))  # still at it when the day ended
        yield arrival_of(entry, min(usual if seconds is None else seconds, MAX_HANDLING))


def _released(lines: Iterable[Line], entries: Mapping[Opening, object]) -> Mapping[Opening, datetime]:
    """When each opening's agent was done: the first move after it was given that takes it away."""
    moves: defaultdict[str, list[Moved]] = defaultdict(list)
    found: dict[Opening, datetime] = {}
    holding = {status.value for status in HOLDING}
    for line in lines:
        if isinstance(line, Moved):
            moves[line.conversation_id].append(line)
    for opening, line in _given(lines):
        owner = line.decision.agent_id
        for move in sorted(moves[opening[0]], key=lambda each: each.at):
            if move.at > line.at and (move.status not in holding or move.assignee_id != owner):
                found[opening] = move.at
                break
    return found


def _seconds(until: datetime, since: datetime) -> int:
    return max(1, round((until - since) / timedelta(seconds=1)))
