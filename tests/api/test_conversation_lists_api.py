"""Lists of conversations: named ones, those of contacts, filtered ones, what somebody follows, and why each needs
somebody."""

import json
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from chalicelib.aws.stores.joining import OpenedStore
from chalicelib.wiring import shared
from tests.api.desk import Desk

NOBODY = "cnv_0n0b0dy"


def ids(answer: object) -> list[str]:
    return [row["id"] for row in answer.json["items"]]  # type: ignore[attr-defined]


def test_named_conversations_come_in_the_order_of_their_names_whatever_their_status(desk: Desk) -> None:
    first, second = desk.customer_says("Hello", "named_1"), desk.customer_says("Hello", "named_2")
    desk.call("POST", f"/conversations/{first}/status", {"status": "resolved"})

    assert ids(desk.call("GET", f"/conversations?ids={second},{NOBODY},{first}")) == [second, first]
    assert desk.call("GET", "/conversations?ids=cnv_1,con_2").json["field"] == "ids"


def test_conversations_of_contacts_are_found(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "of_contact")
    contact = desk.call("GET", f"/conversations/{conversation}").json["contact_id"]
    # What a function does as a conversation begins.
    OpenedStore(shared.desk()).add(contact, conversation, datetime.now(UTC))

    assert ids(desk.call("GET", f"/conversations?contact_ids={contact},con_0n0b0dy")) == [conversation]
    assert desk.call("GET", f"/conversations?contact_ids={','.join(f'con_{n}' for n in range(21))}").status == 400


def test_a_filter_that_nobody_saved_is_that_of_views(desk: Desk) -> None:
    low, high = desk.customer_says("Hello", "filter_low"), desk.customer_says("Hello", "filter_high")
    desk.call("PUT", f"/conversations/{high}/priority", {"priority": "urgent"})
    condition = quote(json.dumps({"field": "priority", "in": ["urgent"]}))

    found = ids(desk.call("GET", f"/conversations?filter={condition}&limit=100"))
    first = ids(desk.call("GET", "/conversations?sort=priority&limit=100"))

    assert high in found and low not in found
    assert first.index(high) < first.index(low)


@pytest.mark.parametrize("condition", ["{", "[]", '{"field": "shoe_size", "is": 4}', "[" * 4_000])
def test_a_filter_that_is_none_is_refused(desk: Desk, condition: str) -> None:
    answer = desk.call("GET", f"/conversations?filter={quote(condition)}")

    assert (answer.status, answer.json["field"].partition(".")[0]) == (400, "filter")


def test_who_follows_finds_what_they_follow_until_they_leave(desk: Desk) -> None:
    chosen, other = desk.customer_says("Hello", "followed_1"), desk.customer_says("Hello", "followed_2")
    desk.call("POST", f"/conversations/{chosen}/followers", {})

    assert chosen in ids(desk.call("GET", "/conversations?view=followed"))
    assert other not in ids(desk.call("GET", "/conversations?view=followed"))
    assert chosen not in ids(desk.call("GET", "/conversations?view=followed&status=resolved"))
    assert chosen not in ids(desk.call("GET", "/conversations?view=followed", role="supervisor"))

    desk.call("DELETE", f"/conversations/{chosen}/followers/agt_0agent")
    assert chosen not in ids(desk.call("GET", "/conversations?view=followed"))


def test_who_was_mentioned_finds_it_among_what_they_follow(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "followed_3")
    note = {"client_id": "m1", "text": "@Agent look", "mentions": [{"kind": "agent", "id": "agt_0agent"}]}
    assert desk.call("POST", f"/conversations/{conversation}/notes", note, role="supervisor").status == 201

    assert conversation in ids(desk.call("GET", "/conversations?view=followed"))


def test_reasons_are_told_where_they_are_asked_for(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "reasons")
    desk.call("PUT", f"/conversations/{conversation}/priority", {"priority": "high"})
    path = f"/conversations?ids={conversation}"

    assert desk.call("GET", path).json["reasons"] == {}
    [chip] = desk.call("GET", f"{path}&reasons=true").json["reasons"][conversation]
    assert (chip["kind"], chip["value"], chip["minutes"], chip["text"]) == ("priority", "high", 15, "high priority")

    desk.call("POST", f"/conversations/{conversation}/status", {"status": "resolved"})
    assert desk.call("GET", f"{path}&reasons=true").json["reasons"] == {}


def test_agents_change_many_at_once_and_a_row_says_who_took_it_over(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "many")
    body = {"ids": [conversation], "action": "priority", "priority": "low"}

    assert desk.call("POST", "/conversations/bulk", body).json["done"] == 1
    assert desk.call("GET", f"/conversations?ids={conversation}").json["items"][0]["taken_over"] is None
