"""Templates over HTTP: listed, synced and checked."""

import json
from collections.abc import Iterator
from dataclasses import replace
from time import monotonic
from typing import Any

import pytest

from chalicelib.channels.base import HttpResponse
from chalicelib.services.calls import Calls
from chalicelib.wiring import api as wiring
from tests.api.desk import INBOX, Desk, Providers

NUMBERS = iter(range(300_000, 400_000))


@pytest.fixture
def providers(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> Iterator[Providers]:
    reached, real = Providers(), wiring.inboxes()
    monkeypatch.setattr(wiring, "inboxes", lambda: replace(real, calls=Calls(reached, monotonic)))
    yield reached


@pytest.fixture
def inbox(desk: Desk) -> str:
    body = {
        "channel": "whatsapp",
        "name": "WhatsApp",
        "account_id": str(next(NUMBERS)),
        "credentials": {"access_token": "t", "app_secret": "s"},
        "settings": {"waba_id": "777000"},
        "check": False,
    }
    identifier: str = desk.call("POST", "/inboxes", body, role="admin").json["id"]
    return identifier


def listed(name: str, body: str, status: str = "APPROVED", **more: Any) -> dict[str, Any]:
    components = [{"type": "BODY", "text": body}]
    return {"id": f"1{name}", "name": name, "language": "en", "status": status, "components": components, **more}


def page(*templates: dict[str, Any], after: str | None = None) -> HttpResponse:
    paging: dict[str, Any] = {"cursors": {"after": after or "end"}} | ({"next": "https://x"} if after else {})
    return HttpResponse(200, {}, json.dumps({"data": templates, "paging": paging}).encode())


def sync(desk: Desk, inbox: str) -> Any:
    return desk.call("POST", f"/inboxes/{inbox}/templates/sync", role="supervisor")


def test_templates_are_read_page_by_page_and_listed(desk: Desk, providers: Providers, inbox: str) -> None:
    rejected = listed("beta", "Bye", "REJECTED", rejected_reason="INVALID_FORMAT", category="MARKETING")
    providers.answers = [page(listed("alpha", "Hi {{1}}"), after="one"), page(rejected)]

    synced = sync(desk, inbox)
    found = desk.call("GET", f"/inboxes/{inbox}/templates").json

    assert (synced.status, synced.json["found"], synced.json["changed"]) == (200, 2, 2)
    assert "after=one" in providers.asked[1].url
    assert [(one["name"], one["status"], one["reason"]) for one in found["items"]] == [
        ("alpha", "approved", None),
        ("beta", "rejected", "INVALID_FORMAT"),
    ]
    assert found["items"][0]["parts"]["placeholders"] == ["1"]
    assert found["listed_at"] == synced.json["listed_at"]


def test_templates_are_found_by_status_and_words(desk: Desk, providers: Providers, inbox: str) -> None:
    providers.answer = page(listed("alpha", "Hi {{1}}"), listed("beta", "Your order"), listed("gamma", "x", "PAUSED"))
    sync(desk, inbox)
    path = f"/inboxes/{inbox}/templates"

    names = [
        [one["name"] for one in desk.call("GET", f"{path}?{query}").json["items"]]
        for query in ("q=ORDER", "status=paused", "q=alp&status=approved")
    ]

    assert names == [["beta"], ["gamma"], ["alpha"]]
    assert desk.call("GET", f"{path}?status=good").status == 400


def test_an_inbox_that_was_never_synced_says_so(desk: Desk, inbox: str) -> None:
    assert desk.call("GET", f"/inboxes/{inbox}/templates").json == {"items": [], "listed_at": None}


def test_a_list_that_cannot_be_had_says_why(desk: Desk, providers: Providers, inbox: str) -> None:
    providers.answer = HttpResponse(401, {}, b'{"error": {"code": 190, "message": "expired"}}')
    refused = sync(desk, inbox)
    none = sync(desk, INBOX)

    assert (refused.status, refused.json["code"]) == (409, "templates_unavailable")
    assert (none.status, none.json["code"]) == (400, "invalid_input")


def test_a_send_is_checked_before_it_is_made(desk: Desk, providers: Providers, inbox: str) -> None:
    providers.answer = page(listed("alpha", "Hi {{1}}, {{2}}"))
    sync(desk, inbox)
    path = f"/inboxes/{inbox}/templates/check"
    parameters = [{"type": "text", "text": "Ana"}]

    def checked(**body: Any) -> Any:
        return desk.call("POST", path, {"name": "alpha", "language": "en", **body}).json

    short = checked(components=[{"type": "body", "parameters": parameters}])
    good = checked(components=[{"type": "body", "parameters": parameters * 2}])
    unknown = checked(name="nothing")

    assert (short["ok"], short["preview"]) == (False, "Hi Ana, {{2}}")
    assert short["misfits"] == [
        {"field": "content.components[0].parameters", "reason": "The body needs a value for {{2}}."}
    ]
    assert (good["ok"], good["known"], good["preview"]) == (True, True, "Hi Ana, Ana")
    assert (unknown["ok"], unknown["known"]) == (False, False)


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"data": 7}', b"{}", b"\xff", b""])
def test_a_list_that_cannot_be_read_deletes_nothing(desk: Desk, providers: Providers, inbox: str, body: bytes) -> None:
    providers.answer = page(listed("alpha", "Hi"))
    sync(desk, inbox)
    providers.answer = HttpResponse(200, {}, body)

    assert sync(desk, inbox).json["code"] == "templates_unavailable"
    assert [one["status"] for one in desk.call("GET", f"/inboxes/{inbox}/templates").json["items"]] == ["approved"]


def test_bad_entries_lose_neither_their_neighbours_nor_what_is_known(
    desk: Desk, providers: Providers, inbox: str
) -> None:
    providers.answer = page(listed("alpha", "Hi"))
    sync(desk, inbox)
    odd = {"data": [{"name": 7}, None, {"name": "a"}, listed("beta", "Ho")]}
    providers.answer = HttpResponse(200, {}, json.dumps(odd).encode())

    assert sync(desk, inbox).json["found"] == 1
    found = desk.call("GET", f"/inboxes/{inbox}/templates").json["items"]
    assert [(one["name"], one["status"]) for one in found] == [("alpha", "approved"), ("beta", "approved")]
