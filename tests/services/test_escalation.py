"""Escalation and taking over, over the real store: nothing is lost or held twice, by hand, by itself, in any order."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.codec import from_attributes
from chalicelib.aws.codec_message import note_from
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.capacity import ChannelClass, weight_in
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.escalation import EscalationRefused, Path, Tier, waiting_epoch
from chalicelib.domain.note import Note
from chalicelib.domain.presence import Intent
from chalicelib.services import assignment
from chalicelib.services.escalation import BREACHED, ESCALATE, NO_ANSWER, Escalating, Watching, Wish
from chalicelib.services.takeover import TakeOver
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
    tier = here.found().standing
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
    tier = after.standing
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
    tier = here.found().standing
    assert tier is not None and (tier.tier, tier.place) == ("Experts", 1)
    (line,) = here.notes()
    assert (line.facts["reason"], line.author_id, line.facts["previous_assignee_id"]) == (BREACHED, "system", "ana")
    here.breach(START + 21 * MINUTE)
    tier = here.found().standing
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
    tier = here.found().standing
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
    tier = here.found().standing
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
