"""A customer is found by what they wrote from and what they bought: webhook, stream, bus, function `people`, search."""

from collections.abc import Iterator

import pytest

from chalicelib.wiring import search
from tests.flow.scene import BOB, Scene
from tests.flow.shops import give, order, shop, shop_scene


@pytest.fixture
def here() -> Iterator[Scene]:
    with shop_scene() as made:
        made.world.keeps_customers = True
        yield made


def found(q: str) -> list[tuple[str, str]]:
    """Whom a question finds, and by which field first."""
    return [(hit.contact.id, hit.matches[0].field) for hit in search.search().find(q, 10, None).items]


def test_a_customer_is_found_by_number_name_and_order_once_the_events_are_through(here: Scene) -> None:
    here.says("Where is my order?")
    here.settle()
    bob = here.conversation.contact_id
    give(bob, email="Bob@Example.com", name="Bob O'Neill")
    assert shop("orders/create", order(1001)) == 200
    here.settle()
    assert found(f"+{BOB}") == found(BOB) == [(bob, "address")]
    assert found(BOB[-7:]) == [(bob, "phone")]
    assert found("oneill bob") == [(bob, "name")]
    assert found("bob@example.com") == [(bob, "email")]
    for q in ("#1001", "1001", "order:5001001"):
        assert found(q) == [(bob, "order")]
    assert found("1002") == []


def test_everything_comes_twice_and_late_and_changes_nothing(here: Scene) -> None:
    here.says("Hello")
    here.settle()
    bob = here.conversation.contact_id
    give(bob, name="Robert")
    give(bob, name="Bobby")
    here.settle()
    rows = {key for key in here.cloud.tables["desk"].items if key[0].startswith(("WRD#", "IDX#"))}
    for event in ("contact.created", "contact.updated"):
        search.indexing().react({"type": event, "aggregate": {"id": bob}}, here.now())
    assert {key for key in here.cloud.tables["desk"].items if key[0].startswith(("WRD#", "IDX#"))} == rows
    assert found("robert") == []
    assert found("bobby") == [(bob, "name")]
