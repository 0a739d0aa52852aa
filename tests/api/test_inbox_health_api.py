"""Registration of webhooks and health of inboxes over HTTP."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

import pytest

from chalicelib.channels.base import HttpResponse
from chalicelib.services.calls import Calls
from chalicelib.wiring import api as wiring
from tests.api.desk import Desk, Providers

NUMBERS = iter(range(500_000, 600_000))


@pytest.fixture
def providers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Providers]:
    reached, real = Providers(), wiring.inboxes()
    monkeypatch.setattr(wiring, "inboxes", lambda: replace(real, calls=Calls(reached, monotonic)))
    yield reached


def make(desk: Desk, **more: object) -> dict:
    body = {
        "channel": "whatsapp",
        "name": "WhatsApp",
        "account_id": str(next(NUMBERS)),
        "credentials": {"access_token": "t", "app_secret": "s"},
        "settings": {"api_base": "https://graph.example/v25.0"},
        "check": False,
        **more,
    }
    answer = desk.call("POST", "/inboxes", body, role="admin")
    assert answer.status == 201, answer.body
    return answer.json


# --- registration ------------------------------------------------------------------------------------------------


def register(desk: Desk, inbox_id: str) -> Any:
    return desk.call("POST", f"/inboxes/{inbox_id}/register", role="admin")


def test_whatsapp_is_told_where_the_webhook_is(desk: Desk, providers: Providers) -> None:
    made = make(desk, settings={"api_base": "https://graph.example/v25.0", "waba_id": "777000"})
    providers.answer = HttpResponse(200, {}, b'{"success": true}')

    told = register(desk, made["id"])

    assert (told.status, told.json["ok"], told.json["url"]) == (200, True, made["webhook_url"])
    assert providers.asked[0].url == "https://graph.example/v25.0/777000/subscribed_apps"
    sent = json.loads(providers.asked[0].body)
    assert sent == {"override_callback_uri": made["webhook_url"], "verify_token": made["generated"]["verify_token"]}
    assert desk.call("GET", f"/inboxes/{made['id']}/health", role="admin").json["registration"] == told.json


def test_a_registration_that_failed_is_kept_with_its_reason(desk: Desk, providers: Providers) -> None:
    made = make(desk, settings={"api_base": "https://graph.example/v25.0", "waba_id": "777001"})
    providers.answer = HttpResponse(400, {}, b'{"error": {"code": 100, "message": "bad callback"}}')

    told = register(desk, made["id"])

    assert (told.status, told.json["ok"]) == (200, False)
    assert told.json["detail"]


def test_a_registration_says_what_is_missing(desk: Desk, providers: Providers) -> None:
    told = register(desk, make(desk)["id"])

    assert (told.json["ok"], "waba_id" in told.json["detail"]) == (False, True)
    assert providers.asked == []


def test_a_channel_without_such_a_call_says_where_to_enter_the_address(desk: Desk) -> None:
    made = desk.call("POST", "/inboxes", {"channel": "custom", "name": "App"}, role="admin").json

    refused = register(desk, made["id"])

    assert (refused.status, refused.json["code"]) == (409, "not_registrable")
    assert made["webhook_url"] in refused.json["detail"]


def test_line_is_told_and_then_tried(desk: Desk, providers: Providers) -> None:
    credentials = {"channel_access_token": "t", "channel_secret": "s"}
    made = make(desk, channel="line", credentials=credentials, settings={"api_base": "https://line.example"})
    providers.answer = HttpResponse(200, {}, b'{"success": true, "statusCode": 200, "reason": "OK"}')

    assert register(desk, made["id"]).json["ok"] is True
    calls = [(call.method, call.url, json.loads(call.body)) for call in providers.asked]
    assert calls == [
        ("PUT", "https://line.example/v2/bot/channel/webhook/endpoint", {"endpoint": made["webhook_url"]}),
        ("POST", "https://line.example/v2/bot/channel/webhook/test", {"endpoint": made["webhook_url"]}),
    ]


def test_telegram_is_told_with_its_secret(desk: Desk, providers: Providers) -> None:
    made = make(desk, channel="telegram", credentials={"bot_token": "1:a"}, settings={"api_base": "https://tg.example"})
    providers.answer = HttpResponse(200, {}, b'{"ok": true, "result": true}')

    assert register(desk, made["id"]).json["ok"] is True
    sent = json.loads(providers.asked[0].body)
    assert (sent["url"], sent["secret_token"]) == (made["webhook_url"], made["generated"]["secret_token"])
    assert "message" in sent["allowed_updates"]


def test_a_number_at_twilio_is_looked_up_and_told(desk: Desk, providers: Providers) -> None:
    settings = {"api_base": "https://twilio.example", "account_sid": "AC1"}
    made = make(desk, channel="sms", account_id="+15550100", credentials={"auth_token": "t"}, settings=settings)
    answers = [
        HttpResponse(200, {}, b'{"incoming_phone_numbers": [{"sid": "PN1"}]}'),
        HttpResponse(200, {}, b'{"sid": "PN1"}'),
    ]
    providers.answers = answers

    assert register(desk, made["id"]).json["ok"] is True
    base = "https://twilio.example/2010-04-01/Accounts/AC1/IncomingPhoneNumbers"
    assert [call.url for call in providers.asked] == [f"{base}.json?PhoneNumber=%2B15550100", f"{base}/PN1.json"]
    assert parse_qs(providers.asked[1].body.decode())["SmsUrl"] == [made["webhook_url"]]


def test_a_number_that_twilio_does_not_have_is_said_to(desk: Desk, providers: Providers) -> None:
    settings = {"api_base": "https://twilio.example", "account_sid": "AC1"}
    made = make(desk, channel="sms", account_id="+15550101", credentials={"auth_token": "t"}, settings=settings)
    providers.answer = HttpResponse(200, {}, b'{"incoming_phone_numbers": []}')

    told = register(desk, made["id"])

    assert (told.json["ok"], "+15550101" in told.json["detail"]) == (False, True)


# --- health ------------------------------------------------------------------------------------------------------


def test_dead_credentials_are_remembered_until_they_are_taken_again(desk: Desk, providers: Providers) -> None:
    path = f"/inboxes/{make(desk)['id']}/health"

    new = desk.call("GET", path, role="supervisor").json
    providers.answer = HttpResponse(401, {}, b'{"error": {"code": 190, "message": "expired"}}')
    dead = desk.call("GET", path, role="supervisor").json
    providers.answer = HttpResponse(503, {}, b"")
    away = desk.call("GET", path, role="supervisor").json
    providers.answer = HttpResponse(200, {}, b'{"id": "1"}')
    back = desk.call("GET", path, role="supervisor").json

    assert [one["token"] for one in (new, dead, away, back)] == ["unknown", "dead", "dead", "ok"]
    assert dead["token_reason"]
    assert (back["token_reason"], back["last_day"]) == (None, {"sent": 0, "failed": 0, "error_rate": None})


# --- the list with signs -------------------------------------------------------------------------------------------


def test_a_list_tells_what_is_known_of_each_where_it_is_asked_and_asks_no_provider(
    desk: Desk, providers: Providers
) -> None:
    made, at = make(desk), datetime(2026, 11, 2, 9, tzinfo=UTC)
    vitals = wiring.inboxes().vitals
    vitals.note_check(made["id"], at)
    vitals.note_webhook(made["id"], at, accepted=False)

    told = desk.call("GET", "/inboxes?signs=true", role="supervisor")
    plain = desk.call("GET", "/inboxes", role="supervisor")

    signs = next(each["signs"] for each in told.json["items"] if each["id"] == made["id"])
    assert signs["last_check_at"] == signs["last_refused_webhook_at"] == "2026-11-02T09:00:00Z"
    assert (signs["token"], signs["last_webhook_at"]) == ("unknown", None)
    assert all(each["signs"] is None for each in plain.json["items"])
    assert providers.asked == []
    assert desk.call("GET", "/inboxes?signs=true", role="agent").status == 403
