"""Imports and exports over HTTP: a file goes up, is carried out as jobs are, and comes down again."""

import json
from typing import Any

import pytest
import requests

from tests.api.desk import Desk
from tests.api.test_contacts_and_uploads_api import upload

FILE = "Kundennr.;Name;E-Mail;Größe\r\nK-1;Käthe;kaethe@example.com;42\r\nK-2;Bob;nowhere;\r\n"
MAPPING = {"Kundennr.": "external_id", "Name": "name", "E-Mail": "email", "Größe": "attributes.size"}


def uploaded(desk: Desk, data: bytes, role: str = "supervisor") -> str:
    made = desk.call(
        "POST", "/uploads", {"name": "contacts.csv", "mime": "text/csv", "size_bytes": len(data)}, role=role
    )
    answer = requests.put(made.json["url"], data=data, headers=dict(made.json["headers"]), timeout=5)
    assert answer.status_code == 200
    return str(made.json["id"])


def carried_out(desk: Desk, asked: Any) -> Any:
    assert asked.status == 202, asked.body
    desk.world.keeps_customers = True
    desk.world.pump()
    return desk.call("GET", f"/jobs/{asked.json['id']}", role="supervisor").json


def test_a_spreadsheet_is_imported_and_comes_back_as_it_was(desk: Desk) -> None:
    body = {"upload_id": uploaded(desk, FILE.encode("latin-1")), "encoding": "latin-1", "mapping": MAPPING}
    body |= {"source": "crm", "client_id": "once"}

    rehearsed = carried_out(
        desk, desk.call("POST", "/contacts/imports", {**body, "dry_run": True, "client_id": "dry"}, role="supervisor")
    )
    asked = desk.call("POST", "/contacts/imports", body, role="supervisor")
    again = desk.call("POST", "/contacts/imports", body, role="supervisor")
    done = carried_out(desk, asked)

    assert again.json["id"] == asked.json["id"]
    assert (rehearsed["state"], done["state"]) == ("done", "done")
    told = {name: done["result"][name] for name in ("rows", "created", "failed")}
    assert told == {name: rehearsed["result"][name] for name in told} == {"rows": 2, "created": 1, "failed": 1}
    assert [(each["row"], each["field"]) for each in done["problems"]] == [(3, "email")]
    link = desk.call("GET", f"/contacts/imports/{done['id']}/errors", role="supervisor").json
    assert [json.loads(line)["row"] for line in requests.get(link["url"], timeout=5).text.splitlines()] == [3]

    exported = carried_out(
        desk, desk.call("POST", "/contacts/exports", {"format": "jsonl", "source": "crm"}, role="admin")
    )
    link = desk.call("GET", f"/contacts/exports/{exported['id']}/file", role="admin").json
    rows = [json.loads(line) for line in requests.get(link["url"], timeout=5).text.splitlines()]
    ours = [{name: value for name, value in row.items() if name != "id"} for row in rows if "external_id" in row]
    assert ours == [
        {"external_id": "K-1", "name": "Käthe", "email": "kaethe@example.com", "attributes": {"size": "42"}}
    ]
    contact = next(row["id"] for row in rows if row.get("name") == "Käthe")
    assert desk.call("GET", f"/contacts/{contact}").json["sources"]["name"] == "import"


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"mapping": {"a": "password"}}, 400, "mapping.a"),
        ({"mapping": {"a": "name", "b": "name"}}, 400, "mapping.a"),
        ({"match_by": ["email", "email"]}, 400, "match_by"),
        ({"match_by": ["name"]}, 400, "match_by[0]"),
        ({"source": "ibx_0sh0p"}, 400, "source"),
        ({"source": "../x"}, 400, "source"),
        ({"region": "Germany"}, 400, "region"),
        ({"delimiter": "|"}, 400, "delimiter"),
        ({"upload_id": "upl_0ther"}, 404, "upload_id"),
    ],
)
def test_an_import_that_cannot_be_is_refused_with_the_field(
    desk: Desk, change: Any, status: int, field: str, once: dict[str, str]
) -> None:
    if not once:
        once["upload_id"] = uploaded(desk, b"name\nAda\n")

    answer = desk.call("POST", "/contacts/imports", {**once, **change}, role="supervisor")

    assert (answer.status, answer.json["field"]) == (status, field)


@pytest.fixture(scope="module")
def once() -> dict[str, str]:
    return {}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"fields": ["words"]}, "fields[0]"),
        ({"fields": ["name", "name"]}, "fields[1]"),
        ({"filter": {"field": "text", "is": "x"}}, "filter.field"),
        ({"segment_id": "seg_0"}, "segment_id"),
        ({"format": "xlsx"}, "format"),
    ],
)
def test_an_export_that_cannot_be_is_refused_with_the_field(desk: Desk, body: Any, field: str) -> None:
    answer = desk.call("POST", "/contacts/exports", body, role="admin")

    assert (answer.status, answer.json["field"]) == (400, field)


def test_a_file_of_somebody_else_and_jobs_of_another_kind_are_not_there(desk: Desk) -> None:
    theirs = desk.call("POST", "/contacts/imports", {"upload_id": upload(desk, b"name\nAda\n")}, role="supervisor")
    export = desk.call("POST", "/contacts/exports", {}, role="admin").json["id"]

    early = desk.call("GET", f"/contacts/exports/{export}/file", role="admin")
    other = desk.call("GET", f"/contacts/imports/{export}/errors", role="supervisor")

    assert (theirs.status, theirs.json["field"]) == (404, "upload_id")
    assert (early.status, early.json["field"]) == (400, "job_id")
    assert other.status == 404


def test_the_members_of_a_segment_are_exported(desk: Desk) -> None:
    condition = {"field": "contact.tier", "is": "gold"}
    segment = desk.call("POST", "/segments", {"name": "Gold", "condition": condition}, role="admin").json["id"]
    upload_id = uploaded(desk, b"external_id,name,tier\nG-1,Gita,gold\nG-2,Sid,silver\n")
    carried_out(desk, desk.call("POST", "/contacts/imports", {"upload_id": upload_id}, role="supervisor"))

    body = {"format": "json", "segment_id": segment, "fields": ["name", "tier"]}
    exported = carried_out(desk, desk.call("POST", "/contacts/exports", body, role="admin"))

    link = desk.call("GET", f"/contacts/exports/{exported['id']}/file", role="admin").json
    assert requests.get(link["url"], timeout=5).json() == [{"name": "Gita", "tier": "gold"}]
