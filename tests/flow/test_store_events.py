"""Events of stores and other systems: on the right contact's timeline, once, whatever order they come in and whoever
is first."""

import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.timeline import TimelineStore
from chalicelib.channels.base import TimelineEvent
from chalicelib.domain.writes import Written
from chalicelib.services import contacts, timeline
from chalicelib.wiring import shared
from tests.flow.chat import CHAT, Visitor, add_chats
from tests.flow.scene import BOB, Scene, stored
from tests.flow.shops import (
    SHOP,
    SHOP_INBOX,
    TILL_SECRET,
    check,
    give,
    lines,
    order,
    orders,
    people,
    refund,
    sale,
    shop,
    shop_scene,
    till,
    titles,
)


@pytest.fixture
def here() -> Iterator[Scene]:
    with shop_scene() as made:
        yield made


# Whose it is.


def test_an_order_is_seen_with_the_customer_who_wrote_on_whatsapp(here: Scene) -> None:
    here.says("Where is my order?")
    here.settle()
    bob = here.conversation.contact_id
    give(bob, email="Bob@Example.com")
    assert shop("orders/create", order()) == 200
    assert shop("orders/paid", order(minute=5, status="paid")) == 200
    assert titles(bob) == ["Order #1001: paid, 59.90 EUR", "Order #1001: placed, 59.90 EUR"]
    (state,) = orders(bob)
    assert (state.name, state.kind, state.data["financial_status"]) == ("order:5001001", "order.paid", "paid")
    assert [contact.id for contact in people()] == [bob]
    check(here)


def test_a_phone_number_leads_to_the_customer_who_has_it_on_whatsapp(here: Scene) -> None:
    here.says("Hello")
    here.settle()
    bob = here.conversation.contact_id
    national: dict[str, Any] = {
        "email": None,
        "phone": "6123 4567",
        "billing_address": {"country_code": "HK", "name": "Bob Chan"},
    }
    shop("orders/create", order(**national))
    assert f"+{BOB}" == "+85261234567"
    assert titles(bob) == ["Order #1001: placed, 59.90 EUR"]


def test_a_signed_in_visitor_is_found_by_the_address_the_site_vouches_for(here: Scene) -> None:
    add_chats(here)
    ann = Visitor(here, CHAT)
    ann.identify("u-1", email="ann@example.com")
    ann.says("Hello")
    here.settle()
    here.says("I am not Ann")
    here.settle()
    by_channel = {each.channel: each.contact_id for each in here.conversations()}
    give(by_channel["whatsapp"], email="ann@example.com")
    shop("orders/create", order(email="ann@example.com"))
    assert titles(by_channel["web_chat"]) == ["Order #1001: placed, 59.90 EUR"]
    assert titles(by_channel["whatsapp"]) == []


def test_an_unknown_customer_becomes_a_contact_that_later_events_find(here: Scene) -> None:
    customer = {"id": 7, "first_name": "Ana", "last_name": "Silva", "phone": "+351912000001"}
    shop("orders/create", order(customer=customer))
    (listed,) = people()
    ana = contacts.get(ContactStore(shared.desk()), listed.id)
    assert (ana.name, ana.email, ana.phone, ana.sources["email"]) == (
        "Ana Silva",
        "bob@example.com",
        "+351912000001",
        "store",
    )
    shop("orders/create", order(1002, email="other@example.com", customer=customer))
    till(here, sale("s1"))
    assert [contact.id for contact in people()] == [ana.id]
    assert len(lines(ana.id)) == 3
    # No customer's address stands in a key.
    assert "bob@example.com" not in str(list(stored(here.world)))
    assert "351912000001" not in str(list(stored(here.world)))
    check(here)


def test_an_address_that_an_agent_took_away_leads_nowhere_any_more(here: Scene) -> None:
    here.says("Hello")
    here.settle()
    bob = here.conversation.contact_id
    give(bob, email="bob@example.com")
    give(bob, email=None)
    shop("orders/create", order())
    assert titles(bob) == []
    assert len(people()) == 2


def test_the_contact_an_event_made_is_found_even_when_its_address_was_changed(here: Scene) -> None:
    shop("orders/create", order())
    (made,) = people()
    give(made.id, email="new@example.com")
    shop("orders/create", order(1002))
    assert [contact.id for contact in people()] == [made.id]
    assert len(lines(made.id)) == 2


def test_two_systems_customers_with_one_number_are_two(here: Scene) -> None:
    here.world.add_inbox("ibx_t2", "events", "ibx_t2", {"secret": [TILL_SECRET]})
    till(here, sale("s1", contact={"external_id": "42"}))
    till(here, sale("s1", contact={"external_id": "42"}), path="/v1/events/ibx_t2")
    assert len(people()) == 2


# What names its subject only.


def test_a_refund_is_of_the_customer_whose_order_it_is_and_does_not_replace_the_orders_state(here: Scene) -> None:
    shop("orders/create", order())
    shop("refunds/create", refund())
    (bob,) = people()
    assert titles(bob.id) == ["Refund of 20.00 EUR", "Order #1001: placed, 59.90 EUR"]
    assert orders(bob.id)[0].data["total"] == "59.90"


def test_a_refund_that_comes_before_its_order_waits_for_it(here: Scene) -> None:
    assert shop("refunds/create", refund(), "r-1") == 200
    assert shop("refunds/create", refund(), "r-1") == 200
    assert people() == []
    shop("orders/create", order())
    (bob,) = people()
    assert titles(bob.id) == ["Refund of 20.00 EUR", "Order #1001: placed, 59.90 EUR"]
    assert shop("refunds/create", refund(), "r-1") == 200
    assert len(lines(bob.id)) == 2
    check(here)


def test_an_order_of_nobody_waits_until_somebody_has_it(here: Scene) -> None:
    shop("orders/create", order(email=""))
    assert people() == []
    shop("orders/updated", order(minute=9))
    (bob,) = people()
    assert len(lines(bob.id)) == 2
    assert orders(bob.id)[0].kind == "order.updated"


# Once, in any order.


def test_one_event_told_by_several_subscriptions_and_again_is_one_line(here: Scene) -> None:
    for _ in range(3):
        assert shop("orders/paid", order(status="paid"), "e-1") == 200
    shop("orders/paid", {**order(status="paid"), "note": "an older version of the API"}, "e-1")
    (bob,) = people()
    assert len(lines(bob.id)) == 1


def test_the_caller_is_told_what_became_of_each_event(here: Scene) -> None:
    first = till(here, sale("s1"), sale("s1"), {"id": "s2"}, sale("s3", title="Another"))
    assert [each["status"] for each in first] == ["accepted", "duplicate", "invalid", "accepted"]
    assert [each["status"] for each in till(here, sale("s1"), sale("s3"))] == ["duplicate", "duplicate"]


HISTORY = [
    ("orders/create", order(minute=0), "e0"),
    ("orders/updated", order(minute=1), "e1"),
    ("orders/paid", order(minute=5, status="paid"), "e2"),
    ("orders/updated", order(minute=5, status="paid", note="same second"), "e2"),
    ("refunds/create", refund(), "e3"),
    ("orders/cancelled", order(minute=30, status="refunded", cancelled_at="x"), "e4"),
    ("orders/create", order(1002, minute=2, email="", customer={"id": 7}), "e5"),
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(range(len(HISTORY))), max_size=8), st.randoms(use_true_random=False))
def test_any_order_and_any_repeats_end_in_the_same_timeline(repeats: list[int], shuffled: random.Random) -> None:
    arrivals = [*range(len(HISTORY)), *repeats]
    shuffled.shuffle(arrivals)
    with shop_scene() as here:
        for place in arrivals:
            topic, body, event_id = HISTORY[place]
            assert shop(topic, body, event_id) == 200
        bob = next(contact for contact in people() if contact.email)
        assert [line.kind for line in lines(bob.id)] == [
            "order.cancelled",
            "refund.created",
            *sorted(["order.paid", "order.updated"], key=[each.kind for each in lines(bob.id)].index),
            "order.updated",
            "order.created",
        ]
        (state,) = orders(bob.id)
        assert (state.kind, state.data["financial_status"]) == ("order.cancelled", "refunded")
        check(here)


def test_a_stale_retry_does_not_bring_back_an_older_state(here: Scene) -> None:
    shop("orders/cancelled", order(minute=30, status="voided"), "e-2")
    shop("orders/paid", order(minute=5, status="paid"), "e-1")
    (bob,) = people()
    assert orders(bob.id)[0].data["financial_status"] == "voided"
    assert titles(bob.id)[0].startswith("Order #1001: cancelled")
    assert len(lines(bob.id)) == 2


def test_first_events_of_one_new_customer_at_the_same_time_make_one_contact(here: Scene) -> None:
    def one(place: int) -> int:
        customer = {"id": 7} if place % 2 else None
        return shop("orders/create", order(2000 + place, customer=customer), f"c-{place}")

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(24))) == {200}
    here.world.pump()
    for queue in here.world.queue_urls:
        here.world.wake(queue)
    here.world.pump()
    (bob,) = people()
    assert len(lines(bob.id)) == 24
    assert len(orders(bob.id)) == 24
    check(here)


@pytest.mark.parametrize("customer", [None, {"id": 7}])
def test_whoever_is_a_moment_later_finds_the_contact_that_was_just_made(here: Scene, customer: Any) -> None:
    inbox = shared.inboxes().get(SHOP_INBOX)
    assert inbox is not None

    class Overtaken(TimelineStore):
        """Another event is stored between this one's reads and its write."""

        def candidates(self, named: Any) -> Any:
            found = super().candidates(named)
            if not people():
                shop("orders/create", order(1001, customer=customer))
            return found

    known_as = (("email", "bob@example.com"), ("phone", "+85261234567"))
    event = TimelineEvent(SHOP, "x", "order.created", "Order", here.now(), known_as, "order:5001001")
    assert timeline.add(Overtaken(shared.desk()), inbox, event, here.now()) is Written.DONE
    (bob,) = people()
    assert len(lines(bob.id)) == 2
    assert len(orders(bob.id)) == 1
    check(here)


def test_an_event_makes_no_conversation(here: Scene) -> None:
    shop("orders/create", order())
    check(here)
    assert here.conversations() == []
    assert not [pk for pk, _ in stored(here.world) if pk.startswith(("LEG#", "CNV#"))]


# What is announced.


def test_a_line_is_announced_with_the_write_and_once(here: Scene) -> None:
    shop("orders/create", order(), "e-1")
    shop("orders/create", order(), "e-1")
    shop("orders/paid", order(minute=5), "e-2")
    told = [
        entry["type"]
        for record in here.cloud.tables["desk"].stream
        for entry in json.loads(record["dynamodb"]["NewImage"].get("events", {}).get("S", "[]"))
    ]
    assert sorted(told) == ["contact.created", "timeline.event_added", "timeline.event_added"]
