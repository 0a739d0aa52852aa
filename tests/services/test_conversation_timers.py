"""Timers of conversations over the real store: they act when it is time and on what is, once, however often called."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain import ids
from chalicelib.domain.closing import Closing
from chalicelib.domain.conversation import Conversation, LastMessage, Status
from chalicelib.domain.message import Author, Direction, Message, MessageKind
from chalicelib.domain.presence import Intent
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.domain.snapshots import conversation_snapshot, message_snapshot
from chalicelib.domain.transitions import change_status
from chalicelib.services.closing import CLOSE
from chalicelib.services.conversation_timers import HIBERNATE, NO_REPLY, WAKE, DueConversations, Plans
from chalicelib.services.scheduled import SEND
from tests.services.test_routing import START, Floor

NAME = "cnv_0001"
MINUTE = timedelta(minutes=1)


@dataclass
class Kept:
    """Timers that are only written down."""

    all: list[tuple[str, str, datetime]] = field(default_factory=list)

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        self.all.append((kind, subject, due_at))


class Place:
    """Two agents and a conversation that one of them was given."""

    def __init__(self, *, reply_seconds: int = 60, hibernate_seconds: int = 120) -> None:
        self.floor = Floor()
        self.floor.rules.now = RoutingPolicy(reply_seconds=reply_seconds, hibernate_seconds=hibernate_seconds)
        for name in ("ana", "ben"):
            self.floor.agent(name, 6, ("team_1",), {})
            self.floor.choose(name, Intent.ONLINE)
        self.floor.opens(NAME)
        self.timers = Kept()
        self.due = DueConversations(self.floor.desk, self.floor.routing, self.timers)
        self.plans = Plans(self.timers, self.floor.rules.policy)

    def found(self) -> Conversation:
        return self.floor.conversation(NAME)

    def becomes(self, **changes: Any) -> None:
        found = self.found()
        self.floor.change(found, replace(found, **changes))

    def says(self, direction: Direction, at: datetime) -> None:
        """The newest message; an answer ends the wait."""
        newest = LastMessage(ids.message_id(at, "leg_1", "1"), "leg_1", direction, "text", "Hello", at, "agent")
        waiting = None if direction is Direction.OUTBOUND else at
        self.becomes(last_message=newest, waiting_since=waiting, last_activity_at=at)

    def happens(self, event_type: str, snapshot: Any, **data: Any) -> None:
        of = {"aggregate": {"id": snapshot["id"], "version": 7}, "occurred_at": START.isoformat()}
        self.plans.react({"type": event_type, "data": data, "snapshot": snapshot, **of})


def test_a_snooze_ends_at_its_time_and_no_earlier() -> None:
    here = Place()
    until = START + 10 * MINUTE
    found = here.found()
    here.floor.change(found, change_status(found, Status.SNOOZED, START, snoozed_until=until))
    here.due.wake(NAME, 7, until - MINUTE)
    assert here.found().status is Status.SNOOZED
    here.due.wake(NAME, 7, until + MINUTE)
    opened = here.found()
    assert (opened.status, opened.snoozed_until, opened.assignee_id) == (Status.OPEN, None, found.assignee_id)
    here.due.wake(NAME, 7, until + 2 * MINUTE)
    assert here.found() == opened


def test_a_snooze_that_was_prolonged_or_resolved_is_left_alone() -> None:
    here = Place()
    found = here.found()
    here.floor.change(found, change_status(found, Status.SNOOZED, START, snoozed_until=START + 60 * MINUTE))
    here.due.wake(NAME, 7, START + 10 * MINUTE)
    assert here.found().status is Status.SNOOZED
    found = here.found()
    here.floor.change(found, change_status(found, Status.RESOLVED, START))
    here.due.wake(NAME, 7, START + 90 * MINUTE)
    assert here.found().status is Status.RESOLVED


def test_who_does_not_answer_in_time_loses_it_to_somebody_else() -> None:
    here = Place()
    first = here.found().assignee_id
    here.due.no_reply(NAME, 7, START + timedelta(seconds=59))
    assert here.found().assignee_id == first
    assert here.timers.all == [(NO_REPLY, NAME, START + MINUTE)]
    here.due.no_reply(NAME, 7, START + MINUTE)
    second = here.found()
    assert {first, second.assignee_id} == {"ana", "ben"}
    assert here.floor.workload(str(first)).used == 0
    entry = here.floor.store.entry(NAME)
    assert entry is not None and (entry.reason, entry.declined) == ("no_reply", (first,))
    # The second call was meant for the first agent: the other one has a minute of their own.
    here.due.no_reply(NAME, 7, START + MINUTE)
    assert here.found() == second
    assert here.timers.all[-1] == (NO_REPLY, NAME, START + 2 * MINUTE)


@pytest.mark.parametrize("reply_seconds", [0, 60])
def test_who_has_answered_or_where_nobody_asks_keeps_it(reply_seconds: int) -> None:
    here = Place(reply_seconds=reply_seconds)
    if reply_seconds:
        here.says(Direction.OUTBOUND, START + timedelta(seconds=30))
    before = here.found()
    here.due.no_reply(NAME, 7, START + 5 * MINUTE)
    assert here.found() == before


def test_a_silent_customers_conversation_gives_its_units_back_and_finds_its_agent_again() -> None:
    here = Place()
    own = str(here.found().assignee_id)
    here.says(Direction.OUTBOUND, START)
    here.due.hibernate(NAME, 0, START + MINUTE)
    assert here.found().status is Status.OPEN
    here.due.hibernate(NAME, 0, START + 2 * MINUTE)
    asleep = here.found()
    assert (asleep.status, asleep.snoozed_until, asleep.assignee_id) == (Status.SNOOZED, None, own)
    assert here.floor.workload(own).used == 0
    here.due.hibernate(NAME, 0, START + 3 * MINUTE)
    here.due.wake(NAME, 0, START + 30 * MINUTE)
    assert here.found() == asleep

    # The customer writes again: open, and its agent's units are asked for anew.
    here.becomes(status=Status.OPEN, waiting_since=START + 40 * MINUTE)
    here.floor.routing.route(NAME, START + 40 * MINUTE)
    assert here.found().assignee_id == own
    assert here.floor.workload(own).used > 0


def test_a_customer_who_has_written_since_is_not_silent() -> None:
    here = Place()
    here.says(Direction.INBOUND, START + MINUTE)
    here.due.hibernate(NAME, 0, START + 9 * MINUTE)
    assert here.found().status is Status.OPEN


def test_events_set_the_timers() -> None:
    here = Place()
    snapshot = conversation_snapshot(here.found())
    until = START + 9 * MINUTE
    here.happens("conversation.status_changed", snapshot, status="snoozed", snoozed_until=until.isoformat())
    here.happens("conversation.assigned", snapshot, assignee_id="ana")
    here.happens("conversation.assigned", snapshot, assignee_id=None)
    here.happens("message.created", message_snapshot(message("agent")))
    here.happens("message.created", message_snapshot(message("system")))
    assert here.timers.all == [
        (WAKE, NAME, until),
        (NO_REPLY, NAME, START + MINUTE),
        (HIBERNATE, NAME, START + 2 * MINUTE),
    ]


def test_a_silence_is_timed_for_the_rule_that_could_close_it_first() -> None:
    here = Place(hibernate_seconds=0)
    closings = (Closing("Slow", 7200), Closing("Quick", 600, {"field": "channel", "is": "email"}))
    here.floor.rules.now = replace(here.floor.rules.now, closings=closings)
    snapshot = conversation_snapshot(replace(here.found(), waiting_since=None))
    here.happens("message.created", message_snapshot(message("agent")))
    here.happens("message.created", message_snapshot(message("rule")))
    here.happens("conversation.status_changed", snapshot, status="open", reason="snooze_over")
    waiting = conversation_snapshot(replace(here.found(), waiting_since=START))
    here.happens("conversation.status_changed", waiting, status="open", reason="customer_wrote")
    resolved = conversation_snapshot(replace(here.found(), waiting_since=None, status=Status.RESOLVED))
    here.happens("conversation.status_changed", resolved, status="resolved", reason="agent")
    assert here.timers.all == [(CLOSE, NAME, START + 10 * MINUTE)] * 2


def test_a_scheduled_message_is_timed_whenever_its_time_is_said() -> None:
    here = Place()
    at = START + 90 * MINUTE
    snapshot = {"id": "sch_1", "conversation_id": NAME, "send_at": at.isoformat()}
    for what in ("message.scheduled", "message.schedule_changed", "message.schedule_cancelled"):
        here.happens(what, snapshot)
    assert here.timers.all == [(SEND, f"{NAME}/sch_1", at)] * 2


def test_nothing_is_timed_that_is_switched_off() -> None:
    here = Place(reply_seconds=0, hibernate_seconds=0)
    here.happens("conversation.assigned", conversation_snapshot(here.found()), assignee_id="ana")
    here.happens("message.created", message_snapshot(message("agent")))
    assert here.timers.all == []


def message(author: str) -> Message:
    return Message(
        id="msg_1",
        leg_id="leg_1",
        conversation_id=NAME,
        direction=Direction.OUTBOUND,
        kind=MessageKind.TEXT,
        occurred_at=START,
        stored_at=START,
        author=Author(author, "x"),
        text="Hello",
    )
