"""Events of stores that are refused, kept for a look, or come while something fails: nothing lost, nothing doubled."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.aws.stores.timeline import TimelineStore
from chalicelib.channels.base import TimelineEvent
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.writes import Written
from chalicelib.services import timeline
from chalicelib.wiring import shared
from tests.aws.memory_cloud import Crash, refused, straight
from tests.flow.scene import Scene
from tests.flow.shops import SHOP, SHOP_INBOX, check, lines, order, orders, people, refund, shop, shop_scene, titles


@pytest.fixture
def here() -> Iterator[Scene]:
    with shop_scene() as made:
        yield made


# What is refused, and what is kept elsewhere.


def test_another_shop_and_another_secret_are_refused(here: Scene) -> None:
    assert shop("orders/create", order(), secret="wrong") == 401
    assert shop("orders/create", order(), secret="older") == 200
    assert shop("orders/create", order(1002), shop="other.myshopify.com") == 200
    (bob,) = people()
    assert len(lines(bob.id)) == 1


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("customers/redact", {"shop_id": 1, "customer": {"id": 7, "email": "bob@example.com"}}),
        ("customers/data_request", {"shop_id": 1, "customer": {"id": 7}}),
        ("shop/redact", {"shop_id": 1}),
        ("orders/create", order(minute=60 * 24 * 40)),
        ("orders/create", b"not json"),
    ],
)
def test_what_cannot_be_done_yet_is_kept_for_somebody_to_look_at(here: Scene, topic: str, body: Any) -> None:
    kept: list[Any] = []

    def noted(name: str, call: Callable[[], Any]) -> Any:
        kept.append(name)
        return call()

    here.cloud.tap = noted
    assert shop(topic, body if not isinstance(body, bytes) else "x") == 200
    assert kept.count("s3.put_object") == 1
    assert people() == []


# What fails.


class Fault:
    """Spoils the call at one place, or all writes."""

    def __init__(self, place: int = -1, kind: str = "", *, down: bool = False) -> None:
        self.place, self.kind, self.down, self.calls = place, kind, down, 0

    def __call__(self, name: str, call: Callable[[], Any]) -> Any:
        if self.down and name.startswith("dynamodb."):
            raise refused("ThrottlingException")
        self.calls += 1
        if self.calls - 1 != self.place:
            return call()
        if self.kind.startswith("lost"):
            call()
        if self.kind.endswith("crash"):
            raise Crash
        raise refused("ThrottlingException")


def test_what_the_store_cannot_take_is_spilled_and_stored_later(here: Scene) -> None:
    shop("orders/create", order(minute=-5, number=1000))
    here.cloud.tap = _no_transactions
    assert shop("refunds/create", refund(), "r-1") == 200
    assert shop("orders/create", order(), "e-1") == 200
    assert shop("orders/paid", order(minute=5, status="paid"), "e-2") == 200
    (bob,) = people()
    assert len(lines(bob.id)) == 1
    here.cloud.tap = straight
    here.world.pump()
    assert len(lines(bob.id)) == 4
    assert orders(bob.id)[0].data["financial_status"] == "paid"
    check(here)


def _no_transactions(name: str, call: Callable[[], Any]) -> Any:
    if name == "dynamodb.transact_write_items":
        raise refused("ThrottlingException")
    return call()


@pytest.mark.parametrize("kind", ["refused", "lost answer", "crash", "lost by crash"])
def test_one_fault_anywhere_loses_and_doubles_nothing(kind: str) -> None:
    """A refund first, then its order: everything that can be interrupted is in it."""
    place = 0
    while True:
        with shop_scene() as here:
            shared.inbox_directory().credentials(shared.inboxes().get(SHOP_INBOX))  # type: ignore[arg-type]
            fault = Fault(place, kind)
            here.cloud.tap = fault
            for topic, body, event_id in (("refunds/create", refund(), "r"), ("orders/create", order(), "o")):
                _until_taken(topic, body, event_id)
            here.cloud.tap = straight
            for _ in range(3):
                here.world.pump()
                here.world.wake("spill.fifo")
            here.world.pump()
            (bob,) = people()
            assert sorted(titles(bob.id)) == ["Order #1001: placed, 59.90 EUR", "Refund of 20.00 EUR"]
            assert len(orders(bob.id)) == 1
            check(here)
            if fault.calls <= place:
                assert place > 5
                return
        place += 1


def _until_taken(topic: str, body: Any, event_id: str) -> None:
    """The shop repeats what was not answered 2xx."""
    for _ in range(4):
        try:
            if shop(topic, body, event_id) == 200:
                return
        except Crash:
            continue
    raise AssertionError("never taken")


def test_an_event_that_names_nobody_and_nothing_is_never_stored_blindly(here: Scene) -> None:
    event = TimelineEvent(SHOP, "x", "a.b", "A", here.now(), (("email", "no address"), ("phone", "1")))
    assert timeline.is_nobodys(event)


def test_too_many_writers_at_once_are_spilled(here: Scene) -> None:
    class Busy(TimelineStore):
        def add(self, addition: Any) -> Written:
            return Written.CONFLICT

    inbox = shared.inboxes().get(SHOP_INBOX)
    assert inbox is not None
    event = TimelineEvent(SHOP, "x", "a.b", "A", here.now(), (("email", "bob@example.com"),))
    with pytest.raises(StoreUnavailable):
        timeline.add(Busy(shared.desk()), inbox, event, here.now())
