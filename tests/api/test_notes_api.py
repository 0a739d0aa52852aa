"""Files in notes over HTTP."""

import boto3
import requests

from tests.api.desk import Desk
from tests.api.test_contacts_and_uploads_api import upload

SCAN = b"\x89PNG scan"


def test_a_note_holds_files_for_colleagues_alone(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "scanned")
    path = f"/conversations/{conversation}"
    file = upload(desk, SCAN, "scan.png")
    body = {"client_id": "n", "attachments": [file]}

    made = desk.call("POST", f"{path}/notes", body)
    again = desk.call("POST", f"{path}/notes", body)

    assert made.status == again.status == 201, made.body
    assert made.json == again.json
    assert [(each["name"], each["state"]) for each in made.json["attachments"]] == [("scan.png", "stored")]
    kept = {each["Key"] for each in boto3.client("s3").list_objects_v2(Bucket="attachments")["Contents"]}
    assert f"notes/{file}" in kept and f"attachments/{file}" not in kept
    boto3.client("s3").delete_object(Bucket="attachments", Key=f"uploads/{file}")
    (entry,) = [each for each in desk.call("GET", f"{path}/messages").json["items"] if each["type"] == "note"]
    link = desk.call("GET", f"{path}/messages/{entry['id']}/attachments/0")
    got = requests.get(link.json["url"], timeout=5)
    assert (got.content, "attachment" in got.headers["Content-Disposition"]) == (SCAN, True)
    assert desk.call("GET", f"{path}/messages/{entry['id']}/attachments/1").json["code"] == "message_not_found"
    elsewhere = desk.customer_says("Hello", "elsewhere")
    assert desk.call("GET", f"/conversations/{elsewhere}/messages/{entry['id']}/attachments/0").status == 404
    told = [desk.call("GET", f"{path}/transcript{query}").json["entries"] for query in ("?include=notes", "")]
    assert ["scan.png" in str(entries) for entries in told] == [True, False]


def test_what_is_in_a_note_is_not_sent(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "inside")
    path = f"/conversations/{conversation}"
    file = upload(desk, SCAN)
    assert desk.call("POST", f"{path}/notes", {"client_id": "n", "attachments": [file]}).status == 201

    reply = desk.call("POST", f"{path}/messages", {"client_id": "r", "kind": "image", "attachments": [file]})
    aside = {"client_id": "s", "text": "Look", "attachments": [file], "with": {"kind": "agents", "agent_ids": []}}

    assert (reply.status, reply.json["field"]) == (400, "attachments[0]")
    assert "colleagues only" in reply.json["detail"]
    assert desk.call("POST", f"{path}/side-threads", aside).status == 400
    other = desk.call("POST", f"{path}/notes", {"client_id": "m", "text": "Again", "attachments": [file]})
    assert other.status == 201


def test_a_note_is_refused_when_there_is_nothing_in_it(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "nothing")
    path, theirs = f"/conversations/{conversation}/notes", upload(desk, SCAN)

    for body, status, field in (
        ({}, 400, "text"),
        ({"text": " \n"}, 400, "text"),
        ({"attachments": ["upl_0000"]}, 404, "attachments[0]"),
        ({"attachments": [theirs, theirs]}, 400, "attachments"),
        ({"attachments": ["upl_0000"] * 11}, 400, "attachments"),
    ):
        answer = desk.call("POST", path, {"client_id": "n", **body})
        assert (answer.status, answer.json["field"]) == (status, field), body
    another = desk.call("POST", path, {"client_id": "n", "attachments": [theirs]}, role="supervisor")
    assert (another.status, another.json["field"]) == (404, "attachments[0]")


def test_only_a_file_is_asked_for_by_a_notes_id(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "by-id")
    path = f"/conversations/{conversation}"
    note = desk.call("POST", f"{path}/notes", {"client_id": "n", "attachments": [upload(desk, SCAN)]}).json["id"]

    assert desk.call("POST", f"{path}/messages/{note}/retry", {}).status == 404
    assert desk.call("POST", f"{path}/messages", {"client_id": "r", "text": "Hi", "reply_to": note}).status == 400


def test_a_file_is_taken_out_of_a_note_for_good(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "by-mistake")
    path, file = f"/conversations/{conversation}", upload(desk, SCAN)
    body = {"client_id": "n", "text": "Her card", "attachments": [file]}
    note = desk.call("POST", f"{path}/notes", body).json
    wanted, redaction = {"reason": "A scan", "attachments": [0]}, f"{path}/messages/{note['id']}/redaction"

    assert desk.call("POST", redaction, wanted).status == 403
    made = desk.call("POST", redaction, wanted, role="supervisor")

    assert (made.status, made.json["type"], made.json["text"]) == (200, "note", "Her card")
    assert [(each["state"], each["reason"]) for each in made.json["attachments"]] == [("failed", "redacted")]
    assert desk.call("GET", f"{path}/messages/{note['id']}/attachments/0").status == 404
    kept = boto3.client("s3").list_objects_v2(Bucket="attachments", Prefix="notes/").get("Contents", [])
    assert f"notes/{file}" not in {each["Key"] for each in kept}
