"""Privacy over HTTP: asked by administrators, carried out as jobs are, with a certificate that anybody can check."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from chalicelib.channels.base import AccountNotice
from chalicelib.services import erasure
from chalicelib.services.certificates import is_genuine
from chalicelib.wiring import intake, shared
from tests.api.desk import INBOX, Desk


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "PAUSE_SECONDS", 0.0)


def contact_of(desk: Desk, conversation: str) -> str:
    return str(desk.call("GET", f"/conversations/{conversation}").json["contact_id"])


def carried_out(desk: Desk, job_id: str) -> Any:
    desk.world.keeps_customers = True
    desk.world.pump()
    return desk.call("GET", f"/jobs/{job_id}", role="admin").json


def test_a_person_is_erased_and_the_certificate_can_be_checked(desk: Desk) -> None:
    conversation = desk.customer_says("I am Erwin", "erwin")
    contact = contact_of(desk, conversation)
    path = f"/contacts/{contact}/erasure"

    preview = carried_out(desk, desk.call("POST", f"{path}/preview", role="admin").json["id"])
    assert preview["result"]["counts"]["messages"] == 1
    body = {"confirmation": contact, "reason": "Asked for by letter"}
    wrong = desk.call("POST", path, {**body, "confirmation": "yes"}, role="admin")
    assert (wrong.status, wrong.json["code"], wrong.json["field"]) == (409, "erasure_refused", "confirmation")

    asked = desk.call("POST", path, body, role="admin")
    assert asked.status == 202
    assert carried_out(desk, asked.json["job"]["id"])["state"] == "done"
    done = desk.call("GET", f"/privacy/erasures/{asked.json['erasure']['id']}", role="admin").json
    assert (done["state"], done["removed"]["messages"], done["findings"]) == ("done", 1, [])
    assert done["id"] in [row["id"] for row in desk.call("GET", "/privacy/erasures", role="admin").json["items"]]

    assert desk.call("GET", f"/contacts/{contact}").status == 404
    assert desk.call("GET", f"/conversations/{conversation}").status == 404
    assert not [item for item in desk.world.items() if "rwin" in json.dumps(item)]

    (key,) = desk.call("GET", "/privacy/keys").json["items"]
    assert is_genuine(done["certificate"], done["signature"], key["public_key"])
    proof = {"certificate": done["certificate"], "signature": done["signature"]}
    assert desk.call("POST", "/privacy/certificates/verify", proof).json == {"genuine": True, "because": None}
    proof["certificate"] = {**done["certificate"], "asked_by": "somebody"}
    assert desk.call("POST", "/privacy/certificates/verify", proof).json["because"] == "signature"


def test_everything_about_a_person_comes_as_one_file(desk: Desk) -> None:
    contact = contact_of(desk, desk.customer_says("I am Paula", "paula"))
    desk.call("PATCH", f"/contacts/{contact}", {"version": 1, "email": "paula@example.com"})
    asked = desk.call("POST", f"/contacts/{contact}/personal-data", role="admin")
    done = carried_out(desk, asked.json["id"])
    assert done["state"] == "done"
    link = desk.call("GET", f"/privacy/exports/{done['id']}", role="admin").json["url"]
    told = requests.get(link, timeout=5).json()
    assert told["contact_ids"] == [contact]
    assert [each["text"] for each in told["sections"]["messages"]] == ["I am Paula"]
    assert any(each.get("row", {}).get("email") == "paula@example.com" for each in told["sections"]["contact"])
    assert {"identities", "evidence", "legs", "conversations"} <= {*told["sections"]}
    other = desk.call("GET", f"/privacy/exports/{asked.json['id'][:-1]}0", role="admin")
    assert other.status == 404


def test_a_legal_hold_stands_until_it_is_lifted(desk: Desk) -> None:
    contact = contact_of(desk, desk.customer_says("I am Hilde", "hilde"))
    path = f"/contacts/{contact}/legal-hold"
    assert desk.call("GET", path, role="supervisor").status == 404
    for _ in range(2):
        assert desk.call("PUT", path, {"reason": "12 C 345/26"}, role="admin").json["stands"] is True
        body = {"confirmation": contact, "reason": "Asked"}
        refused = desk.call("POST", f"/contacts/{contact}/erasure", body, role="admin")
        assert (refused.status, refused.json["code"]) == (409, "erasure_refused")
        assert "12 C 345/26" in refused.json["detail"]
        assert desk.call("DELETE", path, role="admin").json["stands"] is False
        assert desk.call("DELETE", path, role="admin").status == 404
    assert desk.call("POST", f"/contacts/{contact}/erasure", body, role="admin").status == 202


def test_a_card_number_is_taken_out(desk: Desk) -> None:
    conversation = desk.customer_says("4111 1111 1111 1111 is my card", "carla")
    (message,) = desk.call("GET", f"/conversations/{conversation}/messages").json["items"]
    path = f"/conversations/{conversation}/messages/{message['id']}/redaction"
    assert desk.call("POST", path, {"reason": "x", "whole": True}).status == 403
    done = desk.call("POST", path, {"reason": "A card number", "patterns": ["card"]})
    assert done.json["text"] == "████ ████ ████ ████ is my card"
    again = desk.call("POST", path, {"reason": "A card number", "patterns": ["card"]})
    assert (again.status, again.json["code"]) == (409, "redaction_refused")
    bad = desk.call("POST", path, {"reason": "x", "ranges": [{"start": 9, "end": 3}]}, role="supervisor")
    assert (bad.status, bad.json["field"]) == (400, "ranges[0]")


def test_retention_is_counted_before_it_is_carried_out(desk: Desk) -> None:
    rules = desk.call("GET", "/retention/rules", role="supervisor").json
    assert rules["version"] == 0
    assert desk.call("POST", "/retention/runs", {}, role="admin").status == 400
    saved = desk.call("PUT", "/retention/rules", {"version": 0, "conversations": 365}, role="admin")
    assert (saved.status, saved.json["conversations"]) == (200, 365)
    assert desk.call("PUT", "/retention/rules", {"version": 0}, role="admin").status == 409
    done = carried_out(desk, desk.call("POST", "/retention/runs", {}, role="admin").json["id"])
    assert done["result"] == {"dry_run": True, "conversations": {"count": 0, "held": 0, "samples": []}}


def test_the_register_tells_what_is_kept_and_what_stays(desk: Desk) -> None:
    told = desk.call("GET", "/privacy/stores", role="supervisor").json
    assert {"messages", "contact", "search"} <= {each["name"] for each in told["stores"]}
    assert all(each["until"] for each in told["kept"])


def test_what_a_provider_asks_for_is_carried_out_by_an_administrator(desk: Desk) -> None:
    contact = contact_of(desk, desk.customer_says("I am Petra", "petra"))
    desk.call("PATCH", f"/contacts/{contact}", {"version": 1, "email": "petra@example.com"})
    inbox = shared.inboxes().get(INBOX)
    assert inbox is not None
    known_as = (("email", "petra@example.com"),)
    notice = AccountNotice(INBOX, "privacy.customer_redact", datetime.now(UTC), {}, "e1", known_as)
    noted = intake._requests().take(inbox, notice, datetime.now(UTC))
    assert noted is not None

    (row,) = desk.call("GET", "/privacy/requests", role="admin").json["items"]
    assert (row["id"], row["state"], row["wish"], row["overdue"]) == (noted.id, "waiting", "erasure", False)
    path = f"/privacy/requests/{noted.id}"
    found = desk.call("GET", path, role="admin")
    assert found.status == 200, found.json
    assert found.json["contacts"] == [{"contact_id": contact, "certain": False}]
    for method, place in (("GET", path), ("POST", f"{path}/carrying-out"), ("POST", f"{path}/closing")):
        body = {"contact_ids": [contact]} if "carrying" in place else {"state": "refused", "reason": "x"}
        assert desk.call(method, place, None if method == "GET" else body, role="supervisor").status == 403
    other = desk.call("POST", f"{path}/carrying-out", {"contact_ids": ["con_0000"]}, role="admin")
    assert (other.status, other.json["code"], other.json["field"]) == (409, "privacy_request_refused", "contact_ids")

    begun = desk.call("POST", f"{path}/carrying-out", {"contact_ids": [contact]}, role="admin")
    assert (begun.status, begun.json["state"]) == (202, "under_way")
    desk.world.keeps_customers = True
    desk.world.pump()
    done = desk.call("GET", path, role="admin").json
    assert (done["state"], done["contacts"], done["work"][0]["state"]) == ("done", [], "done")
    assert desk.call("GET", f"/privacy/erasures/{done['work'][0]['id']}", role="admin").json["signature"]
    assert desk.call("GET", f"/contacts/{contact}").status == 404
    over = desk.call("POST", f"{path}/closing", {"state": "refused", "reason": "Too late"}, role="admin")
    assert (over.status, over.json["code"]) == (409, "privacy_request_refused")
