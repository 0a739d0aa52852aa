"""Viber: what it is sent, and what its answers mean."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.channels import viber
from chalicelib.channels.base import CannotSay, HttpResponse, InboundMessage, ProviderError, Signal
from chalicelib.channels.viber_errors import STATUSES
from chalicelib.channels.viber_outbound import MAX_BODY
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import outgoing
from tests.channels.kits import KITS, NEW
from tests.channels.test_viber import ANA, BUTTONS, CARD, FILES, LIST, post

KIT = KITS["viber"]
IMAGE, VIDEO, DOCUMENT = MessageKind.IMAGE, MessageKind.VIDEO, MessageKind.DOCUMENT


def built(kind: MessageKind = MessageKind.TEXT, **values: Any) -> dict[str, Any]:
    request = viber.build_send(outgoing(kind, **{"to": ANA, **values}), KIT.inbox, KIT.credentials)
    assert request and request.method == "POST"
    body: dict[str, Any] = json.loads(request.body)
    return body


def refused(kind: MessageKind = MessageKind.TEXT, **values: Any) -> CannotSay:
    with pytest.raises(CannotSay) as refusal:
        viber.check_send(outgoing(kind, **values))
    assert refusal.value.reason.endswith(".")
    return refusal.value


def answered(http: int = 200, **answer: Any) -> HttpResponse:
    return HttpResponse(http, {}, json.dumps(answer).encode())


@pytest.mark.parametrize(
    ("kind", "values", "fields"),
    [
        (MessageKind.TEXT, {"text": "Olá"}, {"type": "text", "text": "Olá"}),
        (
            IMAGE,
            {"text": "Look", "attachments": (FILES[IMAGE],)},
            {"type": "picture", "text": "Look", "media": "https://files.example/1.png"},
        ),
        (
            IMAGE,
            {"attachments": (FILES[IMAGE],)},
            {"type": "picture", "text": "", "media": "https://files.example/1.png"},
        ),
        (
            VIDEO,
            {"attachments": (FILES[VIDEO],)},
            {"type": "video", "media": "https://files.example/1.mp4", "size": 1000},
        ),
        (
            DOCUMENT,
            {"attachments": (FILES[DOCUMENT],)},
            {"type": "file", "media": "https://files.example/1.pdf", "size": 1000, "file_name": "1.pdf"},
        ),
        (
            MessageKind.AUDIO,
            {"attachments": (FILES[MessageKind.AUDIO],)},
            {"type": "file", "media": "https://files.example/1.mp3", "size": 1000, "file_name": "1.mp3"},
        ),
        (
            MessageKind.LOCATION,
            {"content": {"latitude": 1, "longitude": 2}},
            {"type": "location", "location": {"lat": 1.0, "lon": 2.0}},
        ),
        (
            MessageKind.CONTACTS,
            {"content": {"contacts": [CARD]}},
            {"type": "contact", "contact": {"name": "Rui Costa", "phone_number": "+5511987650009"}},
        ),
    ],
)
def test_a_message_becomes_its_body(kind: MessageKind, values: dict[str, Any], fields: dict[str, Any]) -> None:
    assert built(kind, **values) == {"receiver": ANA, "sender": {"name": "viber"}, **fields}


def test_the_token_goes_in_its_header_to_the_one_address() -> None:
    request = viber.build_send(outgoing(text="x"), KIT.inbox, KIT.credentials)
    assert request and request.url == "https://chatapi.viber.com/pa/send_message"
    assert request.secret_headers == {"x-viber-auth-token": NEW}
    elsewhere = replace(KIT.inbox, settings={"api_base": "http://127.0.0.1:4570/viber/"})
    moved = viber.build_send(outgoing(text="x"), elsewhere, KIT.credentials)
    assert moved and moved.url == "http://127.0.0.1:4570/viber/pa/send_message"


def test_the_customer_sees_the_agents_name_or_the_inboxs() -> None:
    settings = {"avatar_url": "https://files.example/logo.png"}
    inbox = replace(KIT.inbox, name="Padaria da Esquina de Pinheiros", settings=settings)

    def sender(**values: Any) -> Any:
        request = viber.build_send(outgoing(text="x", **values), inbox, KIT.credentials)
        assert request
        return json.loads(request.body)["sender"]

    avatar = {"avatar": "https://files.example/logo.png"}
    assert sender(author_name="Bia") == {"name": "Bia", **avatar}
    assert sender(author_name="Rule 7", human=False) == {"name": "Padaria da Esquina de Pinhei", **avatar}
    assert sender() == {"name": "Padaria da Esquina de Pinhei", **avatar}


def test_a_pressed_button_comes_back_as_its_id() -> None:
    buttons = [*BUTTONS, {"title": "<More> & more", "url": "https://a.example"}]
    body = built(MessageKind.BUTTONS, content={"header": "H", "body": "Sure?", "footer": "F", "buttons": buttons})
    assert body["text"] == "H\n\nSure?\n\nF"
    yes, no, more = body["keyboard"]["Buttons"]
    assert (yes["ActionType"], yes["ActionBody"], yes["Text"]) == ("reply", "Yes", "Yes")
    assert (more["ActionType"], more["ActionBody"]) == ("open-url", "https://a.example")
    assert more["Text"] == "&lt;More&gt; &amp; more"
    message = {"type": "text", "text": no["ActionBody"], "tracking_data": body["tracking_data"]}
    event = {"event": "message", "timestamp": 1785577000000, "message_token": 5, "sender": {"id": ANA}}
    (item,) = viber.normalise(post({**event, "message": message}))
    assert isinstance(item, InboundMessage)
    assert (item.kind, item.content["payload"], item.text) == (MessageKind.POSTBACK, "n", "No")


def keyboard(count: int, **button: Any) -> dict[str, Any]:
    return {"body": "?", "buttons": [{"id": str(place), "title": f"T{place}", **button} for place in range(count)]}


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        (IMAGE, {"attachments": (FILES[IMAGE],) * 2}, "attachments"),
        (IMAGE, {"attachments": (FILES[IMAGE],), "text": "x" * 513}, "text"),
        (IMAGE, {"attachments": (replace(FILES[IMAGE], size_bytes=1024**2 + 1),)}, "attachments[0]"),
        (IMAGE, {"attachments": (replace(FILES[IMAGE], mime="image/heic"),)}, "attachments[0].mime"),
        (VIDEO, {"attachments": (replace(FILES[VIDEO], mime="video/webm"),)}, "attachments[0].mime"),
        (VIDEO, {"attachments": (replace(FILES[VIDEO], size_bytes=None),)}, "attachments[0].size_bytes"),
        (VIDEO, {"attachments": (FILES[VIDEO],), "text": "x"}, "text"),
        (DOCUMENT, {"attachments": (replace(FILES[DOCUMENT], size_bytes=None),)}, "attachments[0].size_bytes"),
        (DOCUMENT, {"attachments": (replace(FILES[DOCUMENT], size_bytes=50 * 1024**2 + 1),)}, "attachments[0]"),
        (DOCUMENT, {"attachments": (replace(FILES[DOCUMENT], name=None),)}, "attachments[0].name"),
        (DOCUMENT, {"attachments": (replace(FILES[DOCUMENT], name="x" * 257),)}, "attachments[0].name"),
        (MessageKind.LOCATION, {"content": {"latitude": 91, "longitude": 0}}, "content.latitude"),
        (MessageKind.CONTACTS, {"content": {"contacts": [CARD, CARD]}}, "content.contacts"),
        (MessageKind.CONTACTS, {"content": {"contacts": [{"name": "Rui"}]}}, "content.contacts[0].phones"),
        (
            MessageKind.CONTACTS,
            {"content": {"contacts": [{"name": "x" * 29, "phone": "1"}]}},
            "content.contacts[0].name.formatted_name",
        ),
        (MessageKind.BUTTONS, {"content": keyboard(0)}, "content.buttons"),
        (MessageKind.BUTTONS, {"content": keyboard(25)}, "content.buttons"),
        (MessageKind.BUTTONS, {"content": keyboard(2, title="Same")}, "content.buttons[1].title"),
        (MessageKind.BUTTONS, {"content": keyboard(1, title=" ")}, "content.buttons[0].title"),
        (MessageKind.BUTTONS, {"content": keyboard(1, id="")}, "content.buttons[0].id"),
        (MessageKind.BUTTONS, {"content": keyboard(24, id="x" * 250)}, "content.buttons"),
        (MessageKind.BUTTONS, {"content": keyboard(1, url="javascript:x")}, "content.buttons[0].url"),
        (MessageKind.BUTTONS, {"content": {**keyboard(1), "body": ""}}, "content.body"),
        (MessageKind.LIST, {"content": {"body": "?", "sections": []}}, "content.sections"),
        (MessageKind.LIST, {"content": {**LIST, "sections": [{"rows": [{}]}]}}, "content.sections[0].rows[0].title"),
    ],
)
def test_what_breaks_a_limit_is_refused_with_its_field(kind: MessageKind, values: dict[str, Any], field: str) -> None:
    assert refused(kind, **values).field == field


def test_a_request_of_more_than_thirty_kilobytes_is_refused_whatever_it_is_made_of() -> None:
    assert refused(text="\x01" * 7000).field == "text"
    rows = [{"id": f"{place}", "title": f"{'&' * 200}{place}"} for place in range(24)]
    too_long = {"body": "🙂" * 6000, "buttons": rows}
    assert refused(MessageKind.BUTTONS, content=too_long).field in ("content", "content.buttons")
    request = viber.build_send(outgoing(text="🙂" * 7000), KIT.inbox, KIT.credentials)
    assert request and len(request.body) <= MAX_BODY


def test_an_address_is_needed_to_send() -> None:
    with pytest.raises(CannotSay) as refusal:
        viber.build_send(outgoing(text="x", to=""), KIT.inbox, KIT.credentials)
    assert refusal.value.field == "to"


# Answers.


def test_a_token_of_64_bits_is_kept_to_the_last_digit() -> None:
    result = viber.parse_send(answered(status=0, status_message="ok", message_token=5741311803571721087))
    assert result.external_id == "5741311803571721087"


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b'{"status":null}', b'{"status":true}'])
def test_an_unreadable_success_is_uncertain(body: bytes) -> None:
    assert viber.parse_send(HttpResponse(200, {}, body)).uncertain


def test_a_success_without_a_token_is_one() -> None:
    result = viber.parse_send(answered(status=0))
    assert result.accepted and result.external_id is None


CLASSES = {
    FailureClass.RETRY: {12},
    FailureClass.REAUTH: {2},
    FailureClass.CONFIG: {8, 9, 10, 15, 18, 23, 24},
    FailureClass.RECIPIENT: {5, 6, 7, 11, 21},
    FailureClass.CONTENT: {1, 3, 4, 13, 14, 16, 17, 19, 20, 22},
}


@pytest.mark.parametrize(("failure", "statuses"), CLASSES.items())
def test_a_status_in_an_answer_of_200_has_its_class(failure: FailureClass, statuses: set[int]) -> None:
    assert {status for status, (found, _) in STATUSES.items() if found is failure} == statuses
    for status in statuses:
        result = viber.parse_send(answered(status=status, status_message="why"))
        assert result.error and (result.error.code, result.error.failure) == (str(status), failure)
        assert "(Viber says: why)" in result.error.detail


@pytest.mark.parametrize(
    ("http", "answer", "failure"),
    [
        (200, {"status": 99}, FailureClass.CONTENT),
        (500, {}, FailureClass.RETRY),
        (502, {"status": 12}, FailureClass.RETRY),
        (429, {}, FailureClass.RETRY),
        (401, {}, FailureClass.REAUTH),
        (403, {}, FailureClass.CONFIG),
        (404, {}, FailureClass.CONTENT),
        (302, {"status": 0, "message_token": 1}, FailureClass.CONTENT),
    ],
)
def test_other_answers_have_a_class_too(http: int, answer: dict[str, Any], failure: FailureClass) -> None:
    result = viber.parse_send(answered(http, **answer))
    assert result.error and result.error.failure is failure


def test_a_wait_that_is_asked_for_is_passed_on() -> None:
    result = viber.parse_send(HttpResponse(429, {"retry-after": "5"}, b""))
    assert result.retry_after_seconds == 5


def test_there_are_no_signs_and_no_look_ups() -> None:
    for kind in ("typing", "read"):
        assert viber.build_signal(Signal(kind, ANA, "1"), KIT.inbox, KIT.credentials) is None
    assert viber.build_media_lookup("1", KIT.inbox, KIT.credentials) is None
    found = viber.parse_media_lookup(answered(), "1", KIT.inbox, KIT.credentials)
    assert isinstance(found, ProviderError)


def test_health_shows_the_bots_name() -> None:
    request = viber.build_health(KIT.inbox, KIT.credentials)
    assert request and request.url.endswith("/pa/get_account_info")
    answer = answered(status=0, id="pa:1", name="Padaria", webhook="https://desk.example/w", subscribers_count=7)
    health = viber.parse_health(answer)
    assert (health.ok, health.detail, health.facts["subscribers_count"]) == (True, "Connected as Padaria.", 7)
    dead = viber.parse_health(answered(status=2, status_message="invalidAuthToken"))
    assert (dead.ok, dead.facts["class"]) == (False, "reauth")
