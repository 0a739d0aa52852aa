"""LINE: what the Messaging API is sent, and what its answers mean."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chalicelib.channels import line
from chalicelib.channels.base import Answering, CannotSay, HttpRequest, HttpResponse, Profile, ProviderError, Signal
from chalicelib.channels.line_errors import CODES, QUOTA
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.kits import KITS, NOW
from tests.channels.test_line import ANA, FILES, GROUP, to_line

KIT = KITS["line"]
IMAGE, VIDEO, AUDIO = MessageKind.IMAGE, MessageKind.VIDEO, MessageKind.AUDIO
BUTTONS, LIST = MessageKind.BUTTONS, MessageKind.LIST
POSTBACK = {"type": "postback", "label": "Yes", "data": "y", "displayText": "Yes"}


def built(kind: MessageKind = MessageKind.TEXT, **values: Any) -> list[dict[str, Any]]:
    request = line.build_send(to_line(kind, **values), KIT.inbox, KIT.credentials)
    assert request and (request.method, request.url) == ("POST", "https://api.line.me/v2/bot/message/push")
    body = json.loads(request.body)
    assert body["to"] == ANA
    found: list[dict[str, Any]] = body["messages"]
    return found


def keyboard(count: int, **button: Any) -> dict[str, Any]:
    return {"body": "?", "buttons": [{"id": str(place), "title": "T", **button} for place in range(count)]}


def answered(status: int, **answer: Any) -> HttpResponse:
    return HttpResponse(status, {}, json.dumps(answer).encode())


@pytest.mark.parametrize(
    ("kind", "values", "objects"),
    [
        (MessageKind.TEXT, {"text": "Olá"}, [{"type": "text", "text": "Olá"}]),
        (
            MessageKind.TEXT,
            {"text": "Olá", "content": {"quote_token": "q"}},
            [{"type": "text", "text": "Olá", "quoteToken": "q"}],
        ),
        (
            IMAGE,
            {"text": "Both", "attachments": (FILES[IMAGE], FILES[IMAGE])},
            [
                *[
                    {
                        "type": "image",
                        "originalContentUrl": "https://files.example/1.png",
                        "previewImageUrl": "https://files.example/1.png",
                    }
                ]
                * 2,
                {"type": "text", "text": "Both"},
            ],
        ),
        (
            VIDEO,
            {"attachments": (FILES[VIDEO],), "content": {"preview_url": "https://files.example/own.jpg"}},
            [
                {
                    "type": "video",
                    "originalContentUrl": "https://files.example/1.mp4",
                    "previewImageUrl": "https://files.example/own.jpg",
                }
            ],
        ),
        (
            AUDIO,
            {"attachments": (FILES[AUDIO],), "content": {"duration_ms": 3200}},
            [{"type": "audio", "originalContentUrl": "https://files.example/1.m4a", "duration": 3200}],
        ),
        (
            MessageKind.LOCATION,
            {"content": {"latitude": 1, "longitude": 2, "name": "Here"}},
            [{"type": "location", "title": "Here", "address": "Here", "latitude": 1.0, "longitude": 2.0}],
        ),
        (
            BUTTONS,
            {"content": {"header": "H", "body": "Sure?", "footer": "F", "buttons": [{"id": "y", "title": "Yes"}]}},
            [
                {
                    "type": "text",
                    "text": "H\n\nSure?\n\nF",
                    "quickReply": {"items": [{"type": "action", "action": POSTBACK}]},
                }
            ],
        ),
        (
            BUTTONS,
            {
                "content": {
                    "body": "Sure?",
                    "buttons": [{"id": "y", "title": "Yes"}, {"title": "More", "url": "https://a.example"}],
                }
            },
            [
                {
                    "type": "template",
                    "altText": "Sure?",
                    "template": {
                        "type": "buttons",
                        "text": "Sure?",
                        "actions": [POSTBACK, {"type": "uri", "label": "More", "uri": "https://a.example"}],
                    },
                }
            ],
        ),
        (
            LIST,
            {"text": "Sure?", "content": {"sections": [{"rows": [{"id": "y", "title": "Yes"}]}]}},
            [{"type": "text", "text": "Sure?", "quickReply": {"items": [{"type": "action", "action": POSTBACK}]}}],
        ),
    ],
)
def test_a_message_becomes_its_objects(kind: MessageKind, values: dict[str, Any], objects: list[Any]) -> None:
    assert built(kind, **values) == objects


def test_a_video_needs_a_picture_of_its_own_or_of_the_inbox() -> None:
    video = to_line(VIDEO, attachments=(FILES[VIDEO],))
    line.check_send(video)
    assert built(VIDEO, attachments=(FILES[VIDEO],))[0]["previewImageUrl"] == "https://files.example/video.jpg"
    with pytest.raises(CannotSay) as refusal:
        line.build_send(video, replace(KIT.inbox, settings={}), KIT.credentials)
    assert refusal.value.field == "content.preview_url"


def test_every_attempt_has_the_same_key_and_every_message_another() -> None:
    keys = []
    for message in (to_line(text="x"), to_line(text="x", attempt=2), to_line(text="x", message_id="msg_2")):
        request = line.build_send(message, KIT.inbox, KIT.credentials)
        assert request
        keys.append(request.headers["x-line-retry-key"])
    assert keys[0] == keys[1] != keys[2]
    assert str(UUID(keys[0])) == keys[0]
    assert line.CAPABILITIES.resend_safe


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        (MessageKind.DOCUMENT, {"attachments": (FILES[IMAGE],)}, "kind"),
        (IMAGE, {"attachments": (FILES[IMAGE],) * 6}, "attachments"),
        (IMAGE, {"attachments": (FILES[IMAGE],) * 5, "text": "x"}, "attachments"),
        (IMAGE, {"attachments": (replace(FILES[IMAGE], mime="image/gif"),)}, "attachments[0].mime"),
        (IMAGE, {"attachments": (replace(FILES[IMAGE], size_bytes=10 * 1024**2 + 1),)}, "attachments[0]"),
        (MessageKind.LOCATION, {"content": {"latitude": 1}}, "content.latitude"),
        (MessageKind.LOCATION, {"content": {"latitude": 1, "longitude": 2, "name": "x" * 101}}, "content.name"),
        (BUTTONS, {"content": keyboard(0)}, "content.buttons"),
        (BUTTONS, {"content": keyboard(14)}, "content.buttons"),
        (BUTTONS, {"content": keyboard(5, url="https://a.example")}, "content.buttons"),
        (BUTTONS, {"content": keyboard(1, url="javascript:x")}, "content.buttons[0].url"),
        (BUTTONS, {"content": {**keyboard(1, url="https://a.example"), "body": "x" * 161}}, "content.body"),
        (BUTTONS, {"content": keyboard(1, title="x" * 21)}, "content.buttons[0].title"),
        (BUTTONS, {"content": keyboard(1, id="x" * 301)}, "content.buttons[0].id"),
        (BUTTONS, {"content": {**keyboard(1), "body": " "}}, "content.body"),
        (LIST, {"content": {"body": "?", "sections": [{"rows": []}]}}, "content.sections"),
        (LIST, {"content": {"body": "?", "sections": [{"rows": [{"id": "1"}]}]}}, "content.sections[0].rows[0].title"),
    ],
)
def test_what_breaks_a_limit_is_refused_with_its_field(kind: MessageKind, values: dict[str, Any], field: str) -> None:
    with pytest.raises(CannotSay) as refusal:
        line.check_send(to_line(kind, **values))
    assert refusal.value.field == field
    assert refusal.value.reason.endswith(".")


@pytest.mark.parametrize("to", ["", "5511987650001", "U", "U/../x", "X123", "@padaria", "U1 "])
def test_an_address_is_an_id_of_lines(to: str) -> None:
    with pytest.raises(CannotSay) as refusal:
        line.build_send(to_line(text="x", to=to), KIT.inbox, KIT.credentials)
    assert refusal.value.field == "to"


# Answers.


def test_a_key_that_was_taken_before_is_a_success() -> None:
    told = {"message": "The retry key is already accepted", "sentMessages": [{"id": "7", "quoteToken": "q"}]}
    result = line.parse_send(answered(409, **told))
    assert result.accepted and result.external_id == "7"
    bare = line.parse_send(HttpResponse(409, {"x-line-accepted-request-id": "r"}, b""))
    assert bare.accepted and bare.external_id is None


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b'{"sentMessages":[]}'])
def test_any_2xx_has_taken_the_message(body: bytes) -> None:
    result = line.parse_send(HttpResponse(200, {}, body))
    assert result.accepted and result.external_id is None


@pytest.mark.parametrize(
    ("status", "failure"),
    [*CODES.items(), (400, FailureClass.CONTENT), (413, FailureClass.CONTENT), (500, FailureClass.RETRY)],
)
def test_a_status_has_its_class(status: int, failure: FailureClass) -> None:
    result = line.parse_send(HttpResponse(status, {"retry-after": "7"}, b'{"message":"Something new"}'))
    assert result.error and (result.error.code, result.error.failure) == (f"http_{status}", failure)
    assert "Something new" in result.error.detail
    assert result.retry_after_seconds == 7


@pytest.mark.parametrize(
    ("status", "answer", "failure"),
    [
        (429, {"message": "You have reached your monthly limit."}, FailureClass.CONFIG),
        (429, {"message": "The API rate limit has been exceeded. Try again later."}, FailureClass.RETRY),
        (
            400,
            {"message": "The property, 'to', in the request body is invalid (line: -, column: -)"},
            FailureClass.RECIPIENT,
        ),
        (400, {"message": "Invalid reply token"}, FailureClass.RETRY),
    ],
)
def test_a_message_may_say_more_than_its_status(status: int, answer: dict[str, Any], failure: FailureClass) -> None:
    error = line.parse_send(answered(status, **answer)).error
    assert error and error.failure is failure
    assert ("monthly" not in answer["message"]) or error.detail == QUOTA


def test_the_first_detail_names_the_property() -> None:
    details = [{"message": "May not be empty", "property": "messages[0].text"}, {"message": "No", "property": "x"}]
    error = line.parse_send(answered(400, message="The request body has 2 error(s)", details=details)).error
    assert error and "messages[0].text: May not be empty" in error.detail


# Signals, health.


def test_typing_is_the_loading_animation_for_people_only() -> None:
    request = line.build_signal(Signal("typing", ANA), KIT.inbox, KIT.credentials)
    assert request and request.url == "https://api.line.me/v2/bot/chat/loading/start"
    assert json.loads(request.body) == {"chatId": ANA, "loadingSeconds": 10}
    assert request.secret_headers == {"authorization": "Bearer line-token-1"}
    assert line.build_signal(Signal("typing", GROUP), KIT.inbox, KIT.credentials) is None


def test_a_read_mark_is_the_messages_own_token() -> None:
    said = Answering("5", NOW, {"mark_as_read_token": "read-1"})
    request = line.build_signal(Signal("read", ANA, "5", said), KIT.inbox, KIT.credentials)
    assert request and request.url == "https://api.line.me/v2/bot/chat/markAsRead"
    assert json.loads(request.body) == {"markAsReadToken": "read-1"}
    for signal in (Signal("read", ANA, "5"), Signal("read", ANA, "5", Answering("5", NOW, {"mark_as_read_token": []}))):
        assert line.build_signal(signal, KIT.inbox, KIT.credentials) is None


# Replies and quotations.


def just_now(seconds: float = 10, **values: Any) -> dict[str, Any]:
    said = Answering("5", NOW - timedelta(seconds=seconds), {"reply_token": "reply-1"})
    return {"text": "x", "attempted_at": NOW, "answering": said, **values}


def sent(**values: Any) -> HttpRequest:
    request = line.build_send(to_line(**values), KIT.inbox, KIT.credentials)
    assert request
    return request


@pytest.mark.parametrize("seconds", [0, 10, 50, -4])
def test_an_answer_to_fresh_words_is_a_reply_without_a_key(seconds: float) -> None:
    request = sent(**just_now(seconds))
    assert (request.url, request.once) == ("https://api.line.me/v2/bot/message/reply", True)
    assert json.loads(request.body) == {"replyToken": "reply-1", "messages": [{"type": "text", "text": "x"}]}
    assert "x-line-retry-key" not in request.headers


@pytest.mark.parametrize(
    "values",
    [
        just_now(51),
        just_now(-6),
        just_now(attempt=2),
        just_now(refused="http_429"),
        just_now(attempted_at=None),
        just_now(answering=None),
        just_now(answering=Answering("5", NOW, {"reply_token": "reply-1"}, answered=True)),
        just_now(answering=Answering("5", NOW, {"reply_token": ["reply-1"]})),
        just_now(answering=Answering("5", NOW)),
    ],
)
def test_everything_else_is_a_push_with_its_key(values: dict[str, Any]) -> None:
    request = sent(**values)
    assert (request.url, request.once) == ("https://api.line.me/v2/bot/message/push", False)
    assert request.headers["x-line-retry-key"]


def test_a_dead_token_is_told_from_every_other_refusal() -> None:
    error = line.parse_send(answered(400, message="Invalid reply token")).error
    assert error and (error.code, error.failure) == ("reply_token", FailureClass.RETRY)
    assert sent(**just_now(refused=error.code)).url.endswith("/push")


@pytest.mark.parametrize(
    ("quoted", "expected"),
    [
        (Answering("5", NOW, {"quote_token": "q5"}, "Olá?"), {"text": "x", "quoteToken": "q5"}),
        (Answering("6", NOW, {}, "Our own words"), {"text": "> Our own words\nx"}),
        (Answering("6", NOW, {}, ""), {"text": "x"}),
        (None, {"text": "x"}),
    ],
)
def test_a_quotation_is_the_quoted_messages_token_or_its_words(
    quoted: Answering | None, expected: dict[str, Any]
) -> None:
    assert built(text="x", reply_to="5", quoted=quoted) == [{"type": "text", **expected}]
    picture = built(IMAGE, text="x", attachments=(FILES[IMAGE],), reply_to="5", quoted=quoted)
    assert picture[1] == {"type": "text", **expected}
    asked = {"body": "x", "buttons": [{"id": "y", "title": "Yes"}]}
    (choice,) = built(BUTTONS, content=asked, reply_to="5", quoted=quoted)
    assert expected.items() <= choice.items() and "quickReply" in choice


def test_words_that_are_quoted_never_make_a_text_too_long() -> None:
    quoted = Answering("6", NOW, {}, "Our own words")
    assert built(text="x" * 4990, reply_to="6", quoted=quoted) == [{"type": "text", "text": "x" * 4990}]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (IMAGE, {"attachments": (FILES[IMAGE],)}),
        (MessageKind.LOCATION, {"content": {"latitude": 1, "longitude": 2}}),
        (BUTTONS, {"content": keyboard(1, url="https://a.example")}),
    ],
)
def test_what_has_no_text_quotes_nothing(kind: MessageKind, values: dict[str, Any]) -> None:
    line.check_send(to_line(kind, **values))
    with pytest.raises(CannotSay) as refusal:
        line.check_send(to_line(kind, reply_to="5", **values))
    assert refusal.value.field == "reply_to"


def test_hosts_may_be_elsewhere() -> None:
    settings = {"api_base": "http://127.0.0.1:4570/line/", "data_base": "http://127.0.0.1:4570/line-data"}
    inbox = replace(KIT.inbox, settings=settings)
    request = line.build_health(inbox, KIT.credentials)
    assert request and request.url == "http://127.0.0.1:4570/line/v2/bot/info"
    place = line.media_location("https://api-data.line.me/v2/bot/message/5/content", inbox, KIT.credentials)
    assert place.url == "http://127.0.0.1:4570/line-data/v2/bot/message/5/content"


def test_files_are_not_looked_up() -> None:
    assert isinstance(line.parse_media_lookup(answered(200), "media-1", KIT.inbox, KIT.credentials), ProviderError)


def test_health_shows_the_name_and_the_id_that_webhooks_use() -> None:
    health = line.parse_health(answered(200, userId=KIT.account_id, displayName="Padaria", basicId="@padaria"))
    assert (health.ok, health.detail) == (True, f"Connected as Padaria, account id {KIT.account_id}.")
    dead = line.parse_health(answered(401, message="Authentication failed"))
    assert not dead.ok and dead.facts == {"code": "http_401", "class": "reauth"}


def test_an_inbox_without_a_token_is_a_fault_of_its_configuration() -> None:
    with pytest.raises(KeyError, match="channel_access_token"):
        line.build_health(KIT.inbox, {})


@pytest.mark.parametrize(
    ("address", "path"), [(ANA, f"profile/{ANA}"), (GROUP, f"group/{GROUP}/summary"), ("R0d01", None), ("x", None)]
)
def test_people_and_groups_have_names(address: str, path: str | None) -> None:
    request = line.build_profile(address, KIT.inbox, KIT.credentials)
    assert (request.url if request else None) == (f"https://api.line.me/v2/bot/{path}" if path else None)


def test_a_profile_is_what_line_tells() -> None:
    told = {"displayName": "Ana", "pictureUrl": "https://profile.line-scdn.net/a", "language": "pt"}
    assert line.parse_profile(answered(200, **told)) == Profile(
        "Ana", locale="pt", avatar_url="https://profile.line-scdn.net/a"
    )
    assert line.parse_profile(answered(200, groupName="Friends")) == Profile("Friends")
    assert line.parse_profile(answered(404, **told)) == Profile()
