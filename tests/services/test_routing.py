"""Routing over the real store: whatever happens in whatever order, nobody holds more than they can, nothing has two
owners, nothing is lost, and nothing waits while somebody could take it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.aws import keys
from chalicelib.aws.codec import from_attributes
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.inbound import InboundStore
from chalicelib.aws.stores.offers import OfferStore
from chalicelib.aws.stores.routing import RoutingStore
from chalicelib.aws.stores.writes import put_conversation
from chalicelib.aws.transaction import Desk
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.capacity import Capacity, free_units, held, weight_of
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.entitlements import EntitlementRule
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.events import ConversationStatusChanged
from chalicelib.domain.presence import Intent, Presence
from chalicelib.domain.queue import QueueEntry, may_wait, work_of
from chalicelib.domain.routing import decide
from chalicelib.domain.routing_policy import RouteRule, RoutingPolicy
from chalicelib.domain.routing_values import FALLBACK, Outcome
from chalicelib.domain.skills import Step
from chalicelib.domain.snapshots import conversation_snapshot, conversation_told
from chalicelib.domain.transitions import change_status, reopened
from chalicelib.domain.workload import Workload, candidate
from chalicelib.domain.writes import ConversationChange, Recorded, Written
from chalicelib.services.arrivals import Arrivals
from chalicelib.services.offers import Offers
from chalicelib.services.routing import Routing
from chalicelib.services.rule_facts import RuleFacts
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

START = datetime(2026, 8, 1, 10, tzinfo=UTC)
TEAMS = ("team_1", "team_2")
INDEXES: Mapping[str, Mapping[str, Any]] = {
    "by_kind": {"keys": ("kind_key", "kind_sort"), "shown": ["row", "version"]},
    "by_owner": {"keys": ("owner_key", "view_key"), "shown": ["row", "version"]},
}


class Rules:
    def __init__(self) -> None:
        german = RouteRule(
            "German",
            {"field": "contact.language", "is": "de"},
            skills={"lang:de": 3},
            steps=(Step(60, {"lang:de": 0}),),
        )
        overflow = RouteRule("Help", {"field": "team_id", "is": "team_1"}, steps=(Step(120, {}, "team_2"),))
        self.now = RoutingPolicy(routes=(german, overflow), sticky_seconds=45, version=7)
        self.entitlements: tuple[EntitlementRule, ...] = ()

    def policy(self) -> RoutingPolicy:
        return self.now

    def team_ids(self, wanted: str | None = None) -> frozenset[str]:
        return frozenset(TEAMS)

    def hours(self, hours_id: str) -> BusinessHours | None:
        return None


class People:
    def get(self, contact_id: str) -> Contact | None:
        locale = "de-DE" if contact_id.endswith("de") else "en-GB"
        return Contact(contact_id, START, START, name="Bob", locale=locale)


class Clock:
    def __init__(self) -> None:
        self.set_for: list[tuple[datetime, str, int]] = []

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        self.set_for.append((due_at, subject, epoch))


class Floor:
    """Routing over a store in memory."""

    def __init__(self) -> None:
        self.table = MemoryTable(INDEXES)
        self.client = MemoryDynamoDB({"desk": self.table})
        desk = Desk(self.client, "desk")
        self.desk, self.store, self.inbound = DeskStore(desk), RoutingStore(desk), InboundStore(desk)
        self.raw = desk
        self.timers = Clock()
        self.rules = Rules()
        self.offers = Offers(OfferStore(desk), self.store, self.rules, self.timers)
        self.facts = RuleFacts(People(), lambda: self.rules.entitlements)
        self.routing = Routing(self.store, self.rules, self.facts, self.timers, self.offers)
        self.now = START

    def agent(self, name: str, units: int, teams: tuple[str, ...], skills: dict[str, int]) -> None:
        presence = Presence(Intent.OFFLINE)
        made = Workload(name, name.capitalize(), teams, presence, Capacity(units, min(1, units - 1)), skills)
        assert self.store.put_workload(made, 0, None) is Written.DONE

    def choose(self, name: str, intent: Intent) -> None:
        known = self.workload(name)
        presence = replace(known.presence, intent=intent, connected_until=self.now + timedelta(days=9))
        changed = replace(known, presence=presence, version=known.version + 1)
        assert self.store.put_workload(changed, known.version, None) is Written.DONE
        self.routing.pull(name, self.now)

    def workload(self, name: str) -> Workload:
        found = self.store.workload(name)
        assert found is not None
        return found

    def opens(self, name: str, *, channel: str = "whatsapp", team: str | None = "team_1", german: bool = False) -> None:
        self.born(name, channel=channel, team=team, german=german)
        Arrivals(self.routing).arrive(self.as_told(name), self.now)

    def as_told(self, name: str) -> Conversation:
        """As the event of its newest version tells it."""
        found = self.conversation(name)
        return conversation_told(conversation_snapshot(found), found.version)

    def born(self, name: str, *, channel: str = "whatsapp", team: str | None = "team_1", german: bool = False) -> None:
        """A new conversation that nobody has looked at."""
        born = Conversation(
            id=name,
            contact_id=f"con_{'de' if german else 'en'}",
            contact_name="Bob",
            inbox_id="ibx_1",
            channel=channel,
            active_leg_id="leg_1",
            opened_at=self.now,
            status_changed_at=self.now,
            last_activity_at=self.now,
            view_at=self.now,
            created_at=self.now,
            team_id=team,
            waiting_since=self.now,
        )
        self.raw.transact([put_conversation(None, born, Recorded((), SYSTEM, self.now))])

    def conversation(self, name: str) -> Conversation:
        found = self.store.conversation(name)
        assert found is not None
        return found

    def change(self, before: Conversation, after: Conversation) -> Written:
        event = ConversationStatusChanged(
            previous=before.status.value, status=after.status.value, episode=after.episode, reason="agent"
        )
        recorded = Recorded((event,), SYSTEM, self.now)
        return self.desk.change(ConversationChange(before, replace(after, version=before.version + 1), recorded))

    def moves(self, name: str, status: Status) -> None:
        """As its agent, or a customer, moves it; then the triggers that follow."""
        before = self.conversation(name)
        if before.status is status:
            return
        until = self.now + timedelta(hours=1) if status is Status.SNOOZED else None
        if status is Status.OPEN and before.status is not Status.PENDING:
            after = replace(reopened(before, self.now), waiting_since=self.now)
        else:
            after = change_status(before, status, self.now, snoozed_until=until)
        assert self.change(before, after) is Written.DONE
        self.routing.route(name, self.now)
        if before.assignee_id is not None:
            self.routing.pull(before.assignee_id, self.now)

    def passes(self, seconds: int) -> None:
        end = self.now + timedelta(seconds=seconds)
        while due := sorted(each for each in self.timers.set_for if each[0] <= end):
            at, subject, epoch = due[0]
            self.timers.set_for.remove(due[0])
            self.now = max(self.now, at)
            self.routing.relax(subject, epoch, self.now)
        self.now = end

    def conversations(self) -> list[Conversation]:
        heads = (item for key, item in self.table.items.items() if key[0].startswith("CNV#") and key[1] == keys.HEAD)
        return [conversation_from(from_attributes(item)) for item in heads]

    def workloads(self) -> list[Workload]:
        names = [key[0].removeprefix("AGT#") for key in self.table.items if key[1] == keys.WORKLOAD]
        return [self.workload(name) for name in names]

    def waiting(self) -> list[QueueEntry]:
        return [entry for team in (*TEAMS, FALLBACK) for entry in self.store.queue(team, 1000).items]


AGENTS = ("ana", "ben", "cho", "dov")


class Floors(RuleBasedStateMachine):
    """A floor on which anything may happen, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = Floor()
        self.count = 0

    @initialize(units=st.lists(st.integers(2, 6), min_size=4, max_size=4))
    def staff(self, units: list[int]) -> None:
        teams = (("team_1",), ("team_1", "team_2"), ("team_2",), ())
        for name, size, of in zip(AGENTS, units, teams, strict=True):
            self.floor.agent(name, size, of, {"lang:de": 4} if name in ("ben", "cho") else {})

    @rule(name=st.sampled_from(AGENTS), intent=st.sampled_from(Intent))
    def chooses(self, name: str, intent: Intent) -> None:
        self.floor.choose(name, intent)

    @rule(
        channel=st.sampled_from(("web_chat", "whatsapp", "email")),
        team=st.sampled_from((*TEAMS, None, "team_unknown")),
        german=st.booleans(),
    )
    def opens(self, channel: str, team: str | None, german: bool) -> None:
        self.count += 1
        self.floor.opens(f"cnv_{self.count:04d}", channel=channel, team=team, german=german)

    @precondition(lambda self: self.count > 0)
    @rule(which=st.integers(0, 100), status=st.sampled_from(Status))
    def moves(self, which: int, status: Status) -> None:
        self.floor.moves(f"cnv_{which % self.count + 1:04d}", status)

    @precondition(lambda self: self.count > 0)
    @rule(which=st.integers(0, 100))
    def comes_twice(self, which: int) -> None:
        """Every trigger may be repeated."""
        self.floor.routing.route(f"cnv_{which % self.count + 1:04d}", self.floor.now)

    @precondition(lambda self: self.count > 0)
    @rule(which=st.integers(0, 100))
    def goes_back(self, which: int) -> None:
        conversation = self.floor.conversation(f"cnv_{which % self.count + 1:04d}")
        if conversation.assignee_id is None or conversation.status is not Status.OPEN:
            return
        by = conversation.assignee_id
        self.floor.routing.give_back(conversation, "no_reply", self.floor.now, declined_by=by)
        self.floor.routing.route(conversation.id, self.floor.now)
        self.floor.routing.pull(by, self.floor.now)

    @rule(seconds=st.integers(1, 90))
    def time_passes(self, seconds: int) -> None:
        self.floor.passes(seconds)

    @invariant()
    def all_is_well(self) -> None:
        """Reads the floor once for all that has to hold on it."""
        conversations, workloads = self.floor.conversations(), self.floor.workloads()
        waiting = self.floor.waiting()
        self.units_are_what_is_held(conversations, workloads)
        self.what_waits_is_in_one_queue_and_nothing_else_is(conversations, waiting)
        self.nothing_waits_while_somebody_could_take_it(workloads, waiting)

    def units_are_what_is_held(self, conversations: list[Conversation], workloads: list[Workload]) -> None:
        sums: dict[str, int] = {}
        for conversation in conversations:
            holding = held(conversation)
            if holding is not None:
                sums[holding[0]] = sums.get(holding[0], 0) + holding[1]
        for workload in workloads:
            assert workload.used == sums.get(workload.agent_id, 0)
            assert workload.used <= workload.capacity.units

    def what_waits_is_in_one_queue_and_nothing_else_is(
        self, conversations: list[Conversation], waiting: list[QueueEntry]
    ) -> None:
        queued = sorted(entry.conversation_id for entry in waiting)
        assert queued == sorted(each.id for each in conversations if may_wait(each))

    def nothing_waits_while_somebody_could_take_it(self, workloads: list[Workload], waiting: list[QueueEntry]) -> None:
        now = self.floor.now
        agents = [candidate(workload, now) for workload in workloads]
        for entry in waiting:
            # What becomes due this very moment has its timer.
            if any(at <= now for at, subject, _ in self.floor.timers.set_for if subject == entry.conversation_id):
                continue
            decision = decide(work_of(entry, now), agents, now)
            assert decision.outcome is Outcome.WAITING, decision.sentence


Floors.TestCase.settings = settings(max_examples=100, stateful_step_count=25, deadline=None, phases=[Phase.generate])
TestFloors = Floors.TestCase


def floor(*agents: str, units: int = 6) -> Floor:
    made = Floor()
    for name in agents:
        made.agent(name, units, ("team_1",), {})
        made.choose(name, Intent.ONLINE)
    return made


def test_a_conversation_goes_to_the_agent_with_most_room_at_once() -> None:
    here = floor("ana", "ben")
    here.opens("cnv_0001", channel="web_chat")
    here.opens("cnv_0002")
    owners = {here.conversation(name).assignee_id for name in ("cnv_0001", "cnv_0002")}
    assert owners == {"ana", "ben"}
    (decision,) = here.store.decisions("cnv_0002", 10)
    assert decision.sentence.endswith("the most of 2 who could take it.")
    assert decision.rules_version == 7


def test_what_waits_is_given_when_somebody_comes_and_the_oldest_first() -> None:
    here = floor()
    here.agent("ana", 5, ("team_1",), {})
    for number in range(1, 4):
        here.opens(f"cnv_{number:04d}")
        here.passes(5)
    assert [entry.conversation_id for entry in here.store.queue("team_1", 10).items] == [
        "cnv_0001",
        "cnv_0002",
        "cnv_0003",
    ]
    here.choose("ana", Intent.ONLINE)
    # Five units less one in reserve: two conversations of two.
    assert [here.conversation(f"cnv_{number:04d}").assignee_id for number in range(1, 4)] == ["ana", "ana", None]


def test_skills_are_asked_for_less_and_less() -> None:
    here = floor("ana")
    here.opens("cnv_0001", german=True)
    assert here.conversation("cnv_0001").assignee_id is None
    assert here.store.decisions("cnv_0001", 1)[0].sentence == "It waits: 1 without the skills."
    here.passes(59)
    assert here.conversation("cnv_0001").assignee_id is None
    here.passes(2)
    assert here.conversation("cnv_0001").assignee_id == "ana"
    assert "after asking for less of lang:de" in here.store.decisions("cnv_0001", 1)[0].sentence


def test_a_returning_customer_finds_the_same_agent_by_the_reserve() -> None:
    here = floor("ana", "ben", units=5)
    here.opens("cnv_0001")
    own = here.conversation("cnv_0001").assignee_id
    assert own is not None
    here.moves("cnv_0001", Status.RESOLVED)
    assert here.workload(own).used == 0
    here.moves("cnv_0001", Status.OPEN)
    assert here.conversation("cnv_0001").assignee_id == own
    assert here.workload(own).used == weight_of("whatsapp")
    assert free_units(here.workload(own).capacity, here.workload(own).used) == 2


def test_a_returning_customer_waits_for_a_busy_agent_only_so_long() -> None:
    here = floor("ana", units=3)
    here.opens("cnv_0001")
    here.moves("cnv_0001", Status.RESOLVED)
    here.opens("cnv_0002")
    assert here.conversation("cnv_0002").assignee_id == "ana"
    here.agent("ben", 6, ("team_1",), {})
    here.choose("ben", Intent.ONLINE)
    here.moves("cnv_0001", Status.OPEN)
    assert here.conversation("cnv_0001").assignee_id is None
    assert (
        here.store.decisions("cnv_0001", 1)[0].sentence == "It waits for Ana, who knows the customer and is busy now."
    )
    here.passes(44)
    assert here.conversation("cnv_0001").assignee_id is None
    here.passes(2)
    assert here.conversation("cnv_0001").assignee_id == "ben"


def test_nobody_is_asked_twice_who_did_not_take_it() -> None:
    here = floor("ana", "ben")
    here.opens("cnv_0001")
    first = here.conversation("cnv_0001")
    here.routing.give_back(first, "no_reply", here.now, declined_by=first.assignee_id)
    here.routing.route("cnv_0001", here.now)
    second = here.conversation("cnv_0001")
    assert {first.assignee_id, second.assignee_id} == {"ana", "ben"}
    entry = here.store.entry("cnv_0001")
    assert entry is not None
    assert (entry.reason, entry.epoch, entry.waiting_since) == ("no_reply", 2, START)


def test_an_unknown_team_is_the_fallbacks() -> None:
    here = floor()
    here.opens("cnv_0001", team="team_gone")
    (entry,) = here.store.queue(FALLBACK, 10).items
    assert entry.reason == "unknown team team_gone"
    here.agent("ana", 6, (), {})
    here.choose("ana", Intent.ONLINE)
    assert here.conversation("cnv_0001").assignee_id == "ana"
