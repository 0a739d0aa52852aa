"""Who gets a conversation out of somebody else's hands finds a brief in its thread: once, and only where nobody wrote
what there was to know."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.codec import from_attributes
from chalicelib.aws.codec_message import note_from
from chalicelib.aws.stores.clocks import ClockStore
from chalicelib.aws.stores.promises import PromiseStore
from chalicelib.aws.stores.routing import RoutingStore
from chalicelib.aws.stores.timeline import TimelineStore
from chalicelib.domain import ids
from chalicelib.domain.conversation import Conversation, Leg, Status
from chalicelib.domain.errors import ConversationNotFound
from chalicelib.domain.note import Note
from chalicelib.domain.presence import Intent
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_values import Decision
from chalicelib.services import assignment
from chalicelib.services.brief import Briefs
from chalicelib.services.escalation import BREACHED
from tests.services.test_escalation import ANA, MINUTE, NAME, SUE, Place
from tests.services.test_routing import START, People

LEG = Leg("leg_1", "ibx_1", "whatsapp", "85261234567", ids.message_id(START, "a"), ids.message_id(START, "a"), START)


class Looks(RoutingStore):
    """Counts how often it is asked."""

    looks = 0

    def entry(self, conversation_id: str) -> QueueEntry | None:
        self.looks += 1
        return super().entry(conversation_id)

    def decisions(self, conversation_id: str, limit: int) -> Sequence[Decision]:
        self.looks += 1
        return super().decisions(conversation_id, limit)


class Desk:
    """Ana had it first; the events of assignments are given to the briefs as the bus does."""

    def __init__(self) -> None:
        self.place = Place()
        floor = self.place.floor
        self.floor = floor
        self.place.becomes(legs={"leg_1": LEG})
        self.hands = Looks(floor.raw)
        clocks, promises, events = ClockStore(floor.raw), PromiseStore(floor.raw), TimelineStore(floor.raw)
        self.briefs = Briefs(floor.desk, self.hands, People(), clocks, events, promises, lambda _hours_id: None)
        floor.now += MINUTE

    def found(self) -> Conversation:
        return self.place.found()

    def told(self, previous: str | None, owner: str | None = None, times: int = 1, **more: Any) -> list[Note]:
        """`conversation.assigned` comes; gives the briefs in the thread."""
        found = self.found()
        data = {"assignee_id": owner or found.assignee_id, "previous_assignee_id": previous}
        of = {"id": NAME, "version": found.version}
        event = {"type": "conversation.assigned", "aggregate": of, "occurred_at": self.floor.now.isoformat()}
        for _ in range(times):
            self.briefs.react({**event, "data": data, **more}, self.floor.now + timedelta(seconds=1))
        return self.lines()

    def lines(self) -> list[Note]:
        items = [item for key, item in sorted(self.floor.table.items.items()) if key[1].startswith("N#")]
        notes = [note_from(from_attributes(item)) for item in items]
        return [note for note in notes if note.facts.get("type") == "conversation.briefed"]

    def leaves_ana(self) -> None:
        self.floor.choose("ana", Intent.AWAY)
        self.floor.routing.give_back(self.found(), "no_reply", self.floor.now, declined_by="ana")
        self.floor.now += MINUTE
        self.floor.agent("ben", 6, ("team_1",), {})
        self.floor.choose("ben", Intent.ONLINE)
        assert self.found().assignee_id == "ben"


def test_a_first_owner_needs_no_brief_and_one_look_tells_so() -> None:
    here = Desk()
    assert here.told(None) == []
    assert here.hands.looks == 1


def test_who_gets_it_after_a_return_is_briefed_once_however_often_it_is_told() -> None:
    here = Desk()
    here.leaves_ana()
    version = here.found().version
    (line,) = here.told(None, times=3)
    assert (line.facts["assignee_id"], line.facts["previous_assignee_id"]) == ("ben", "ana")
    assert (line.kind, line.author_id) == ("activity", "system")
    lines: Sequence[Mapping[str, Any]] = line.facts["brief"]
    assert "Ana had it for 1 min." in [each["text"] for each in lines]
    assert lines[0]["code"] == "waiting"
    assert here.found().version == version + 1


def test_a_word_of_hand_over_is_brief_enough() -> None:
    here = Desk()
    assignment.assign(here.floor.desk, ANA, NAME, assignment.Wish("eve", None, note="She is right."), here.floor.now)
    assert here.told("ana") == []


def test_without_a_word_the_next_one_is_briefed() -> None:
    here = Desk()
    assignment.assign(here.floor.desk, ANA, NAME, assignment.Wish("eve", None), here.floor.now)
    (line,) = here.told("ana")
    assert line.facts["assignee_id"] == "eve"


def test_an_escalation_has_its_note_and_one_that_nobody_made_a_brief() -> None:
    here = Desk()
    here.place.up()
    here.floor.now += MINUTE
    here.place.routed()
    assert here.found().assignee_id == "eve"
    assert here.told(None) == []

    here = Desk()
    here.place.breach(START)
    here.floor.now += MINUTE
    here.place.routed()
    (line,) = here.told(None)
    assert (line.facts["assignee_id"], line.facts["previous_assignee_id"]) == ("eve", "ana")
    assert BREACHED in [each["text"] for each in line.facts["brief"]]


def test_who_takes_it_over_is_briefed() -> None:
    here = Desk()
    here.place.take_over.take(SUE, NAME, "r", here.floor.now)
    (line,) = here.told("ana")
    assert line.facts["assignee_id"] == "sue"


def test_who_gets_a_customer_that_waited_for_their_own_agent_in_vain_is_briefed() -> None:
    here = Desk()
    here.floor.moves(NAME, Status.RESOLVED)
    for number in range(2, 5):
        here.floor.opens(f"cnv_{number:04d}", team="team_none")
        assignment.assign(here.floor.desk, SUE, f"cnv_{number:04d}", assignment.Wish("ana", None), here.floor.now)
    here.floor.moves(NAME, Status.OPEN)
    assert here.found().assignee_id is None
    here.floor.agent("ben", 6, ("team_1",), {})
    here.floor.choose("ben", Intent.ONLINE)
    here.floor.passes(46)
    assert here.found().assignee_id == "ben"
    (line,) = here.told(None)
    assert (line.facts["assignee_id"], line.facts["previous_assignee_id"]) == ("ben", "ana")


def test_the_same_owner_again_needs_none() -> None:
    here = Desk()
    here.floor.routing.give_back(here.found(), "came_back", here.floor.now)
    here.floor.now += MINUTE
    here.place.routed()
    assert here.found().assignee_id == "ana"
    assert here.told(None) == []


@pytest.mark.parametrize("owner", ["eve", "nobody"])
def test_news_that_holds_no_longer_is_left(owner: str) -> None:
    here = Desk()
    here.leaves_ana()
    assert here.told(None, owner=owner) == []


def test_there_is_no_brief_of_what_is_not_there() -> None:
    here = Desk()
    brief = here.briefs.of(NAME, here.floor.now)
    assert [line.code for line in brief.sections["who"]][0] == "name"
    with pytest.raises(ConversationNotFound):
        here.briefs.of("cnv_0099", here.floor.now)
    with pytest.raises(ConversationNotFound):
        here.briefs.of("nonsense", here.floor.now)
