"""Early warnings: told once for each time that something begins to go wrong, to who is concerned, and once when it is
over; whatever comes twice, stops half way or is done by two at once."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bench.floor_day import KINDS, lived, scored
from chalicelib.aws.changes import announcements
from chalicelib.aws.codec_promise import promise_item
from chalicelib.aws.stores.floor import FloorRows, FloorStore
from chalicelib.aws.stores.warnings import WarningStore
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.floor import Floor, FloorAgent, FloorQueue
from chalicelib.domain.notice import NoticeKind
from chalicelib.domain.notice_facts import fact_of
from chalicelib.domain.promise import Promise, PromiseKind, PromiseState
from chalicelib.domain.rollup import Cell, Grain, Group, Grouping
from chalicelib.domain.warning import Tell
from chalicelib.domain.warning_policy import WarningPolicy
from chalicelib.domain.writes import Recorded
from chalicelib.services.early_warning import EarlyWarning, concerned
from chalicelib.services.floor_timers import ALL, WATCH
from chalicelib.services.numbers_ports import Standing
from chalicelib.services.warning_history import History
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.test_routing import INDEXES
from tests.services.watched import Kept, fresh

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SUE, TOM, ADA, ANA = (
    Agent("agt_sue", "Sue", "", Role.SUPERVISOR, START, ("team_1",)),
    Agent("agt_tom", "Tom", "", Role.SUPERVISOR, START, ("team_2",)),
    Agent("agt_ada", "Ada", "", Role.ADMIN, START),
    Agent("agt_ana", "Ana", "", Role.AGENT, START, ("team_1",)),
)


def free(name: str, teams: tuple[str, ...], units: int) -> FloorAgent:
    return FloorAgent(name, name.title(), teams, "online", True, True, True, "online", 10, 0, 0, units)


class Rolled:
    """Roll-ups: what was counted in which hour, by grouping, group and kind."""

    def __init__(self) -> None:
        self.cells: dict[tuple[Grouping, datetime, str, str], Cell] = {}
        self.as_of: datetime | None = None
        self.readings = 0

    def standing(self) -> Standing | None:
        return Standing(self.as_of, "Europe/Berlin") if self.as_of else None

    def settled(self) -> datetime | None:
        return self.as_of

    def read(
        self,
        grain: Grain,
        grouping: Grouping,
        group: Group | None,
        first: date,
        last: date,
        kinds: Collection[str] | None = None,
        standing: Standing | None = None,
    ) -> Mapping[tuple[str, Group], Mapping[str, Cell]]:
        assert (grain, group) == (Grain.HOUR, None) and kinds
        self.readings += 1
        found: dict[tuple[str, Group], dict[str, Cell]] = {}
        for (by, hour, name, kind), cell in self.cells.items():
            if by == grouping and kind in kinds and first <= hour.date() <= last:
                found.setdefault((f"{hour:%Y-%m-%dT%H:%MZ}", (name,)), {})[kind] = cell
        return found


class Watcher:
    """A desk that is watched each minute."""

    def __init__(self) -> None:
        self.table, live = MemoryTable(INDEXES), MemoryTable()
        client = MemoryDynamoDB({"desk": self.table, "live": live})
        self.raw = Desk(client, "desk")
        self.store, self.memory = WarningStore(self.raw), FloorStore(Desk(client, "live"))
        self.timers, self.rolled = Kept(), Rolled()
        self.policy = WarningPolicy()
        self.now = START
        self.depth, self.gone, self.joining = 0, 0, 0.0
        self.agents: tuple[FloorAgent, ...] = ()
        self.made = EarlyWarning(
            lambda now: self.floor(),
            self.store,
            self.memory,
            FloorRows(self.raw),
            History(self.rolled, fresh),
            lambda: self.policy,
            lambda: [SUE, TOM, ADA, ANA],
            self.timers,
        )

    def floor(self) -> Floor:
        oldest = self.now - timedelta(minutes=1) if self.depth else None
        queue = FloorQueue(
            "team_1", "Chat", self.depth, False, oldest, 4, 0, {"last_15": self.joining}, taken_today=self.gone
        )
        return Floor(self.now, (queue, FloorQueue("team_2", "Mail")), self.agents)

    def minute(self, made: EarlyWarning | None = None) -> None:
        (made or self.made).due(ALL, 0, self.now)
        self.now += timedelta(minutes=1)
        self.gone += 2

    def overloaded(self, minutes: int) -> None:
        self.depth, self.joining = 8, 4.0
        for _ in range(minutes):
            self.minute()

    def calm(self, minutes: int) -> None:
        self.depth, self.joining = 0, 0.0
        for _ in range(minutes):
            self.minute()

    def told(self) -> list[tuple[str, str]]:
        return [(event["type"], event["data"]["rule"]) for event in self.events()]

    def events(self) -> list[Mapping[str, Any]]:
        return [event for record in self.table.stream for event in announcements(record)]

    def promise(self, number: int, minutes: float, team: str | None = "team_1") -> None:
        from tests.services.test_routing import Floor as Born

        name = f"cnv_{number}"
        born = Born()
        born.born(name, team=team)
        self.table.items |= born.table.items
        due = self.now + timedelta(minutes=minutes)
        made = Promise(f"prm_{number}", name, PromiseKind.AGENT, "I call you", self.now, due, SYSTEM)
        self.raw.write(Put(promise_item(made, Recorded((), SYSTEM, self.now)), None))


@pytest.fixture
def desk() -> Watcher:
    return Watcher()


def test_an_overload_is_told_once_and_its_end_once(desk: Watcher) -> None:
    desk.calm(10)
    assert desk.told() == []
    desk.overloaded(20)
    assert desk.told() == [("floor.warning", "queue_wait")]

    desk.calm(20)
    assert desk.told() == [("floor.warning", "queue_wait"), ("floor.warning_ended", "queue_wait")]
    desk.overloaded(10)
    assert desk.told()[2:] == [("floor.warning", "queue_wait")]
    (warned,) = desk.store.list(10).items
    assert (warned.epoch, warned.stands) == (2, True)


def test_a_warning_says_what_it_is_about_and_what_would_help(desk: Watcher) -> None:
    desk.agents = (free("eva", ("team_2",), 6), free("kim", ("team_1",), 9), free("lee", ("team_2",), 3))
    desk.calm(10)
    desk.overloaded(3)

    (event,) = desk.events()
    data, numbers = event["data"], event["snapshot"]["numbers"]
    assert data["said"] == "Chat: waits of more than 5 min in about 1 min; 8 wait, 4.0 join and 2.0 are taken a minute."
    assert data["action"] == "Lend Eva (6 units free), Lee (3 units free) to Chat."
    assert data["lend"] == ["eva", "lee"]
    assert data["agent_ids"] == ["agt_ada", "agt_sue"]
    assert (numbers["depth"], numbers["minutes_left"], numbers["agents_needed"]) == (8, 1.0, 4)
    assert event["aggregate"]["kind"] == "warning"


def test_supervisors_get_a_notice(desk: Watcher) -> None:
    desk.calm(10)
    desk.overloaded(3)
    desk.calm(10)

    facts = [fact_of(event) for event in desk.events()]

    assert [fact.kind for fact in facts if fact] == [NoticeKind.FLOOR_WARNING, NoticeKind.FLOOR_CALM]
    assert all(fact.agent_ids == ("agt_ada", "agt_sue") for fact in facts if fact)
    assert facts[0] is not None
    assert facts[0].about["said"].startswith("Chat: waits")


def test_a_short_wave_is_not_told(desk: Watcher) -> None:
    desk.calm(10)
    for _ in range(4):
        desk.overloaded(1)
        desk.calm(3)
    assert desk.told() == []


def test_a_call_that_comes_twice_in_a_minute_does_nothing(desk: Watcher) -> None:
    desk.calm(10)
    desk.overloaded(1)
    set_before = len(desk.timers.all)
    desk.made.due(ALL, 0, desk.now - timedelta(seconds=10))
    assert len(desk.timers.all) == set_before


@pytest.mark.parametrize("lost_after", range(4))
def test_a_look_that_stops_half_way_is_made_up_for(desk: Watcher, lost_after: int) -> None:
    desk.calm(10)
    desk.depth, desk.joining = 8, 4.0

    class Failing:
        """Forgets everything a few times: what was told was told."""

        left = lost_after

        def watched(self) -> Any:
            return desk.memory.watched()

        def watch(self, known: Any, version: int, now: datetime) -> bool:
            if self.left and "queue_wait/team_1" in known["marks"]:
                self.left -= 1
                raise StoreUnavailable("lost")
            return desk.memory.watch(known, version, now)

    failing = Failing()
    made = replace(desk.made, memory=failing)
    for _ in range(8):
        try:
            desk.minute(made)
        except StoreUnavailable:
            desk.now += timedelta(minutes=1)
            desk.gone += 2
    assert desk.told() == [("floor.warning", "queue_wait")]


def test_what_was_known_and_lost_brings_no_second_warning(desk: Watcher) -> None:
    desk.calm(10)
    desk.overloaded(5)
    desk.memory._live._client.tables["live"].items.clear()
    desk.overloaded(10)
    assert desk.told() == [("floor.warning", "queue_wait")]
    desk.calm(8)
    assert len(desk.told()) == 2


def test_two_who_look_at_once_tell_it_once(desk: Watcher) -> None:
    desk.calm(10)
    desk.overloaded(1)
    late = desk.memory.watched()

    class Behind:
        def watched(self) -> Any:
            return late

        def watch(self, known: Any, version: int, now: datetime) -> bool:
            return desk.memory.watch(known, version, now)

    now = desk.now
    desk.made.due(ALL, 0, now)
    replace(desk.made, memory=Behind()).due(ALL, 0, now)
    assert desk.told() == [("floor.warning", "queue_wait")]


def test_it_looks_each_minute_while_anything_waits_and_rests_where_nothing_does(desk: Watcher) -> None:
    desk.calm(1)
    assert desk.timers.all == []
    desk.overloaded(1)
    assert desk.timers.all == [(WATCH, ALL, int(desk.now.timestamp()) // 60, desk.now)]


def test_promises_that_are_due_together_are_told(desk: Watcher) -> None:
    for number in range(5):
        desk.promise(number, 3 + number)
    desk.promise(7, 40)
    desk.promise(8, 4, team=None)

    desk.minute()

    (event,) = desk.events()
    assert (event["data"]["rule"], event["data"]["team_id"]) == ("promises", "team_1")
    assert event["data"]["said"] == "Chat: 5 promises are due within 15 min, the first at 09:03 UTC."
    assert event["snapshot"]["numbers"]["first_at"] == desk.now.replace(hour=9, minute=3, second=0).timestamp()


def test_a_promise_that_is_kept_is_not_due_any_more(desk: Watcher) -> None:
    desk.promise(1, 3)
    rows = FloorRows(desk.raw)
    until = desk.now + timedelta(hours=1)
    assert rows.due_promises(desk.now, until, 10) == ([("cnv_1", desk.now + timedelta(minutes=3))], False)

    due = desk.now + timedelta(minutes=3)
    kept = Promise("prm_1", "cnv_1", PromiseKind.AGENT, "", desk.now, due, SYSTEM, state=PromiseState.KEPT)
    desk.raw.write(Put(promise_item(kept, Recorded((), SYSTEM, desk.now)), None))
    assert rows.due_promises(desk.now, until, 10) == ([], False)


def test_a_rule_that_is_off_finds_nothing(desk: Watcher) -> None:
    off = replace(desk.policy.queue_wait, enabled=False)
    desk.policy = replace(desk.policy, queue_wait=off)
    desk.calm(5)
    desk.overloaded(10)
    assert desk.told() == []


def test_who_is_told() -> None:
    agents = [SUE, TOM, ADA, ANA, replace(SUE, id="agt_off", enabled=False)]
    assert concerned(agents, "team_1", Tell.SUPERVISORS) == ("agt_ada", "agt_sue")
    assert concerned(agents, None, Tell.SUPERVISORS) == ("agt_ada", "agt_sue", "agt_tom")
    assert concerned(agents, "team_2", Tell.ADMINS) == ("agt_ada",)
    assert concerned(agents, "team_2", Tell.NOBODY) == ()


def test_on_generated_days_overloads_are_told_before_anybody_waits_too_long() -> None:
    quiet, surge = (kind for kind in KINDS if kind.seats == 30 and kind.load == 0.75 and kind.left == 1.0)

    ordinary = scored([lived(seed, quiet) for seed in range(4)])
    overloaded = scored([lived(seed, surge) for seed in range(4)])

    assert (ordinary.told, ordinary.episodes) == (0, 0)
    assert overloaded.episodes == overloaded.before == 4
    assert overloaded.for_nothing == 0
    assert min(overloaded.leads) >= 3
