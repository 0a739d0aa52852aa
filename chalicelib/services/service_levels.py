"""Service levels: what happens to a conversation is noted in its ledger, and its clocks are derived from there.

Events may come late, twice and in any order. A breach is noted at the very second its time was up, and told once, by a
timer: not before the conversation itself agrees that nothing is on its way which would change it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain.answers import is_answer
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import (
    ConversationMerged,
    ConversationSplit,
    ConversationUnmerged,
    Event,
    SlaBreached,
    SlaMet,
    SlaPaused,
    SlaResumed,
    SlaStarted,
    SlaWarned,
)
from chalicelib.domain.ids import digest
from chalicelib.domain.sla import Clock, ClockState, Policy, due, matching
from chalicelib.domain.sla_clocks import GRACE, clock_id, clocks, is_past, next_due
from chalicelib.domain.sla_ledger import (
    Ledger,
    Told,
    Turn,
    episodes,
    is_behind,
    last_change,
    with_away,
    with_restated,
    with_said,
    with_turn,
)
from chalicelib.domain.writes import Recorded, Written
from chalicelib.domain.writes_sla import ClockWrite
from chalicelib.services.routing_ports import Timers
from chalicelib.services.rule_facts import RuleFacts

ATTEMPTS = 8
WARN = "sla_warn"
BREACH = "sla_breach"
# So long a timer waits for what is on its way; then what is known has to do.
PATIENCE = timedelta(minutes=15)
# No timer comes before the ledger it belongs to is written.
SOONEST = timedelta(seconds=5)
TURNS = frozenset({"conversation.created", "conversation.status_changed"})
REARRANGED = frozenset({ConversationMerged.TYPE, ConversationUnmerged.TYPE, ConversationSplit.TYPE})
# Why a source's status changes.
MERGED, UNMERGED = "merged", "unmerged"

Change = Callable[[Ledger], Ledger]


class ClockStore(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def ledger(self, conversation_id: str) -> Ledger | None: ...

    def put(self, ledger: Ledger, read_version: int, writes: Sequence[ClockWrite]) -> Written:
        """The ledger and the clocks that differ, all or nothing. CONFLICT: another change came first."""


class LevelRules(Protocol):
    """What administrators have set up, remembered for a while."""

    def sla_policies(self) -> Sequence[Policy]: ...

    def hours(self, hours_id: str) -> BusinessHours | None: ...


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    store: ClockStore
    rules: LevelRules
    facts: RuleFacts
    timers: Timers

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Raises StoreUnavailable."""
        found = _fact(event)
        if found is not None:
            self._change(*found, now)

    def warn(self, conversation_id: str, epoch: int, now: datetime) -> None:
        """A timer's call. Raises StoreUnavailable."""
        self._judge(conversation_id, epoch, now, WARN)

    def breach(self, conversation_id: str, epoch: int, now: datetime) -> None:
        """A timer's call. Raises StoreUnavailable."""
        self._judge(conversation_id, epoch, now, BREACH)

    def _judge(self, conversation_id: str, epoch: int, now: datetime, kind: str) -> None:
        ledger = self.store.ledger(conversation_id)
        if ledger is None or epoch < ledger.epoch:
            return
        again = self._too_early(ledger, now)
        if again is not None:
            # A new epoch, for a call that came twice must not go on twice.
            self.timers.set(kind, conversation_id, ledger.epoch + 1, again)
            self.store.put(replace(ledger, epoch=ledger.epoch + 1, version=ledger.version + 1), ledger.version, ())
            return

        def judged(known: Ledger) -> Ledger:
            if known.epoch > epoch:
                return known
            return replace(known, judged_at=max(now, known.judged_at or now), timer=None)

        self._change(conversation_id, judged, now)

    def _too_early(self, ledger: Ledger, now: datetime) -> datetime | None:
        """When to look again, where something is still on its way."""
        if ledger.timer is not None and now - ledger.timer >= PATIENCE:
            return None
        conversation = self.store.conversation(ledger.conversation_id)
        if conversation is not None and is_behind(ledger, conversation):
            return now + GRACE
        changed = last_change(ledger)
        return changed + GRACE if changed is not None and now < changed + GRACE else None

    def _change(self, conversation_id: str, change: Change, now: datetime) -> None:
        for _attempt in range(ATTEMPTS):
            before = self.store.ledger(conversation_id) or Ledger(conversation_id)
            if before.version == 0 and not self.rules.sla_policies():
                return
            after = self._promised(change(before), now)
            if after == before:
                return
            if self._write(before, after, now) is Written.DONE:
                return
        raise StoreUnavailable("too many writers at once")

    def _promised(self, ledger: Ledger, now: datetime) -> Ledger:
        """With a policy for each episode: the first that applies when the episode becomes known."""
        new = [episode for episode in episodes(ledger) if episode not in ledger.policies]
        if not new:
            return ledger
        conversation = self.store.conversation(ledger.conversation_id)
        policy = None
        if conversation is not None:
            rules = self.rules.sla_policies()
            conditions = [rule.condition for rule in rules if rule.enabled]
            policy = matching(rules, self.facts.of(conversation, conditions, now))
        return replace(ledger, policies={**ledger.policies, **dict.fromkeys(new, policy)})

    def _write(self, before: Ledger, after: Ledger, now: datetime) -> Written:
        derived = {clock_id(clock): clock for clock in clocks(after, self.rules.hours)}
        told: dict[str, Told] = {}
        writes: list[ClockWrite] = []
        for name, clock in derived.items():
            known = before.told.get(name) or Told(0, "", "")
            events, flags = _news(after, name, clock, known.flags)
            written = Told(known.version + 1, flags, _signature(clock))
            if known.version and not events and known.signature == written.signature:
                told[name] = known
                continue
            told[name] = written
            recorded, due_at = Recorded(events, SYSTEM, now), self._due_at(clock)
            writes.append(ClockWrite(after.conversation_id, name, clock, written.version, recorded, due_at))
        for name, clock in self._withdrawn(before, after, derived).items():
            known = before.told[name]
            told[name] = Told(known.version + 1, known.flags, "")
            gone = replace(clock, stopped_at=clock.started_at, cancelled=True)
            writes.append(ClockWrite(after.conversation_id, name, gone, known.version + 1, Recorded((), SYSTEM, now)))
        timed = self._timed(before, after, list(derived.values()), now)
        return self.store.put(replace(timed, told=told, version=before.version + 1), before.version, writes)

    def _due_at(self, clock: Clock) -> datetime | None:
        """When its time is up, while it runs."""
        if clock.stopped_at is not None:
            return None
        return due(clock, 1.0, self.rules.hours(clock.hours_id) if clock.hours_id else None)

    def _withdrawn(self, before: Ledger, after: Ledger, derived: Mapping[str, Clock]) -> Mapping[str, Clock]:
        """Clocks that a late fact has shown never to have run; not those that are merely settled."""
        kept = episodes(after)
        found = {clock_id(clock): clock for clock in clocks(before, self.rules.hours) if clock.episode in kept}
        return {
            name: clock
            for name, clock in found.items()
            if name not in derived and name in before.told and not (after.floor and clock.started_at < after.floor)
        }

    def _timed(self, before: Ledger, after: Ledger, derived: Sequence[Clock], now: datetime) -> Ledger:
        """With the timer for what is due next, which is set before the ledger is written: so it is never missing."""
        found = next_due(after, derived, self.rules.hours)
        if found is None or found[0] == after.timer:
            return after if found else replace(after, timer=None)
        at, breach = found
        epoch = before.epoch + 1
        self.timers.set(BREACH if breach else WARN, after.conversation_id, epoch, max(at, now + SOONEST))
        return replace(after, timer=at, epoch=epoch)


def _fact(event: Mapping[str, Any]) -> tuple[str, Change] | None:
    """Of which conversation an event tells what."""
    snapshot = event["snapshot"]
    if event["type"] in REARRANGED:
        return snapshot["id"], _rearranged(event)
    if event["type"] in TURNS and event["data"].get("reason") in (MERGED, UNMERGED):
        return None  # its clocks are told by the merge itself: nothing of the case was settled
    if event["type"] in TURNS:
        turn = Turn(
            version=event["aggregate"]["version"],
            at=datetime.fromisoformat(snapshot["status_changed_at"]),
            status=Status(snapshot["status"]),
            episode=snapshot["episode"],
            opened_at=datetime.fromisoformat(snapshot["opened_at"]),
        )
        return snapshot["id"], lambda ledger: with_turn(ledger, turn)
    answer = is_answer(snapshot) if event["type"] == "message.created" else None
    if answer is None:
        return None
    at = datetime.fromisoformat(snapshot["occurred_at"])
    return snapshot["conversation_id"], lambda ledger: with_said(ledger, at, answer=answer)


def _rearranged(event: Mapping[str, Any]) -> Change:
    """A conversation that becomes part of another stops its clocks, until it is one of its own again; of any other the
    wait is stated anew."""
    snapshot, version = event["snapshot"], event["aggregate"]["version"]
    at = datetime.fromisoformat(event["occurred_at"])
    if event["data"]["source_id"] == snapshot["id"] and event["type"] != ConversationSplit.TYPE:
        left = at if event["type"] == ConversationMerged.TYPE else None
        return lambda ledger: with_away(ledger, version, left)
    since = datetime.fromisoformat(snapshot["waiting_since"]) if snapshot["waiting_since"] else None
    return lambda ledger: with_restated(ledger, at, since)


def _news(ledger: Ledger, name: str, clock: Clock, flags: str) -> tuple[tuple[Event, ...], str]:
    """What is told of a clock now, and what has been told of it then. Everything is told once, but pauses."""
    of = {"conversation_id": ledger.conversation_id, "clock": clock.kind.value}
    found: list[tuple[str, Event]] = []
    if "s" not in flags:
        found.append(("s", SlaStarted(started_at=clock.started_at.isoformat(), **of)))
    if clock.warned_at is not None and "w" not in flags and is_past(clock.warned_at, ledger):
        found.append(("w", SlaWarned(warned_at=clock.warned_at.isoformat(), **of)))
    if clock.breached_at is not None and "b" not in flags and is_past(clock.breached_at, ledger):
        found.append(("b", SlaBreached(breached_at=clock.breached_at.isoformat(), **of)))
    if clock.state is ClockState.MET and "m" not in flags and clock.stopped_at is not None:
        found.append(("m", SlaMet(met_at=clock.stopped_at.isoformat(), **of)))
    stands = clock.stopped_at is None and clock.is_paused
    events = [event for _, event in found]
    if stands and "p" not in flags:
        events.append(SlaPaused(paused_at=clock.pauses[-1].since.isoformat(), **of))
    elif "p" in flags and clock.stopped_at is None and not stands:
        until = clock.pauses[-1].until if clock.pauses else None
        events.append(SlaResumed(resumed_at=(until or clock.started_at).isoformat(), **of))
    told = flags.replace("p", "") + "".join(flag for flag, _ in found) + ("p" if stands else "")
    return tuple(events), told


def _signature(clock: Clock) -> str:
    return digest(repr(clock))
