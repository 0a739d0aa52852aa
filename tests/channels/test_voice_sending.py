"""Calls that agents ask for: what Calls.json is sent, what its answers mean, and where recordings are."""

import base64
import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest

from chalicelib.channels import voice
from chalicelib.channels.base import CannotSay, HttpResponse, MediaLocation, OutgoingAttachment, ProviderError, Signal
from chalicelib.channels.voice_errors import CODES
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import outgoing
from tests.channels.kits import KITS, NEW
from tests.channels.test_voice import ADA, ANA, OURS, RECORDING, TRACKER

KIT = KITS["voice"]
ACCOUNT = "AC00000000000000000000000000000001"
BASE = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}"
PROOF = {"authorization": "Basic " + base64.b64encode(f"{ACCOUNT}:{NEW}".encode()).decode()}


def call(**values: Any) -> Any:
    content = {"agent_phone": values.pop("agent_phone", ADA)}
    return outgoing(MessageKind.CALL, **{"to": ANA, "tracker": TRACKER, "content": content, **values})


def with_settings(**settings: Any) -> Any:
    return replace(KIT.inbox, settings={**KIT.inbox.settings, **settings})


def built(inbox: Any = None, **values: Any) -> dict[str, list[str]]:
    request = voice.build_send(call(**values), inbox or KIT.inbox, KIT.credentials)
    assert request and (request.method, request.url) == ("POST", f"{BASE}/Calls.json")
    assert request.secret_headers == PROOF
    return parse_qs(request.body.decode(), strict_parsing=True)


def answered(status: int, headers: dict[str, str] | None = None, /, **answer: Any) -> HttpResponse:
    return HttpResponse(status, headers or {}, json.dumps(answer).encode())


def test_the_agents_phone_is_called_with_all_that_follows() -> None:
    fields = built()
    assert fields.pop("Twiml")[0].startswith('<?xml version="1.0" encoding="UTF-8"?><Response><Dial ')
    assert fields == {
        "To": [ADA],
        "From": [OURS],
        "Timeout": ["20"],
        "StatusCallback": [
            f"https://desk.example/webhooks/voice/inb_1?step=status&tracker={TRACKER}&peer=%2B5511987650001"
        ],
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
    }


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"agent_phone": ""}, "content.agent_phone"),
        ({"agent_phone": "0123"}, "content.agent_phone"),
        ({"agent_phone": {"a": 1}}, "content.agent_phone"),
        ({"to": "anonymous:CA1"}, "to"),
        ({"text": "x" * 301}, "text"),
        ({"attachments": (OutgoingAttachment("https://files.example/1", "image/png"),)}, "attachments"),
        ({"kind": MessageKind.TEXT}, "kind"),
    ],
)
def test_what_cannot_be_called_is_refused_with_a_sentence(values: dict[str, Any], field: str) -> None:
    message = replace(call(), kind=values["kind"]) if "kind" in values else call(**values)
    with pytest.raises(CannotSay) as refusal:
        voice.check_send(message)
    assert refusal.value.field == field and refusal.value.reason.endswith(".")


def test_only_phones_of_the_inbox_may_ring_unless_any_may() -> None:
    with pytest.raises(CannotSay) as refusal:
        built(agent_phone="+15550109999")
    assert refusal.value.field == "content.agent_phone"
    assert built(with_settings(any_agent_phone=True), agent_phone="+15550109999")["To"] == ["+15550109999"]


@pytest.mark.parametrize(
    ("setting", "value"), [("public_url", ""), ("public_url", "https://a_b.example"), ("account_sid", "")]
)
def test_what_the_inbox_lacks_is_named(setting: str, value: str) -> None:
    with pytest.raises(KeyError, match=setting):
        voice.build_send(call(), with_settings(**{setting: value}), KIT.credentials)


def test_what_is_read_to_the_agent_fits_into_the_call() -> None:
    long_way = {"to": f"sip:{'a;' * 98}", "tracker": "ü" * 80}
    built(text="'" * 30, **long_way)
    with pytest.raises(CannotSay) as refusal:
        built(text="'" * 300, **long_way)
    assert refusal.value.field == "text"


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_code_has_a_class_and_a_sentence(code: int) -> None:
    error = voice.parse_send(answered(400, code=code, message="Said so", status=400)).error
    assert error and (error.code, error.failure) == (str(code), CODES[code][0])
    assert error.detail.endswith("(Twilio says: Said so)")


@pytest.mark.parametrize(
    ("status", "answer", "failure"),
    [
        (429, {"code": 20429}, FailureClass.RETRY),
        (503, {}, FailureClass.RETRY),
        (500, {"code": 21215}, FailureClass.CONFIG),
        (401, {}, FailureClass.REAUTH),
        (400, {"code": 13224}, FailureClass.CONTENT),
        (400, {"code": 99999}, FailureClass.CONTENT),
    ],
)
def test_a_refusal_has_a_class(status: int, answer: dict[str, Any], failure: FailureClass) -> None:
    result = voice.parse_send(answered(status, {"retry-after": "3"}, **answer))
    assert result.error and result.error.failure is failure
    assert result.retry_after_seconds == 3


@pytest.mark.parametrize("body", [b"", b"{}", b'{"sid": {}}', b"<html>"])
def test_an_answer_that_cannot_be_read_is_never_called_again(body: bytes) -> None:
    assert voice.parse_send(HttpResponse(201, {}, body)).uncertain


def test_a_phone_shows_neither_typing_nor_reading() -> None:
    assert voice.build_signal(Signal("typing", ANA), KIT.inbox, KIT.credentials) is None


# Recordings.


def test_a_recording_is_asked_for_at_the_accounts_own_address() -> None:
    request = voice.build_media_lookup(RECORDING, KIT.inbox, KIT.credentials)
    assert request is not None
    assert (request.url, request.secret_headers) == (f"{BASE}/Recordings/{RECORDING}.json", PROOF)
    hostile = voice.build_media_lookup("../../x?y#z", KIT.inbox, KIT.credentials)
    assert hostile and hostile.url == f"{BASE}/Recordings/..%2F..%2Fx%3Fy%23z.json"


def located(response: HttpResponse) -> MediaLocation | ProviderError:
    return voice.parse_media_lookup(response, RECORDING, KIT.inbox, KIT.credentials)


@pytest.mark.parametrize("answer", [{"status": "completed", "uri": "//evil.example/x"}, {}])
def test_a_recording_that_is_ready_is_a_sound(answer: dict[str, Any]) -> None:
    expected = MediaLocation(f"{BASE}/Recordings/{RECORDING}.mp3", PROOF, mime="audio/mpeg")
    assert located(answered(200, **answer)) == expected


@pytest.mark.parametrize(
    ("status", "answer", "failure"),
    [
        (404, {"code": 20404}, FailureClass.RETRY),
        (200, {"status": "processing"}, FailureClass.RETRY),
        (200, {"status": "in-progress"}, FailureClass.RETRY),
        (200, {"status": "absent"}, FailureClass.CONTENT),
        (401, {"code": 20003}, FailureClass.REAUTH),
        (503, {}, FailureClass.RETRY),
    ],
)
def test_a_recording_that_is_not_there_says_why(status: int, answer: dict[str, Any], failure: FailureClass) -> None:
    found = located(answered(status, **answer))
    assert isinstance(found, ProviderError) and found.failure is failure and found.detail


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1", True),
        ("http://api.twilio.com/RE1", False),
        ("https://api.twilio.com.evil.example/RE1", False),
        ("https://api.twilio.com@evil.example/RE1", False),
        ("https://evil.example/RE1", False),
        ("https://[", False),
    ],
)
def test_the_credentials_go_to_twilio_alone(url: str, trusted: bool) -> None:
    place = voice.media_location(url, KIT.inbox, KIT.credentials)
    assert place.secret_headers == (PROOF if trusted else {})


def test_the_account_is_asked_how_it_is() -> None:
    request = voice.build_health(KIT.inbox, KIT.credentials)
    assert request is not None
    assert (request.url, request.secret_headers) == (f"{BASE}.json", PROOF)
    good = voice.parse_health(answered(200, status="active", friendly_name="Padaria"))
    assert (good.ok, good.detail) == (True, "Connected to Padaria.")
    assert not voice.parse_health(answered(200, status="suspended")).ok
    assert voice.parse_health(answered(401, code=20003)).facts["class"] == "reauth"
