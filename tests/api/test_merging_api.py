"""Merging, undoing and splitting over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.wiring import shared
from tests.api.desk import Desk


def two(desk: Desk, name: str) -> tuple[str, str]:
    """An old case of a customer's and a new one."""
    then = datetime.now(UTC) - timedelta(days=10)
    old = desk.customer_says("The old matter", name, at=then)
    assert desk.call("POST", f"/conversations/{old}/status", {"status": "resolved"}).status == 200
    move_back(old, then)
    new = desk.customer_says("The new matter", name)
    assert new != old
    return old, new


def move_back(conversation_id: str, at: datetime) -> None:
    """As if it had been resolved then: nothing reopens it any more."""
    client = shared.desk()._client
    key = {"pk": {"S": f"CNV#{conversation_id}"}, "sk": {"S": "~"}}
    value = {":at": {"N": str(int(at.timestamp() * 1000))}}
    client.update_item(
        TableName="desk", Key=key, UpdateExpression="SET resolved = :at", ExpressionAttributeValues=value
    )


def texts(desk: Desk, conversation_id: str) -> list[str]:
    items = desk.call("GET", f"/conversations/{conversation_id}/messages").json["items"]
    return [item["text"] for item in items if item["type"] == "message"]


def listed(desk: Desk, status: str) -> set[str]:
    return {item["id"] for item in desk.call("GET", f"/conversations?status={status}&limit=100").json["items"]}


def test_a_preview_shows_what_would_come_out_and_changes_nothing(desk: Desk) -> None:
    old, new = two(desk, "preview")
    before = desk.call("GET", f"/conversations/{new}").json

    shown = desk.call("POST", f"/conversations/{new}/merge", {"source_id": old, "preview": True}).json

    assert shown["preview"] is True
    assert shown["conversation"]["absorbed"] == [old]
    assert shown["source"]["merged_into"] == new
    assert desk.call("GET", f"/conversations/{new}").json == before
    assert desk.call("GET", f"/conversations/{old}").json["merged_into"] is None


def test_a_merged_conversation_tells_where_it_went_and_takes_no_change(desk: Desk) -> None:
    old, new = two(desk, "merged")
    path = f"/conversations/{new}/merge"

    done = desk.call("POST", path, {"source_id": old})
    again = desk.call("POST", path, {"source_id": old})

    assert (done.status, done.json["conversation"]["status"], done.json["preview"]) == (200, "open", False)
    assert again.json["conversation"]["version"] == done.json["conversation"]["version"]
    assert desk.call("GET", f"/conversations/{old}").json["merged_into"] == new
    assert texts(desk, new) == ["The old matter", "The new matter"]
    assert old not in listed(desk, "resolved") | listed(desk, "open")
    lines = [
        item for item in desk.call("GET", f"/conversations/{new}/messages").json["items"] if item["type"] == "note"
    ]
    assert {"source_id": old, "target_id": new}.items() <= lines[-1]["facts"].items()
    assert "merged into" in lines[-1]["text"] or "Merged into" in lines[-1]["text"]


WRITES: list[tuple[str, dict[str, Any] | None]] = [
    ("status", {"status": "open"}),
    ("assignment", {"team_id": None, "assignee_id": "agt_0agent"}),
    ("read", None),
    ("typing", None),
    ("notes", {"client_id": "n", "text": "A note"}),
    ("messages", {"client_id": "m", "text": "A reply"}),
    ("messages/check", {"text": "A reply"}),
    ("return", {}),
]


def test_every_change_of_a_merged_conversation_is_refused_and_names_the_target(desk: Desk) -> None:
    old, new = two(desk, "refused")
    desk.call("POST", f"/conversations/{new}/merge", {"source_id": old})
    message = desk.call("GET", f"/conversations/{old}/messages").json["items"][0]["id"]

    for path, body in [*WRITES, (f"messages/{message}/retry", None), ("merge", {"source_id": new})]:
        answer = desk.call("POST", f"/conversations/{old}/{path}", body)
        assert (answer.status, answer.json["code"]) == (409, "conversation_merged"), path
        assert answer.json["facts"] == {"merged_into": new}, path
    answer = desk.call("PUT", f"/conversations/{old}/priority", {"priority": "high"})
    assert (answer.status, answer.json["code"]) == (409, "conversation_merged")


def test_a_merge_is_undone(desk: Desk) -> None:
    old, new = two(desk, "undone")
    desk.call("POST", f"/conversations/{new}/merge", {"source_id": old})
    desk.customer_says("And one thing more", "undone")

    undone = desk.call("POST", f"/conversations/{new}/unmerge", {"source_id": old})

    assert undone.status == 200
    assert (undone.json["source"]["status"], undone.json["source"]["merged_into"]) == ("resolved", None)
    assert texts(desk, old) == ["The old matter"]
    assert texts(desk, new) == ["The new matter", "And one thing more"]
    assert old in listed(desk, "resolved")
    refused = desk.call("POST", f"/conversations/{new}/unmerge", {"source_id": old})
    assert (refused.status, refused.json["code"], refused.json["field"]) == (409, "unmerge_refused", "source_id")
    assert refused.json["facts"] == {"because": "not_merged"}


def test_part_of_a_conversation_becomes_one_of_its_own(desk: Desk) -> None:
    whole = desk.customer_says("My parcel?", "split", at=datetime.now(UTC) - timedelta(minutes=9))
    desk.customer_says("Something else: my invoice", "split", at=datetime.now(UTC) - timedelta(minutes=5))
    desk.customer_says("It is wrong", "split")
    first = desk.call("GET", f"/conversations/{whole}/messages").json["items"][1]["id"]
    path, body = f"/conversations/{whole}/split", {"from_message_id": first}

    done = desk.call("POST", path, body)
    again = desk.call("POST", path, body)

    new = done.json["new"]["id"]
    assert (done.status, again.status, again.json["new"]["id"]) == (200, 200, new)
    assert (done.json["conversation"]["unread"], done.json["new"]["unread"]) == (1, 2)
    assert (done.json["new"]["status"], done.json["new"]["assignee_id"], done.json["new"]["episode"]) == (
        "open",
        None,
        1,
    )
    assert texts(desk, whole) == ["My parcel?"]
    assert texts(desk, new) == ["Something else: my invoice", "It is wrong"]
    assert desk.customer_says("Please answer", "split") == new
    reply = {"client_id": "r", "text": "Your parcel is here.", "leg_id": done.json["conversation"]["legs"][0]["id"]}
    assert desk.call("POST", f"/conversations/{whole}/messages", reply).status == 202
    assert texts(desk, whole) == ["My parcel?", "Your parcel is here."]


def test_a_split_can_give_the_new_conversation_to_somebody_with_room(desk: Desk) -> None:
    whole = desk.customer_says("One", "given", at=datetime.now(UTC) - timedelta(minutes=9))
    desk.customer_says("Two", "given")
    second = desk.call("GET", f"/conversations/{whole}/messages").json["items"][1]["id"]

    done = desk.call("POST", f"/conversations/{whole}/split", {"from_message_id": second, "assignee_id": "agt_0spv"})

    assert done.json["new"]["assignee_id"] == "agt_0spv"
    unknown = desk.call(
        "POST", f"/conversations/{whole}/split", {"from_message_id": second, "assignee_id": "agt_0n0b0dy"}
    )
    assert unknown.status == 400


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid_input"),
        ({"from_message_id": "first", "leg_id": "leg_0"}, 400, "invalid_input"),
        ({"from_message_id": "msg_" + "0" * 29}, 400, "invalid_input"),
        ({"leg_id": "leg_0n0ne"}, 400, "invalid_input"),
        ({"from_message_id": "first"}, 409, "split_refused"),
    ],
)
def test_a_split_that_makes_no_sense_is_refused(desk: Desk, body: dict[str, Any], status: int, code: str) -> None:
    whole = desk.customer_says("Only this", "senseless", external_id="senseless-1")
    first = desk.call("GET", f"/conversations/{whole}/messages").json["items"][0]["id"]

    answer = desk.call(
        "POST", f"/conversations/{whole}/split", {k: first if v == "first" else v for k, v in body.items()}
    )

    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.json["field"] in ("from_message_id", "leg_id")


def test_conversations_of_two_customers_stay_two(desk: Desk) -> None:
    one, other = desk.customer_says("Hello", "someone"), desk.customer_says("Hello", "someone-else")
    for source, because in ((other, "contact"), (one, None), ("cnv_0n0ne", None)):
        answer = desk.call("POST", f"/conversations/{one}/merge", {"source_id": source})
        assert answer.status == {"contact": 409}.get(because or "", 404 if source == "cnv_0n0ne" else 400)
        assert answer.json["field"] == "source_id"


def test_an_open_conversation_does_not_vanish_in_a_resolved_one(desk: Desk) -> None:
    old, new = two(desk, "vanish")

    answer = desk.call("POST", f"/conversations/{old}/merge", {"source_id": new})

    assert (answer.status, answer.json["code"], answer.json["facts"]) == (409, "merge_refused", {"because": "resolved"})
