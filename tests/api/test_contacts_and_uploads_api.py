"""Contacts and files over HTTP."""

import boto3
import pytest
import requests

from tests.api.desk import Desk


@pytest.fixture
def contact(desk: Desk) -> dict:
    conversation = desk.customer_says("Hello", "carla")
    identifier = desk.call("GET", f"/conversations/{conversation}").json["contact_id"]
    return desk.call("GET", f"/contacts/{identifier}").json


def test_a_contact_is_changed_at_the_version_that_was_read(desk: Desk, contact: dict) -> None:
    path = f"/contacts/{contact['id']}"
    change = {
        "version": contact["version"],
        "name": "Carla Ruiz",
        "phone": "+34 600 000 000",
        "attributes": {"customer_number": "K-1", "vip": True, "orders": 3},
    }

    changed = desk.call("PATCH", path, change)
    late = desk.call("PATCH", path, {"version": contact["version"], "name": "Somebody"})

    assert (changed.status, changed.json["name"], changed.json["version"]) == (
        200,
        "Carla Ruiz",
        contact["version"] + 1,
    )
    assert changed.json["attributes"] == {"customer_number": "K-1", "vip": True, "orders": 3}
    assert changed.json["sources"]["name"] == "agent"
    assert (late.status, late.json["code"]) == (409, "version_conflict")
    assert desk.call("GET", path).json == changed.json


def test_null_takes_a_value_away(desk: Desk, contact: dict) -> None:
    path = f"/contacts/{contact['id']}"

    changed = desk.call("PATCH", path, {"version": contact["version"], "phone": None}).json

    assert changed["phone"] is None
    assert changed["name"] == contact["name"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, "version"),
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"id": "con_0"}, "id"),
        ({"sources": {}}, "sources"),
        ({"created_at": "2020-01-01T00:00:00Z"}, "created_at"),
        ({"attributes": {"a": 1.5}}, "attributes.a"),
        ({"attributes": {"a": None}}, "attributes[...]"),
        ({"attributes": {"a": {"b": 1}}}, "attributes[...]"),
        ({"attributes": {str(number): 1 for number in range(51)}}, "attributes"),
        ({"notes": "x" * 10_001}, "notes"),
    ],
)
def test_a_change_is_refused_when_a_value_breaks_a_rule(desk: Desk, contact: dict, change: dict, field: str) -> None:
    answer = desk.call("PATCH", f"/contacts/{contact['id']}", {"version": contact["version"], **change})

    assert (answer.status, answer.json["field"]) == (400, field)


def upload(desk: Desk, data: bytes, name: str = "photo.png", mime: str = "image/png") -> str:
    made = desk.call("POST", "/uploads", {"name": name, "mime": mime, "size_bytes": len(data)})
    assert made.status == 201, made.body
    headers = dict(made.json["headers"])
    assert made.json["method"] == "PUT"
    assert requests.put(made.json["url"], data=data, headers=headers, timeout=5).status_code == 200
    return made.json["id"]


def test_a_file_goes_out_with_a_reply_and_stays_after_its_upload_has_gone(desk: Desk) -> None:
    conversation = desk.customer_says("Send me a photo", "dora")
    path = f"/conversations/{conversation}/messages"
    body = {"client_id": "f", "kind": "image", "text": "Here", "attachments": [upload(desk, b"\x89PNG photo")]}

    sent = desk.call("POST", path, body)
    again = desk.call("POST", path, body)

    assert sent.status == 202, sent.body
    assert again.json == sent.json
    assert sent.json["attachments"][0] == {
        "index": 0,
        "state": "stored",
        "mime": "image/png",
        "name": "photo.png",
        "size_bytes": 10,
        "voice": False,
        "reason": None,
    }
    boto3.client("s3").delete_object(Bucket="attachments", Key=f"uploads/{body['attachments'][0]}")
    link = desk.call("GET", f"{path}/{sent.json['id']}/attachments/0").json
    got = requests.get(link["url"], timeout=5)
    assert got.content == b"\x89PNG photo"
    assert "attachment" in got.headers["Content-Disposition"]
    assert desk.call("GET", f"{path}/{sent.json['id']}/attachments/1").status == 404


def test_a_file_that_has_not_arrived_goes_nowhere(desk: Desk) -> None:
    conversation = desk.customer_says("Send me a photo", "emil")
    made = desk.call("POST", "/uploads", {"name": "a.png", "mime": "image/png", "size_bytes": 5}).json
    body = {"client_id": "f", "kind": "image", "attachments": [made["id"]]}

    answer = desk.call("POST", f"/conversations/{conversation}/messages", body)
    boto3.client("s3").put_object(Bucket="attachments", Key=f"uploads/{made['id']}", Body=b"longer than announced")
    longer = desk.call("POST", f"/conversations/{conversation}/messages", body)

    assert (answer.status, answer.json["field"]) == (400, "attachments[0]")
    assert (longer.status, longer.json["field"]) == (400, "attachments[0]")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"size_bytes": 0}, "size_bytes"),
        ({"size_bytes": 100 * 1024 * 1024 + 1}, "size_bytes"),
        ({"mime": "image"}, "mime"),
        ({"mime": "image/png\r\nX-Evil: 1"}, "mime"),
        ({"mime": "imagé/png"}, "mime"),
        ({"name": ".."}, "name"),
        ({"name": "folder/"}, "name"),
        ({"name": "\x00\n"}, "name"),
        ({"key": "attachments/other"}, "key"),
    ],
)
def test_an_upload_is_refused_when_it_is_no_file(desk: Desk, change: dict, field: str) -> None:
    body = {"name": "a.png", "mime": "image/png", "size_bytes": 5, **change}

    answer = desk.call("POST", "/uploads", body)

    assert (answer.status, answer.json["field"]) == (400, field)


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\temp\\passwd", "pass\x00wd", "/etc/passwd"])
def test_a_files_name_is_its_last_part(desk: Desk, name: str) -> None:
    data = b"x"
    conversation = desk.customer_says("Hello", "names")
    body = {"client_id": name.encode().hex(), "kind": "document", "attachments": [upload(desk, data, name)]}

    sent = desk.call("POST", f"/conversations/{conversation}/messages", body)

    assert sent.json["attachments"][0]["name"] == "passwd"
