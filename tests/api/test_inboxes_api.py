"""Inboxes over HTTP: made, changed, rotated, tried; secrets go in and do not come out."""

from collections.abc import Iterator
from dataclasses import replace
from time import monotonic

import pytest

from chalicelib.channels.base import HttpRequest, HttpResponse, NotSent, OutcomeUnknown
from chalicelib.services.calls import Calls
from chalicelib.wiring import api as wiring
from chalicelib.wiring import shared
from tests.api.desk import PUBLIC_URL, Desk, Providers

NUMBERS = iter(range(100_000, 200_000))
TOKEN, APP_SECRET = "EAAG-access-token", "app-secret-0123456789"


@pytest.fixture
def providers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Providers]:
    reached = Providers()
    real = wiring.inboxes()
    monkeypatch.setattr(wiring, "inboxes", lambda: replace(real, calls=Calls(reached, monotonic)))
    yield reached


def make(desk: Desk, **more: object) -> dict:
    body = {
        "channel": "whatsapp",
        "name": "WhatsApp",
        "account_id": str(next(NUMBERS)),
        "credentials": {"access_token": TOKEN, "app_secret": APP_SECRET},
        "settings": {"api_base": "https://graph.example/v25.0"},
        "check": False,
        **more,
    }
    answer = desk.call("POST", "/inboxes", body, role="admin")
    assert answer.status == 201, answer.body
    return answer.json


def test_an_inbox_is_made_with_the_secrets_that_are_ours_to_make(desk: Desk) -> None:
    made = make(desk)

    assert list(made["generated"]) == ["verify_token"]
    assert made["webhook_path"] == f"/webhooks/whatsapp/{made['id']}"
    stored = shared.secrets().read(f"inbox/{made['id']}")
    assert stored == {
        "access_token": (TOKEN,),
        "app_secret": (APP_SECRET,),
        "verify_token": (made["generated"]["verify_token"],),
    }
    read = desk.call("GET", f"/inboxes/{made['id']}")
    assert {**read.json, "generated": made["generated"]} == made


def test_secrets_are_in_no_answer(desk: Desk) -> None:
    made = make(desk)
    one, many = desk.call("GET", f"/inboxes/{made['id']}"), desk.call("GET", "/inboxes")

    for secret in (TOKEN, APP_SECRET, made["generated"]["verify_token"]):
        assert secret not in one.body + many.body
    assert "secret_ref" not in one.body


def test_an_account_has_one_inbox_and_its_secrets_stay(desk: Desk) -> None:
    made = make(desk)
    body = {"channel": "whatsapp", "name": "Again", "account_id": made["account_id"]}
    credentials = {"access_token": "other", "app_secret": "other"}

    again = desk.call("POST", "/inboxes", {**body, "credentials": credentials}, role="admin")

    assert (again.status, again.json["code"], again.json["field"]) == (409, "inbox_exists", "account_id")
    assert shared.secrets().read(f"inbox/{made['id']}")["access_token"] == (TOKEN,)


def test_making_an_inbox_goes_on_where_it_stopped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret was written, the inbox was not: the next try is the same inbox."""
    account = str(next(NUMBERS))
    credentials = {"access_token": "first", "app_secret": "first"}
    body = {"channel": "whatsapp", "name": "W", "account_id": account, "credentials": credentials, "check": False}
    with monkeypatch.context() as patch:
        patch.setattr(type(shared.inboxes()), "put", lambda *_: 1 / 0)
        assert desk.call("POST", "/inboxes", body, role="admin").status == 500

    made = make(desk, account_id=account)

    assert shared.secrets().read(f"inbox/{made['id']}")["access_token"] == (TOKEN,)


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"channel": "pigeon"}, 404, "channel"),
        ({"credentials": {"acces_token": "x"}}, 400, "credentials.acces_token"),
        ({"team_id": "team_000", "credentials": {"access_token": "x", "app_secret": "y"}}, 400, "team_id"),
        ({"reopen_seconds": -1}, 400, "reopen_seconds"),
        ({"settings": {"api_base": {"nested": 1}}}, 400, "settings[...]"),
        ({"settings": {"rate": 1.5}}, 400, "settings[...]"),
        ({"settings": {"wabaid": "1"}}, 400, "settings.wabaid"),
        ({"settings": {"waba_id": "none"}}, 400, "settings.waba_id"),
        ({"settings": {"api_base": "graph.example"}}, 400, "settings.api_base"),
        ({"settings": {"api_base": "https://user:pw@graph.example"}}, 400, "settings.api_base"),
        ({"settings": {"messages_per_second": 0}}, 400, "settings.messages_per_second"),
        ({"settings": {"media_hosts": "one"}}, 400, "settings.media_hosts"),
        ({"settings": {"media_hosts": ["a b"]}}, 400, "settings.media_hosts"),
        ({"account_id": "+15550100"}, 400, "account_id"),
        ({"account_id": None}, 400, "account_id"),
        ({"credentials": {"access_token": "x"}}, 400, "credentials.app_secret"),
        (
            {"channel": "sms", "account_id": "+15550100", "credentials": {"auth_token": "x"}},
            400,
            "settings.account_sid",
        ),
        ({"channel": "messenger", "settings": {"human_agent": "yes"}}, 400, "settings.human_agent"),
        ({"secret_ref": "cursor"}, 400, "secret_ref"),
        ({"id": "ibx_0"}, 400, "id"),
    ],
)
def test_an_inbox_is_refused_when_it_cannot_be(desk: Desk, change: dict, status: int, field: str) -> None:
    body = {"channel": "whatsapp", "name": "W", "account_id": str(next(NUMBERS)), **change}

    answer = desk.call("POST", "/inboxes", body, role="admin")

    assert (answer.status, answer.json["field"]) == (status, field)


def test_a_channel_without_provider_needs_no_account(desk: Desk) -> None:
    made = desk.call("POST", "/inboxes", {"channel": "custom", "name": "App"}, role="admin").json

    assert made["account_id"] == made["id"]
    assert list(made["generated"]) == ["secret"]


def test_an_inbox_is_changed_at_the_version_that_was_read(desk: Desk) -> None:
    made = make(desk)
    path = f"/inboxes/{made['id']}"

    changed = desk.call("PATCH", path, {"version": 1, "name": "Renamed", "reopen_seconds": 0}, role="admin").json
    late = desk.call("PATCH", path, {"version": 1, "name": "Late"}, role="admin")
    nothing = desk.call("PATCH", path, {"version": 2}, role="admin")

    assert (changed["name"], changed["reopen_seconds"], changed["version"]) == ("Renamed", 0, 2)
    assert changed["settings"] == made["settings"]
    assert (late.status, late.json["code"]) == (409, "version_conflict")
    assert nothing.status == 400


@pytest.mark.parametrize("name", ["channel", "account_id", "enabled", "secret_ref", "created_at"])
def test_what_makes_an_inbox_is_not_changed(desk: Desk, name: str) -> None:
    made = make(desk)

    answer = desk.call("PATCH", f"/inboxes/{made['id']}", {"version": 1, name: "x"}, role="admin")

    assert (answer.status, answer.json["field"]) == (400, name)


def test_an_inbox_is_switched_off_and_on(desk: Desk) -> None:
    path = f"/inboxes/{make(desk)['id']}"

    assert desk.call("POST", f"{path}/disable", role="admin").json["enabled"] is False
    assert desk.call("POST", f"{path}/disable", role="admin").json["version"] == 2
    assert desk.call("POST", f"{path}/enable", role="admin").json["enabled"] is True


def test_two_values_of_a_secret_are_valid_at_once(desk: Desk) -> None:
    made = make(desk)
    path, ref = f"/inboxes/{made['id']}/secrets", f"inbox/{made['id']}"

    first = desk.call("POST", path, {"credentials": {"access_token": "second"}}, role="admin")
    assert first.json == {"valid": {"access_token": 2, "app_secret": 1, "verify_token": 1}, "generated": {}}
    desk.call("POST", path, {"credentials": {"access_token": "third"}}, role="admin")
    desk.call("POST", path, {"credentials": {"access_token": "third"}}, role="admin")
    assert shared.secrets().read(ref)["access_token"] == ("third", "second")

    generated = desk.call("POST", path, {"generate": ["verify_token"]}, role="admin").json["generated"]
    assert shared.secrets().read(ref)["verify_token"] == (
        generated["verify_token"],
        made["generated"]["verify_token"],
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "credentials"),
        ({"generate": ["access_token"]}, "generate[0]"),
        ({"generate": ["verify_token"], "credentials": {"verify_token": "x"}}, "generate[0]"),
        ({"credentials": {"unknown": "x"}}, "credentials.unknown"),
    ],
)
def test_a_rotation_is_refused_when_it_makes_no_sense(desk: Desk, body: dict, field: str) -> None:
    answer = desk.call("POST", f"/inboxes/{make(desk)['id']}/secrets", body, role="admin")

    assert (answer.status, answer.json["field"]) == (400, field)


def test_health_is_the_providers_word(desk: Desk, providers: Providers) -> None:
    path = f"/inboxes/{make(desk)['id']}/health"

    providers.answer = HttpResponse(200, {}, b'{"id": "1", "display_phone_number": "+1 555 0100"}')
    good = desk.call("GET", path, role="supervisor")
    providers.answer = HttpResponse(401, {}, b'{"error": {"code": 190, "message": "expired"}}')
    bad = desk.call("GET", path, role="supervisor")

    assert (good.status, good.json["ok"]) == (200, True)
    assert (bad.status, bad.json["ok"]) == (200, False)
    assert TOKEN not in good.body + bad.body
    assert len(providers.asked) == 2


@pytest.mark.parametrize("fault", [NotSent("no route"), OutcomeUnknown("cut")])
def test_a_provider_that_does_not_answer_is_no_fault_of_ours(
    desk: Desk, providers: Providers, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fail(self: Providers, request: HttpRequest) -> HttpResponse:
        raise fault

    monkeypatch.setattr(Providers, "send", fail)
    inbox = make(desk)["id"]

    health = desk.call("GET", f"/inboxes/{inbox}/health", role="admin")
    test = desk.call("POST", f"/inboxes/{inbox}/test-message", {"to": "15550100", "text": "Hi"}, role="admin")

    assert (health.status, health.json["ok"]) == (200, False)
    assert (test.status, test.json["accepted"], test.json["external_id"]) == (200, False, None)


def test_a_test_message_goes_straight_to_the_provider(desk: Desk, providers: Providers) -> None:
    providers.answer = HttpResponse(200, {}, b'{"messages": [{"id": "wamid.1"}]}')
    path = f"/inboxes/{make(desk)['id']}/test-message"

    answer = desk.call("POST", path, {"to": "15550100", "text": "Hi"}, role="admin")

    assert answer.json == {"accepted": True, "external_id": "wamid.1", "detail": None}
    assert b"15550100" in providers.asked[0].body


def test_a_test_message_needs_a_provider_and_its_credentials(desk: Desk, providers: Providers) -> None:
    chat = desk.call("POST", "/inboxes", {"channel": "web_chat", "name": "Site"}, role="admin").json
    bare = make(desk)
    shared.secrets().write(f"inbox/{bare['id']}", {})

    for inbox in (chat["id"], bare["id"]):
        answer = desk.call("POST", f"/inboxes/{inbox}/test-message", {"to": "1", "text": "Hi"}, role="admin")
        assert (answer.status, answer.json["code"]) == (400, "message_unfit")
    assert desk.call("GET", f"/inboxes/{bare['id']}/health", role="admin").json["ok"] is False
    assert not providers.asked


def test_channels_are_told_as_data(desk: Desk) -> None:
    channels = {each["name"]: each for each in desk.call("GET", "/channels").json["items"]}

    assert set(channels) >= {"whatsapp", "web_chat", "custom"}
    assert channels["whatsapp"]["capabilities"]["window_seconds"] == 24 * 3600
    credentials = {field["name"]: field for field in channels["whatsapp"]["credentials"]}
    assert credentials["access_token"]["secret"] is True
    assert credentials["access_token"]["optional"] is False
    settings = {field["name"]: field for field in channels["whatsapp"]["settings"]}
    assert settings["waba_id"]["kind"] == "text"
    assert settings["messages_per_second"]["kind"] == "number"
    assert channels["whatsapp"]["account"]["label"] == "Phone number ID"
    assert channels["web_chat"]["account"] is None


def test_every_channel_says_what_has_to_be_entered(desk: Desk) -> None:
    for channel in desk.call("GET", "/channels").json["items"]:
        fields = [*channel["settings"], *channel["credentials"]]
        names = [field["name"] for field in fields]
        assert len(set(names)) == len(names), channel["name"]
        assert all(field["label"] for field in fields), channel["name"]


# --- asked first -------------------------------------------------------------------------------------------------


def body_of(**more: object) -> dict:
    credentials = {"access_token": TOKEN, "app_secret": APP_SECRET}
    return {
        "channel": "whatsapp",
        "name": "W",
        "account_id": str(next(NUMBERS)),
        "credentials": credentials,
        **more,
    }


def test_nothing_is_made_of_what_the_provider_does_not_take(desk: Desk, providers: Providers) -> None:
    body = body_of()
    providers.answer = HttpResponse(401, {}, b'{"error": {"code": 190, "message": "expired"}}')
    refused = desk.call("POST", "/inboxes", body, role="admin")
    providers.answer = HttpResponse(200, {}, b'{"id": "1", "verified_name": "Shop"}')
    made = desk.call("POST", "/inboxes", body, role="admin")

    assert (refused.status, refused.json["code"]) == (400, "inbox_check_failed")
    assert refused.json["field"] == "credentials.access_token"
    assert TOKEN not in refused.body
    assert made.status == 201
    assert len(providers.asked) == 2


def test_a_provider_that_is_down_may_be_left_unasked(desk: Desk, providers: Providers) -> None:
    made = desk.call("POST", "/inboxes", body_of(check=False), role="admin")

    assert made.status == 201
    assert providers.asked == []


def test_settings_are_checked_when_they_are_changed(desk: Desk) -> None:
    made = make(desk)
    change = {"version": 1, "settings": {"human_agent": True}}

    answer = desk.call("PATCH", f"/inboxes/{made['id']}", change, role="admin")

    assert (answer.status, answer.json["field"]) == (400, "settings.human_agent")
    assert "waba_id" in answer.json["detail"]


def test_an_inbox_says_where_its_webhook_is(desk: Desk) -> None:
    made = make(desk)

    assert made["webhook_url"] == f"{PUBLIC_URL}/webhooks/whatsapp/{made['id']}"
