"""Early warnings: the floor is looked at with what is known of the hours before, and who is concerned is told once when
something begins to go wrong, and once when it is over.

Whoever is called finds what is: a look that comes twice in a minute does nothing, a look that stopped half way is done
again by the next, and a warning that stands is not given a second time, for that is one item with one version.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.events_floor import FloorEvent, FloorWarned, FloorWarningEnded
from chalicelib.domain.floor import Floor
from chalicelib.domain.reads import Page
from chalicelib.domain.warning import Finding, Mark, Rule, Tell, Warned, begun, marked, over, warning_id
from chalicelib.domain.warning_policy import WarningPolicy
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.floor_timers import ALL, WATCH
from chalicelib.services.routing_ports import Timers
from chalicelib.services.warning_findings import promised, sampled, samples_from, samples_wire, slow_queues
from chalicelib.services.warning_history import History

MINUTE = timedelta(minutes=1)
# Roll-ups are made every five minutes: more often they say nothing new.
ROLLED_EVERY = timedelta(minutes=5)
FROM_ROLLUPS = frozenset({Rule.SLA_BURN, Rule.VOLUME})
MOST_LISTED = 100
MOST_PROMISES = 100
MOST_TOLD = 100


class WarningStore(Protocol):
    """Each raises StoreUnavailable."""

    def list(self, limit: int, start: Mapping[str, Any] | None = None) -> Page[Warned]:
        """Those that stand first, a moment behind."""

    def get_many(self, warning_ids: Sequence[str]) -> Mapping[str, Warned]:
        """By key, as they are this moment."""

    def put(self, warned: Warned, recorded: Recorded) -> Written:
        """CONFLICT: somebody else has told it."""


class Memory(Protocol):
    def watched(self) -> tuple[Mapping[str, Any], int]: ...

    def watch(self, known: Mapping[str, Any], read_version: int, now: datetime) -> bool:
        """False where somebody else has watched meanwhile."""


class Promises(Protocol):
    def due_promises(
        self, after: datetime, until: datetime, limit: int
    ) -> tuple[Sequence[tuple[str, datetime]], bool]: ...

    def conversations(self, conversation_ids: Sequence[str]) -> Mapping[str, Conversation]: ...


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """`floor`: as it is now. `history`: None where there are no roll-ups."""

    floor: Callable[[datetime], Floor]
    store: WarningStore
    memory: Memory
    promises: Promises
    history: History | None
    policy: Callable[[], WarningPolicy]
    agents: Callable[[], Sequence[Agent]]
    timers: Timers

    def due(self, subject: str, epoch: int, now: datetime) -> None:
        """A timer's call, or a schedule's. Raises StoreUnavailable."""
        known, version = self.memory.watched()
        minute = int(now.timestamp()) // 60
        if known.get("minute", 0) >= minute:
            return
        policy, floor = self.policy(), self.floor(now)
        samples = samples_from(known.get("samples", {}))
        found = [*slow_queues(floor, samples, policy.queue_wait, now), *self._promised(floor, policy, now)]
        looked = {Rule.QUEUE_WAIT, Rule.PROMISES}
        rolled = known.get("rolled")
        if self.history is not None and (rolled is None or now - datetime.fromisoformat(rolled) >= ROLLED_EVERY):
            found += self.history.findings(policy, {queue.team_id: queue.name for queue in floor.queues}, now)
            looked |= FROM_ROLLUPS
            rolled = now.isoformat()
        marks = self._judge(_by_key(found), _marks_from(known.get("marks", {})), looked, policy, now)
        remembered = {
            "minute": minute,
            "samples": samples_wire(sampled(samples, floor, now)),
            "marks": _marks_wire(marks),
            "rolled": rolled,
        }
        if self.memory.watch(remembered, version, now) and (marks or any(queue.depth for queue in floor.queues)):
            self.timers.set(WATCH, ALL, minute + 1, datetime.fromtimestamp((minute + 1) * 60, UTC))

    def _promised(self, floor: Floor, policy: WarningPolicy, now: datetime) -> Sequence[Finding]:
        rule = policy.promises
        if not rule.enabled:
            return ()
        due, _more = self.promises.due_promises(now, now + rule.within_minutes * MINUTE, MOST_PROMISES)
        cases = self.promises.conversations(list(dict.fromkeys(name for name, _ in due))) if due else {}
        teams = {name: case.team_id for name, case in cases.items()}
        return list(promised(due, teams, {queue.team_id: queue.name for queue in floor.queues}, rule))

    def _judge(
        self,
        found: Mapping[str, Finding],
        marks: Mapping[str, Mark],
        looked: set[Rule],
        policy: WarningPolicy,
        now: datetime,
    ) -> Mapping[str, Mark]:
        """Tell what begins and what is over. Gives what is to be remembered: of findings, and of what stands."""
        known = self._known(found)
        kept: dict[str, Mark] = {}
        for key in sorted({*found, *marks, *(one.key for one in known.values() if one.stands)}):
            finding, warned, mark = found.get(key), known.get(key), marks.get(key, Mark())
            stands = warned is not None and warned.stands
            if Rule(key.partition("/")[0]) not in looked:
                kept[key] = mark
                continue
            mark = marked(mark, finding is not None, now)
            if finding is not None:
                kept[key] = mark
                self._begin(begun(warned, mark, finding, now), policy, now)
            elif warned is not None and stands and not self._end(over(warned, mark, now), now):
                kept[key] = mark
        return kept

    def _known(self, found: Mapping[str, Finding]) -> Mapping[str, Warned]:
        """What stands, and what was told before of what is found: as it is this moment."""
        listed = {one.id for one in self.store.list(MOST_LISTED).items if one.stands}
        wanted = {warning_id(one.rule, one.subject) for one in found.values()}
        names = sorted(listed | wanted)
        parts = [names[start : start + 100] for start in range(0, len(names), 100)]
        return {key: one for part in parts for key, one in self.store.get_many(part).items()}

    def _begin(self, warned: Warned | None, policy: WarningPolicy, now: datetime) -> None:
        if warned is None:
            return
        told = concerned(self.agents(), warned.team_id, policy.tell(warned.rule))
        warned = replace(warned, told=told)
        event = FloorWarned(**_of(warned), action=warned.action, lend=warned.lend)
        self._put(warned, event, now)

    def _end(self, warned: Warned | None, now: datetime) -> bool:
        """Whether it is over. Those who were told are told."""
        if warned is None or warned.ended_at is None:
            return False
        self._put(warned, FloorWarningEnded(**_of(warned), ended_at=warned.ended_at.isoformat()), now)
        return True

    def _put(self, warned: Warned, event: FloorEvent, now: datetime) -> None:
        """Where another look has told it already, there is nothing left to tell."""
        self.store.put(warned, Recorded((event,), SYSTEM, now))


def concerned(agents: Sequence[Agent], team_id: str | None, tell: Tell) -> tuple[str, ...]:
    """Who is told of a warning: of a team's its supervisors and those of no team, of any other all supervisors."""
    if tell is Tell.NOBODY:
        return ()
    roles = {Role.ADMIN} if tell is Tell.ADMINS else {Role.SUPERVISOR, Role.ADMIN}
    able = [agent for agent in agents if agent.enabled and agent.role in roles]
    if tell is Tell.SUPERVISORS:
        able = [agent for agent in able if team_id is None or not agent.team_ids or team_id in agent.team_ids]
    return tuple(sorted(agent.id for agent in able))[:MOST_TOLD]


def _by_key(found: Sequence[Finding]) -> Mapping[str, Finding]:
    """The first of each."""
    return {one.key: one for one in reversed(found)}


def _of(warned: Warned) -> dict[str, Any]:
    return {
        "warning_id": warned.id,
        "rule": warned.rule.value,
        "subject": warned.subject,
        "team_id": warned.team_id,
        "since": warned.since.isoformat(),
        "said": warned.said,
        "agent_ids": warned.told,
    }


def _marks_wire(marks: Mapping[str, Mark]) -> dict[str, Any]:
    return {key: [at.isoformat() if at else None for at in (mark.seen, mark.gone)] for key, mark in marks.items()}


def _marks_from(wire: Mapping[str, Any]) -> dict[str, Mark]:
    found = {key: [datetime.fromisoformat(at) if at else None for at in both] for key, both in wire.items()}
    return {key: Mark(*both) for key, both in found.items()}
