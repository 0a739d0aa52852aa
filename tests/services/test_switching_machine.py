"""Whatever happens in between, and whichever call fails: one conversation, one owner, one set of clocks, one order, and
every message once."""

from collections.abc import Mapping
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.aws.changes import announcements
from chalicelib.aws.codec import Item, from_attributes, from_json
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.domain.contact import ContactPoint
from chalicelib.domain.conversation import Conversation, Priority
from chalicelib.domain.errors import LegRefused, Refusal
from chalicelib.domain.message import Direction
from chalicelib.services import desk as desk_service
from chalicelib.services.reply_draft import Draft
from chalicelib.services.switching import Target, Wish
from tests.flow import invariants
from tests.services.leg_room import ANA, BOB, BOB_MAIL, BOB_PHONE, MAIL, OTHER_SMS, SMS, WA, LegRoom

# What a customer is asked to be written to by, and as whom.
ADDRESSES = {WA: BOB, SMS: BOB_PHONE, OTHER_SMS: BOB_PHONE, MAIL: BOB_MAIL}
faults = st.none() | st.tuples(st.integers(0, 12), st.booleans())


class Moves(RuleBasedStateMachine):
    """One customer, whose e-mail address was confirmed; an agent owns the conversation."""

    @initialize()
    def begins(self) -> None:
        self.room = LegRoom()
        begun = self.room.bob()
        at = self.room.now
        point = ContactPoint("email", BOB_MAIL, verified_at=at, verified_by="vrf_1")
        self.room.knows(begun.contact_id, email=BOB_MAIL, contact_points=(point,))
        self.id, self.begun = begun.id, begun
        self.said: list[str] = [begun.last_message.id if begun.last_message else ""]
        self.moved: list[str] = []
        self.number = 0

    @property
    def now_it_is(self) -> Conversation:
        return self.room.conversation(self.id)

    @rule(minutes=st.sampled_from((1, 7, 60, 60 * 23)))
    def time_passes(self, minutes: int) -> None:
        self.room.pass_(minutes=minutes, seconds=1)

    @rule(inbox=st.sampled_from((WA, SMS, OTHER_SMS)), links=st.booleans())
    def customer_writes(self, inbox: str, links: bool) -> None:
        self.room.pass_(seconds=1)
        where = self.room.hears(inbox, "And?", ADDRESSES[inbox], phone=BOB_PHONE)
        other = self.room.conversation(where).contact_id
        if links and other != self.begun.contact_id:
            self.room.links(other, self.begun.contact_id)
        if where == self.id:
            newest = self.now_it_is.last_message
            assert newest is not None
            self.said.append(newest.id)

    @rule(inbox=st.sampled_from(sorted(ADDRESSES)), speaks=st.booleans(), fault=faults)
    def agent_moves(self, inbox: str, speaks: bool, fault: tuple[int, bool] | None) -> None:
        """A client calls until it has an answer: whichever call failed, and before or after it took effect."""
        self.room.pass_(seconds=1)
        self.number += 1
        before = self.now_it_is
        wish = Wish(Target(inbox_id=inbox, address=ADDRESSES[inbox]), Draft(f"m{self.number}", "Here." * speaks))
        if fault is not None:
            self.room.brittle.fails_at, self.room.brittle.after = fault
        try:
            done = self.room.insist(lambda: self.room.switching(self.room.shaken).switch(self.id, wish))
        except Refusal as refusal:
            assert isinstance(refusal, LegRefused)
            assert refusal.facts["because"] in ("active", "other_customer", "leads_elsewhere", "window_closed")
            self.room.brittle.fails_at = None
            assert self.now_it_is == before
            return
        self.room.brittle.fails_at = None
        assert self.room.switching().switch(self.id, wish) == done
        after = self.now_it_is
        same = {"legs", "active_leg_id", "last_message", "last_activity_at", "view_at", "version", "unread"}
        answers = {"waiting_since", "first_response_at"} if speaks else set()
        names = [name for name in Conversation.__dataclass_fields__ if name not in same | answers]
        assert [getattr(after, name) for name in names] == [getattr(before, name) for name in names]
        assert after.version == before.version + 1
        assert (after.active_leg_id, after.legs[after.active_leg_id].address) == (done.leg.id, ADDRESSES[inbox])
        self.moved.append(done.message.id)
        self.said.append(done.message.id)

    @rule()
    def agent_replies(self) -> None:
        self.room.pass_(seconds=1)
        active = self.now_it_is.legs[self.now_it_is.active_leg_id]
        try:
            message = self.room.replies(self.id, "Yes.")
        except Refusal as refusal:
            assert refusal.code == "window_closed"
            return
        assert message.leg_id == active.id
        self.said.append(message.id)

    @precondition(lambda self: self.now_it_is.priority is Priority.NORMAL)
    @rule()
    def somebody_presses(self) -> None:
        desk_service.set_priority(DeskStore(self.room.desk), ANA, self.id, Priority.HIGH, self.room.now)

    @invariant()
    def it_stays_what_it_is(self) -> None:
        now = self.now_it_is
        kept = ("id", "contact_id", "team_id", "episode", "opened_at", "created_at", "inbox_id", "channel")
        assert [getattr(now, name) for name in kept] == [getattr(self.begun, name) for name in kept]

    @invariant()
    def everything_is_said_once_and_in_order(self) -> None:
        thread = self.room.thread(self.id)
        assert [each.id for each in thread] == self.said
        times = [each.occurred_at for each in thread]
        assert times == sorted(times)
        for each in thread:
            leg = self.now_it_is.legs[each.leg_id]
            if each.direction is Direction.OUTBOUND:
                assert leg.address == ADDRESSES[leg.inbox_id]

    @invariant()
    def each_move_is_told_once(self) -> None:
        told = [event for event in self._events() if event["type"] == "conversation.leg_switched"]
        assert [event["data"]["message_id"] for event in told] == self.moved
        notes = [item for (_, sk), item in self._items().items() if sk.startswith("N#")]
        lines = [item for item in notes if from_json(item["facts"])["type"] == "conversation.leg_switched"]
        assert len(lines) == len(self.moved)

    @invariant()
    def the_table_is_right(self) -> None:
        items = self._items()
        invariants.check_counts(items)
        invariants.check_legs(items)
        invariants.check_people(items)
        invariants.check_messages(items)

    def _items(self) -> Mapping[tuple[str, str], Item]:
        found = (from_attributes(item) for item in self.room.client.tables["desk"].items.values())
        return {(item["pk"], item["sk"]): item for item in found}

    def _events(self) -> list[Mapping[str, Any]]:
        return [event for record in self.room.client.tables["desk"].stream for event in announcements(record)]


TestMoves = Moves.TestCase
TestMoves.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
