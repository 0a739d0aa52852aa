"""Nothing free-form is said after a channel's window has closed, whoever would say it: to the millisecond, on every
channel that has a window."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.codec import from_attributes
from chalicelib.aws.codec_message import message_from
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.inbound import InboundStore
from chalicelib.aws.stores.joining import OpenedStore
from chalicelib.aws.stores.people import PeopleStore
from chalicelib.aws.stores.promises import PromiseStore
from chalicelib.aws.stores.questions import QuestionStore
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.aws.stores.scheduled import ScheduledStore
from chalicelib.aws.transaction import Desk
from chalicelib.channels import registry
from chalicelib.channels.base import InboundMessage, Peer, Profile
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.closing import Closing
from chalicelib.domain.consent import Purpose
from chalicelib.domain.conversation import Status
from chalicelib.domain.errors import MessageUnfit, WindowClosed
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import Direction, Message, MessageKind
from chalicelib.domain.question import QuestionState
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.domain.scheduled import Scheduled, ScheduledState, Words
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.alternatives import window_seconds
from chalicelib.services.closing import Closings
from chalicelib.services.consent_asking import ConsentAsking
from chalicelib.services.questions import Questions
from chalicelib.services.receive import receive
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft
from chalicelib.services.rule_facts import RuleFacts
from chalicelib.services.scheduled import DueMessages, timer_subject
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.room import Timers

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA = Principal("agent", "agt_ana", "Ana", Role.AGENT)
RULE = Principal("rule", "followup", "Parley", Role.AGENT)
MILLISECOND = timedelta(milliseconds=1)
WINDOWED = sorted(name for name in registry.CHANNELS if registry.load(name).CAPABILITIES.window_seconds)
CASES = [(name, False) for name in WINDOWED] + [
    (name, True) for name in WINDOWED if registry.load(name).CAPABILITIES.human_window_seconds
]


@dataclass
class Place:
    """A customer who wrote once on a channel, and everything by which the desk could write back."""

    table: MemoryTable
    desk: Desk
    inbox: Inbox
    conversation_id: str

    def inbox_of(self, inbox_id: str) -> Inbox | None:
        return self.inbox if inbox_id == self.inbox.id else None

    @property
    def inboxes(self) -> Any:
        return _Inboxes(self)

    def closes_at(self, *, by_a_person: bool) -> datetime:
        seconds = window_seconds(self.inbox, MessageKind.TEXT, by_a_person=by_a_person)
        assert seconds is not None
        return START + timedelta(seconds=seconds)

    def said(self) -> Sequence[Message]:
        """Every outbound message there is, of whatever kind."""
        items = [from_attributes(item) for key, item in self.table.items.items() if key[1].startswith("M#")]
        return [each for each in map(message_from, items) if each.direction is Direction.OUTBOUND]


@dataclass
class _Inboxes:
    place: Place

    def inbox(self, inbox_id: str) -> Inbox | None:
        return self.place.inbox_of(inbox_id)


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}{'-human' if case[1] else ''}")
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    name, human = request.param
    table = MemoryTable({"by_kind": {"keys": ("kind_key", "kind_sort"), "shown": ["row", "version"]}})
    desk = Desk(MemoryDynamoDB({"desk": table}), "desk")
    inbox = Inbox("ibx_1", name, "Test", "acc", "inbox/1", START, settings={"human_agent": True} if human else {})
    peer = Peer(("85261234567",), Profile(name="Bob", email="bob@example.com"))
    inbound = InboundMessage("acc", "ext-1", peer, START, MessageKind.TEXT, text="Hello")
    told = receive(InboundStore(desk), inbox, inbound, START)
    yield Place(table, desk, inbox, told.conversation_id)


def says(here: Place, who: Principal, at: datetime) -> None:
    reply(ReplyStore(here.desk), here.inboxes, who, here.conversation_id, Draft(f"say-{at}", "Hello back"), at)


def says_on_its_leg(here: Place, who: Principal, at: datetime) -> None:
    """The quick way, whose write itself has to see it."""
    found = DeskStore(here.desk).conversation(here.conversation_id)
    assert found is not None
    draft = Draft(f"leg-{at}", "Hello back", leg_id=found.active_leg_id)
    reply(ReplyStore(here.desk), here.inboxes, who, here.conversation_id, draft, at)


@pytest.mark.parametrize("way", [says, says_on_its_leg])
@pytest.mark.parametrize("who", [ANA, RULE], ids=["agent", "rule"])
def test_a_reply_is_refused_from_the_moment_on_at_which_the_window_is_closed(
    place: Place, who: Principal, way: Callable[[Place, Principal, datetime], None]
) -> None:
    closes_at = place.closes_at(by_a_person=who is ANA)
    for at in (closes_at, closes_at + MILLISECOND, closes_at + timedelta(days=30)):
        with pytest.raises(WindowClosed) as refused:
            way(place, who, at)
        assert refused.value.facts["closed_at"] == closes_at.isoformat()
        assert place.said() == []
    way(place, who, closes_at - MILLISECOND)
    assert len(place.said()) == 1


def test_the_customers_next_word_opens_it_again(place: Place) -> None:
    closes_at = place.closes_at(by_a_person=True)
    peer = Peer(("85261234567",), Profile(name="Bob"))
    again = InboundMessage("acc", "ext-2", peer, closes_at + MILLISECOND, MessageKind.TEXT, text="Still there?")
    receive(InboundStore(place.desk), place.inbox, again, closes_at + MILLISECOND)
    says(place, ANA, closes_at + 2 * MILLISECOND)
    assert len(place.said()) == 1


def due(here: Place, author: Principal, at: datetime) -> Scheduled:
    """A message that was scheduled for this time, when its timer comes."""
    store = ScheduledStore(here.desk)
    made = Scheduled(
        id=f"sch_{at:%H%M%S%f}",
        conversation_id=here.conversation_id,
        author=author,
        send_at=at,
        said=Words(text="As promised."),
        created_at=START + timedelta(minutes=1),
        digest="d",
        unless_answered=False,
    )
    assert store.put(made, 0, Recorded((), _actor(author), START)) is Written.DONE
    messages = DueMessages(store, ReplyStore(here.desk), here.inboxes, _Nobody())
    messages.send(timer_subject(made.conversation_id, made.id), 1, at)
    found = store.get(made.conversation_id, made.id)
    assert found is not None
    return found


class _Nobody:
    def workload(self, agent_id: str) -> None:
        return None


def _actor(author: Principal) -> Any:
    from chalicelib.domain.envelope import Actor

    return Actor(author.kind, author.id)


def test_what_is_scheduled_beyond_it_fails_and_says_why(place: Place) -> None:
    closes_at = place.closes_at(by_a_person=False)
    late = due(place, RULE, closes_at + MILLISECOND)
    assert (late.state, late.reason) == (ScheduledState.FAILED, WindowClosed.code) and late.detail
    assert place.said() == []
    early = due(place, RULE, closes_at - MILLISECOND)
    assert (early.state, early.reason) == (ScheduledState.SENT, None)
    assert [each.text for each in place.said()] == ["As promised."]


@pytest.mark.parametrize("late", [True, False], ids=["closed", "open"])
def test_a_farewell_is_said_only_while_it_is_open_and_the_case_is_closed_all_the_same(place: Place, late: bool) -> None:
    says(place, ANA, START + timedelta(seconds=5))
    closes_at = place.closes_at(by_a_person=False)
    at = closes_at + MILLISECOND if late else closes_at - MILLISECOND
    policy = RoutingPolicy(closings=(Closing("Silent", 60, {}, "Goodbye."),))
    closings = Closings(
        store=DeskStore(place.desk),
        replies=ReplyStore(place.desk),
        inboxes=place.inboxes,
        scheduled=ScheduledStore(place.desk),
        promises=PromiseStore(place.desk),
        facts=RuleFacts(ContactStore(place.desk)),
        policy=lambda: policy,
        timers=Timers(),
    )
    closings.close(place.conversation_id, 0, at)
    found = DeskStore(place.desk).conversation(place.conversation_id)
    assert found is not None and found.status is Status.RESOLVED
    assert [each.text for each in place.said()][1:] == ([] if late else ["Goodbye."])


def test_consent_is_asked_only_while_it_is_open(place: Place) -> None:
    questions = Questions(QuestionStore(place.desk), ReplyStore(place.desk), place.inboxes)
    asking = ConsentAsking(OpenedStore(place.desk), ContactStore(place.desk), PeopleStore(place.desk), questions)
    closes_at = place.closes_at(by_a_person=True)
    with pytest.raises((WindowClosed, MessageUnfit)) as refused:
        asking.ask(ANA, place.conversation_id, "email", Purpose.SERVICE, "one", closes_at + MILLISECOND)
    assert isinstance(refused.value, WindowClosed)
    assert place.said() == []
    found = DeskStore(place.desk).conversation(place.conversation_id)
    assert found is not None
    kept = questions.store.get(found.id, found.active_leg_id)
    assert kept is not None and kept.state is QuestionState.VOID
    asked = asking.ask(ANA, place.conversation_id, "email", Purpose.SERVICE, "two", closes_at - MILLISECOND)
    assert asked.state is QuestionState.ASKED and len(place.said()) == 1


def test_a_template_goes_where_the_channel_has_them_and_nothing_else_does(place: Place) -> None:
    outside = registry.load(place.inbox.channel).CAPABILITIES.outside_window
    assert outside <= {MessageKind.TEMPLATE}
    after = place.closes_at(by_a_person=True) + MILLISECOND
    for kind in MessageKind:
        open_to = window_seconds(place.inbox, kind, by_a_person=True) is None
        assert open_to is (kind in outside)
    with pytest.raises(WindowClosed) as refused:
        says(place, ANA, after)
    offered = [each["kind"] for each in refused.value.facts["alternatives"]]
    assert offered == sorted(kind.value for kind in outside)


def test_these_are_all_channels_with_windows() -> None:
    assert WINDOWED == ["instagram", "messenger", "wechat", "whatsapp"]
    always = [name for name in registry.CHANNELS if name not in WINDOWED]
    for name in always:
        assert window_seconds(Inbox("ibx_1", name, "x", "y", "z", START), MessageKind.TEXT, by_a_person=True) is None
