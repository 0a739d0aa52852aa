"""WhatsApp, outbound: what it is sent, what it answers, and whom our token is shown to."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.channels import whatsapp
from chalicelib.channels.base import (
    CannotSay,
    HttpResponse,
    MediaLocation,
    Outgoing,
    ProviderError,
    Signal,
)
from chalicelib.channels.whatsapp_errors import CODES, SENTENCES, failure_of
from chalicelib.channels.whatsapp_templates import PARAMETERS
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import FILE, outgoing
from tests.channels.kits import KITS
from tests.channels.test_whatsapp import BUTTONS, LINK, LIST, PHONE, ROWS, USER, files, template

KIT = KITS["whatsapp"]


def built(message: Outgoing) -> Any:
    request = whatsapp.build_send(message, KIT.inbox, KIT.credentials)
    assert request
    return json.loads(request.body)


# Sending.


def test_a_phone_number_goes_in_to_and_a_user_id_in_recipient() -> None:
    assert built(outgoing(text="x", to="+5511987650001"))["to"] == PHONE
    to_user = built(outgoing(text="x", to=USER))
    assert to_user["recipient"] == USER
    assert "to" not in to_user


@pytest.mark.parametrize("to", ["ana@example.com", "123", "BR.", "br.123", "BR.1/../messages"])
def test_what_is_no_address_is_refused(to: str) -> None:
    with pytest.raises(CannotSay) as refusal:
        whatsapp.check_send(outgoing(text="x", to=to))
    assert refusal.value.field == "to"


def test_a_message_can_be_checked_before_its_address_is_known() -> None:
    whatsapp.check_send(outgoing(text="x", to=""))


def test_a_text_is_posted_to_the_number_with_tracker_and_quote() -> None:
    message = outgoing(text="Olá", reply_to="wamid.IN1")
    request = whatsapp.build_send(message, KIT.inbox, KIT.credentials)
    assert request
    assert request.url == "https://graph.facebook.com/v25.0/106540000000001/messages"
    assert request.secret_headers == {"authorization": "Bearer token-1"}
    assert json.loads(request.body) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": PHONE,
        "type": "text",
        "text": {"body": "Olá", "preview_url": False},
        "context": {"message_id": "wamid.IN1"},
        "biz_opaque_callback_data": "leg_1.msg_1.1",
    }


def test_another_api_base_can_be_set() -> None:
    inbox = replace(KIT.inbox, settings={"api_base": "http://127.0.0.1:9000/v25.0/"})
    request = whatsapp.build_send(outgoing(text="x"), inbox, KIT.credentials)
    assert request and request.url == "http://127.0.0.1:9000/v25.0/106540000000001/messages"


def test_an_account_id_cannot_leave_its_place_in_the_url() -> None:
    request = whatsapp.build_health(replace(KIT.inbox, account_id="1/../me?x="), KIT.credentials)
    assert request and "/v25.0/1%2F..%2Fme%3Fx%3D?fields=" in request.url


def test_a_file_is_sent_by_link_with_caption_and_name() -> None:
    document = built(outgoing(MessageKind.DOCUMENT, text="Here", attachments=files("text/csv")))
    assert document["document"] == {"link": FILE.url, "filename": "one.png", "caption": "Here"}
    image = built(outgoing(MessageKind.IMAGE, attachments=files("image/png")))
    assert image["image"] == {"link": FILE.url}


def test_a_link_button_becomes_a_call_to_action() -> None:
    interactive = built(outgoing(MessageKind.BUTTONS, content=LINK))["interactive"]
    assert interactive["type"] == "cta_url"
    assert interactive["action"]["parameters"] == {"display_text": "Open", "url": "https://track.example/1"}


def test_buttons_and_lists_have_the_providers_form() -> None:
    buttons = built(outgoing(MessageKind.BUTTONS, content=BUTTONS))["interactive"]
    assert buttons["action"]["buttons"][0] == {"type": "reply", "reply": {"id": "y", "title": "Yes"}}
    assert buttons["footer"] == {"text": "Parley"}
    choices = built(outgoing(MessageKind.LIST, content=LIST))["interactive"]
    assert choices["action"] == {"button": "Choose", "sections": [{"title": "Order", "rows": ROWS}]}


@pytest.mark.parametrize(
    ("message", "field", "says"),
    [
        (outgoing(text="x" * 4097), "text", "4097"),
        (outgoing(MessageKind.AUDIO, text="x", attachments=files("audio/ogg")), "text", "message of its own"),
        (outgoing(MessageKind.IMAGE, text="x" * 1025, attachments=files("image/png")), "text", "1024"),
        (outgoing(MessageKind.IMAGE, attachments=files("image/gif")), "attachments[0].mime", "document"),
        (
            outgoing(MessageKind.IMAGE, attachments=files("image/png", size_bytes=6 * 1024**2)),
            "attachments[0]",
            "5 MB",
        ),
        (
            outgoing(MessageKind.STICKER, attachments=files("image/webp", size_bytes=1024**2)),
            "attachments[0]",
            "500 KB",
        ),
        (outgoing(MessageKind.IMAGE, attachments=files("image/png") * 2), "attachments", "each file"),
        (
            outgoing(MessageKind.BUTTONS, content={"body": "x", "buttons": BUTTONS["buttons"][:1] * 4}),
            "content.buttons",
            "list",
        ),
        (
            outgoing(MessageKind.BUTTONS, content={"body": "x", "buttons": BUTTONS["buttons"][:1] * 2}),
            "content.buttons",
            "same id",
        ),
        (
            outgoing(MessageKind.BUTTONS, content={**LINK, "buttons": [*LINK["buttons"], *BUTTONS["buttons"]]}),
            "content.buttons",
            "only button",
        ),
        (
            outgoing(MessageKind.BUTTONS, content={"body": "x", "buttons": [{"id": "a", "title": "t" * 21}]}),
            "content.buttons[0].title",
            "20",
        ),
        (outgoing(MessageKind.BUTTONS, content={**BUTTONS, "body": ""}), "content.body", "empty"),
        (
            outgoing(MessageKind.LIST, content={**LIST, "sections": [{"title": "t", "rows": ROWS * 6}]}),
            "content.sections",
            "10",
        ),
        (
            outgoing(MessageKind.LIST, content={**LIST, "sections": [{"rows": ROWS[:1]}, {"rows": ROWS[1:]}]}),
            "content.sections[0].title",
            "empty",
        ),
        (outgoing(MessageKind.LOCATION, content={"latitude": 91, "longitude": 0}), "content.latitude", "90"),
        (
            outgoing(MessageKind.CONTACTS, content={"contacts": [{}]}),
            "content.contacts[0].name.formatted_name",
            "",
        ),
        (outgoing(MessageKind.REACTION, content={"emoji": "👍"}), "content.target", ""),
        (template(name=""), "content.name", "template"),
        (template(language=None), "content.language", "language"),
    ],
)
def test_a_limit_is_named_with_what_would_go(message: Outgoing, field: str, says: str) -> None:
    with pytest.raises(CannotSay) as refusal:
        whatsapp.check_send(message)
    assert refusal.value.field == field
    assert says in refusal.value.reason


# Templates.


@pytest.mark.parametrize(
    "parameter",
    [
        {"type": "text", "text": "Ana"},
        {"type": "text", "parameter_name": "first_name", "text": "Ana"},
        {"type": "currency", "currency": {"fallback_value": "$1", "code": "USD", "amount_1000": 1000}},
        {"type": "date_time", "date_time": {"fallback_value": "1 August"}},
        {"type": "image", "image": {"link": "https://files.example/1.png"}},
        {"type": "video", "video": {"id": "77"}},
        {"type": "document", "document": {"link": "https://files.example/1.pdf", "filename": "1.pdf"}},
        {"type": "location", "location": {"latitude": 1, "longitude": 2}},
        {"type": "payload", "payload": "yes"},
        {"type": "coupon_code", "coupon_code": "SAVE10"},
        {"type": "action", "action": {"flow_token": "t"}},
        {"type": "product", "product": {"product_retailer_id": "sku", "catalog_id": "c"}},
        {"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": 1785578400000}},
    ],
)
def test_every_kind_of_parameter_goes_as_it_is(parameter: dict[str, Any]) -> None:
    message = template({"type": "HEADER", "parameters": [parameter]})
    assert built(message)["template"]["components"] == [{"type": "header", "parameters": [parameter]}]
    assert parameter["type"] in PARAMETERS


def test_a_template_has_its_language_and_its_buttons() -> None:
    button = {"type": "button", "sub_type": "quick_reply", "index": 0}
    sent = built(template({**button, "parameters": [{"type": "payload", "payload": "yes"}]}))["template"]
    assert sent["language"] == {"code": "pt_BR", "policy": "deterministic"}
    assert sent["components"][0]["index"] == "0"


def test_a_carousel_has_cards_with_components_of_their_own() -> None:
    card = {"components": [{"type": "body", "parameters": [{"type": "text", "text": "A"}]}]}
    sent = built(template({"type": "carousel", "cards": [card, card]}))["template"]["components"][0]
    assert [found["card_index"] for found in sent["cards"]] == [0, 1]


def test_a_files_parameter_may_be_an_attachment() -> None:
    message = template({"type": "header", "parameters": [{"type": "document", "attachment": 0}]})
    sent = built(replace(message, attachments=files("application/pdf", name="1.pdf")))
    parameter = sent["template"]["components"][0]["parameters"][0]
    assert parameter == {"type": "document", "document": {"link": FILE.url, "filename": "1.pdf"}}


@pytest.mark.parametrize(
    ("mime", "more", "field"),
    [("image/bmp", {}, "attachments[0].mime"), ("image/png", {"size_bytes": 6 * 1024**2}, "attachments[0]")],
)
def test_a_templates_file_is_one_that_goes_by_itself_too(mime: str, more: dict[str, Any], field: str) -> None:
    message = template({"type": "header", "parameters": [{"type": "image", "attachment": 0}]})
    with pytest.raises(CannotSay) as refusal:
        whatsapp.check_send(replace(message, attachments=files(mime, **more)))
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("component", "field"),
    [
        ({"type": "body", "parameters": [{"type": "text", "text": ""}]}, "parameters[0].text"),
        ({"type": "body", "parameters": [{"type": "text", "text": "  "}]}, "parameters[0].text"),
        ({"type": "body", "parameters": [{"type": "text", "text": "a\nb"}]}, "parameters[0].text"),
        ({"type": "body", "parameters": [{"type": "text", "text": "a     b"}]}, "parameters[0].text"),
        ({"type": "body", "parameters": [{"type": "text", "text": 5}]}, "parameters[0].text"),
        ({"type": "body", "parameters": [{"type": "song"}]}, "parameters[0].type"),
        ({"type": "body", "parameters": "text"}, "parameters"),
        ({"type": "header", "parameters": [{"type": "image", "image": {}}]}, "parameters[0].image"),
        ({"type": "header", "parameters": [{"type": "image", "attachment": 3}]}, "parameters[0].image"),
        ({"type": "button", "index": 0}, "sub_type"),
        ({"type": "button", "sub_type": "url"}, "index"),
        ({"type": "chorus"}, "type"),
        ({"type": "carousel"}, "cards"),
    ],
)
def test_a_template_that_would_be_refused_is_not_sent(component: dict[str, Any], field: str) -> None:
    with pytest.raises(CannotSay) as refusal:
        whatsapp.check_send(template(component))
    assert refusal.value.field == f"content.components[0].{field}"


def test_a_sign_in_code_needs_a_phone_number() -> None:
    with pytest.raises(CannotSay) as refusal:
        whatsapp.check_send(replace(template(category="AUTHENTICATION"), to=USER))
    assert refusal.value.field == "to"


# Answers.


def test_an_accepted_message_whose_answer_is_unreadable_is_uncertain() -> None:
    for body in (b"", b"<html>", b"{}", b'{"messages":[]}', b'{"messages":[{"id":7.5e400}]}', b"[1]"):
        result = whatsapp.parse_send(HttpResponse(200, {}, body))
        assert (result.uncertain, result.accepted, result.error) == (True, False, None)


@pytest.mark.parametrize(
    ("status", "error", "failure"),
    [
        (400, {"code": 131047}, FailureClass.WINDOW),
        (400, {"code": 131026}, FailureClass.RECIPIENT),
        (401, {"code": 190}, FailureClass.REAUTH),
        (403, {"code": 299}, FailureClass.CONFIG),
        (400, {"code": 132012}, FailureClass.CONTENT),
        (400, {"code": 139003}, FailureClass.CONTENT),
        (400, {"code": 130429}, FailureClass.RETRY),
        (400, {"code": 987654}, FailureClass.CONTENT),
        (400, {"code": 132012, "is_transient": True}, FailureClass.RETRY),
        (200, {"code": 131026}, FailureClass.RECIPIENT),
        (429, {}, FailureClass.RETRY),
        (503, "<html>", FailureClass.RETRY),
        (401, None, FailureClass.REAUTH),
        (400, {"code": ["x"]}, FailureClass.CONTENT),
    ],
)
def test_a_refusal_has_its_class(status: int, error: Any, failure: FailureClass) -> None:
    response = HttpResponse(status, {"retry-after": "30"}, json.dumps({"error": error}).encode())
    result = whatsapp.parse_send(response)
    assert result.error and result.error.failure is failure
    assert result.retry_after_seconds == 30


def test_every_code_and_every_class_has_a_sentence() -> None:
    assert set(SENTENCES) == set(FailureClass)
    for code, (failure, _) in CODES.items():
        error = failure_of({"code": code})
        assert error.failure is failure
        assert error.detail.endswith(".")


def test_the_providers_words_are_quoted_where_we_have_none() -> None:
    error = failure_of({"code": 424242, "message": "Odd  thing\nhappened"}, 400)
    assert "Odd thing happened" in error.detail


# Signals, files, health.


def test_reading_and_typing_name_the_customers_message() -> None:
    bodies = []
    for kind in ("read", "typing"):
        request = whatsapp.build_signal(Signal(kind, PHONE, "wamid.IN1"), KIT.inbox, KIT.credentials)
        assert request
        bodies.append(json.loads(request.body))
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN1"}
    assert bodies == [read, {**read, "typing_indicator": {"type": "text"}}]
    assert whatsapp.build_signal(Signal("typing", PHONE), KIT.inbox, KIT.credentials) is None


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", True),
        ("https://scontent.xx.fbcdn.net/1.jpg", True),
        ("https://GRAPH.facebook.com/v25.0/77", True),
        ("https://media.partner.example/77", True),
        ("http://lookaside.fbsbx.com/77", False),
        ("https://fbsbx.com.evil.example/77", False),
        ("https://evilfbsbx.com/77", False),
        ("https://lookaside.fbsbx.com@evil.example/77", False),
        ("https://evil.example\\@lookaside.fbsbx.com/77", False),
        ("https://evil.example#lookaside.fbsbx.com/77", False),
        ("https://user:pw@lookaside.fbsbx.com/77", False),
        ("https://lookaside.fbsbx.com\n.evil.example/77", False),
        ("https://[::1/77", False),
        ("ftp://lookaside.fbsbx.com/77", False),
        ("http://graph.facebook.com/v25.0/77", False),
        ("https://169.254.169.254/latest", False),
        ("", False),
    ],
)
def test_the_token_is_shown_to_the_providers_hosts_only(url: str, shown: bool) -> None:
    inbox = replace(KIT.inbox, settings={"media_hosts": ["media.partner.example"]})
    place = whatsapp.media_location(url, inbox, KIT.credentials)
    assert bool(place.secret_headers) is shown


def test_a_file_is_looked_up_by_its_id() -> None:
    request = whatsapp.build_media_lookup("77/1", KIT.inbox, KIT.credentials)
    assert request and request.url == "https://graph.facebook.com/v25.0/77%2F1"
    answer = {
        "url": "https://lookaside.fbsbx.com/1",
        "mime_type": "image/png",
        "file_size": "12",
        "sha256": "ab" * 32,
    }
    place = whatsapp.parse_media_lookup(
        HttpResponse(200, {}, json.dumps(answer).encode()), "media-1", KIT.inbox, KIT.credentials
    )
    assert isinstance(place, MediaLocation)
    assert (place.mime, place.size_bytes, place.sha256) == ("image/png", 12, "ab" * 32)
    assert place.secret_headers


def test_a_file_that_is_gone_says_so() -> None:
    body = b'{"error":{"code":100,"message":"Unsupported get request"}}'
    lost = whatsapp.parse_media_lookup(HttpResponse(400, {}, body), "media-1", KIT.inbox, KIT.credentials)
    assert isinstance(lost, ProviderError) and lost.failure is FailureClass.CONTENT


def test_health_names_the_number_or_the_trouble() -> None:
    good = whatsapp.parse_health(HttpResponse(200, {}, b'{"id":"1","verified_name":"Parley","quality_rating":"GREEN"}'))
    bad = whatsapp.parse_health(HttpResponse(401, {}, b'{"error":{"code":190}}'))
    assert good.ok and "Parley" in good.detail and good.facts["quality_rating"] == "GREEN"
    assert not bad.ok and bad.facts == {"code": "190", "class": "reauth"}


def test_a_retry_date_is_counted_from_the_answers_own_date() -> None:
    headers = {"date": "Sat, 01 Aug 2026 10:00:00 GMT", "retry-after": "Sat, 01 Aug 2026 10:02:00 GMT"}
    result = whatsapp.parse_send(HttpResponse(429, headers, b"{}"))
    assert result.retry_after_seconds == timedelta(minutes=2).total_seconds()
