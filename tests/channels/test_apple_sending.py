"""Apple Messages for Business: what the gateway is sent, and what its answers mean."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt as pyjwt
import pytest

from chalicelib.channels import apple, apple_api
from chalicelib.channels.apple_choices import BID
from chalicelib.channels.apple_errors import CODES
from chalicelib.channels.base import (
    Answering,
    CannotSay,
    HttpRequest,
    HttpResponse,
    ProviderError,
    Signal,
)
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.apple_signing import MSP_ID
from tests.channels.cases import completed
from tests.channels.kits import KITS, NEW, NOW
from tests.channels.test_apple import ANA, BIZ, BUTTONS, LIST, PLACE, step_answer, to_apple

KIT = KITS["apple"]
TEXT, IMAGE = MessageKind.TEXT, MessageKind.IMAGE
GATEWAY = "https://mspgw.push.apple.com/v1"
SLOTS = [
    {"id": "s1", "title": "Monday", "starts_at": "2026-08-03T17:00:00+02:00", "duration_seconds": 3600},
    {"id": "s2", "title": "Tuesday", "starts_at": "2026-08-04T15:00:00Z"},
]
TIMES = {"body": "When?", "sections": [{"title": "Next week", "rows": SLOTS}]}


def shows(*capabilities: str) -> Answering:
    return Answering("in-1", NOW, {"apple": {"capabilities": list(capabilities)}})


def request_of(kind: MessageKind = TEXT, settings: Any = None, **values: Any) -> HttpRequest:
    inbox = replace(KIT.inbox, settings=settings or {})
    call = apple.build_send(to_apple(kind, **values), inbox, KIT.credentials)
    assert call is not None
    request = completed(call, step_answer)
    assert isinstance(request, HttpRequest)
    return request


def built(kind: MessageKind = TEXT, settings: Any = None, **values: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request_of(kind, settings, **values).body)
    return found


def interactive(kind: MessageKind, *capabilities: str, **values: Any) -> dict[str, Any]:
    """What a device with these capabilities is sent: the interactive data, or the text under `body`."""
    found = built(kind, answering=shows(*capabilities), **values)
    data: dict[str, Any] = found.get("interactiveData") or found
    return data


# Proof and ends.


def test_a_message_names_its_ends_in_its_headers_and_its_body() -> None:
    request, body = request_of(text="Olá"), built(text="Olá")
    assert (request.method, request.url) == ("POST", f"{GATEWAY}/message")
    identity = body["id"]
    assert str(UUID(identity)) == identity
    assert body == {"v": 1, "id": identity, "sourceId": BIZ, "destinationId": ANA, "type": "text", "body": "Olá"}
    assert {name: request.headers[name] for name in ("id", "source-id", "destination-id")} == {
        "id": identity,
        "source-id": BIZ,
        "destination-id": ANA,
    }
    assert "auto-reply" not in request.headers
    assert request_of(text="Olá", human=False).headers["auto-reply"] == "true"


def test_the_token_is_ours_and_made_at_the_time_of_the_attempt() -> None:
    at = NOW + timedelta(minutes=7)
    token = request_of(text="x", attempted_at=at).secret_headers["authorization"].removeprefix("Bearer ")
    claims = pyjwt.decode(token, NEW.encode(), ["HS256"], options={"verify_iat": False})
    assert claims == {"iss": MSP_ID, "iat": int(at.timestamp())}


def test_every_attempt_has_the_same_id_and_every_message_another() -> None:
    ids = [built(text="x", **more)["id"] for more in ({}, {"attempt": 2, "attempted_at": NOW}, {"message_id": "msg_2"})]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("to", ["", "urn:mbid:A B", "urn:mbid:A\r\nauthorization: x", "urn:mbid:é", "x" * 3000])
def test_an_address_that_is_no_header_is_refused(to: str) -> None:
    with pytest.raises(CannotSay) as refusal:
        request_of(text="x", to=to)
    assert refusal.value.field == "to"


@pytest.mark.parametrize("missing", [{"api_secret": ()}, {"msp_id": ()}, {"api_secret": ("no base64!",)}])
def test_an_inbox_without_credentials_is_a_fault_of_configuration(missing: Any) -> None:
    with pytest.raises(KeyError):
        apple.build_send(to_apple(text="x"), KIT.inbox, {**KIT.credentials, **missing})


def test_the_gateway_may_be_elsewhere() -> None:
    assert request_of(settings={"api_base": "https://gw.example/v1/"}, text="x").url == "https://gw.example/v1/message"


# Text and links.


def test_emoji_are_kept_unless_the_inbox_says_otherwise() -> None:
    assert built(text="Hi 🙂 ♥")["body"] == "Hi 🙂 ♥"
    assert built(settings={"bmp_only": True}, text="Hi 🙂 ♥")["body"] == "Hi  ♥"
    with pytest.raises(CannotSay) as refusal:
        built(settings={"bmp_only": True}, text="🙂")
    assert refusal.value.field == "text"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("https://www.example.com/cakes?id=1", "www.example.com"),
        (" http://example.com\n", "example.com"),
        ("https://[broken", "https://[broken"),
    ],
)
def test_a_link_alone_is_a_rich_link(said: str, shown: str) -> None:
    body = built(text=said)
    assert body["type"] == "richLink"
    assert body["richLinkData"] == {"url": said.strip(), "title": shown, "assets": {}}
    assert built(settings={"rich_links": False}, text=said)["body"] == said


@pytest.mark.parametrize("said", ["See https://example.com", "https://a.example https://b.example", "ftp://a.example"])
def test_a_text_with_a_link_stays_text(said: str) -> None:
    assert (built(text=said)["type"], built(text=said)["body"]) == ("text", said)


def test_a_placeholder_in_the_text_is_no_file() -> None:
    assert built(text="a\ufffcb")["body"] == "ab"
    with pytest.raises(CannotSay):
        apple.check_send(to_apple(text="\ufffc"))


# Choices.


def test_a_quick_reply_is_sent_to_a_device_that_shows_it() -> None:
    data = interactive(MessageKind.BUTTONS, "QUICK", "LIST", content=BUTTONS)
    identity = built(MessageKind.BUTTONS, content=BUTTONS)["id"]
    assert data == {
        "bid": BID,
        "data": {
            "version": "1.0",
            "requestIdentifier": identity,
            "quick-reply": {
                "summaryText": "?",
                "items": [{"identifier": "y", "title": "Yes"}, {"identifier": "n", "title": "No"}],
            },
        },
    }


def test_a_list_picker_has_its_sections() -> None:
    rows = [{"id": "1", "title": "One", "description": "First"}, {"id": "2", "title": "Two"}]
    sections = [{"title": "A", "rows": rows}, {"title": "B", "rows": [{"id": "3", "title": "Three"}]}]
    data = interactive(MessageKind.LIST, "LIST", content={"body": "Which?", "button": "Open", "sections": sections})
    picker = data["data"]["listPicker"]["sections"]
    assert [(part["title"], part["order"], part["multipleSelection"]) for part in picker] == [
        ("A", 0, False),
        ("B", 1, False),
    ]
    assert picker[0]["items"][0] == {
        "identifier": "1",
        "order": 0,
        "style": "default",
        "title": "One",
        "subtitle": "First",
    }
    assert [item["identifier"] for part in picker for item in part["items"]] == ["1", "2", "3"]
    assert (data["receivedMessage"]["title"], data["replyMessage"]["title"]) == ("Which?", "Open")


def test_times_are_a_time_picker_in_utc() -> None:
    data = interactive(MessageKind.LIST, "TIME", "LIST", content=TIMES)
    assert data["data"]["event"]["timeslots"] == [
        {"identifier": "s1", "startTime": "2026-08-03T15:00+0000", "duration": 3600},
        {"identifier": "s2", "startTime": "2026-08-04T15:00+0000", "duration": 1800},
    ]
    assert "listPicker" in interactive(MessageKind.LIST, "LIST", content=TIMES)["data"]
    mixed = {"body": "When?", "sections": [{"rows": [SLOTS[0], {"id": "no", "title": "Never"}]}]}
    assert "listPicker" in interactive(MessageKind.LIST, "TIME", "LIST", content=mixed)["data"]


@pytest.mark.parametrize(
    ("count", "capabilities", "shown"),
    [
        (2, ("QUICK",), "quick-reply"),
        (5, ("QUICK", "LIST"), "quick-reply"),
        (6, ("QUICK", "LIST"), "listPicker"),
        (1, ("QUICK", "LIST"), "listPicker"),
        (2, ("LIST",), "listPicker"),
        (6, ("QUICK",), None),
        (2, ("TIME", "FORM", "AUTH2"), None),
        (2, (), None),
    ],
)
def test_a_device_is_sent_what_it_shows(count: int, capabilities: tuple[str, ...], shown: str | None) -> None:
    content = {"body": "?", "buttons": [{"id": str(n), "title": f"T{n}"} for n in range(count)]}
    found = interactive(MessageKind.BUTTONS, *capabilities, content=content)
    assert (shown in found["data"]) if shown else found["type"] == "text"


@pytest.mark.parametrize(
    "answering", [None, shows(), Answering("in-1", NOW, {}), Answering("in-1", NOW, {"apple": []})]
)
def test_any_other_device_is_sent_a_text_that_can_be_answered(answering: Answering | None) -> None:
    content = {**LIST, "header": "Cake", "footer": "Thank you"}
    content["sections"] = [
        {"title": "A", "rows": [{"id": "1", "title": "One", "description": "First"}, {"id": "2", "title": "Two"}]}
    ]
    body = built(MessageKind.LIST, content=content, answering=answering)
    assert (body["type"], body["body"]) == ("text", "Cake\n\n?\n\nA\n1. One: First\n2. Two\n\nThank you")


def test_an_inbox_may_assume_what_a_silent_device_shows() -> None:
    settings = {"assumed_capabilities": ["quick"]}
    silent = built(MessageKind.BUTTONS, settings, content=BUTTONS, answering=Answering("in-1", NOW, {"apple": {}}))
    assert silent["type"] == "interactive"
    # A device that tells of none is no silent one.
    assert built(MessageKind.BUTTONS, settings, content=BUTTONS, answering=shows())["type"] == "text"


def test_buttons_with_links_are_readable_text() -> None:
    content = {"body": "?", "buttons": [{"id": "y", "title": "Yes"}, {"title": "Shop", "url": "https://a.example"}]}
    found = interactive(MessageKind.BUTTONS, "QUICK", "LIST", content=content)
    assert found["body"] == "?\n\n1. Yes\n2. Shop: https://a.example"


@pytest.mark.parametrize(
    ("kind", "content", "field"),
    [
        (MessageKind.BUTTONS, {"body": "?"}, "content.buttons"),
        (MessageKind.BUTTONS, {"buttons": [{"id": "y", "title": "Yes"}]}, "content.body"),
        (MessageKind.BUTTONS, {"body": "?", "buttons": [{"title": "Yes"}]}, "content.buttons[0].id"),
        (MessageKind.BUTTONS, {"body": "?", "buttons": [{"id": "y", "title": " "}]}, "content.buttons[0].title"),
        (MessageKind.BUTTONS, {"body": "?", "buttons": [{"id": "y", "title": "Yes"}] * 2}, "content.buttons"),
        (MessageKind.BUTTONS, {"body": "?", "buttons": [{"title": "x", "url": "tel:1"}]}, "content.buttons[0].url"),
        (MessageKind.LIST, {"body": "?", "sections": [{"rows": []}]}, "content.sections"),
        (
            MessageKind.LIST,
            {"body": "?", "sections": [{"rows": [{"id": "1", "title": "x", "starts_at": "soon"}]}]},
            "content.sections[0].rows[0].starts_at",
        ),
        (
            MessageKind.LIST,
            {"body": "x" * 9_950, "sections": [{"rows": [{"id": "1", "title": "y" * 200}]}]},
            "content.body",
        ),
    ],
)
def test_a_choice_that_cannot_be_sent_names_its_field(kind: MessageKind, content: Any, field: str) -> None:
    with pytest.raises(CannotSay) as refusal:
        apple.check_send(to_apple(kind, content=content))
    assert refusal.value.field == field


# Answers.


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_has_taken_it(status: int) -> None:
    assert apple.parse_send(HttpResponse(status, {}, b"<html>")).accepted


@pytest.mark.parametrize("status", [502, 504])
def test_nobody_knows_when_a_gateway_in_between_gave_up(status: int) -> None:
    assert apple.parse_send(HttpResponse(status)).uncertain


@pytest.mark.parametrize(
    ("status", "failure"),
    [*CODES.items(), (400, FailureClass.CONTENT), (413, FailureClass.CONTENT), (302, FailureClass.CONFIG)]
    + [(500, FailureClass.RETRY), (503, FailureClass.RETRY), (599, FailureClass.RETRY)],
)
def test_a_refusal_has_its_class_and_a_sentence(status: int, failure: FailureClass) -> None:
    answer = HttpResponse(status, {"retry-after": "30"}, b'{"message":"No  such\\nthing"}')
    result = apple.parse_send(answer)
    assert result.error and (result.error.failure, result.error.code) == (failure, f"http_{status}")
    assert result.error.detail.endswith("(Apple says: No such thing)")
    assert result.retry_after_seconds == 30
    assert apple.parse_send(HttpResponse(status, {}, b"\xff")).error is not None


# Signs, files of customers, health: calls that are told no time.


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> datetime:
    made = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
    monkeypatch.setattr(apple_api, "now", lambda: made)
    return made


def claims_of(request: Any) -> dict[str, Any]:
    assert isinstance(request, HttpRequest)
    token = request.secret_headers["authorization"].removeprefix("Bearer ")
    found: dict[str, Any] = pyjwt.decode(token, NEW.encode(), ["HS256"], options={"verify_iat": False})
    return found


def test_typing_is_told_and_reading_is_not(at: datetime) -> None:
    request = apple.build_signal(Signal("typing", ANA), KIT.inbox, KIT.credentials)
    assert claims_of(request) == {"iss": MSP_ID, "iat": int(at.timestamp())}
    assert isinstance(request, HttpRequest)
    body = json.loads(request.body)
    assert (body["type"], body["destinationId"]) == ("typing_start", ANA)
    assert apple.build_signal(Signal("read", ANA, "id-1"), KIT.inbox, KIT.credentials) is None
    assert apple.build_signal(Signal("typing", "a\r\nb"), KIT.inbox, KIT.credentials) is None


def test_a_customers_file_is_looked_up_with_what_its_id_holds(at: datetime) -> None:
    (item,) = apple.normalise(KIT.fixture("text__attachment"))
    media_id = item.attachments[0].media_id  # type: ignore[union-attr]
    request = apple.build_media_lookup(media_id or "", KIT.inbox, KIT.credentials)
    assert claims_of(request)["iat"] == int(at.timestamp())
    assert request and (request.method, request.url) == ("GET", f"{GATEWAY}/preDownload")
    parts = {"url": "https://p01-content.example/M1/file-1", "owner": "M1.1c0ffee"}
    signature = "AWWn5bHw0sPk9QYXKDlKW2x9jp8A"
    names = {**parts, "signature": signature}
    assert request.headers == {"source-id": BIZ, **names, **{f"mmcs-{name}": value for name, value in names.items()}}


@pytest.mark.parametrize("media_id", ["", "media-1", "{}", "[]", '{"url":"x"}', "{" * 5000])
def test_no_lookup_is_made_for_an_id_that_is_none(media_id: str) -> None:
    assert apple.build_media_lookup(media_id, KIT.inbox, KIT.credentials) is None


def test_a_lookups_answer_is_a_place_without_our_token_and_the_key() -> None:
    (item,) = apple.normalise(KIT.fixture("text__attachment"))
    media_id = item.attachments[0].media_id or ""  # type: ignore[union-attr]
    answer = HttpResponse(200, {}, b'{"download-url":"https://dl.example/1"}')
    place = apple.parse_media_lookup(answer, media_id, KIT.inbox, KIT.credentials)
    assert not isinstance(place, ProviderError)
    assert (place.url, place.secret_headers) == ("https://dl.example/1", {})
    assert place.decode is not None and len(place.decode(b"12345")) == 5
    for status, body, failure in (
        (200, b"{}", FailureClass.CONTENT),
        (404, b"", FailureClass.RECIPIENT),
        (503, b"", FailureClass.RETRY),
    ):
        refused = apple.parse_media_lookup(HttpResponse(status, {}, body), media_id, KIT.inbox, KIT.credentials)
        assert isinstance(refused, ProviderError) and refused.failure is failure


def test_health_is_a_place_for_one_byte(at: datetime) -> None:
    request = apple.build_health(KIT.inbox, KIT.credentials)
    assert claims_of(request)["iss"] == MSP_ID
    assert isinstance(request, HttpRequest) and (request.url, request.headers["size"]) == (f"{GATEWAY}/preUpload", "1")
    assert apple.parse_health(HttpResponse(200, {}, json.dumps(PLACE).encode())).ok
    for status, body in ((200, b"{}"), (401, b""), (503, b"<html>")):
        assert not apple.parse_health(HttpResponse(status, {}, body)).ok
