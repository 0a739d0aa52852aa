"""Escalation and taking over, over the real store: nothing is lost or held twice, by hand, by itself, in any order."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.aws.codec import from_attributes
from chalicelib.aws.codec_message import note_from
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.capacity import ChannelClass, class_now, class_of, held, weight_in
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.errors import InvalidInput, Refusal, StoreUnavailable, TransitionRefused
from chalicelib.domain.escalation import EscalationRefused, Path, Tier, standing, waiting_epoch
from chalicelib.domain.note import Note
from chalicelib.domain.presence import Intent
from chalicelib.domain.queue import may_wait
from chalicelib.services import assignment
from chalicelib.services.escalation import BREACHED, ESCALATE, NO_ANSWER, Escalating, Watching, Wish
from chalicelib.services.takeover import TakeOver, taken_now
from tests.services.test_routing import START, Floor

ANA = Principal("agent", "ana", "Ana", Role.AGENT)
SUE = Principal("agent", "sue", "Sue", Role.SUPERVISOR)
BOT = Principal("api", "key_bot", "Bot", Role.AGENT)
NAME = "cnv_0001"
MINUTE = timedelta(minutes=1)
PATH = Path(
    "Orders",
    (
        Tier("First line", "team_1", reply_seconds=600),
        Tier("Experts", "team_2", {"orders": 3}),
        Tier("Ticket", ticket=True),
    ),
    after_breach=True,
)


@dataclass
class Kept:
    """Timers that are only written down."""

    all: list[tuple[str, str, int, datetime]] = field(default_factory=list)

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        self.all.append((kind, subject, epoch, due_at))


class Place:
    """Ana in the first line, Eve among the experts, and one conversation, which Ana was given."""

    def __init__(self, *paths: Path) -> None:
        self.floor = Floor()
        self.paths = list(paths or (PATH,))
        self.timers = Kept()
        self.routing = replace(self.floor.routing, timers=self.timers)
        self.escalating = Escalating(self.floor.desk, self.routing, lambda: self.paths)
        self.take_over = TakeOver(self.floor.desk, self.routing)
        for name, team, skills in (("ana", "team_1", {}), ("eve", "team_2", {"orders": 4}), ("sue", "team_9", {})):
            self.floor.agent(name, 6, (team,), skills)
        for name in ("ana", "eve"):
            self.floor.choose(name, Intent.ONLINE)
        self.floor.opens(NAME)

    def found(self) -> Conversation:
        return self.floor.conversation(NAME)

    def up(self, by: Principal = ANA, note: str = "Lost in Kowloon.", tier: str | None = None) -> Conversation:
        return self.escalating.escalate(by, NAME, Wish("Too hard", note, tier), self.floor.now)

    def down(self) -> Conversation:
        return self.escalating.de_escalate(ANA, NAME, Wish("Easy after all"), self.floor.now)

    def routed(self) -> Conversation:
        self.floor.routing.route(NAME, self.floor.now)
        return self.found()

    def notes(self, name: str = NAME) -> list[Note]:
        items = [item for key, item in sorted(self.floor.table.items.items()) if key[1].startswith("N#")]
        items = [item for item in items if item["pk"]["S"].endswith(name)]
        return [note_from(from_attributes(item)) for item in items]

    def becomes(self, **changes: Any) -> None:
        found = self.found()
        self.floor.change(found, replace(found, **changes))

    def breach(self, at: datetime, episode: int = 1) -> None:
        data = {"conversation_id": NAME, "clock": "first_response", "breached_at": at.isoformat()}
        self.escalating.react({"type": "sla.breached", "data": data, "snapshot": {"episode": episode}}, self.floor.now)


def test_it_goes_to_who_knows_and_its_agent_has_room_again() -> None:
    here = Place()
    assert here.found().assignee_id == "ana"
    after = here.up()
    assert (after.assignee_id, after.team_id, after.weight) == (None, "team_2", 0)
    assert here.found() == replace(after, taken=None)
    assert here.floor.workload("ana").used == 0
    entry = here.floor.store.entry(NAME)
    assert entry is not None and entry.waits
    assert (entry.team_id, entry.requirements.required, entry.declined) == ("team_2", {"orders": 3}, ("ana",))
    # It has waited since the customer wrote, not since it was escalated.
    assert entry.waiting_since == START
    assert here.routed().assignee_id == "eve"
    line, note = here.notes() if here.notes()[0].kind == "activity" else reversed(here.notes())
    assert (note.text, note.facts) == ("Lost in Kowloon.", {"handover": True})
    assert line.facts["type"] == "conversation.escalated"
    assert [line.facts[name] for name in ("tier", "previous_tier", "reason")] == ["Experts", "First line", "Too hard"]
    assert (line.facts["previous_assignee_id"], line.author_id) == ("ana", "ana")


def test_the_experts_who_lack_the_skill_are_not_asked() -> None:
    here = Place()
    here.floor.agent("max", 6, ("team_2",), {"orders": 2})
    here.floor.choose("max", Intent.ONLINE)
    here.floor.choose("eve", Intent.AWAY)
    here.up()
    assert here.routed().assignee_id is None


def test_a_returned_case_still_asks_for_what_its_tier_asks() -> None:
    here = Place()
    here.up()
    here.routed()
    here.floor.routing.give_back(here.found(), "no_reply", here.floor.now, declined_by="eve")
    entry = here.floor.store.entry(NAME)
    assert entry is not None
    assert (entry.team_id, entry.requirements.required) == ("team_2", {"orders": 3})


def test_a_ticket_weighs_little_and_what_leaves_it_as_before() -> None:
    here = Place()
    here.floor.agent("tim", 6, ("team_2",), {"orders": 5})
    here.floor.opens("cnv_0002", channel="web_chat")
    live = here.floor.conversation("cnv_0002")
    assert live.weight == weight_in(ChannelClass.LIVE)
    here.escalating.escalate(ANA, "cnv_0002", Wish("r", "n", "Ticket"), here.floor.now)
    here.floor.choose("ana", Intent.AWAY)
    assert here.floor.conversation("cnv_0002").assignee_id is None
    # The ticket's tier has no team of its own: it stays with the first line's.
    wish = assignment.Wish("tim", "team_1")
    ticket = assignment.assign(here.floor.desk, ANA, "cnv_0002", wish, here.floor.now)
    assert ticket.weight == weight_in(ChannelClass.ASYNCHRONOUS) == here.floor.workload("tim").used
    here.escalating.de_escalate(ANA, "cnv_0002", Wish("Chats again"), here.floor.now)
    back = assignment.assign(here.floor.desk, ANA, "cnv_0002", assignment.Wish("tim", "team_2"), here.floor.now)
    assert back.weight == weight_in(ChannelClass.LIVE) == here.floor.workload("tim").used


def test_back_it_goes_to_who_had_handed_it_up() -> None:
    here = Place()
    here.floor.agent("abe", 20, ("team_1",), {})
    here.up()
    here.routed()
    here.floor.choose("abe", Intent.ONLINE)
    assert here.down().team_id == "team_1"
    entry = here.floor.store.entry(NAME)
    assert entry is not None and entry.sticky_id == "ana"
    assert here.routed().assignee_id == "ana"
    tier = standing(here.found())
    assert tier is not None and (tier.tier, tier.left_by) == ("First line", "eve")


def test_the_last_tier_is_the_last_and_the_first_the_first() -> None:
    here = Place()
    with pytest.raises(EscalationRefused):
        here.down()
    here.up()
    here.up(tier="Ticket")
    before = here.found()
    with pytest.raises(EscalationRefused) as refused:
        here.up()
    assert "last tier" in refused.value.detail
    assert here.found() == before


@pytest.mark.parametrize(
    ("wish", "named"),
    [
        (Wish("", "n"), "reason"),
        (Wish("x" * 121, "n"), "reason"),
        (Wish("r", " "), "note"),
        (Wish("r", "n" * 10_001), "note"),
    ],
)
def test_a_person_gives_a_reason_and_a_note(wish: Wish, named: str) -> None:
    here = Place()
    with pytest.raises(InvalidInput) as refused:
        here.escalating.escalate(ANA, NAME, wish, here.floor.now)
    assert refused.value.field == named


def test_without_a_path_people_are_told_so() -> None:
    here = Place(replace(PATH, condition={"field": "channel", "is": "email"}))
    with pytest.raises(EscalationRefused) as refused:
        here.up()
    assert "No escalation path" in refused.value.detail


# Machines.


def test_a_bots_hand_over_begins_at_the_first_tier() -> None:
    here = Place()
    here.floor.choose("ana", Intent.AWAY)
    here.floor.opens("cnv_0002")
    after = here.escalating.escalate(BOT, "cnv_0002", Wish("Wants a person"), here.floor.now)
    tier = standing(after)
    assert tier is not None and (tier.tier, tier.place, after.team_id) == ("First line", 0, "team_1")


@pytest.mark.parametrize(
    ("paths", "tier", "because"),
    [([], None, "no escalation path"), ([PATH], "Wizards", "unknown tier Wizards")],
)
def test_a_bot_that_names_nobody_reaches_everybody(paths: list[Path], tier: str | None, because: str) -> None:
    here = Place()
    here.paths = paths
    here.floor.choose("ana", Intent.AWAY)
    here.floor.opens("cnv_0002")
    after = here.escalating.escalate(BOT, "cnv_0002", Wish("Wants a person", tier=tier), here.floor.now)
    assert (after.team_id, after.assignee_id, after.tier) == (None, None, None)
    entry = here.floor.store.entry("cnv_0002")
    assert entry is not None and entry.waits
    assert (entry.team_id, entry.reason) == ("fallback", f"Wants a person; {because}")
    assert here.notes("cnv_0002")[-1].facts["reason"] == f"Wants a person; {because}"


def test_a_tier_whose_team_is_gone_waits_for_everybody_and_tells_so() -> None:
    here = Place(Path("Old", (Tier("Gone", "team_gone"),)))
    here.up()
    entry = here.floor.store.entry(NAME)
    assert entry is not None
    assert (entry.team_id, entry.reason) == ("fallback", "Too hard; unknown team team_gone")


# By itself.


def test_a_breach_goes_up_once_however_often_it_is_told() -> None:
    here = Place()
    here.floor.now = START + 20 * MINUTE
    for _ in range(3):
        here.breach(START + 15 * MINUTE)
    tier = standing(here.found())
    assert tier is not None and (tier.tier, tier.place) == ("Experts", 1)
    (line,) = here.notes()
    assert (line.facts["reason"], line.author_id, line.facts["previous_assignee_id"]) == (BREACHED, "system", "ana")
    here.breach(START + 21 * MINUTE)
    tier = standing(here.found())
    assert tier is not None and tier.tier == "Ticket"
    here.floor.now += 5 * MINUTE
    here.breach(START + 24 * MINUTE)
    assert len(here.notes()) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"status": Status.PENDING},
        {"status": Status.RESOLVED, "resolved_at": START},
        {"episode": 2},
    ],
)
def test_a_breach_of_what_is_over_or_put_aside_moves_nothing(change: dict[str, Any]) -> None:
    here = Place()
    here.becomes(**change)
    before = here.found()
    here.breach(START + MINUTE)
    assert here.found() == before


def test_a_breach_moves_nothing_where_the_path_does_not_say_so() -> None:
    here = Place(replace(PATH, after_breach=False))
    before = here.found()
    here.breach(START + MINUTE)
    assert here.found() == before


def test_what_nobody_answers_goes_up_when_its_tiers_patience_is_over() -> None:
    here = Place()
    epoch = waiting_epoch(START)
    here.escalating.unanswered(NAME, epoch, START + 9 * MINUTE)
    assert here.found().assignee_id == "ana"
    assert here.timers.all == [(ESCALATE, NAME, epoch, START + 10 * MINUTE)]
    for late in (10, 11, 30):
        here.escalating.unanswered(NAME, epoch, START + late * MINUTE)
    tier = standing(here.found())
    assert tier is not None and tier.tier == "Experts"
    (line,) = here.notes()
    assert line.facts["reason"] == NO_ANSWER


@pytest.mark.parametrize("epoch", [0, waiting_epoch(START - MINUTE), waiting_epoch(START + MINUTE)])
def test_the_timer_of_another_wait_does_nothing(epoch: int) -> None:
    here = Place()
    before = here.found()
    here.escalating.unanswered(NAME, epoch, START + 60 * MINUTE)
    assert here.found() == before and here.timers.all == []


def test_who_was_answered_stays_where_they_are() -> None:
    here = Place()
    here.becomes(waiting_since=None)
    before = here.found()
    here.escalating.unanswered(NAME, waiting_epoch(START), START + 60 * MINUTE)
    assert here.found() == before


def test_a_wait_on_a_new_tier_has_a_timer_of_its_own() -> None:
    slow = Path("Slow", (Tier("A", "team_1"), Tier("B", "team_2", reply_seconds=300), Tier("C")))
    here = Place(slow)
    here.floor.now = START + 7 * MINUTE
    here.up()
    assert here.timers.all[-1] == (ESCALATE, NAME, waiting_epoch(START), START + 12 * MINUTE)
    here.escalating.unanswered(NAME, waiting_epoch(START), START + 12 * MINUTE)
    tier = standing(here.found())
    assert tier is not None and tier.tier == "C"


def test_a_customers_message_sets_the_timer_of_its_wait() -> None:
    here = Place()
    watching = Watching(here.timers, lambda: here.paths)
    said = {
        "direction": "inbound",
        "kind": "text",
        "occurred_at": START.isoformat(),
        "conversation_id": NAME,
        "author": {"kind": "contact"},
        "content": {},
    }
    watching.react({"type": "message.created", "snapshot": said})
    watching.react({"type": "message.created", "snapshot": said | {"kind": "reaction"}})
    answer = said | {"direction": "outbound", "author": {"kind": "agent"}}
    watching.react({"type": "message.created", "snapshot": answer})
    assert here.timers.all == [(ESCALATE, NAME, waiting_epoch(START), START + 10 * MINUTE)]
    here.paths = [replace(PATH, tiers=PATH.tiers[1:])]
    watching.react({"type": "message.created", "snapshot": said})
    assert len(here.timers.all) == 1


# Taking over.


def test_a_supervisor_has_it_at_once_whatever_they_hold() -> None:
    here = Place()
    for number in range(2, 5):
        here.floor.opens(f"cnv_{number:04d}", team="team_none")
        assignment.assign(here.floor.desk, SUE, f"cnv_{number:04d}", assignment.Wish("sue", None), here.floor.now)
    assert here.floor.workload("sue").used == 6
    after = here.take_over.take(SUE, NAME, "Asked for a manager", here.floor.now)
    assert (after.assignee_id, after.weight) == ("sue", 2)
    assert (here.floor.workload("sue").used, here.floor.workload("ana").used) == (8, 0)
    taken = taken_now(here.found())
    assert taken is not None and (taken.by, taken.previous) == ("sue", "ana")
    (line,) = here.notes()
    assert line.facts == {
        "type": "conversation.taken_over",
        "previous_assignee_id": "ana",
        "assignee_id": "sue",
        "team_id": "team_1",
        "reason": "Asked for a manager",
    }
    with pytest.raises(TransitionRefused):
        here.take_over.take(SUE, NAME, "again", here.floor.now)


def test_it_goes_back_to_who_had_it_where_they_have_room() -> None:
    here = Place()
    here.take_over.take(SUE, NAME, "r", here.floor.now)
    after = here.take_over.give_back(SUE, NAME, "Solved", here.floor.now)
    assert (after.assignee_id, after.weight) == ("ana", 2)
    assert (here.floor.workload("sue").used, here.floor.workload("ana").used) == (0, 2)
    assert taken_now(here.found()) is None
    assert "conversation.given_back" in {line.facts["type"] for line in here.notes()}


@pytest.mark.parametrize("intent", [Intent.ONLINE, Intent.OFFLINE])
def test_it_waits_where_they_are_gone_or_full(intent: Intent) -> None:
    here = Place()
    here.take_over.take(SUE, NAME, "r", here.floor.now)
    for number in range(2, 5):
        here.floor.opens(f"cnv_{number:04d}", team="team_none")
        assignment.assign(here.floor.desk, SUE, f"cnv_{number:04d}", assignment.Wish("ana", None), here.floor.now)
    here.floor.choose("ana", intent)
    assert here.floor.workload("ana").used == 6
    after = here.take_over.give_back(SUE, NAME, "", here.floor.now)
    assert after.assignee_id is None
    entry = here.floor.store.entry(NAME)
    assert entry is not None and entry.waits and (entry.reason, entry.sticky_id) == ("given back", "ana")
    assert here.floor.workload("sue").used == 0


def test_what_was_waiting_is_taken_out_of_its_queue_and_goes_back_to_it() -> None:
    here = Place()
    here.floor.choose("ana", Intent.AWAY)
    here.floor.opens("cnv_0002")
    here.take_over.take(SUE, "cnv_0002", "r", here.floor.now)
    assert [entry.conversation_id for entry in here.floor.waiting()] == []
    here.take_over.give_back(SUE, "cnv_0002", "", here.floor.now)
    assert [entry.conversation_id for entry in here.floor.waiting()] == ["cnv_0002"]


def test_only_what_is_taken_over_is_given_back() -> None:
    here = Place()
    with pytest.raises(TransitionRefused):
        here.take_over.give_back(SUE, NAME, "", here.floor.now)
    here.take_over.take(SUE, NAME, "r", here.floor.now)
    # Given to somebody else, it is taken over no longer: nor when it comes back by other ways.
    assignment.assign(here.floor.desk, SUE, NAME, assignment.Wish("eve", "team_2"), here.floor.now)
    assignment.assign(here.floor.desk, SUE, NAME, assignment.Wish("sue", "team_2"), here.floor.now)
    assert taken_now(here.found()) is None
    with pytest.raises(TransitionRefused):
        here.take_over.give_back(SUE, NAME, "", here.floor.now)


def test_what_is_resolved_is_not_taken_over_and_needs_no_room_to_go_back() -> None:
    here = Place()
    here.take_over.take(SUE, NAME, "r", here.floor.now)
    here.floor.moves(NAME, Status.RESOLVED)
    here.floor.choose("ana", Intent.OFFLINE)
    after = here.take_over.give_back(SUE, NAME, "", here.floor.now)
    assert (after.assignee_id, after.weight) == ("ana", 0)
    with pytest.raises(TransitionRefused):
        here.take_over.take(SUE, NAME, "r", here.floor.now)


# In any order.


class Lost(Exception):
    """The call took effect, or not, and its caller is gone."""


class Breaking:
    """A client whose next write is spoiled: before it takes effect, or just after."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.next = ""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            spoiled, writes = self.next, name in ("transact_write_items", "put_item", "update_item")
            if writes and spoiled:
                self.next = ""
            if writes and spoiled == "before":
                raise Lost
            answer = getattr(self._client, name)(**request)
            if writes and spoiled == "after":
                raise Lost
            return answer

        return call


NAMES = ("cnv_0001", "cnv_0002", "cnv_0003")
CHANNELS = ("web_chat", "whatsapp", "email")
AGENTS = ("ana", "eve", "sue", "tom")
# What becomes of the next write.
LOST = st.sampled_from(("", "", "before", "after"))


class Hands(RuleBasedStateMachine):
    """Conversations change hands in every way that people have, and calls are lost half way."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = Floor()
        self.broken = Breaking(self.floor.client)
        self.floor.raw._client = self.broken
        self.escalating = Escalating(self.floor.desk, self.floor.routing, lambda: [PATH])
        self.take_over = TakeOver(self.floor.desk, self.floor.routing)

    @initialize()
    def staff(self) -> None:
        teams = (("team_1",), ("team_2",), (), ("team_1", "team_2"))
        for name, of in zip(AGENTS, teams, strict=True):
            self.floor.agent(name, 5, of, {"orders": 3} if name != "ana" else {})
            self.floor.choose(name, Intent.ONLINE)
        for name, channel in zip(NAMES, CHANNELS, strict=True):
            self.floor.opens(name, channel=channel)

    def done(self, name: str, lost: str, act: Callable[[], object]) -> None:
        """As the API does: a refusal, a lost call and a success are all alike to what must hold."""
        self.broken.next = lost
        before = self.floor.conversation(name)
        with suppress(Refusal, StoreUnavailable, Lost):
            act()
        self.broken.next = ""
        self.floor.routing.route(name, self.floor.now)
        if before.assignee_id is not None:
            self.floor.routing.pull(before.assignee_id, self.floor.now)

    @rule(
        name=st.sampled_from(NAMES),
        by=st.sampled_from((ANA, SUE, BOT)),
        tier=st.sampled_from((None, None, "Ticket")),
        lost=LOST,
    )
    def goes_up(self, name: str, by: Principal, tier: str | None, lost: str) -> None:
        wish = Wish("r", "n", tier)
        self.done(name, lost, lambda: self.escalating.escalate(by, name, wish, self.floor.now))

    @rule(name=st.sampled_from(NAMES), lost=LOST)
    def goes_down(self, name: str, lost: str) -> None:
        self.done(name, lost, lambda: self.escalating.de_escalate(ANA, name, Wish("r"), self.floor.now))

    @rule(name=st.sampled_from(NAMES), by=st.sampled_from(("sue", "tom")), lost=LOST)
    def is_taken(self, name: str, by: str, lost: str) -> None:
        principal = replace(SUE, id=by)
        self.done(name, lost, lambda: self.take_over.take(principal, name, "r", self.floor.now))

    @rule(name=st.sampled_from(NAMES), lost=LOST)
    def is_given_back(self, name: str, lost: str) -> None:
        self.done(name, lost, lambda: self.take_over.give_back(SUE, name, "", self.floor.now))

    @rule(name=st.sampled_from(NAMES), to=st.sampled_from((*AGENTS, None)), lost=LOST)
    def is_assigned(self, name: str, to: str | None, lost: str) -> None:
        wish = assignment.Wish(to, "team_1" if to is None else None)
        self.done(name, lost, lambda: assignment.assign(self.floor.desk, SUE, name, wish, self.floor.now))

    @rule(name=st.sampled_from(NAMES), status=st.sampled_from(Status))
    def moves(self, name: str, status: Status) -> None:
        self.floor.moves(name, status)

    @rule(name=st.sampled_from(AGENTS), intent=st.sampled_from((Intent.ONLINE, Intent.AWAY)))
    def chooses(self, name: str, intent: Intent) -> None:
        self.floor.choose(name, intent)

    @rule(seconds=st.integers(1, 60))
    def time_passes(self, seconds: int) -> None:
        self.floor.passes(seconds)

    @invariant()
    def all_is_well(self) -> None:
        conversations = self.floor.conversations()
        sums: dict[str, int] = {}
        for each in conversations:
            holding = held(each)
            if holding is not None:
                sums[holding[0]] = sums.get(holding[0], 0) + holding[1]
                # Its weight is that of what it is now, whichever way it came.
                assert holding[1] == weight_in(class_now(each)) or holding[1] == 0
            on = standing(each)
            is_ticket = on is not None and PATH.tiers[on.place].ticket
            assert class_now(each) is (ChannelClass.ASYNCHRONOUS if is_ticket else class_of(each.channel))
            if each.taken is not None:
                assert each.taken.by == each.assignee_id
        assert {load.agent_id: load.used for load in self.floor.workloads()} == {
            load.agent_id: sums.get(load.agent_id, 0) for load in self.floor.workloads()
        }
        queued = sorted(entry.conversation_id for entry in self.floor.waiting())
        assert queued == sorted(each.id for each in conversations if may_wait(each))


Hands.TestCase.settings = settings(max_examples=120, stateful_step_count=25, deadline=None, phases=[Phase.generate])
TestHands = Hands.TestCase
