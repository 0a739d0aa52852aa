"""A recorded day as JSON lines: who was there, who wrote, what was decided. `replay` runs it again.

    {"kind": "agent", "id", "name", "team_ids": [], "shifts": [[from, to], ...], "skills": {},
     "units", "reserve", "weights": {}}
    {"kind": "arrival", "conversation_id", "at", "facts": {}, "handling_seconds", "own_agent_id",
     "waiting_since"}
    {"kind": "decision", "conversation_id", "at", "outcome", "agent_id", ...}

Times are ISO 8601 with a zone. The facts of an arrival are those of its queue entry; a conversation that is named again
is its customer coming back. Decisions are there to compare with, and may be left out.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.capacity import Capacity, ChannelClass
from chalicelib.domain.conversation import Priority
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_values import Decision, Outcome, Reason, Skipped, Weighed
from chalicelib.services.replay import Arrival, Staff

MAX_HANDLING = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Recording:
    staff: tuple[Staff, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    decisions: tuple[Decision, ...] = ()


def arrival_of(entry: QueueEntry, handling_seconds: int) -> Arrival:
    """What a queue entry tells of an arrival; how long it was worked on is the conversation's to tell."""
    return Arrival(
        entry.conversation_id, entry.queued_at, entry.facts, handling_seconds, entry.sticky_id, entry.waiting_since
    )


def lines(recording: Recording) -> Iterator[str]:
    for staff in recording.staff:
        yield _line("agent", _agent_row(staff))
    for arrival in recording.arrivals:
        yield _line("arrival", asdict(arrival))
    for decision in recording.decisions:
        yield decision_line(decision)


def decision_line(decision: Decision) -> str:
    return _line("decision", asdict(replace(decision, seen=None)), without=("seen",))


def _line(kind: str, row: Mapping[str, Any], *, without: Sequence[str] = ()) -> str:
    kept = {name: value for name, value in row.items() if name not in without}
    return json.dumps({"kind": kind, **kept}, default=_plain, separators=(",", ":"), ensure_ascii=False)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _agent_row(staff: Staff) -> Mapping[str, Any]:
    return {
        "id": staff.agent_id,
        "name": staff.name,
        "team_ids": staff.team_ids,
        "shifts": staff.shifts,
        "units": staff.capacity.units,
        "reserve": staff.capacity.reserve,
        "weights": {kind.value: weight for kind, weight in staff.capacity.weights.items()},
        "skills": dict(staff.skills),
    }


def read(texts: Iterable[str]) -> Recording:
    """Raises InvalidInput that names the line and the field."""
    found: dict[str, list[Any]] = {kind: [] for kind in _READERS}
    for number, text in enumerate(texts, 1):
        if not text.strip():
            continue
        at = f"line {number}"
        row = _row(text, at)
        kind = row.get("kind")
        if not isinstance(kind, str) or kind not in _READERS:
            raise InvalidInput(f"A line is one of {', '.join(_READERS)}.", field=f"{at}.kind")
        try:
            found[kind].append(_READERS[kind](row))
        except KeyError as error:
            raise InvalidInput("This field is missing.", field=f"{at}.{error.args[0]}") from error
        except (TypeError, ValueError, AttributeError, OverflowError) as error:
            raise InvalidInput(f"This line of the kind {kind} cannot be read: {str(error)[:120]}.", field=at) from error
    return Recording(tuple(found["agent"]), tuple(found["arrival"]), tuple(found["decision"]))


def _row(text: str, at: str) -> Mapping[str, Any]:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("A line is a JSON object.", field=at) from error
    if not isinstance(row, Mapping):
        raise InvalidInput("A line is a JSON object.", field=at)
    return row


def _agent(row: Mapping[str, Any]) -> Staff:
    weights = {ChannelClass(kind): _whole(weight) for kind, weight in row.get("weights", {}).items()}
    default = Capacity()
    units, reserve = _whole(row.get("units", default.units)), _whole(row.get("reserve", default.reserve))
    shifts = tuple((_moment(start), _moment(end)) for start, end in row["shifts"])
    skills = {str(skill): _whole(level) for skill, level in row.get("skills", {}).items()}
    name = str(row.get("name") or row["id"])
    return Staff(str(row["id"]), name, _texts(row["team_ids"]), shifts, Capacity(units, reserve, weights), skills)


def _arrival(row: Mapping[str, Any]) -> Arrival:
    facts, own = dict(row["facts"]), row.get("own_agent_id")
    if not isinstance(facts["channel"], str):
        raise ValueError("the channel is a text")
    Priority(facts.get("priority", Priority.NORMAL))
    seconds = _whole(row["handling_seconds"])
    if seconds > MAX_HANDLING:
        raise ValueError("nobody is busy for more than a week")
    since = row.get("waiting_since")
    return Arrival(
        str(row["conversation_id"]),
        _moment(row["at"]),
        facts,
        seconds,
        None if own is None else str(own),
        None if since is None else _moment(since),
    )


def _decision(row: Mapping[str, Any]) -> Decision:
    return Decision(
        conversation_id=row["conversation_id"],
        at=_moment(row["at"]),
        outcome=Outcome(row["outcome"]),
        agent_id=row["agent_id"],
        weighed=tuple(Weighed(**each) for each in row["weighed"]),
        skipped=tuple(Skipped(each["agent_id"], Reason(each["reason"]), each["detail"]) for each in row["skipped"]),
        step=row["step"],
        relaxed=_texts(row["relaxed"]),
        sticky=row["sticky"],
        sentence=row["sentence"],
        next_at=None if row["next_at"] is None else _moment(row["next_at"]),
        rules_version=row["rules_version"],
        skipped_count=row["skipped_count"],
        facts=row.get("facts", {}),
    )


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time has a zone")
    return at


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is no whole number of 0 or more")
    return value


def _texts(values: Sequence[Any]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise ValueError("a list is wanted, not a text")
    return tuple(str(value) for value in values)


_READERS = {"agent": _agent, "arrival": _arrival, "decision": _decision}
