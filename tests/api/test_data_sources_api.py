"""Data sources and facts over HTTP."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.channels.http import HttpResponse
from chalicelib.wiring import known, sources
from tests.api.desk import Desk, Providers

TOKEN = "token-that-never-leaves"
BODY = {
    "key": "crm",
    "name": "CRM",
    "url": "https://crm.example/{contact_id}",
    "auth": "bearer",
    "credentials": {"token": TOKEN},
    "mapping": {"score": {"path": "score", "type": "integer"}},
}


@pytest.fixture
def crm(monkeypatch: pytest.MonkeyPatch) -> Providers:
    made = Providers(HttpResponse(200, {}, b'{"score": 7}'))
    for each in (sources.external_facts, sources.facts_reaction, known.memory):
        each.cache_clear()
    monkeypatch.setattr(sources, "http", lambda: made)
    return made


def asked_for(crm: Providers, contact: str) -> int:
    return sum(request.url.endswith(contact) for request in crm.asked)


def contact_of(desk: Desk, address: str) -> str:
    conversation = desk.customer_says("Hello", address)
    return str(desk.call("GET", f"/conversations/{conversation}").json["contact_id"])


def test_a_source_is_connected_tried_and_read(desk: Desk, crm: Providers) -> None:
    contact = contact_of(desk, "ada")

    created = desk.call("POST", "/data-sources", BODY, role="admin")
    path = f"/data-sources/{created.json['id']}"
    tried = desk.call("POST", f"{path}/trial", {"contact_id": contact}, role="admin")
    facts = desk.call("GET", f"/contacts/{contact}/facts")
    again = desk.call("GET", f"/contacts/{contact}/facts")

    assert created.status == 201, created.body
    assert (tried.status, tried.json["facts"], tried.json["status"]) == (200, {"score": 7}, 200)
    assert tried.json["headers"]["Authorization"] == "•••"
    assert [(each["name"], each["value"], each["stale"]) for each in facts.json["items"]] == [("crm.score", 7, False)]
    assert again.json["items"][0]["at"] == facts.json["items"][0]["at"]
    assert [request.url for request in crm.asked] == [f"https://crm.example/{contact}"] * 2
    assert crm.asked[0].secret_headers == {"Authorization": f"Bearer {TOKEN}"}
    shown = [
        created,
        tried,
        facts,
        desk.call("GET", path, role="admin"),
        desk.call("GET", "/data-sources", role="admin"),
    ]
    assert not [answer for answer in shown if TOKEN in answer.body]

    changed = desk.call("PUT", path, {**BODY, "credentials": None, "version": 1, "name": "C"}, role="admin")
    late = desk.call("PUT", path, {**BODY, "version": 1}, role="admin")
    assert (changed.json["name"], changed.json["version"], late.status) == ("C", 2, 409)
    assert desk.call("DELETE", path, role="admin").status == 204
    assert desk.call("GET", path, role="admin").status == 404


def test_stale_facts_are_asked_for_anew_behind_the_answer(desk: Desk, crm: Providers) -> None:
    body = {**BODY, "key": "slow", "ttl_seconds": 1}
    made = desk.call("POST", "/data-sources", body, role="admin").json
    contact = contact_of(desk, "bob")
    desk.call("GET", f"/contacts/{contact}/facts")
    source = sources.documents().get(made["id"])
    assert source is not None
    before = sources.store().answered(contact, [made["id"]])[0][made["id"]]
    old = datetime.now(UTC) - timedelta(minutes=1)
    sources.store().keep(contact, replace(before, at=old, tried_at=old), datetime.now(UTC) + timedelta(days=1))

    stale = desk.call("GET", f"/contacts/{contact}/facts").json["items"][0]
    asked = asked_for(crm, contact)
    desk.world.keeps_customers = True
    desk.world.pump()

    assert (stale["value"], stale["stale"], stale["age_seconds"] >= 60) == (7, True, True)
    assert asked_for(crm, contact) == asked + 1
    after = sources.store().answered(contact, [made["id"]])[0][made["id"]].at
    assert after is not None and after > old
    desk.call("DELETE", f"/data-sources/{made['id']}", role="admin")


def test_facts_are_pushed_and_the_newest_holds(desk: Desk, crm: Providers) -> None:
    contact = contact_of(desk, "cy")
    now = datetime.now(UTC)

    def told(value: Any, minutes: int) -> Any:
        at = (now - timedelta(minutes=minutes)).isoformat()
        facts = [{"name": "billing.overdue", "value": value, "at": at}]
        return desk.call("PUT", f"/contacts/{contact}/facts", {"source": "billing", "facts": facts})

    assert [told(True, 5).json, told(False, 9).json, told(["a"], 1).json] == [
        {"news": [True]},
        {"news": [False]},
        {"news": [True]},
    ]
    (shown,) = desk.call("GET", f"/contacts/{contact}/facts").json["items"]
    assert (shown["name"], shown["value"], shown["source"]) == ("billing.overdue", ["a"], "billing")
    refused = told({"a": 1}, 0)
    assert (refused.status, refused.json["field"]) == (400, "facts[0].value")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "https://{email}/"}, "url"),
        ({"mapping": {"a": {"path": "a.."}}}, "mapping.a.path"),
        ({"credentials": {"user": "x"}}, "credentials"),
        ({"timeout_seconds": 4}, "timeout_seconds"),
    ],
)
def test_a_source_that_cannot_be_is_refused_with_the_field(desk: Desk, change: Any, field: str) -> None:
    answer = desk.call("POST", "/data-sources", {**BODY, "key": "other", **change}, role="admin")

    assert (answer.status, answer.json["field"]) == (400, field)
