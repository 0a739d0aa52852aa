"""Outbound webhooks over HTTP: from an endpoint that is made to what it was told, and told again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from chalicelib.channels.http import HttpRequest, HttpResponse, NotSent
from chalicelib.wiring import webhooks
from tests.api.desk import AGENTS, Desk, Providers

URL = "https://crm.example/hooks?key=k"
BODY = {"url": URL, "types": ["message.*", "conversation.created"], "description": "CRM"}


@pytest.fixture
def crm(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> Iterator[Providers]:
    made = Providers(HttpResponse(200, {}, b"ok"))
    forget()
    monkeypatch.setattr(webhooks, "http", lambda: made)
    monkeypatch.setattr(webhooks, "check_url", lambda url: None)
    desk.world.tells_integrators = True
    yield made
    for each in desk.call("GET", "/webhook-endpoints", role="admin").json["items"]:
        desk.call("DELETE", f"/webhook-endpoints/{each['id']}", role="admin")
    desk.world.tells_integrators = False
    forget()


def forget() -> None:
    for each in vars(webhooks).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


def made(desk: Desk, **more: Any) -> Any:
    answer = desk.call("POST", "/webhook-endpoints", {**BODY, **more}, role="admin")
    assert answer.status == 201, answer.body
    return answer.json


def types_of(asked: list[HttpRequest], secret: str) -> list[str]:
    """As the official library takes them."""
    return sorted(Webhook(secret).verify(request.body, dict(request.headers))["type"] for request in asked)


def test_an_endpoint_is_told_what_happens_and_told_again(desk: Desk, crm: Providers) -> None:
    endpoint = made(desk)
    path = f"/webhook-endpoints/{endpoint['endpoint']['id']}"
    desk.customer_says("Hello", "hooked")
    desk.world.pump()

    asked = list(crm.asked)
    assert types_of(asked, endpoint["secret"]) == ["conversation.created", "message.created"]
    listed = desk.call("GET", f"{path}/deliveries?state=delivered", role="admin").json["items"]
    assert {each["event_id"] for each in listed} == {request.headers["webhook-id"] for request in asked}
    one = desk.call("GET", f"{path}/deliveries/{listed[0]['id']}", role="admin").json
    assert (one["attempts"][0]["status"], one["attempts"][0]["excerpt"]) == (200, "ok")

    assert desk.call("POST", f"{path}/deliveries/{listed[0]['id']}/replay", role="admin").status == 202
    now = datetime.now(UTC)
    times = {"since": (now - timedelta(hours=1)).isoformat(), "until": (now + timedelta(hours=1)).isoformat()}
    desk.world.pump()
    replay = {**times, "state": "all", "client_id": "again"}
    asking = desk.call("POST", f"{path}/replays", replay, role="admin")
    desk.world.keeps_customers = True
    desk.world.pump()
    desk.world.keeps_customers = False

    job = desk.call("GET", f"/jobs/{asking.json['id']}", role="supervisor").json
    assert (job["state"], job["result"]) == ("done", {"queued": 2})
    again = [request.headers["webhook-id"] for request in crm.asked[2:]]
    assert sorted(again) == sorted([listed[0]["event_id"], *(each["event_id"] for each in listed)])
    figures = desk.call("GET", f"{path}/statistics", role="admin").json
    assert (figures["delivered"], figures["failed_attempts"], figures["waiting"]) == (5, 0, 0)


def test_a_secret_is_shown_once_and_changed(desk: Desk, crm: Providers) -> None:
    endpoint = made(desk, content=False)
    path, first = f"/webhook-endpoints/{endpoint['endpoint']['id']}", endpoint["secret"]

    rotated = desk.call("POST", f"{path}/secret", {"version": 1}, role="admin").json
    assert desk.call("POST", f"{path}/secret", {"version": 1}, role="admin").status == 409
    tested = desk.call("POST", f"{path}/test", role="admin").json

    assert (tested["delivered"], tested["status"], tested["excerpt"]) == (True, 200, "ok")
    assert types_of(crm.asked, first) == types_of(crm.asked, rotated["secret"]) == ["webhook.test"]
    shown = [desk.call("GET", each, role="admin") for each in (path, "/webhook-endpoints")]
    assert not [answer for answer in shown if "whsec_" in answer.body]


def test_an_endpoint_is_changed_and_removed(desk: Desk, crm: Providers) -> None:
    path = f"/webhook-endpoints/{made(desk)['endpoint']['id']}"
    body = {**BODY, "types": ["sla.*"], "enabled": False, "version": 1}

    changed = desk.call("PUT", path, body, role="admin").json
    late = desk.call("PUT", path, body, role="admin")
    refused = desk.call("POST", f"{path}/deliveries/whd_0000/replay", role="admin")

    assert (changed["types"], changed["disabled_reason"], changed["version"]) == (["sla.*"], "by_admin", 2)
    assert (changed["owner_id"], late.status) == (AGENTS["admin"], 409)
    assert (refused.status, refused.json["code"]) == (409, "webhook_endpoint_disabled")
    assert desk.call("DELETE", path, role="admin").status == 204
    assert desk.call("GET", path, role="admin").status == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"types": ["message.created", "agent.presence_changed"]}, "types[1]"),
        ({"types": ["message*"]}, "types[0]"),
        ({"owner_id": "agt_0n0b0dy"}, "owner_id"),
    ],
)
def test_what_cannot_be_told_is_refused(desk: Desk, crm: Providers, change: dict[str, Any], field: str) -> None:
    answer = desk.call("POST", "/webhook-endpoints", {**BODY, **change}, role="admin")

    assert (answer.status, answer.json["field"]) == (400, field)


def test_an_address_inside_is_refused(desk: Desk, crm: Providers, monkeypatch: pytest.MonkeyPatch) -> None:
    def inside(url: str) -> None:
        raise NotSent("169.254.169.254 is not a public address")

    monkeypatch.setattr(webhooks, "check_url", inside)
    webhooks.managing.cache_clear()

    answer = desk.call("POST", "/webhook-endpoints", {**BODY, "url": "https://169.254.169.254/"}, role="admin")

    assert (answer.status, answer.json["field"]) == (400, "url")


def test_there_are_so_many_endpoints_and_no_more(desk: Desk, crm: Providers) -> None:
    for _ in range(20):
        made(desk)

    answer = desk.call("POST", "/webhook-endpoints", BODY, role="admin")

    assert (answer.status, answer.json["code"]) == (409, "webhook_endpoints_too_many")
