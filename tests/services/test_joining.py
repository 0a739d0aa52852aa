"""Customers who move by themselves, over the real stores in memory: messages come by the real way in, routing gives
what begins to agents meanwhile, every event is carried twice, and calls fail when they are told to."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.aws.changes import announcements
from chalicelib.aws.codec import from_attributes
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_message import message_from
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.inbound import InboundStore
from chalicelib.aws.stores.joining import OpenedStore
from chalicelib.aws.stores.merging import MergingStore
from chalicelib.aws.stores.people import PeopleStore
from chalicelib.aws.stores.questions import QuestionStore
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.aws.transaction import Desk
from chalicelib.channels.base import InboundMessage, Peer, Profile
from chalicelib.domain import ids
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import LinkNotFound, Refusal, WindowClosed
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.joining import ResumePolicy
from chalicelib.domain.message import Direction, Message, MessageKind
from chalicelib.domain.note import Note
from chalicelib.domain.presence import Intent
from chalicelib.domain.question import QuestionKind
from chalicelib.domain.reads import ThreadQuery
from chalicelib.domain.routing_policy import Mode
from chalicelib.services import desk as desk_service
from chalicelib.services.joining import RULE, Joining
from chalicelib.services.merging import Rearranging
from chalicelib.services.people import link, unlink
from chalicelib.services.questions import Questions
from chalicelib.services.receive import receive
from chalicelib.services.reply import Draft, reply
from chalicelib.services.subscriptions import SUBSCRIPTIONS
from tests.services.room import Room, check, who
from tests.services.test_routing import START

CHANNELS = ("whatsapp", "sms", "telegram", "email", "voice")
AGENT = Actor("agent", "agt_ana")


class Inboxes:
    """One inbox of each channel, and a second of WhatsApp's."""

    def __init__(self) -> None:
        self.all = {
            f"ibx_{name}": Inbox(f"ibx_{name}", name, name, name, f"inbox/{name}", START, team_id="team_1")
            for name in CHANNELS
        }
        self.all["ibx_sales"] = replace(self.all["ibx_whatsapp"], id="ibx_sales", account_id="sales")

    def inbox(self, inbox_id: str) -> Inbox | None:
        return self.all.get(inbox_id)


class Moves(Room):
    """A floor to which customers come on several channels."""

    def __init__(self) -> None:
        super().__init__(Mode.DIRECT)
        self.inboxes = Inboxes()
        shaken = Desk(self.brittle, "desk")
        self.rule = ResumePolicy()
        self.questions = Questions(QuestionStore(shaken), ReplyStore(shaken), self.inboxes)
        self.joining = Joining(
            OpenedStore(shaken), MergingStore(shaken), PeopleStore(shaken), self.questions, lambda: self.rule
        )
        self.people, self.merging = PeopleStore(self.raw), MergingStore(self.raw)
        self.count = 0
        for name in ("ana", "ben"):
            self.agent(name, 30, ("team_1",), {})
        self.rests(timedelta())

    def rests(self, time: timedelta) -> None:
        """Time passes, and the agents are there."""
        self.now += time
        for name in ("ana", "ben"):
            self.choose(name, Intent.ONLINE)

    def settle(self) -> None:
        while self.read < len(self.table.stream):
            record = self.table.stream[self.read]
            self.read += 1
            for announced in announcements(record):
                event = json.loads(json.dumps(announced))
                self.told.append(event)
                for _ in range(2):
                    self.carried(event)

    def carried(self, event: Mapping[str, Any]) -> None:
        if event["type"] in SUBSCRIPTIONS["routing"]:
            self.insist(partial(self.reactions.react, event, self.now))
        if event["type"] in SUBSCRIPTIONS["people"]:
            self.insist(partial(self.joining.react, event, self.now))
        if event["type"] == "message.created":
            self.insist(partial(self._hear, event["snapshot"]))

    def _hear(self, message: Mapping[str, Any]) -> None:
        answer = self.questions.heard(message, self.now)
        if answer is not None:
            self.joining.answered(answer, self.now)

    # What people do.

    def says(self, name: str, channel: str, text: str = "Hello", *, settled: bool = True, **content: Any) -> str:
        """A customer's message; the conversation it was stored in."""
        self.now += timedelta(seconds=2)
        self.count += 1
        inbox = self.inboxes.all[channel if channel.startswith("ibx_") else f"ibx_{channel}"]
        peer = Peer((f"{name}@{inbox.channel}",), Profile(name=name.capitalize()))
        kind = content.pop("kind", MessageKind.TEXT)
        inbound = InboundMessage(
            inbox.account_id, f"ext-{self.count}", peer, self.now, kind, text=text, content=content
        )
        stored = receive(InboundStore(self.raw), inbox, inbound, self.now)
        if settled:
            self.settle()
        return stored.conversation_id

    def answers(self, conversation_id: str, name: str = "ana") -> None:
        self.now += timedelta(seconds=2)
        self.count += 1
        draft = Draft(f"answer-{self.count}", "Let me see.")
        reply(ReplyStore(self.raw), self.inboxes, who(name), conversation_id, draft, self.now)
        self.settle()

    def becomes(self, conversation_id: str, status: Status) -> None:
        self.now += timedelta(seconds=2)
        desk_service.set_status(self.desk, who("ana"), conversation_id, status, self.now)
        self.settle()

    def links(self, one: str, other: str, strength: int = 95) -> None:
        link(
            self.people,
            self.contact(one),
            self.contact(other),
            strength=strength,
            evidence=("email",),
            actor=AGENT,
            now=self.now,
        )
        self.settle()

    def contact(self, place: str) -> str:
        """The contact of "name@channel"."""
        return ids.contact_id(place.rpartition("@")[2], place)

    # What is seen.

    def found(self, conversation_id: str) -> Conversation:
        found = self.desk.conversation(conversation_id)
        assert found is not None
        return found

    def everything(self) -> list[Conversation]:
        items = [from_attributes(item) for key, item in self.table.items.items() if key[0].startswith("CNV#")]
        return [conversation_from(item) for item in items if item["sk"] == "~"]

    def messages(self) -> list[Message]:
        items = [from_attributes(item) for key, item in self.table.items.items() if key[1].startswith("M#")]
        return [message_from(item) for item in items]

    def asked(self, conversation_id: str) -> list[Message]:
        """What the desk itself has said in a conversation."""
        return [
            each
            for each in self.messages()
            if each.conversation_id == conversation_id
            and each.direction is Direction.OUTBOUND
            and each.author.id == RULE.id
        ]

    def lines(self, conversation_id: str) -> list[Mapping[str, Any]]:
        thread = DeskStore(self.raw).thread(ThreadQuery(conversation_id, 100))
        assert thread is not None
        return [note.facts for note in thread.notes if isinstance(note, Note) and note.kind == "activity"]


@pytest.fixture
def here() -> Moves:
    return Moves()


def known(here: Moves, strength: int = 95) -> str:
    """Bob, who writes by SMS and by WhatsApp, and whose contacts are one; his open case, by SMS."""
    case = here.says("bob", "sms", "My parcel is late")
    here.says("bob", "whatsapp", "hi")
    first = here.found(case)
    other = next(each for each in here.everything() if each.id != case)
    here.becomes(other.id, Status.RESOLVED)
    here.rests(timedelta(days=8))
    here.links("bob@sms", "bob@whatsapp", strength)
    here.says("bob", "sms", "Still late")
    assert here.found(case).id == first.id
    return case


def test_who_moves_to_another_channel_is_in_the_open_case_at_once_and_nobody_is_asked(here: Moves) -> None:
    case = known(here)
    before = here.found(case)
    new = here.says("bob", "whatsapp", "Now here, where is it?")
    target, source = here.found(case), here.found(new)
    assert source.merged_into == case and target.absorbed == (new,)
    assert (target.assignee_id, target.episode, target.opened_at) == (
        before.assignee_id,
        before.episode,
        before.opened_at,
    )
    assert target.waiting_since == before.waiting_since and {*target.legs} == {*before.legs, *source.legs}
    assert here.asked(new) == [] and here.asked(case) == []
    line = next(each for each in here.lines(case) if each["type"] == "conversation.merged")
    assert (line["reason"], line["strength"]) == ("customer_moved", 95)
    # From now on they are one: the next message on either channel.
    assert here.says("bob", "whatsapp", "Hello?") == case
    assert here.says("bob", "sms", "Hello??") == case
    check(here)


def test_the_units_of_whoever_was_given_the_new_one_come_back(here: Moves) -> None:
    case = known(here)
    new = here.says("bob", "whatsapp", "Now here", settled=False)
    here.routing.route(new, here.now)
    given = here.found(new)
    assert given.assignee_id is not None and given.weight
    here.settle()
    assert here.found(new).merged_into == case and here.found(new).weight == 0
    check(here)


def test_a_resolved_case_is_opened_again_within_its_window(here: Moves) -> None:
    case = known(here)
    here.becomes(case, Status.RESOLVED)
    here.rests(timedelta(hours=20))
    new = here.says("bob", "whatsapp", "It broke again")
    target = here.found(case)
    assert here.found(new).merged_into == case
    assert (target.status, target.episode) == (Status.OPEN, 2) and target.waiting_since is not None
    check(here)


@pytest.mark.parametrize(("strength", "topic"), [(95, True), (60, False)], ids=["verified", "typed"])
def test_after_the_window_the_customer_is_asked_and_their_yes_joins(here: Moves, strength: int, topic: bool) -> None:
    case = known(here, strength)
    here.rests(timedelta(days=5))
    new = here.says("bob", "whatsapp", "Any news?")
    assert here.found(new).merged_into is None
    (asked,) = here.asked(new)
    assert ("My parcel is late" in asked.text + str(asked.content)) is topic
    assert ("your open case from" in str(asked.content)) is not topic
    here.carried(
        next(each for each in here.told if each["type"] == "conversation.created" and each["snapshot"]["id"] == new)
    )
    assert len(here.asked(new)) == 1
    here.says("bob", "whatsapp", "Yes, please!")
    assert here.found(new).merged_into == case
    line = next(each for each in here.lines(case) if each["type"] == "conversation.merged")
    assert line["reason"] == "customer_said" and ids.is_id("msg", line["message_id"])
    check(here)


@pytest.mark.parametrize("said", ["no", "2", "Nein danke", "something new"])
def test_their_no_leaves_it_a_case_of_its_own(here: Moves, said: str) -> None:
    known(here)
    here.rests(timedelta(days=5))
    new = here.says("bob", "whatsapp", "Any news?")
    here.says("bob", "whatsapp", said)
    here.says("bob", "whatsapp", "yes")  # it was answered: this is a word like any other
    assert here.found(new).merged_into is None
    line = next(each for each in here.lines(new) if each["type"] == "question.answered")
    assert (line["is_yes"], line["question"]) == (False, "join")


def test_a_button_answers_by_its_payload_even_after_we_have_spoken(here: Moves) -> None:
    case = known(here)
    here.rests(timedelta(days=5))
    new = here.says("bob", "whatsapp", "Any news?")
    question = here.questions.store.get(new, here.found(new).active_leg_id)
    assert question is not None and question.options == (case,)
    here.answers(new)
    here.says("bob", "whatsapp", "Yes", kind=MessageKind.POSTBACK, payload=f"{question.id}.0")
    assert here.found(new).merged_into == case


def test_a_short_word_after_somebody_has_spoken_answers_them_and_not_the_desk(here: Moves) -> None:
    known(here)
    here.rests(timedelta(days=5))
    new = here.says("bob", "whatsapp", "Any news?")
    here.answers(new)
    here.says("bob", "whatsapp", "yes")
    assert here.found(new).merged_into is None


def test_of_several_cases_the_customer_chooses(here: Moves) -> None:
    case = known(here)
    other = here.says("bob", "telegram", "Wrong size")
    here.links("bob@sms", "bob@telegram")
    assert here.found(other).merged_into == case  # the one that was there
    here.answers(case)
    desk = who("ana")
    leg_id = next(leg.id for leg in here.found(case).legs.values() if leg.channel == "telegram")
    from chalicelib.domain.parting import Cut

    split = Rearranging(here.merging, desk, here.now).split(case, Cut(leg_id, None)).source
    here.settle()
    assert here.found(split.id).merged_into is None, "what people take apart stays so"
    new = here.says("bob", "whatsapp", "Any news?")
    (asked,) = here.asked(new)
    assert "Wrong size" in str(asked.content) and "My parcel is late" in str(asked.content)
    question = here.questions.store.get(new, here.found(new).active_leg_id)
    assert question is not None and {*question.options} == {case, split.id}
    here.says("bob", "whatsapp", "2")
    assert here.found(new).merged_into == question.options[1]


def test_another_number_of_the_same_channel_is_asked_about(here: Moves) -> None:
    here.says("bob", "whatsapp", "My parcel is late")
    new = here.says("bob", "ibx_sales", "A quote, please")
    assert here.found(new).merged_into is None and len(here.asked(new)) == 1


def test_mail_is_joined_only_where_its_sender_is_proven_and_an_automatic_one_is_asked_nothing(here: Moves) -> None:
    here.says("bob", "sms", "My parcel is late")
    for place, content in enumerate(({"authentication": {"verified": False}}, {"automatic": "auto-replied"}, {})):
        mail = here.says(f"bob{place}", "email", "About my parcel", **content)
        assert here.found(mail).merged_into is None
        here.links("bob@sms", f"bob{place}@email")
        assert here.found(mail).merged_into is None
        assert len(here.asked(mail)) == (0 if "automatic" in content else 1)
        here.becomes(mail, Status.RESOLVED)
        here.now += timedelta(minutes=1)
    here.rule = replace(here.rule, resolved_seconds=0, ask_resolved_seconds=0)
    proven = here.says("bob9", "email", "About my parcel", authentication={"verified": True})
    here.links("bob@sms", "bob9@email")
    assert here.found(proven).merged_into is not None


def test_calls_neither_move_nor_are_asked(here: Moves) -> None:
    here.says("bob", "sms", "My parcel is late")
    call = here.says("bob", "voice", "", kind=MessageKind.CALL, direction="inbound", state="ringing")
    here.links("bob@sms", "bob@voice")
    assert here.found(call).merged_into is None and here.asked(call) == []


def test_a_link_joins_what_is_still_a_beginning_and_leaves_what_was_answered(here: Moves) -> None:
    case = here.says("bob", "sms", "My parcel is late")
    new = here.says("bob", "whatsapp", "Here I am")
    here.links("bob@sms", "bob@whatsapp")
    assert here.found(new).merged_into == case
    answered = here.says("bob", "telegram", "And here")
    here.answers(answered)
    here.links("bob@sms", "bob@telegram")
    assert here.found(answered).merged_into is None


def test_a_link_that_is_late_asks_nobody(here: Moves) -> None:
    here.says("bob", "sms", "My parcel is late")
    new = here.says("bob", "whatsapp", "Here I am")
    here.now += timedelta(minutes=16)
    here.links("bob@sms", "bob@whatsapp", 60)
    assert here.found(new).merged_into is None and here.asked(new) == []


def test_what_somebody_has_taken_apart_is_not_joined_again(here: Moves) -> None:
    case = known(here)
    new = here.says("bob", "whatsapp", "Now here")
    Rearranging(here.merging, who("ana"), here.now).unmerge(case, new)
    here.settle()
    assert here.found(new).merged_into is None
    for event in [each for each in here.told if each["type"] in ("conversation.created", "contact.linked")]:
        here.carried(event)
    assert here.found(new).merged_into is None and here.asked(new) == []


def test_strangers_are_never_joined_nor_asked(here: Moves) -> None:
    here.says("ada", "sms", "My parcel is late")
    new = here.says("bob", "whatsapp", "Mine too")
    assert here.found(new).merged_into is None and here.asked(new) == []


def test_nothing_happens_where_it_is_switched_off(here: Moves) -> None:
    known(here)
    here.rule = replace(here.rule, enabled=False)
    new = here.says("bob", "whatsapp", "Now here")
    assert here.found(new).merged_into is None and here.asked(new) == []


def test_the_calls_of_a_conversation_that_begins_are_few() -> None:
    """A stranger's: one write of the list, reads of conversation and contact, one query, nothing more."""
    here = Moves()
    new = here.says("ada", "sms", "Hello", settled=False)
    calls: list[str] = []
    plain = here.brittle.__getattr__

    class Counting:
        def __getattr__(self, name: str) -> Any:
            calls.append(name)
            return plain(name)

    desk = Desk(Counting(), "desk")
    joining = Joining(OpenedStore(desk), MergingStore(desk), PeopleStore(desk), here.questions, ResumePolicy)
    event = next(
        each
        for record in here.table.stream
        for each in announcements(record)
        if each["type"] == "conversation.created" and each["snapshot"]["id"] == new
    )
    joining.react(event, here.now)
    assert sorted(calls) == ["batch_get_item", "get_item", "put_item", "query"]


# --- whatever happens ---------------------------------------------------------------------------------------------

NAMES = ("ada", "bob")
BEGIN = tuple(f"{name}@{channel}" for name in NAMES for channel in ("whatsapp", "sms", "telegram"))


class MovesMachine(RuleBasedStateMachine):
    """Customers of two names on three channels each; agents, links and faults as they come."""

    @initialize()
    def begin(self) -> None:
        self.here = Moves()
        self.joined: set[str] = set()

    def _fault(self, at: int | None, after: bool) -> None:
        self.here.brittle.fails_at, self.here.brittle.after = at, after

    @rule(
        place=st.sampled_from(BEGIN),
        at=st.none() | st.integers(0, 12),
        after=st.booleans(),
        words=st.sampled_from(("Hello", "yes", "2", "no")),
    )
    def says(self, place: str, at: int | None, after: bool, words: str) -> None:
        name, _, channel = place.partition("@")
        self._fault(at, after)
        new = self.here.says(name, channel, words)
        self._fault(None, False)
        found = self.here.found(new)
        if found.merged_into is None and not self.here.asked(new):
            # Looked at again, by whoever: nothing else comes of it.
            before = len(self.here.table.stream)
            self.here.joining.consider(new, self.here.now, may_ask=False)
            self.here.settle()
            assert len(self.here.table.stream) == before

    @rule(data=st.data(), strength=st.sampled_from((60, 95)), at=st.none() | st.integers(0, 20), after=st.booleans())
    def links(self, data: st.DataObject, strength: int, at: int | None, after: bool) -> None:
        one, other = (data.draw(st.sampled_from(BEGIN)) for _ in range(2))
        if one != other:
            self._fault(at, after)
            try:
                self.here.links(one, other, strength)
            except Refusal:
                pass
            finally:
                self._fault(None, False)

    @rule(data=st.data())
    def unlinks(self, data: st.DataObject) -> None:
        one, other = (self.here.contact(data.draw(st.sampled_from(BEGIN))) for _ in range(2))
        try:
            unlink(self.here.people, one, other, actor=AGENT, now=self.here.now)
        except (LinkNotFound, Refusal):
            return
        self.here.settle()

    @rule(data=st.data(), act=st.sampled_from(("answers", "resolves", "undoes")))
    def works(self, data: st.DataObject, act: str) -> None:
        alive = [each for each in self.here.everything() if each.merged_into is None]
        if not alive:
            return
        found = data.draw(st.sampled_from(sorted(alive, key=lambda each: each.id)))
        if act == "answers" and found.status is not Status.RESOLVED:
            with suppress(WindowClosed):
                self.here.answers(found.id)
        elif act == "resolves" and found.status is not Status.RESOLVED:
            self.here.becomes(found.id, Status.RESOLVED)
        elif act == "undoes" and found.absorbed:
            try:
                Rearranging(self.here.merging, who("ana"), self.here.now).unmerge(found.id, found.absorbed[-1])
            except Refusal:
                return
            self.here.settle()

    @rule(hours=st.sampled_from((1, 20, 30, 80)))
    def passes(self, hours: int) -> None:
        self.here.rests(timedelta(hours=hours))

    @invariant()
    def everything_is_said_in_one_place(self) -> None:
        if not hasattr(self, "here"):
            return
        here = self.here
        everything = here.everything()
        alive = [each for each in everything if each.merged_into is None]
        shown = [message.id for each in alive for message in here.merging.messages(each, 500)]
        assert sorted(shown) == sorted(each.id for each in here.messages())
        for each in everything:
            assert len(here.asked(each.id)) <= 1
            assert each.merged_into is None or each.weight == 0
        check(here)

    @invariant()
    def only_one_persons_cases_were_joined(self) -> None:
        if not hasattr(self, "here"):
            return
        here = self.here
        for each in here.everything():
            if each.merged_into is None or each.id in self.joined:
                continue
            self.joined.add(each.id)
            target = here.found(each.merged_into)
            while target.merged_into is not None:
                target = here.found(target.merged_into)
            assert target.created_at <= each.created_at
            persons = {
                known.person or known.id
                for known in here.people.contacts([each.contact_id, target.contact_id]).values()
            }
            assert len(persons) == 1


TestMoves = MovesMachine.TestCase
TestMoves.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


def test_question_kinds_are_these() -> None:
    assert {each.value for each in QuestionKind} == {"join", "consent"}
