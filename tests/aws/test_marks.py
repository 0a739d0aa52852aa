"""Delivery marks against the store itself: any order, any number of times, before and after what they are about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.aws.codec_message import message_item
from chalicelib.aws.stores.deliveries import DeliveryStore
from chalicelib.aws.stores.inbound import put_message
from chalicelib.aws.transaction import Desk
from chalicelib.domain import ids
from chalicelib.domain.delivery import RANK, DeliveryState, FailureClass
from chalicelib.domain.envelope import Actor
from chalicelib.domain.message import Author, Direction, Failure, Message, MessageKind
from chalicelib.domain.writes import ParkedMark, Recorded
from chalicelib.services.deliver import Delivery, Route
from chalicelib.services.marks import mark_of
from chalicelib.services.newcomers import message_recorded
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
LEG = ids.leg_id("ibx_wa", "85261234567")
SYSTEM = Actor("system")
FAILURE = Failure("131026", FailureClass.RECIPIENT, "Nobody there.", START)
TOLD = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.FAILED)
marks = st.tuples(st.sampled_from(TOLD), st.integers(0, 3))


def queued(at: datetime = START) -> Message:
    return Message(
        id=ids.message_id(at, "cnv_1", "c1"),
        leg_id=LEG,
        conversation_id="cnv_1",
        direction=Direction.OUTBOUND,
        kind=MessageKind.TEXT,
        occurred_at=at,
        stored_at=at,
        author=Author("agent", "agt_1", "Ana"),
        text="Hello",
        client_id="c1",
        state=DeliveryState.QUEUED,
        marks={"queued": at},
    )


class Stored:
    """A store with one queued message in it."""

    def __init__(self, message: Message | None = None) -> None:
        self.table = MemoryTable()
        desk = Desk(MemoryDynamoDB({"desk": self.table}), "desk")
        self.store = DeliveryStore(desk)
        self.message = message or queued()
        desk.write(put_message(self.message, message_recorded(self.message)))

    @property
    def now(self) -> Message:
        found = self.store.message(LEG, self.message.id)
        assert found is not None
        return found

    def tell(self, state: DeliveryState, seconds: int = 0, attempt: int = 1, external_id: str | None = None) -> None:
        at = START + timedelta(seconds=seconds)
        parked = ParkedMark(state, at, replace(FAILURE, at=at) if state is DeliveryState.FAILED else None)
        assert self.store.mark(mark_of(parked, LEG, self.message.id, attempt, SYSTEM, at, external_id)) is not None


def end(order: list[tuple[DeliveryState, int]]) -> Message:
    held = Stored()
    before = held.now
    for state, seconds in order:
        held.tell(state, seconds)
        assert RANK[held.now.state or DeliveryState.QUEUED] >= RANK[before.state or DeliveryState.QUEUED]
        before = held.now
    return replace(held.now, version=1)


def expected(told: list[tuple[DeliveryState, int]]) -> Message:
    """Of several times of one mark the first, of several marks the highest, and a failure only where it stands."""
    message = queued()
    times = dict(message.marks)
    for state, seconds in sorted(told, key=lambda mark: -mark[1]):
        times[state.value] = START + timedelta(seconds=seconds)
    state = max([DeliveryState.QUEUED, *(state for state, _ in told)], key=RANK.__getitem__)
    failed = state is DeliveryState.FAILED
    return replace(message, state=state, marks=times, failure=FAILURE if failed else None)


def without_failures_time(message: Message) -> Message:
    return replace(message, failure=replace(message.failure, at=START) if message.failure else None)


@settings(max_examples=70, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(marks, max_size=8), st.randoms())
def test_a_message_ends_the_same_when_its_marks_come_in_any_order(told: list[Any], chance: Any) -> None:
    order = [mark for mark in told for _ in range(chance.randint(1, 2))]
    chance.shuffle(order)
    assert without_failures_time(end(order)) == expected(told)


@pytest.mark.parametrize("order", list(permutations(TOLD)))
def test_a_message_is_read_when_it_was_read_whatever_else_is_told(order: tuple[DeliveryState, ...]) -> None:
    message = end([(state, TOLD.index(state)) for state in order])
    assert (message.state, message.failure) == (DeliveryState.READ, None)
    assert set(message.marks) == {"queued", "sent", "delivered", "read", "failed"}


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(marks, max_size=6, unique_by=lambda mark: mark[0]), st.integers(0, 6))
def test_a_message_ends_the_same_when_its_marks_overtake_the_senders_answer(told: list[Any], overtaking: int) -> None:
    """Marks that name only the provider's id: parked before the answer tells whose it is, applied after."""
    held = Stored()
    claimed = held.store.claim(LEG, held.message.id, START)
    assert claimed is not None
    for state, seconds in told[:overtaking]:
        assert park(held, state, seconds) is None
    sent_at = START + timedelta(seconds=9)
    delivery = Delivery(held.store, None, None, None, None, lambda: sent_at, None, None)  # type: ignore[arg-type]
    delivery._accepted(_route(), claimed, "ext-1")
    for state, seconds in told[overtaking:]:
        known = park(held, state, seconds)
        assert known == (held.message.id, 1)
        held.tell(state, seconds, external_id="ext-1")
    wanted = expected([*told, (DeliveryState.SENT, 9)])
    kept = without_failures_time(replace(held.now, version=1))
    assert kept == replace(wanted, external_id="ext-1")


def _route() -> Route:
    from chalicelib.channels import custom

    return Route(None, custom, "address", {})  # type: ignore[arg-type]


def park(held: Stored, state: DeliveryState, seconds: int) -> tuple[str, int] | None:
    at = START + timedelta(seconds=seconds)
    return held.store.park(LEG, "ext-1", ParkedMark(state, at, FAILURE if state is DeliveryState.FAILED else None))


def test_only_one_claims_a_message() -> None:
    held = Stored()
    assert held.store.claim(LEG, held.message.id, START) is not None
    assert held.store.claim(LEG, held.message.id, START) is None
    assert held.now.state is DeliveryState.SENDING
    assert held.store.claim(LEG, "msg_" + "0" * 29, START) is None


def test_a_mark_of_an_earlier_attempt_counts_only_as_proof() -> None:
    held = Stored()
    held.tell(DeliveryState.FAILED)
    again = replace(held.now, state=DeliveryState.QUEUED, attempt=2, failure=None)
    assert held.store.requeue(again, Recorded((), SYSTEM, START)) is not None
    assert held.store.requeue(again, Recorded((), SYSTEM, START)) is None
    for state in (DeliveryState.SENT, DeliveryState.FAILED):
        held.tell(state, 5, attempt=1)
        assert (held.now.state, held.now.failure) == (DeliveryState.QUEUED, None)
    held.tell(DeliveryState.DELIVERED, 6, attempt=1)
    assert held.now.state is DeliveryState.DELIVERED


def test_a_release_after_a_refusal_leaves_no_failure_once_it_is_sent() -> None:
    held = Stored()
    claimed = held.store.claim(LEG, held.message.id, START)
    assert claimed is not None
    held.store.release(claimed, FAILURE)
    assert (held.now.state, held.now.failure) == (DeliveryState.QUEUED, FAILURE)
    assert held.store.claim(LEG, held.message.id, START) is not None
    held.tell(DeliveryState.SENT)
    assert (held.now.state, held.now.failure) == (DeliveryState.SENT, None)


def test_nothing_happens_when_a_mark_is_about_a_message_that_we_did_not_send() -> None:
    written_elsewhere = replace(queued(), state=None, marks={}, author=Author("api"))
    held = Stored(written_elsewhere)
    before = dict(held.table.items)
    held.tell(DeliveryState.READ, 5, external_id="x")
    assert held.table.items == before
    assert message_item(held.now).get("rank") is None
    absent = ParkedMark(DeliveryState.READ, START)
    assert held.store.mark(mark_of(absent, LEG, "msg_" + "0" * 29, 1, SYSTEM, START)) is None


def test_each_silent_write_takes_the_events_of_the_last_one_away() -> None:
    """A later image would tell them again otherwise, under a version that has told them."""
    held = Stored()
    key = ("LEG#" + LEG, "M#" + held.message.id)
    assert "events" in held.table.items[key]
    held.store.claim(LEG, held.message.id, START)
    assert "events" not in held.table.items[key]
    held.tell(DeliveryState.READ)
    assert "events" in held.table.items[key]
    held.tell(DeliveryState.SENT, 3)
    assert "events" not in held.table.items[key]
