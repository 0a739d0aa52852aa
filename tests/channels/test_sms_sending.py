"""SMS by Twilio: what Messages.json is sent, what its answers mean, and how many parts a text has."""

import base64
import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import sms
from chalicelib.channels.base import CannotSay, HttpResponse, MediaLocation, OutgoingAttachment, ProviderError, Signal
from chalicelib.channels.sms_errors import CODES
from chalicelib.channels.sms_text import EXTENSION, GSM, MORE, ONE, Segments, segments
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import outgoing
from tests.channels.kits import KITS, NEW
from tests.channels.test_sms import ANA, FILES, TRACKER

KIT = KITS["sms"]
ACCOUNT = "AC00000000000000000000000000000001"
IMAGE = MessageKind.IMAGE


def basic(user: str, word: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{word}".encode()).decode()}


def built(kind: MessageKind = MessageKind.TEXT, inbox: Any = None, **values: Any) -> dict[str, list[str]]:
    request = sms.build_send(outgoing(kind, **{"to": ANA, **values}), inbox or KIT.inbox, KIT.credentials)
    assert request and request.method == "POST"
    assert request.url == f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert request.secret_headers == basic(ACCOUNT, NEW)
    return parse_qs(request.body.decode(), keep_blank_values=True, strict_parsing=True)


def refused(kind: MessageKind = MessageKind.TEXT, **values: Any) -> CannotSay:
    with pytest.raises(CannotSay) as refusal:
        sms.check_send(outgoing(kind, **values))
    assert refusal.value.reason.endswith(".")
    return refusal.value


def answered(http: int, headers: dict[str, str] | None = None, /, **answer: Any) -> HttpResponse:
    return HttpResponse(http, headers or {}, json.dumps(answer).encode())


def with_settings(account_id: str = "+15550100002", **settings: Any) -> Any:
    return replace(KIT.inbox, account_id=account_id, settings={"account_sid": ACCOUNT, **settings})


def test_a_text_goes_with_the_address_for_its_marks() -> None:
    assert built(text="Olá & até já +1") == {
        "To": [ANA],
        "From": ["+15550100002"],
        "Body": ["Olá & até já +1"],
        "StatusCallback": [f"https://desk.example/webhooks/sms/inb_1?tracker={TRACKER}"],
    }


def test_files_go_by_their_address() -> None:
    fields = built(IMAGE, attachments=(FILES[IMAGE], FILES[IMAGE]))
    assert fields["MediaUrl"] == [FILES[IMAGE].url] * 2
    assert "Body" not in fields


@pytest.mark.parametrize(
    ("inbox", "to", "sender"),
    [
        (with_settings("MG01"), ANA, {"MessagingServiceSid": ["MG01"]}),
        (with_settings(messaging_service_sid="MG02"), ANA, {"MessagingServiceSid": ["MG02"]}),
        (with_settings(), "28282", {"From": ["+15550100002"]}),
        (with_settings(), f"whatsapp:{ANA}", {"From": ["whatsapp:+15550100002"]}),
        (with_settings("whatsapp:+15550100002"), "whatsapp:BR.123", {"From": ["whatsapp:+15550100002"]}),
    ],
)
def test_the_sender_is_the_inboxs_own(inbox: Any, to: str, sender: dict[str, list[str]]) -> None:
    fields = built(inbox=inbox, to=to, text="x")
    assert {name: fields[name] for name in ("From", "MessagingServiceSid") if name in fields} == sender
    assert "StatusCallback" not in fields


@pytest.mark.parametrize("url", ["ftp://desk.example", "https://my_desk.example", "https://desk.example?a=1", 5])
def test_an_address_that_twilio_would_refuse_is_not_given(url: Any) -> None:
    assert "StatusCallback" not in built(inbox=with_settings(public_url=url), text="x")


def test_an_address_may_have_a_stage_without_a_name_of_its_own() -> None:
    fields = built(inbox=with_settings(public_url="http://127.0.0.1:4566/_aws/execute-api/a1/$default"), text="x")
    assert fields["StatusCallback"][0].startswith("http://127.0.0.1:4566/_aws/execute-api/a1/$default/webhooks/sms/")


@pytest.mark.parametrize("to", ["", "PADARIA", "5511987650001", "+0123456", "fax:+15550100001", "+1 555"])
def test_who_takes_no_answers_gets_none(to: str) -> None:
    with pytest.raises(CannotSay) as refusal:
        sms.build_send(outgoing(to=to, text="x"), KIT.inbox, KIT.credentials)
    assert refusal.value.field == "to"


def test_an_api_key_goes_before_the_auth_token() -> None:
    keyed = {**KIT.credentials, "api_key_sid": ("SK1",), "api_key_secret": ("word",)}
    request = sms.build_send(outgoing(to=ANA, text="x"), KIT.inbox, keyed)
    assert request and request.secret_headers == basic("SK1", "word")
    half = sms.build_send(outgoing(to=ANA, text="x"), KIT.inbox, {**KIT.credentials, "api_key_sid": ("SK1",)})
    assert half and half.secret_headers == basic(ACCOUNT, NEW)


def test_an_inbox_without_its_account_is_not_configured() -> None:
    with pytest.raises(KeyError, match="account_sid"):
        sms.build_send(outgoing(to=ANA, text="x"), replace(KIT.inbox, settings={}), KIT.credentials)


@pytest.mark.parametrize(
    ("files", "field"),
    [
        ((FILES[IMAGE],) * 11, "attachments"),
        ((replace(FILES[IMAGE], size_bytes=5 * 1024 * 1024 + 1),), "attachments[0]"),
        ((FILES[IMAGE], replace(FILES[IMAGE], mime="image/webp", size_bytes=500 * 1024 + 1)), "attachments[1]"),
        ((replace(FILES[IMAGE], size_bytes=3 * 1024 * 1024),) * 2, "attachments"),
    ],
)
def test_files_that_do_not_go_by_mms_are_refused(files: tuple[OutgoingAttachment, ...], field: str) -> None:
    assert refused(IMAGE, attachments=files).field == field


def test_a_text_that_is_too_long_is_told_in_parts() -> None:
    assert "11 parts" in refused(text="x" * 1601).reason
    assert refused(IMAGE, text="x" * 1601, attachments=(FILES[IMAGE],)).field == "text"


# Parts.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments("gsm7", 0, 0, 160)),
        ("a" * 160, Segments("gsm7", 160, 1, 0)),
        ("a" * 161, Segments("gsm7", 161, 2, 145)),
        ("a" * 306, Segments("gsm7", 306, 2, 0)),
        ("a" * 307, Segments("gsm7", 307, 3, 152)),
        ("€" * 80, Segments("gsm7", 160, 1, 0)),
        ("€" * 81, Segments("gsm7", 162, 2, 143)),
        # The extension's two units stay together: 153 is odd, so one of it is lost.
        ("a" * 152 + "€" + "a" * 10, Segments("gsm7", 164, 2, 141)),
        ("ã" * 70, Segments("ucs2", 70, 1, 0)),
        ("ã" * 71, Segments("ucs2", 71, 2, 63)),
        ("😀" * 35, Segments("ucs2", 70, 1, 0)),
        ("😀" * 36, Segments("ucs2", 72, 2, 61)),
        ("😀" * 67, Segments("ucs2", 134, 3, 65)),
        ("à è é ì ò ù Ç ñ ü", Segments("gsm7", 17, 1, 143)),
    ],
)
def test_a_text_goes_in_as_many_parts_as_phones_count(text: str, expected: Segments) -> None:
    assert segments(text) == expected


@given(st.text(alphabet=sorted(GSM | EXTENSION), max_size=700) | st.text(max_size=300))
def test_parts_hold_all_of_it_and_no_more(text: str) -> None:
    found = segments(text)
    room = ONE[found.encoding] if found.count <= 1 else MORE[found.encoding] * found.count
    assert found.units + found.left <= room
    assert found.left >= 0 and (found.count == 0) == (text == "")
    # Each part but the last is full, or one short of it.
    assert room - found.left - found.units <= max(found.count - 1, 0)


def test_the_alphabet_is_complete() -> None:
    assert (len(GSM), len(EXTENSION)) == (127, 10)
    assert not GSM & EXTENSION


# Answers.


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_refusal_has_its_class(code: int) -> None:
    error = sms.parse_send(answered(400, code=code, message="Said so", status=400)).error
    assert error and (error.code, error.failure) == (str(code), CODES[code][0])
    assert "Said so" in error.detail


@pytest.mark.parametrize(
    ("status", "answer", "failure"),
    [
        (400, {"code": 30999}, FailureClass.CONTENT),
        (400, {"code": 63999}, FailureClass.CONTENT),
        (400, {"code": 21799}, FailureClass.CONFIG),
        (400, {"code": 99999}, FailureClass.CONTENT),
        (503, {"code": 20999}, FailureClass.RETRY),
        (500, {}, FailureClass.RETRY),
        (429, {}, FailureClass.RETRY),
        (401, {}, FailureClass.REAUTH),
        (404, {}, FailureClass.CONFIG),
        (302, {}, FailureClass.CONTENT),
        (201, {"sid": "SM1", "status": "failed", "error_code": 21610}, FailureClass.RECIPIENT),
        (201, {"sid": "SM1", "status": "failed"}, FailureClass.RECIPIENT),
    ],
)
def test_any_other_refusal_has_a_class_too(status: int, answer: dict[str, Any], failure: FailureClass) -> None:
    result = sms.parse_send(answered(status, None, **answer))
    assert result.error and result.error.failure is failure


def test_the_wait_that_twilio_asks_for_is_kept() -> None:
    result = sms.parse_send(answered(429, {"retry-after": "3"}, code=20429))
    assert result.retry_after_seconds == 3.0


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"sid":""}'])
def test_what_may_have_been_sent_is_not_sent_again(body: bytes) -> None:
    result = sms.parse_send(HttpResponse(201, {}, body))
    assert result.uncertain and result.error is None


def test_there_are_no_signals_and_no_look_ups() -> None:
    assert sms.build_signal(Signal("typing", ANA), KIT.inbox, KIT.credentials) is None
    assert sms.build_media_lookup("ME1", KIT.inbox, KIT.credentials) is None
    assert isinstance(sms.parse_media_lookup(answered(200), "media-1", KIT.inbox, KIT.credentials), ProviderError)


# Files and health.


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        (f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1", True),
        ("https://mcs.us1.twilio.com:443/v1/ME1", True),
        ("http://api.twilio.com/ME1", False),
        ("https://api.twilio.com.evil.example/ME1", False),
        ("https://eviltwilio.com/ME1", False),
        ("https://api.twilio.com@evil.example/ME1", False),
        ("https://evil.example\\@api.twilio.com/ME1", False),
        ("https://media.twiliocdn.com/ME1", False),
        ("https://[", False),
    ],
)
def test_the_credentials_go_to_twilios_hosts_alone(url: str, trusted: bool) -> None:
    place = sms.media_location(url, KIT.inbox, KIT.credentials)
    assert place == MediaLocation(url, basic(ACCOUNT, NEW) if trusted else {})


def test_a_host_that_the_inbox_names_is_trusted() -> None:
    inbox = with_settings(media_hosts=["127.0.0.1:4570"])
    assert sms.media_location("http://127.0.0.1:4570/twilio/ME1", inbox, KIT.credentials).secret_headers


def test_health_names_the_account_or_what_is_wrong() -> None:
    request = sms.build_health(KIT.inbox, KIT.credentials)
    assert request is not None
    assert request.url == f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}.json"
    good = sms.parse_health(answered(200, status="active", friendly_name="Padaria", type="Full"))
    assert (good.ok, good.detail, good.facts["type"]) == (True, "Connected to Padaria.", "Full")
    assert not sms.parse_health(answered(200, status="suspended")).ok
    dead = sms.parse_health(answered(401, code=20003, message="Authenticate"))
    assert (dead.ok, dead.facts["class"]) == (False, "reauth")
