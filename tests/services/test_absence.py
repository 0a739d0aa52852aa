"""Agents who leave: after the grace period nobody waits for somebody who is not there, and who comes back keeps what
they have. Over the real store; calls may be late, repeated or stale."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.capacity import HOLDING
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.presence import Intent
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.services.absence import GONE, SHIFT, Absence
from chalicelib.services.presence import DISCONNECT, PresenceKeeping
from tests.services.test_routing import START, Floor

GRACE = 300
# START is a Saturday, 10:00.
SHIFT_HOURS = BusinessHours("hrs_1", "Day", "UTC", {day: ((9 * 60, 11 * 60),) for day in range(7)})
CHANNELS = ("web_chat", "whatsapp", "email")


@dataclass
class Kept:
    """Timers, called when the test says so."""

    due: list[tuple[datetime, str, str, int]] = field(default_factory=list)

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        if (due_at, kind, subject, epoch) not in self.due:
            self.due.append((due_at, kind, subject, epoch))


class Desk:
    """Two agents with much room, their clients, and time."""

    def __init__(self, gone_seconds: int = GRACE, hours: dict[str, BusinessHours] | None = None) -> None:
        self.floor = Floor()
        self.floor.rules.now = RoutingPolicy(gone_seconds=gone_seconds, sticky_seconds=30)
        self.floor.rules.hours = (hours or {}).get  # type: ignore[method-assign, assignment]
        self.timers = Kept()
        self.presence = PresenceKeeping(self.floor.store, self.timers)
        self.absence = Absence(self.floor.desk, self.floor.routing, self.timers)
        for name in ("ana", "ben"):
            self.floor.agent(name, 50, ("team_1",), {})

    @property
    def now(self) -> datetime:
        return self.floor.now

    def agent(self, name: str) -> Agent:
        return Agent(name, name.capitalize(), f"{name}@example.com", Role.AGENT, START, team_ids=("team_1",))

    def chooses(self, name: str, intent: Intent) -> None:
        self.presence.choose(self.agent(name), intent, "", self.now)
        self.told(name)

    def beats(self, name: str) -> None:
        self.presence.heartbeat(self.agent(name), self.now)
        self.told(name)

    def told(self, name: str) -> None:
        """What the event about an agent sets off."""
        self.floor.routing.pull(name, self.now)
        self.absence.watch(name, self.now)

    def opens(self, name: str, channel: str = "whatsapp") -> None:
        self.floor.opens(name, channel=channel)

    def answered(self, name: str) -> None:
        found = self.floor.conversation(name)
        self.floor.change(found, replace(found, waiting_since=None))

    def passes(self, seconds: int, present: tuple[str, ...] = ()) -> None:
        """Time goes by, a quarter of a minute at a time; the clients of those present send their heartbeats."""
        end = self.now + timedelta(seconds=seconds)
        while self.floor.now < end:
            self.floor.now = min(self.floor.now + timedelta(seconds=15), end)
            for name in present:
                self.beats(name)
            self.ring()

    def ring(self) -> None:
        ready = sorted(each for each in self.timers.due if each[0] <= self.now)
        self.timers.due = [each for each in self.timers.due if each[0] > self.now]
        for _, kind, subject, epoch in ready:
            if kind == DISCONNECT and self.presence.check_connection(subject, self.now):
                self.told(subject)
            elif kind == GONE:
                self.absence.gone(subject, epoch, self.now)
                self.absence.gone(subject, epoch, self.now)
            elif kind == SHIFT:
                self.absence.shift(subject, epoch, self.now)

    def of(self, name: str) -> Conversation:
        return self.floor.conversation(name)

    def used(self, name: str) -> int:
        return self.floor.workload(name).used

    def reason(self, name: str) -> str:
        entry = self.floor.store.entry(name)
        assert entry is not None
        return entry.reason


def test_what_a_customer_waits_for_goes_to_somebody_else_when_its_agent_is_gone() -> None:
    desk = Desk()
    desk.chooses("ana", Intent.ONLINE)
    desk.opens("cnv_0001")
    assert desk.of("cnv_0001").assignee_id == "ana"
    desk.chooses("ben", Intent.ONLINE)
    desk.passes(90 + GRACE - 30, present=("ben",))
    assert desk.of("cnv_0001").assignee_id == "ana"
    desk.passes(60, present=("ben",))
    assert (desk.of("cnv_0001").assignee_id, desk.reason("cnv_0001"), desk.used("ana")) == ("ben", "agent_gone", 0)


def test_who_comes_back_in_time_keeps_it() -> None:
    desk = Desk()
    desk.chooses("ana", Intent.ONLINE)
    desk.opens("cnv_0001")
    desk.passes(60 + GRACE)
    desk.beats("ana")
    desk.passes(3 * GRACE, present=("ana",))
    assert desk.of("cnv_0001").assignee_id == "ana"
    # And who leaves again has the whole time again.
    desk.chooses("ana", Intent.AWAY)
    desk.passes(GRACE - 15, present=("ana",))
    assert desk.of("cnv_0001").assignee_id == "ana"
    desk.passes(30, present=("ana",))
    assert (desk.of("cnv_0001").assignee_id, desk.of("cnv_0001").status) == (None, Status.OPEN)


def test_what_nobody_waits_for_is_put_aside_and_its_next_message_finds_somebody() -> None:
    desk = Desk()
    desk.chooses("ana", Intent.ONLINE)
    desk.opens("cnv_0001")
    desk.answered("cnv_0001")
    desk.chooses("ana", Intent.OFFLINE)
    desk.chooses("ben", Intent.ONLINE)
    desk.passes(GRACE + 15, present=("ben",))
    asleep = desk.of("cnv_0001")
    assert (asleep.status, asleep.snoozed_until, asleep.assignee_id) == (Status.SNOOZED, None, "ana")
    assert desk.used("ana") == 0
    desk.floor.change(asleep, replace(asleep, status=Status.OPEN, waiting_since=desk.now))
    desk.floor.routing.route("cnv_0001", desk.now)
    assert desk.of("cnv_0001").assignee_id == "ben"


@pytest.mark.parametrize("gone_seconds", [0, GRACE])
def test_mails_stay_their_agents_and_so_does_all_where_nobody_asks_for_it(gone_seconds: int) -> None:
    desk = Desk(gone_seconds)
    desk.chooses("ana", Intent.ONLINE)
    desk.opens("cnv_0001", "email" if gone_seconds else "web_chat")
    desk.chooses("ana", Intent.OFFLINE)
    desk.chooses("ben", Intent.ONLINE)
    desk.passes(3 * GRACE, present=("ben",))
    assert desk.of("cnv_0001").assignee_id == "ana"


def test_a_shift_that_is_over_lets_its_agent_finish_what_they_are_answering() -> None:
    desk = Desk(hours={"hrs_1": SHIFT_HOURS})
    for name in ("ana", "ben"):
        shift = {"ana": "hrs_1"}.get(name)
        known = desk.floor.workload(name)
        presence = replace(known.presence, hours_id=shift)
        desk.floor.store.put_workload(replace(known, presence=presence, version=known.version + 1), known.version, None)
    desk.chooses("ana", Intent.ONLINE)
    desk.opens("cnv_0001")
    desk.opens("cnv_0002")
    assert {desk.of(name).assignee_id for name in ("cnv_0001", "cnv_0002")} == {"ana"}
    desk.passes(50 * 60, present=("ana",))
    desk.answered("cnv_0002")
    desk.chooses("ben", Intent.ONLINE)
    desk.passes(10 * 60 + GRACE + 60, present=("ana", "ben"))
    # At eleven the shift was over: what had waited long went, what was being answered stayed.
    assert (desk.of("cnv_0001").assignee_id, desk.reason("cnv_0001")) == ("ben", "shift_over")
    assert (desk.of("cnv_0002").assignee_id, desk.of("cnv_0002").status) == ("ana", Status.OPEN)
    desk.passes(90 + 2 * GRACE + 60, present=("ben",))
    assert desk.of("cnv_0002").status is Status.SNOOZED


def test_a_shift_that_begins_brings_work_at_once() -> None:
    desk = Desk(hours={"hrs_1": replace(SHIFT_HOURS, weekly={day: ((10 * 60 + 5, 12 * 60),) for day in range(7)})})
    known = desk.floor.workload("ana")
    presence = replace(known.presence, hours_id="hrs_1")
    desk.floor.store.put_workload(replace(known, presence=presence, version=known.version + 1), known.version, None)
    desk.chooses("ana", Intent.ONLINE)
    desk.opens("cnv_0001")
    assert desk.of("cnv_0001").assignee_id is None
    desk.passes(4 * 60 + 45, present=("ana",))
    assert desk.of("cnv_0001").assignee_id is None
    desk.passes(30, present=("ana",))
    assert desk.of("cnv_0001").assignee_id == "ana"


DEEDS = st.lists(
    st.tuples(st.sampled_from(["online", "away", "offline", "opens", "answered", "time"]), st.integers(0, 2)),
    min_size=1,
    max_size=25,
)


@settings(max_examples=70, deadline=None)
@given(DEEDS)
def test_nobody_waits_for_long_for_somebody_who_is_gone(deeds: list[tuple[str, int]]) -> None:
    """Whatever agents do: at the end of the time, no customer of a live channel waits for an agent who is not there,
    and the units add up."""
    desk = Desk()
    made: list[str] = []
    present: set[str] = set()
    for deed, number in deeds:
        agent = ("ana", "ben")[number % 2]
        if deed in ("online", "away", "offline"):
            desk.chooses(agent, Intent(deed))
            present = present - {agent} if deed == "offline" else present | {agent}
        elif deed == "opens":
            made.append(f"cnv_{len(made):04d}")
            desk.opens(made[-1], CHANNELS[number])
        elif deed == "answered" and made:
            desk.answered(made[number % len(made)])
        else:
            desk.passes(60 * (number + 1), tuple(sorted(present)))
    desk.passes(90 + GRACE + 30, tuple(sorted(present)))
    _check(desk, made)


def _check(desk: Desk, made: list[str]) -> None:
    held: dict[str, int] = {}
    for name in made:
        found = desk.of(name)
        owner: Any = found.assignee_id
        if owner is not None and found.status in HOLDING:
            held[owner] = held.get(owner, 0) + found.weight
            presence = desk.floor.workload(owner).presence
            is_there = presence.intent in (Intent.ONLINE, Intent.BUSY) and presence.is_connected(desk.now)
            assert is_there or found.channel == "email", f"{name} is held by {owner}, who is gone"
    for agent in ("ana", "ben"):
        assert desk.used(agent) == held.get(agent, 0)
