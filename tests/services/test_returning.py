"""Customers who are back, over the real stores: told once for each absence, by whatever sign, and answered sooner."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws.changes import announcements
from chalicelib.aws.codec_contact import contact_item
from chalicelib.aws.codec_conversation import conversation_item
from chalicelib.aws.codec_message import message_item
from chalicelib.aws.codec_sla import clock_item
from chalicelib.aws.stores.attention import AttentionStore
from chalicelib.aws.stores.returning import ReturnStore, SignStore
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.attention import Asking, ranked
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation, Leg, Status
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.document import Document
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import InvalidInput, StoreUnavailable
from chalicelib.domain.events import SlaStarted
from chalicelib.domain.ids import message_id
from chalicelib.domain.message import Author, Direction, Message, MessageKind
from chalicelib.domain.returning import Back, RadarPolicy, Seen, Sign, told
from chalicelib.domain.sla import Clock, ClockKind
from chalicelib.domain.sla_clocks import clock_id
from chalicelib.domain.writes import Recorded, Written
from chalicelib.domain.writes_sla import ClockWrite
from chalicelib.services.attention import AttentionList
from chalicelib.services.radar_documents import radar_policy, radar_policy_body, radar_policy_from
from chalicelib.services.returning import Radar
from chalicelib.services.visitor_signs import VisitorSigns
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.test_routing import INDEXES

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
POLICY = RadarPolicy()


class Place:
    def __init__(self) -> None:
        self.table, self.live = MemoryTable(INDEXES), MemoryTable()
        client = MemoryDynamoDB({"desk": self.table, "live": self.live})
        self.desk, self.signs = Desk(client, "desk"), SignStore(Desk(client, "live"))
        self.store = ReturnStore(self.desk)
        self.radar = Radar(self.signs, self.store, lambda: POLICY)
        leg = Leg("leg_1", "ibx_1", "web_chat", "v", message_id(AT, "1"), message_id(AT, "1"), last_inbound_at=AT)
        head = Conversation("cnv_1", "con_1", "Bob", "ibx_1", "web_chat", "leg_1", AT, AT, AT, AT, AT)
        self.head = replace(head, assignee_id="agt_ana", legs={"leg_1": leg}, labels=("refund",))
        self.put(self.head)

    def put(self, head: Conversation) -> None:
        self.desk.write(Put(conversation_item(head), None))

    def answer(self, at: datetime, state: DeliveryState = DeliveryState.SENT) -> None:
        said = Message(
            id=message_id(at, "out"),
            leg_id="leg_1",
            conversation_id="cnv_1",
            direction=Direction.OUTBOUND,
            kind=MessageKind.TEXT,
            occurred_at=at,
            stored_at=at,
            author=Author("agent", "agt_ana", "Ana"),
            text="Here it is",
            state=state,
        )
        self.desk.write(Put(message_item(said)))

    def told(self) -> Sequence[dict[str, Any]]:
        found = (event for record in self.table.stream for event in announcements(record))
        return [event for event in found if event["type"] == "contact.returned"]


@pytest.fixture
def place() -> Place:
    return Place()


def test_the_owner_is_told_once_when_somebody_who_left_is_back(place: Place) -> None:
    place.radar.sign("cnv_1", Sign.MESSAGE, AT)
    place.answer(AT + MINUTE)
    place.answer(AT + 2 * MINUTE)
    place.answer(AT + 3 * MINUTE, DeliveryState.READ)

    back = place.radar.sign("cnv_1", Sign.TYPING, AT + 52 * MINUTE)

    assert back is not None
    assert told(back, "Bob") == "Bob is back after 52 min, unread: 2, topic: refund"
    for sign, minutes in ((Sign.TYPING, 52), (Sign.VISIT, 53), (Sign.MESSAGE, 54), (Sign.READ, 60)):
        assert place.radar.sign("cnv_1", sign, AT + minutes * MINUTE) is None
    (event,) = place.told()
    assert event["data"] == {
        "conversation_id": "cnv_1",
        "agent_ids": ["agt_ana"],
        "idle_seconds": 3120,
        "by": "typing",
        "unread": 2,
        "topic": "refund",
    }
    assert event["snapshot"]["id"] == "cnv_1"
    again = place.radar.sign("cnv_1", Sign.MESSAGE, AT + 75 * MINUTE)
    assert again is not None
    assert again.idle_seconds == 15 * 60


def test_a_page_that_stands_open_is_no_sign_and_one_that_is_opened_anew_is(place: Place) -> None:
    for second in range(0, 3600, 20):
        assert place.radar.sign("cnv_1", Sign.VISIT, AT + timedelta(seconds=second)) is None
    writes = len(place.live.stream)
    assert writes <= 62

    back = place.radar.sign("cnv_1", Sign.MESSAGE, AT + 61 * MINUTE)
    assert back is not None
    assert back.idle_seconds == 61 * 60
    visit = place.radar.sign("cnv_1", Sign.VISIT, AT + 90 * MINUTE)
    assert visit is not None
    assert (visit.by, visit.idle_seconds) == (Sign.VISIT, 29 * 60)


@pytest.mark.parametrize("changes", [{"assignee_id": None}, {"status": Status.RESOLVED}, {"merged_into": "cnv_2"}])
def test_nobody_is_told_of_what_is_nobodys_or_over(place: Place, changes: dict[str, Any]) -> None:
    place.put(replace(place.head, **changes))
    place.radar.sign("cnv_1", Sign.MESSAGE, AT)

    assert place.radar.sign("cnv_1", Sign.MESSAGE, AT + 60 * MINUTE) is None
    assert not place.told()
    assert place.radar.sign("cnv_none", Sign.TYPING, AT) is None


def test_signs_that_were_lost_are_made_up_for_by_what_the_conversation_knows(place: Place) -> None:
    """Without a sign the customer's last message is the beginning; of a first message nothing is known."""
    assert place.radar.sign("cnv_1", Sign.MESSAGE, AT + 30 * MINUTE) is None
    place.live.items.clear()
    assert place.radar.sign("cnv_1", Sign.TYPING, AT + 40 * MINUTE) is not None
    place.live.items.clear()
    assert place.radar.sign("cnv_1", Sign.TYPING, AT + 45 * MINUTE) is None
    assert len(place.told()) == 1


def test_a_sign_that_comes_again_after_a_fault_tells_nothing_twice(place: Place) -> None:
    place.radar.sign("cnv_1", Sign.MESSAGE, AT)

    class Lost(SignStore):
        def note(self, conversation_id: str, seen: Seen, now: datetime) -> None:
            raise StoreUnavailable("a fault")

    broken = replace(place.radar, signs=Lost(place.signs._table))
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            broken.sign("cnv_1", Sign.READ, AT + 20 * MINUTE)
    place.radar.sign("cnv_1", Sign.READ, AT + 20 * MINUTE)

    assert len(place.told()) == 1


def test_two_signs_at_once_are_one_return(place: Place) -> None:
    place.radar.sign("cnv_1", Sign.MESSAGE, AT)

    class Raced(ReturnStore):
        def put(self, back: Back, recorded: Recorded) -> Written:
            place.radar.sign("cnv_1", Sign.TYPING, AT + 20 * MINUTE)
            return super().put(back, recorded)

    replace(place.radar, store=Raced(place.desk)).sign("cnv_1", Sign.READ, AT + 20 * MINUTE)

    assert [event["data"]["by"] for event in place.told()] == ["typing"]


@given(st.lists(st.tuples(st.sampled_from(Sign), st.integers(0, 40)), min_size=2, max_size=12), st.randoms())
@settings(max_examples=30, deadline=None)
def test_an_absence_is_told_once_however_signs_come(steps: list[tuple[Sign, int]], shuffled: random.Random) -> None:
    place, at = Place(), AT
    signs = []
    for sign, minutes in steps:
        at += minutes * MINUTE
        signs += [(sign, at)] * shuffled.choice((1, 2))
    for sign, moment in signs:
        place.radar.sign("cnv_1", sign, moment)

    human = [AT] + [moment for sign, moment in signs if sign is not Sign.VISIT]
    gaps = sum(later - earlier >= 10 * MINUTE for earlier, later in pairwise(human))
    backs = place.told()
    assert len({event["id"] for event in backs}) == len(backs)
    times = [datetime.fromisoformat(event["snapshot"]["returned_at"]) for event in backs]
    assert all(later - earlier >= 10 * MINUTE for earlier, later in pairwise(times))
    assert len([event for event in backs if event["data"]["by"] != "visit"]) <= gaps


def test_messages_and_read_marks_are_signs_of_any_channel(place: Place) -> None:
    def event(kind: str, data: dict[str, Any], minutes: int) -> dict[str, Any]:
        at = (AT + minutes * MINUTE).isoformat()
        return {"type": kind, "data": data, "occurred_at": at, "snapshot": {"conversation_id": "cnv_1"}}

    said = {"conversation_id": "cnv_1", "direction": "inbound"}
    place.radar.react(event("message.created", said, 0), AT)
    place.radar.react(event("message.created", said | {"direction": "outbound"}, 20), AT)
    place.radar.react(event("message.state_changed", {"state": "delivered"}, 21), AT)
    assert not place.told()
    place.radar.react(event("message.state_changed", {"state": "read"}, 22), AT)
    assert [each["data"]["by"] for each in place.told()] == ["read"]


def test_a_visitors_signs_are_passed_on_once_a_minute_and_never_stop_a_call() -> None:
    passed: list[tuple[str, Sign, datetime]] = []
    asked: list[int] = []

    def conversation() -> str:
        asked.append(1)
        return "cnv_1"

    signs = VisitorSigns(lambda *sign: passed.append(sign))
    for second in range(0, 120, 5):
        signs.give("ibx_1/v", Sign.TYPING, conversation, AT + timedelta(seconds=second))
    assert len(passed) == len(asked) == 2
    signs.give("ibx_1/other", Sign.TYPING, lambda: None, AT)
    assert len(passed) == 2

    def fails(*sign: object) -> None:
        raise StoreUnavailable("a fault")

    VisitorSigns(fails).give("ibx_1/v", Sign.VISIT, conversation, AT)


def test_the_rules_are_kept_as_they_were_published() -> None:
    policy = radar_policy_from({"idle_seconds": 300, "tiers": {"gold": 30}}, 3)

    assert radar_policy(Document("published", radar_policy_body(policy), 3)) == policy
    assert radar_policy(None) == RadarPolicy()
    for body, field in (
        ({"idle_seconds": 1}, "idle_seconds"),
        ({"tiers": {"x": 31}}, "tiers.x"),
        ({"tiers": 3}, "tiers"),
    ):
        with pytest.raises(InvalidInput) as refused:
            radar_policy_from(body, 1)
        assert refused.value.field == field


# --- attention


def test_an_agents_conversations_are_ranked_with_reasons_by_what_hangs_on_them(place: Place) -> None:
    now = AT + 60 * MINUTE
    place.desk.write(Put(contact_item(Contact("con_1", AT, AT, name="Bob", tier="vip"))))
    since = now - 2 * MINUTE
    waits = replace(place.head, id="cnv_2", contact_id="con_2", waiting_since=since, labels=())
    place.put(waits)
    place.put(replace(waits, id="cnv_3", assignee_id="agt_ben"))
    clock = Clock(ClockKind.NEXT_RESPONSE, "sla_1", 1, since, 6 * 60, 0.8)
    started = SlaStarted(conversation_id="cnv_2", clock=clock_id(clock), started_at=since.isoformat())
    place.desk.write(Put(clock_item(ClockWrite("cnv_2", clock_id(clock), clock, 1, Recorded((started,), SYSTEM, now)))))
    listed = AttentionList(AttentionStore(place.desk), lambda hours_id: None, lambda: POLICY)

    rows, more = listed.of("agt_ana", now)
    assert not more
    assert [(row.conversation.id, [chip.text for chip in row.ranked.chips]) for row in rows] == [
        ("cnv_2", ["SLA 4 min", "waits 2 min"]),
        ("cnv_1", ["VIP"]),
    ]
    place.radar.sign("cnv_1", Sign.TYPING, now)
    rows, _ = listed.of("agt_ana", now + MINUTE)
    assert [chip.text for chip in rows[0].ranked.chips] == ["back after 1 h", "VIP"]
    rows, _ = listed.of("agt_ana", now + 4 * MINUTE)
    assert rows[0].conversation.id == "cnv_2"


def test_who_was_put_aside_for_silence_is_said_to_be_back_and_nothing_else(place: Place) -> None:
    now = AT + 60 * MINUTE
    place.desk.write(Put(contact_item(Contact("con_1", AT, AT, name="Bob", tier="vip"))))
    parked = replace(place.head, status=Status.SNOOZED)
    listed = AttentionList(AttentionStore(place.desk), lambda hours_id: None, lambda: POLICY)

    place.radar.sign("cnv_1", Sign.TYPING, now)
    assert [chip.text for chip in listed.reasons([parked], now)["cnv_1"]] == ["back after 1 h"]
    assert listed.reasons([replace(parked, snoozed_until=now + MINUTE)], now) == {}
    assert listed.reasons([parked], now + 4 * MINUTE)["cnv_1"] == ()


# --- a day


def simulated(seed: int, *, radar: bool) -> tuple[list[float], float]:
    """An agent's day with twelve customers who leave for lunch and come back, and others who keep writing. The agent
    takes what is first, answers in 12 seconds, and looks up when a notice comes. Gives how long the returned waited
    for an answer, and the longest that anybody else did."""
    chance, patience = random.Random(seed), timedelta(seconds=POLICY.patience_seconds)
    events: list[tuple[datetime, str, bool]] = []
    for place in range(40):
        events.append((AT + timedelta(seconds=chance.uniform(0, 4 * 3600)), f"new_{place}", False))
    for place in range(12):
        events.append((AT + timedelta(hours=3, seconds=chance.uniform(0, 1800)), f"back_{place}", True))
    events.sort()
    waiting: dict[str, tuple[datetime, bool]] = {}
    now, answered, longest = AT, [], 0.0
    while events or waiting:
        while events and events[0][0] <= now:
            at, name, is_back = events.pop(0)
            waiting[name] = (at, is_back)
        if not waiting:
            now = events[0][0]
            continue
        # Without the radar a customer who types or opens the page is seen with their message only, a minute later.
        seen = {
            name: (at, is_back) for name, (at, is_back) in waiting.items() if radar or not is_back or now - at >= MINUTE
        }
        if not seen:
            now += timedelta(seconds=1)
            continue
        askings = [
            Asking(
                name,
                at if not is_back or now - at >= MINUTE else None,
                back_after=3600 if radar and is_back and now - at < timedelta(seconds=POLICY.lift_seconds) else None,
            )
            for name, (at, is_back) in seen.items()
        ]
        first = ranked(askings, now, patience)[0].id
        at, is_back = waiting.pop(first)
        now += timedelta(seconds=12)
        waited = (now - at).total_seconds()
        if is_back:
            answered.append(waited)
        else:
            longest = max(longest, waited)
    return answered, longest


def test_who_is_back_is_answered_within_twenty_seconds_at_the_median() -> None:
    """With the radar the agent turns to them as they open the page; without it once they have written."""
    with_radar = [simulated(seed, radar=True) for seed in range(20)]
    without = [simulated(seed, radar=False) for seed in range(20)]

    assert median(each for answered, _ in with_radar for each in answered) < 20
    assert median(each for answered, _ in without for each in answered) > 60
    # Nobody else waits for much longer than they would have: the lift passes no one who has waited for long.
    assert max(longest for _, longest in with_radar) < POLICY.patience_seconds + 12 * 12
