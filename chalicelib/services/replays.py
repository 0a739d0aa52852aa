"""Replays by order: a recorded or a made-up day under the rules that hold, under the draft, or under both.

Asking writes down what is to be run, with the rules as they are at that moment, and wakes routing's function by a
timer. That runs the day in one go, within limits that keep it from the function's time-out, and writes the result. The
same run again gives the same result, so a call that comes twice, or after one that broke off, does no harm.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain.business_hours import BusinessHours, add
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import InvalidInput, ReplayNotFound, ReplayRunning, StoreUnavailable
from chalicelib.domain.ids import digest, time_part
from chalicelib.domain.replay_run import REPLAY, Fared, ReplayRow, ReplayRun, RunState
from chalicelib.domain.routing_policy import OF_CONTACT, Mode, RoutingPolicy, asks_contact
from chalicelib.domain.routing_values import Candidate, Decision, Work
from chalicelib.domain.sla import ClockKind, Policy, matching
from chalicelib.domain.trail import Line
from chalicelib.domain.workload import Workload
from chalicelib.domain.writes import Written
from chalicelib.services.documents import policy_from
from chalicelib.services.facts import facts_of
from chalicelib.services.recording import Recording, decision_line
from chalicelib.services.replay import Picker, Replayed, Staff, ours, replay
from chalicelib.services.replay_figures import measures
from chalicelib.services.replay_generated import Wanted, generated
from chalicelib.services.replay_recorded import Past, Reproduced, past_of
from chalicelib.services.routing_ports import Timers

# Of a day that is run by order.
MAX_SPAN = timedelta(hours=24)
KEPT_FOR = timedelta(days=35)
MAX_ARRIVALS = 2000
MAX_AGENTS = 200
# Agents are weighed for every arrival: what both come to is what takes the time.
MAX_WEIGHED = 60_000
# Well within the function's time-out, for others wait in the same batch.
MAX_SECONDS = 18.0
# Agents are remembered from so long before a recorded day.
LOOK_BACK = timedelta(days=2)
ATTEMPTS = 3
UNLIKE_SHOWN = 20


class ReplayStore(Protocol):
    def get(self, replay_id: str) -> ReplayRun | None: ...

    def newest(self, limit: int) -> Sequence[ReplayRun]: ...

    def put(self, run: ReplayRun, read_version: int) -> Written:
        """`read_version` 0: there is none yet."""

    def put_rows(self, replay_id: str, rows: Sequence[ReplayRow], now: datetime) -> None:
        """Once more is the same."""


class TrailReader(Protocol):
    def between(self, start: datetime, end: datetime) -> Iterable[Line]: ...

    def agents(self, start: datetime, end: datetime) -> Iterable[Line]: ...


class Surroundings(Protocol):
    """What a day is run in, as it is now."""

    def hours(self, hours_id: str) -> BusinessHours | None: ...

    def sla_policies(self) -> Sequence[Policy]: ...

    def team_ids(self) -> Sequence[str]: ...

    def workloads(self) -> Sequence[Workload]: ...

    def customers(self, conversation_ids: Sequence[str]) -> Mapping[str, tuple[Conversation, Contact]]:
        """Who wrote, by conversation."""


class TooMuch(Exception):
    """The day takes longer than there is time for."""


@dataclass(frozen=True, slots=True)
class Replays:
    store: ReplayStore
    trail: TrailReader
    around: Surroundings
    timers: Timers
    clock: Callable[[], float] = time.monotonic

    def ask(
        self, asked_by: str, source: Mapping[str, Any], rules: Mapping[str, Mapping[str, Any]], now: datetime
    ) -> ReplayRun:
        """Begin a replay; its result is there some seconds later. `rules`: documents with their `version`, by name.
        Raises InvalidInput, ReplayRunning, StoreUnavailable."""
        check_source(source, now)
        for name, body in rules.items():
            policy = policy_of(body)
            if Mode.MANUAL in (policy.mode, *policy.modes.values()):
                raise InvalidInput(f"The {name} rules are manual: nothing is decided by them.", field="rules")
        if any(each.state_at(now) in (RunState.WAITING, RunState.RUNNING) for each in self.store.newest(10)):
            raise ReplayRunning("Another replay is running: look at its result first.")
        run = ReplayRun(f"rpl_{time_part(now)}{digest(asked_by, now.isoformat())}", asked_by, now, source, rules)
        self.store.put(run, 0)
        try:
            self.timers.set(REPLAY, run.id, 1, now)
        except StoreUnavailable:
            # Nobody would begin it, and no other could be asked for.
            self._end(run, RunState.FAILED, "It could not be begun: ask again.", now)
            raise
        return run

    def carry_out(self, replay_id: str, _epoch: int, now: datetime) -> None:
        """Run what was asked for, unless it has ended. Raises StoreUnavailable."""
        run = self.store.get(replay_id)
        if run is None or run.state_at(now) not in (RunState.WAITING, RunState.RUNNING):
            return
        if run.attempts >= ATTEMPTS:
            self._end(run, RunState.FAILED, "It broke off several times: ask for a smaller one.", now)
            return
        begun = replace(run, state=RunState.RUNNING, attempts=run.attempts + 1, version=run.version + 1)
        if self.store.put(begun, run.version) is not Written.DONE:
            return  # somebody else is at it
        try:
            done = self._run(begun, now)
        except TooMuch:
            self._end(begun, RunState.FAILED, "It takes too long: ask for fewer arrivals or agents.", now)
        except InvalidInput as refused:
            self._end(begun, RunState.FAILED, str(refused), now)
        else:
            self._end(done, RunState.DONE, "", now)

    def _end(self, run: ReplayRun, state: RunState, detail: str, now: datetime) -> None:
        ended = replace(run, state=state, detail=detail, done_at=now, version=run.version + 1)
        self.store.put(ended, run.version)

    def _run(self, run: ReplayRun, now: datetime) -> ReplayRun:
        until = self.clock() + MAX_SECONDS
        policies = {name: policy_of(body) for name, body in run.rules.items()}
        past = self._past(run, now) if "recorded" in run.source else None
        day = past.recording if past is not None else self._generated(run, list(policies.values()))
        check_size(day)
        if past is not None and any(asks_contact(policy) for policy in policies.values()):
            day = with_customers(day, self.around)
        runs = {
            name: replay(policy, day.staff, day.arrivals, self._in_time(ours(policy.version), until))
            for name, policy in policies.items()
        }
        rows = rows_of(runs, past)
        self.store.put_rows(run.id, rows, now)
        breaches = Breaches(self.around)
        return replace(
            run,
            figures={name: figures(replayed) | breaches.of(replayed) for name, replayed in runs.items()},
            reproduced=None if past is None else told(past.reproduced),
            conversations=len(rows),
            differences=sum(row.differs for row in rows),
        )

    def _past(self, run: ReplayRun, now: datetime) -> Past:
        start, end = (datetime.fromisoformat(run.source["recorded"][name]) for name in ("from", "to"))
        lines: list[Line] = []
        for line in self.trail.between(start, end):
            lines.append(line)
            if len(lines) > 10 * MAX_ARRIVALS:
                raise InvalidInput("More happened in this time than a replay can take: choose a shorter one.")
        earlier = self.trail.agents(start - LOOK_BACK, start)
        during = self.trail.agents(start, end)
        return past_of(earlier, sorted([*during, *lines], key=lambda line: line.at), start, end, self.around.hours)

    def _generated(self, run: ReplayRun, rules: Sequence[RoutingPolicy]) -> Recording:
        wanted = Wanted(**run.source["generated"])
        own = [
            Staff(each.agent_id, each.name, each.team_ids, (), each.capacity, each.skills)
            for each in (self.around.workloads() if wanted.agents is None else ())
            if each.enabled
        ]
        start = run.asked_at.replace(minute=0, second=0, microsecond=0)
        return generated(wanted, start, own, sorted(self.around.team_ids()), rules)

    def _in_time(self, pick: Picker, until: float) -> Picker:
        def picked(work: Work, agents: Sequence[Candidate], now: datetime, held: Mapping[str, int]) -> Decision:
            if self.clock() > until:
                raise TooMuch
            return pick(work, agents, now, held)

        return picked


def find(store: ReplayStore, replay_id: str) -> ReplayRun:
    """Raises ReplayNotFound."""
    found = store.get(replay_id)
    if found is None:
        raise ReplayNotFound("There is no such replay, or it is too long ago.")
    return found


def policy_of(body: Mapping[str, Any]) -> RoutingPolicy:
    rules = {name: value for name, value in body.items() if name != "version"}
    return policy_from(rules, body["version"])


def check_source(source: Mapping[str, Any], now: datetime) -> None:
    """Raises InvalidInput where the day is too long, too long ago, or too large."""
    if "recorded" in source:
        start, end = (datetime.fromisoformat(source["recorded"][name]) for name in ("from", "to"))
        if not start < end <= now:
            raise InvalidInput("A recorded time ends after it begins, and by now.", field="source.recorded.to")
        if end - start > MAX_SPAN:
            raise InvalidInput("At most 24 hours are run at once.", field="source.recorded.to")
        if now - start > KEPT_FOR - LOOK_BACK:
            raise InvalidInput("What is longer ago than 33 days is not known any more.", field="source.recorded.from")
        return
    wanted = Wanted(**source["generated"])
    arrivals = wanted.hours * wanted.arrivals_per_hour
    if arrivals > MAX_ARRIVALS:
        raise InvalidInput(f"At most {MAX_ARRIVALS} arrivals are run at once.", field="source.generated")
    if arrivals * (wanted.agents or 1) > MAX_WEIGHED:
        raise InvalidInput(f"Arrivals times agents are at most {MAX_WEIGHED}.", field="source.generated.agents")


def check_size(day: Recording) -> None:
    """Raises InvalidInput."""
    arrivals, agents = len(day.arrivals), len(day.staff)
    if arrivals > MAX_ARRIVALS or agents > MAX_AGENTS or arrivals * agents > MAX_WEIGHED:
        raise InvalidInput(
            f"There are {arrivals} arrivals and {agents} agents: at most {MAX_ARRIVALS} and {MAX_AGENTS} are run at "
            f"once, and {MAX_WEIGHED} for both multiplied. Choose a shorter time."
        )


def with_customers(day: Recording, around: Surroundings) -> Recording:
    """Rules that do not ask who the customer is leave no record of it: what is known of them now is added."""
    known = around.customers(sorted({each.conversation_id for each in day.arrivals}))
    facts = {
        name: {fact: value for fact, value in facts_of(*both).items() if fact.startswith(OF_CONTACT)}
        for name, both in known.items()
    }
    arrivals = [replace(each, facts={**facts.get(each.conversation_id, {}), **each.facts}) for each in day.arrivals]
    return replace(day, arrivals=tuple(arrivals))


def rows_of(runs: Mapping[str, Replayed], past: Past | None) -> list[ReplayRow]:
    """Every arrival, those that fared differently first, then in order of time."""
    fared: dict[tuple[datetime, str], dict[str, Fared]] = {}
    for name, run in runs.items():
        for each in run.served:
            place = each.arrival.at, each.arrival.conversation_id
            fared.setdefault(place, {})[name] = Fared(each.agent_id, each.given_at)
    then = _then(past) if past is not None else {}
    rows = [
        ReplayRow(name, at, _differs(ways, len(runs)), ways, then.get((at, name)) if past else None)
        for (at, name), ways in sorted(fared.items())
    ]
    return sorted(rows, key=lambda row: not row.differs)


def _differs(ways: Mapping[str, Fared], runs: int) -> bool:
    return runs > 1 and (len(ways) < runs or len({(each.agent_id, each.given_at) for each in ways.values()}) > 1)


def _then(past: Past) -> Mapping[tuple[datetime, str], Fared]:
    """As it was, by when the conversation was queued. Openings count up in the order of time."""
    queued: dict[str, list[datetime]] = {}
    for arrival in past.recording.arrivals:
        queued.setdefault(arrival.conversation_id, []).append(arrival.at)
    found: dict[tuple[datetime, str], Fared] = {}
    for (name, _epoch), (agent_id, at) in sorted(past.given.items()):
        before = [each for each in queued.get(name, ()) if each <= at]
        if before:
            found[before[-1], name] = Fared(agent_id, at)
    return {(arrival.at, arrival.conversation_id): Fared(None, None) for arrival in past.recording.arrivals} | found


def figures(day: Replayed) -> dict[str, int | float]:
    made = asdict(measures(day))
    return {name: round(value, 4) for name, value in made.items()} | {"decisions": len(day.decisions)}


def told(found: Reproduced) -> Mapping[str, Any]:
    return {
        "decisions": found.decisions,
        "same": found.same,
        "partial": found.partial,
        "unrecorded": found.unrecorded,
        "unlike": [json.loads(decision_line(each)) for each in found.unlike[:UNLIKE_SHOWN]],
    }


@dataclass(frozen=True, slots=True)
class Breaches:
    """How many conversations were still nobody's when a first response was due by the policies of service levels."""

    around: Surroundings

    def of(self, day: Replayed) -> dict[str, int | float]:
        policies = self.around.sla_policies()
        promised = list(self._promised(day, policies))
        return {"promised": len(promised), "breached": sum(promised)}

    def _promised(self, day: Replayed, policies: Sequence[Policy]) -> Iterator[bool]:
        for each in day.served:
            policy = matching(policies, each.arrival.facts)
            seconds = policy.targets.get(ClockKind.FIRST_RESPONSE) if policy is not None else None
            if policy is None or seconds is None:
                continue
            due = self._due(policy, each.arrival.waiting_since or each.arrival.at, timedelta(seconds=seconds))
            yield due is not None and (each.given_at or day.ended_at) > due

    def _due(self, policy: Policy, at: datetime, target: timedelta) -> datetime | None:
        hours = self.around.hours(policy.hours_id) if policy.hours_id else None
        return at + target if hours is None else add(hours, at, target)
