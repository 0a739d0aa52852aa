"""A contact's timeline and orders over HTTP: pages, filters, what a page costs, and who may ask."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bench.units import item_bytes
from chalicelib.aws.codec_timeline import line_item
from chalicelib.aws.stores.timeline import LOOKED_AT, TimelineStore
from chalicelib.aws.transaction import Put
from chalicelib.channels.base import TimelineEvent
from chalicelib.domain import ids
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.line_ids import line_id
from chalicelib.domain.timeline import TimelineQuery
from chalicelib.services import timeline
from chalicelib.wiring import shared
from tests.api.desk import Desk

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOP = Inbox("ibx_sh0p", "shopify", "Shop", "shoes.myshopify.com", "inbox/ibx_sh0p", T0)
MANY = 250
LINES = [{"title": "Trail shoes", "variant": "42 / green", "quantity": 1, "price": "49.90", "sku": "TS-42-G"}] * 4


def happens(person: str, place: int, kind: str = "order.updated", **more: Any) -> None:
    event = TimelineEvent(
        account_id=SHOP.account_id,
        external_id=f"{person}-{place}-{kind}",
        kind=kind,
        title=more.pop("title", f"Order #{place}: updated, 59.90 EUR"),
        occurred_at=T0 + timedelta(minutes=place),
        known_as=(("shopify", person),),
        subject=more.pop("subject", f"order:{person}-{place % 3}"),
        data={"total": "59.90", "currency": "EUR", "lines": LINES, "at": 1.5},
        **more,
    )
    timeline.add(TimelineStore(shared.desk()), SHOP, event, T0)


def contact_of(person: str) -> str:
    return ids.contact_id("shopify", person)


@pytest.fixture(scope="module")
def ana(desk: Desk) -> str:
    for place in range(12):
        happens("ana", place)
    happens("ana", 20, "refund.created", title="Refund of 20.00 EUR", partial=True)
    return contact_of("ana")


@pytest.fixture(scope="module")
def busy(desk: Desk) -> str:
    """A long timeline: its lines are put as they are stored, which takes the moto of a transaction much longer."""
    happens("busy", 0, "newsletter.opened", title="Spring newsletter", subject=None)
    (first,) = TimelineStore(shared.desk()).page(TimelineQuery(contact_of("busy"), 1)).items
    for place in range(1, MANY + 1):
        at = T0 + timedelta(minutes=place)
        line = replace(first, id=line_id(at, str(place)), kind="order.updated", title="Order: updated", occurred_at=at)
        shared.desk().write(Put(line_item(line)))
    return contact_of("busy")


def pages(desk: Desk, path: str) -> list[list[dict[str, Any]]]:
    found, cursor = [], ""
    while True:
        answer = desk.call("GET", f"{path}{'&cursor=' + cursor if cursor else ''}")
        assert answer.status == 200
        found.append(answer.json["items"])
        cursor = answer.json["next_cursor"] or ""
        if not cursor:
            return found


def test_the_newest_comes_first_and_pages_hold_everything_once(desk: Desk, ana: str) -> None:
    made = pages(desk, f"/contacts/{ana}/timeline?limit=5")
    assert [len(page) for page in made] == [5, 5, 3]
    lines = [line for page in made for line in page]
    assert lines[0]["title"] == "Refund of 20.00 EUR"
    assert [line["occurred_at"] for line in lines] == sorted((line["occurred_at"] for line in lines), reverse=True)
    assert len({line["id"] for line in lines}) == 13
    assert lines[0] == {
        "id": lines[0]["id"],
        "contact_id": ana,
        "kind": "refund.created",
        "title": "Refund of 20.00 EUR",
        "occurred_at": "2026-03-02T09:20:00Z",
        "stored_at": "2026-03-02T09:00:00Z",
        "channel": "shopify",
        "inbox_id": "ibx_sh0p",
        "subject": "order:ana-2",
        "data": {"total": "59.90", "currency": "EUR", "lines": LINES, "at": 1.5},
    }


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("kind=refund", 1),
        ("kind=refund.created", 1),
        ("kind=order", 12),
        ("kind=ord", 0),
        ("q=REFUND", 1),
        ("q=trail+SHOES", 13),
        ("q=ana-1", 4),
        ("q=nothing+of+the+kind", 0),
        ("before=2026-03-02T09:05:00Z", 5),
        ("after=2026-03-02T09:05:00Z", 8),
        ("after=2026-03-02T09:05:00Z&before=2026-03-02T11:06:00%2B02:00", 1),
        ("kind=order&before=2026-03-02T09:05:00Z&q=%233", 1),
    ],
)
def test_a_filter_picks_by_kind_words_and_time(desk: Desk, ana: str, query: str, number: int) -> None:
    assert sum(len(page) for page in pages(desk, f"/contacts/{ana}/timeline?{query}&limit=3")) == number


def test_a_filter_over_many_lines_goes_on_where_it_stopped(desk: Desk, busy: str) -> None:
    made = pages(desk, f"/contacts/{busy}/timeline?kind=newsletter")
    assert [len(page) for page in made] == [0, 0, 1]
    picked = pages(desk, f"/contacts/{busy}/timeline?q=updated&limit=100")
    assert [len(page) for page in picked] == [100, 100, 50]
    assert len({line["id"] for page in picked for line in page}) == MANY


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("kind=Order", 400, "kind"),
        ("kind=order.", 400, "kind"),
        ("q=", 400, "q"),
        ("before=yesterday", 400, "before"),
        ("before=2026-03-02T09:05:00", 400, "before"),
        ("limit=0", 400, "limit"),
        ("cursor=abc", 400, "cursor"),
        ("colour=red", 400, "colour"),
    ],
)
def test_a_mistake_is_told_by_its_field(desk: Desk, ana: str, query: str, status: int, field: str) -> None:
    answer = desk.call("GET", f"/contacts/{ana}/timeline?{query}")
    assert (answer.status, answer.json["field"]) == (status, field)


def test_a_cursor_is_of_one_contact_and_one_filter(desk: Desk, ana: str, busy: str) -> None:
    cursor = desk.call("GET", f"/contacts/{ana}/timeline?limit=5").json["next_cursor"]
    for path in (f"/contacts/{busy}/timeline?limit=5", f"/contacts/{ana}/timeline?kind=order&limit=5"):
        assert desk.call("GET", f"{path}&cursor={cursor}").json["field"] == "cursor"


def test_the_orders_are_shown_as_they_are_now(desk: Desk, ana: str) -> None:
    (page,) = pages(desk, f"/contacts/{ana}/subjects?limit=5")
    assert [(order["subject"], order["title"]) for order in page] == [
        ("order:ana-2", "Order #11: updated, 59.90 EUR"),
        ("order:ana-1", "Order #10: updated, 59.90 EUR"),
        ("order:ana-0", "Order #9: updated, 59.90 EUR"),
    ]
    assert page[0]["data"]["lines"] == LINES
    assert [len(each) for each in pages(desk, f"/contacts/{ana}/subjects?limit=2")] == [2, 1]
    assert pages(desk, f"/contacts/{ana}/subjects?type=checkout") == [[]]
    assert desk.call("GET", f"/contacts/{ana}/subjects?type=order:1").json["field"] == "type"


@pytest.mark.parametrize("of", ["timeline", "subjects"])
def test_nobodys_is_not_found_and_a_contacts_empty_one_is_empty(desk: Desk, of: str) -> None:
    for identifier in ("con_0000", "con_x!", "agt_0agent"):
        answer = desk.call("GET", f"/contacts/{identifier}/{of}")
        assert (answer.status, answer.json["code"]) == (404, "contact_not_found")
    conversation = desk.customer_says("Hello", "newcomer")
    identifier = desk.call("GET", f"/conversations/{conversation}").json["contact_id"]
    answer = desk.call("GET", f"/contacts/{identifier}/{of}").json
    assert (answer["items"], answer["next_cursor"]) == ([], None)


# What other systems push.

TILL = {
    "external_id": "till-3-8812",
    "kind": "order.in_store",
    "title": "Bought in the store: 89.00 EUR",
    "occurred_at": "2026-03-01T15:04:00Z",
    "subject": "order:till-3-8812",
    "data": {"total": "89.00", "currency": "EUR"},
}


def test_a_pushed_line_is_there_once_and_its_order_with_it(desk: Desk, busy: str) -> None:
    path = f"/contacts/{busy}/timeline"
    first = desk.gateway.request("POST", path, TILL, token=desk.keys["agent"])
    again = desk.call("POST", path, TILL)
    assert (first.status, again.status) == (201, 201)
    assert first.json == again.json
    assert (first.json["contact_id"], first.json["inbox_id"], first.json["channel"]) == (busy, None, "api")
    (page,) = pages(desk, f"{path}?before=2026-03-02T00:00:00Z")
    assert page == [first.json]
    (order,) = [one for one in desk.call("GET", f"/contacts/{busy}/subjects").json["items"] if "till" in one["subject"]]
    assert (order["title"], order["inbox_id"]) == (TILL["title"], None)
    other = desk.call("POST", path, {**TILL, "title": "Something else"})
    assert (other.status, other.json["code"], other.json["field"]) == (409, "external_id_reused", "external_id")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "conversation"}, "kind"),
        ({"kind": "call.ended"}, "kind"),
        ({"kind": "Order"}, "kind"),
        ({"occurred_at": "2126-03-01T15:04:00Z"}, "occurred_at"),
        ({"occurred_at": "2026-03-01T15:04:00"}, "occurred_at"),
        ({"data": {"all": "x" * 17_000}}, "data"),
        ({"title": " "}, "title"),
        ({"subject": "order"}, "subject"),
        ({"external_id": ""}, "external_id"),
    ],
)
def test_a_wrong_line_is_refused_by_its_field(desk: Desk, ana: str, change: dict[str, Any], field: str) -> None:
    before = desk.call("GET", f"/contacts/{ana}/timeline").json
    answer = desk.call("POST", f"/contacts/{ana}/timeline", {**TILL, "external_id": "wrong", **change})
    assert (answer.status // 100, answer.json["field"]) == (4, field)
    assert desk.call("GET", f"/contacts/{ana}/timeline").json == before


def test_a_thing_never_moves_to_another_contact(desk: Desk, ana: str, busy: str) -> None:
    mine = {**TILL, "external_id": "mine", "subject": "order:mine"}
    assert desk.call("POST", f"/contacts/{ana}/timeline", {**mine, "occurred_at": "2025-01-01T00:00:00Z"}).status == 201
    answer = desk.call("POST", f"/contacts/{busy}/timeline", {**mine, "external_id": "theirs"})
    assert (answer.status, answer.json["field"]) == (400, "subject")
    assert desk.call("POST", "/contacts/con_0000/timeline", mine).status == 404


# What a page costs.


def cost(desk: Desk, path: str, answers: list[tuple[str, Any]]) -> tuple[list[str], float]:
    """The calls behind the authorizer's, and the read units of what they gave: half of one for 4 KB."""
    desk.call("GET", "/me")
    answers.clear()
    assert desk.call("GET", path).status == 200
    made = [each for each in answers if each[0] != "GetItem"]
    size = sum(item_bytes(item) for _, answer in made for item in answer.get("Items", ()))
    return [operation for operation, _ in made], -(-size // 4096) / 2


def test_a_page_is_one_query_however_long_the_timeline_is(
    desk: Desk, ana: str, busy: str, answers: list[tuple[str, Any]]
) -> None:
    few = cost(desk, f"/contacts/{ana}/timeline?limit=10", answers)
    many = cost(desk, f"/contacts/{busy}/timeline?limit=10", answers)
    assert few[0] == many[0] == ["Query"]
    assert few[1] <= 1.5 and many[1] <= 1.5
    assert cost(desk, f"/contacts/{ana}/subjects", answers)[0] == ["Query"]


def test_a_page_that_picks_is_one_query_of_so_many_lines(desk: Desk, busy: str, answers: list[tuple[str, Any]]) -> None:
    operations, units = cost(desk, f"/contacts/{busy}/timeline?kind=newsletter", answers)
    assert operations == ["Query"]
    (_, answer) = next(each for each in answers if each[0] == "Query")
    assert len(answer["Items"]) == LOOKED_AT
    assert units <= 11


def test_an_event_costs_one_read_and_one_transaction(desk: Desk, ana: str, answers: list[tuple[str, Any]]) -> None:
    happens("ana", 30)
    assert [operation for operation, _ in answers] == ["BatchGetItem", "TransactWriteItems"]


def test_an_agents_change_costs_more_only_where_it_is_evidence(
    desk: Desk, busy: str, answers: list[tuple[str, Any]]
) -> None:
    version = desk.call("GET", f"/contacts/{busy}").json["version"]
    wanted = [({"name": "Busy"}, "PutItem"), ({"email": "busy@example.com"}, "TransactWriteItems")]
    for place, (change, operation) in enumerate(wanted):
        answers.clear()
        changed = desk.call("PATCH", f"/contacts/{busy}", {"version": version + place, **change})
        assert changed.status == 200, json.dumps(changed.json)
        assert answers[-1][0] == operation
