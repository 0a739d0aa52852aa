"""Telegram: what the Bot API is sent, and what its answers mean."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.channels import telegram
from chalicelib.channels.base import (
    Answering,
    CannotSay,
    HttpResponse,
    MediaLocation,
    OutgoingAttachment,
    ProviderError,
    Signal,
)
from chalicelib.channels.telegram_errors import CODES, DESCRIPTIONS
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import outgoing
from tests.channels.kits import KITS, NOW
from tests.channels.test_telegram import BUSINESS, CARD, CHAT, FILES, TOKEN

KIT = KITS["telegram"]
IMAGE, BUTTONS, LIST = MessageKind.IMAGE, MessageKind.BUTTONS, MessageKind.LIST


def built(kind: MessageKind = MessageKind.TEXT, **values: Any) -> tuple[str, dict[str, Any]]:
    """The method called, and its fields."""
    request = telegram.build_send(outgoing(kind, **{"to": CHAT, **values}), KIT.inbox, KIT.credentials)
    assert request and request.method == "POST"
    return request.url.rpartition("/")[2], json.loads(request.body)


def refused(kind: MessageKind = MessageKind.TEXT, **values: Any) -> CannotSay:
    with pytest.raises(CannotSay) as refusal:
        telegram.check_send(outgoing(kind, **values))
    assert refusal.value.reason.endswith(".")
    return refusal.value


def answered(status: int, **answer: Any) -> HttpResponse:
    return HttpResponse(status, {}, json.dumps(answer).encode())


def keyboard(count: int, **button: Any) -> dict[str, Any]:
    return {"body": "?", "buttons": [{"id": str(place), "title": "T", **button} for place in range(count)]}


@pytest.mark.parametrize(
    ("kind", "values", "method", "fields"),
    [
        (MessageKind.TEXT, {"text": "Olá"}, "sendMessage", {"text": "Olá"}),
        (
            MessageKind.TEXT,
            {"text": "Olá", "reply_to": "12"},
            "sendMessage",
            {"text": "Olá", "reply_parameters": {"message_id": 12, "allow_sending_without_reply": True}},
        ),
        # What is no message's id cannot be quoted: a press, an edit.
        (MessageKind.TEXT, {"text": "Olá", "reply_to": "21474836480000000001"}, "sendMessage", {"text": "Olá"}),
        (MessageKind.TEXT, {"text": "Olá", "reply_to": "update.880000001"}, "sendMessage", {"text": "Olá"}),
        (
            IMAGE,
            {"text": "Look", "attachments": (FILES[IMAGE],)},
            "sendPhoto",
            {"photo": "https://files.example/1.png", "caption": "Look"},
        ),
        (
            IMAGE,
            {"text": "Both", "attachments": (FILES[IMAGE], FILES[IMAGE])},
            "sendMediaGroup",
            {
                "media": [
                    {"type": "photo", "media": "https://files.example/1.png", "caption": "Both"},
                    {"type": "photo", "media": "https://files.example/1.png"},
                ]
            },
        ),
        (
            MessageKind.AUDIO,
            {"attachments": (OutgoingAttachment("https://files.example/1.ogg", "audio/ogg; codecs=opus"),)},
            "sendVoice",
            {"voice": "https://files.example/1.ogg"},
        ),
        (
            MessageKind.LOCATION,
            {"content": {"latitude": 1, "longitude": 2}},
            "sendLocation",
            {"latitude": 1.0, "longitude": 2.0},
        ),
        (
            MessageKind.LOCATION,
            {"content": {"latitude": 1, "longitude": 2, "name": "Here"}},
            "sendVenue",
            {"latitude": 1.0, "longitude": 2.0, "title": "Here", "address": "Here"},
        ),
        (
            MessageKind.CONTACTS,
            {"content": {"contacts": [CARD]}},
            "sendContact",
            {"phone_number": "+5511987650009", "first_name": "Rui Costa"},
        ),
        (
            MessageKind.CONTACTS,
            {"content": {"contacts": [{"name": {"first_name": "Rui", "last_name": "Costa"}, "phone": "1"}]}},
            "sendContact",
            {"phone_number": "1", "first_name": "Rui", "last_name": "Costa"},
        ),
        (
            MessageKind.REACTION,
            {"content": {"target": "12", "emoji": "👍"}, "reply_to": "12"},
            "setMessageReaction",
            {"message_id": 12, "reaction": [{"type": "emoji", "emoji": "👍"}]},
        ),
        (
            MessageKind.REACTION,
            {"content": {"target": "12", "emoji": ""}},
            "setMessageReaction",
            {"message_id": 12, "reaction": []},
        ),
        (
            BUTTONS,
            {
                "content": {
                    "header": "H",
                    "body": "Sure?",
                    "footer": "F",
                    "buttons": [{"id": "y", "title": "Yes"}, {"title": "More", "url": "https://a.example"}],
                }
            },
            "sendMessage",
            {
                "text": "H\n\nSure?\n\nF",
                "reply_markup": {
                    "inline_keyboard": [
                        [{"text": "Yes", "callback_data": "y"}],
                        [{"text": "More", "url": "https://a.example"}],
                    ]
                },
            },
        ),
        (
            LIST,
            {"text": "Which?", "content": {"sections": [{"rows": [{"id": "1", "title": "One"}]}]}},
            "sendMessage",
            {"text": "Which?", "reply_markup": {"inline_keyboard": [[{"text": "One", "callback_data": "1"}]]}},
        ),
    ],
)
def test_a_message_becomes_its_call(
    kind: MessageKind, values: dict[str, Any], method: str, fields: dict[str, Any]
) -> None:
    assert built(kind, **values) == (method, {"chat_id": int(CHAT), **fields})


def test_a_customer_of_a_business_account_is_answered_through_its_connection() -> None:
    _, fields = built(text="x", to=BUSINESS)
    assert (fields["chat_id"], fields["business_connection_id"]) == (5000000001, "Bc_9xkQ2-eXampleConnection")


@pytest.mark.parametrize("to", ["ana", "@ana", "1.5", "+55", "1@", "1@a b", "9" * 20, "１２"])
def test_an_address_is_a_chats_id(to: str) -> None:
    assert refused(text="x", to=to).field == "to"


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        (IMAGE, {"attachments": (FILES[IMAGE],) * 11}, "attachments"),
        (MessageKind.STICKER, {"attachments": (FILES[MessageKind.STICKER],) * 2}, "attachments"),
        (MessageKind.STICKER, {"attachments": (FILES[MessageKind.STICKER],), "text": "x"}, "text"),
        (IMAGE, {"attachments": (FILES[IMAGE],), "text": "x" * 1025}, "text"),
        (IMAGE, {"attachments": (replace(FILES[IMAGE], size_bytes=5 * 1024**2 + 1),)}, "attachments[0]"),
        (IMAGE, {"attachments": (FILES[IMAGE], replace(FILES[IMAGE], mime="image/heic"))}, "attachments[1].mime"),
        (
            MessageKind.DOCUMENT,
            {"attachments": (replace(FILES[IMAGE], mime="application/msword"),)},
            "attachments[0].mime",
        ),
        (MessageKind.STICKER, {"attachments": (replace(FILES[IMAGE], mime="image/png"),)}, "attachments[0].mime"),
        (
            MessageKind.STICKER,
            {"attachments": (replace(FILES[MessageKind.STICKER], size_bytes=600 * 1024),)},
            "attachments[0]",
        ),
        (MessageKind.LOCATION, {"content": {"latitude": 91, "longitude": 0}}, "content.latitude"),
        (MessageKind.CONTACTS, {"content": {"contacts": [CARD, CARD]}}, "content.contacts"),
        (
            MessageKind.CONTACTS,
            {"content": {"contacts": [{"phone": "1"}]}},
            "content.contacts[0].name.formatted_name",
        ),
        (MessageKind.CONTACTS, {"content": {"contacts": [{"name": "Rui"}]}}, "content.contacts[0].phones"),
        (MessageKind.REACTION, {"content": {"emoji": "👍"}}, "content.target"),
        (BUTTONS, {"content": keyboard(0)}, "content.buttons"),
        (BUTTONS, {"content": keyboard(101)}, "content.buttons"),
        (BUTTONS, {"content": keyboard(1, title=" ")}, "content.buttons[0].title"),
        (BUTTONS, {"content": keyboard(2, id="é" * 33)}, "content.buttons[0].id"),
        (BUTTONS, {"content": keyboard(1, id="")}, "content.buttons[0].id"),
        (BUTTONS, {"content": keyboard(1, url="javascript:x")}, "content.buttons[0].url"),
        (BUTTONS, {"content": {**keyboard(1), "body": ""}}, "content.body"),
        (BUTTONS, {"content": {**keyboard(1), "body": "x" * 4096, "footer": "y"}}, "content.body"),
        (LIST, {"content": {"body": "?", "sections": [{"rows": []}]}}, "content.sections"),
        (
            LIST,
            {"content": {"body": "?", "sections": [{}, {"rows": [{"title": "One"}]}]}},
            "content.sections[1].rows[0].id",
        ),
    ],
)
def test_what_breaks_a_limit_is_refused_with_its_field(kind: MessageKind, values: dict[str, Any], field: str) -> None:
    assert refused(kind, **values).field == field


def test_a_button_of_the_greatest_size_goes() -> None:
    telegram.check_send(outgoing(BUTTONS, content=keyboard(100, id="é" * 32)))


# Answers.


def test_an_album_is_known_by_its_first_file() -> None:
    result = telegram.parse_send(answered(200, ok=True, result=[{"message_id": 7}, {"message_id": 8}]))
    assert result.accepted and result.external_id == "7"


def test_a_reaction_is_taken_without_an_id() -> None:
    result = telegram.parse_send(answered(200, ok=True, result=True))
    assert result.accepted and result.external_id is None


@pytest.mark.parametrize("body", [b"", b"{}", b'{"ok":true}', b'{"ok":true,"result":{}}', b"<html>"])
def test_an_unreadable_success_is_uncertain(body: bytes) -> None:
    assert telegram.parse_send(HttpResponse(200, {}, body)).uncertain


@pytest.mark.parametrize(("part", "failure", "sentence"), DESCRIPTIONS)
def test_a_description_has_its_class(part: str, failure: FailureClass, sentence: str) -> None:
    answer = answered(400, ok=False, error_code=400, description=f"Bad Request: {part.upper()} now")
    error = telegram.parse_send(answer).error
    assert error and (error.code, error.failure, error.detail) == ("400", failure, sentence)


@pytest.mark.parametrize(
    ("status", "failure"),
    [*CODES.items(), (400, FailureClass.CONTENT), (500, FailureClass.RETRY), (502, FailureClass.RETRY)],
)
def test_a_code_has_its_class(status: int, failure: FailureClass) -> None:
    for response in (
        answered(status, ok=False, error_code=status, description="Something new"),
        HttpResponse(status, {}, b"<html>"),
    ):
        error = telegram.parse_send(response).error
        assert error and error.failure is failure


def test_the_wait_that_telegram_asks_for_is_passed_on() -> None:
    answer = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 12}}
    result = telegram.parse_send(answered(429, **answer))
    assert result.error and result.error.failure is FailureClass.RETRY
    assert result.retry_after_seconds == 12
    proxy = telegram.parse_send(HttpResponse(429, {"retry-after": "5"}, b""))
    assert proxy.retry_after_seconds == 5
    endless = telegram.parse_send(answered(429, **{**answer, "parameters": {"retry_after": 10**9}}))
    assert endless.retry_after_seconds == 24 * 3600


def test_a_group_that_has_moved_cannot_be_reached_under_its_old_id() -> None:
    parameters = {"migrate_to_chat_id": -1001900000001}
    answer = answered(400, ok=False, error_code=400, description="Bad Request: new", parameters=parameters)
    error = telegram.parse_send(answer).error
    assert error and error.failure is FailureClass.RECIPIENT and "supergroup" in error.detail


def test_an_error_in_an_answer_of_200_is_one() -> None:
    result = telegram.parse_send(answered(200, ok=False, error_code=403, description="Forbidden: new"))
    assert result.error and result.error.failure is FailureClass.RECIPIENT
    assert "Forbidden: new" in result.error.detail


# Signals, files, health.


def test_typing_is_a_chat_action() -> None:
    request = telegram.build_signal(Signal("typing", BUSINESS), KIT.inbox, KIT.credentials)
    assert request and request.url.endswith("/sendChatAction")
    assert json.loads(request.body) == {
        "chat_id": 5000000001,
        "business_connection_id": "Bc_9xkQ2-eXampleConnection",
        "action": "typing",
    }


def test_only_messages_to_a_business_account_are_marked_as_read() -> None:
    request = telegram.build_signal(Signal("read", BUSINESS, "40"), KIT.inbox, KIT.credentials)
    assert request and request.url.endswith("/readBusinessMessage")
    assert json.loads(request.body)["message_id"] == 40
    for signal in (Signal("read", CHAT, "40"), Signal("read", BUSINESS), Signal("read", BUSINESS, "update.1")):
        assert telegram.build_signal(signal, KIT.inbox, KIT.credentials) is None


def test_a_file_is_looked_up_and_fetched_below_the_token() -> None:
    lookup = telegram.build_media_lookup("AgAC-large", KIT.inbox, KIT.credentials)
    assert lookup and lookup.url == f"https://api.telegram.org/bot{TOKEN}/getFile"
    assert json.loads(lookup.body) == {"file_id": "AgAC-large"}
    found = answered(200, ok=True, result={"file_path": "photos/file_7.jpg", "file_size": 12})
    place = telegram.parse_media_lookup(found, "media-1", KIT.inbox, KIT.credentials)
    url = f"https://api.telegram.org/file/bot{TOKEN}/photos/file_7.jpg"
    assert place == MediaLocation(url, size_bytes=12)
    assert telegram.media_location("photos/file_7.jpg", KIT.inbox, KIT.credentials).url == url


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../x", "a/../b", "https://evil.example/x", "a/b?c", "//evil/x", "a/b#c", "x", "a/b c"]
)
def test_the_token_goes_nowhere_but_to_a_path_of_telegrams(path: str) -> None:
    found = telegram.parse_media_lookup(
        answered(200, ok=True, result={"file_path": path}), "media-1", KIT.inbox, KIT.credentials
    )
    assert isinstance(found, ProviderError)
    assert TOKEN not in telegram.media_location(path, KIT.inbox, KIT.credentials).url


def test_a_file_that_is_too_big_says_so() -> None:
    answer = answered(400, ok=False, error_code=400, description="Bad Request: file is too big")
    found = telegram.parse_media_lookup(answer, "media-1", KIT.inbox, KIT.credentials)
    assert isinstance(found, ProviderError) and "20 MB" in found.detail


def test_the_api_may_be_elsewhere() -> None:
    inbox = replace(KIT.inbox, settings={"api_base": "http://127.0.0.1:4570/telegram/"})
    request = telegram.build_send(outgoing(text="x", to=CHAT), inbox, KIT.credentials)
    assert request and request.url == f"http://127.0.0.1:4570/telegram/bot{TOKEN}/sendMessage"


def test_health_shows_the_bots_name() -> None:
    request = telegram.build_health(KIT.inbox, KIT.credentials)
    assert request and request.url.endswith("/getMe")
    health = telegram.parse_health(answered(200, ok=True, result={"id": 700000001, "username": "parley_demo_bot"}))
    assert (health.ok, health.detail) == (True, "Connected as @parley_demo_bot.")
    dead = telegram.parse_health(answered(401, ok=False, error_code=401, description="Unauthorized"))
    assert not dead.ok and dead.facts == {"code": "401", "class": "reauth"}


def test_an_inbox_without_a_token_is_a_fault_of_its_configuration() -> None:
    with pytest.raises(KeyError, match="bot_token"):
        telegram.build_health(KIT.inbox, {})


# Topics of a group.

IN_TOPIC = Answering("25", NOW, {"topic": "7"})


@pytest.mark.parametrize(
    ("values", "thread"),
    [
        ({"answering": IN_TOPIC}, 7),
        ({"answering": IN_TOPIC, "quoted": Answering("9", NOW, {"topic": "3"}), "reply_to": "9"}, 3),
        # What is quoted has its own place, which Telegram knows.
        ({"answering": IN_TOPIC, "quoted": Answering("9", NOW, {}), "reply_to": "9"}, None),
        ({"answering": Answering("25", NOW, {})}, None),
        ({"answering": Answering("25", NOW, {"topic": ["7"]})}, None),
        ({}, None),
    ],
)
def test_an_answer_goes_into_its_topic(values: dict[str, Any], thread: int | None) -> None:
    for message in (
        outgoing(text="Olá", **values),
        outgoing(MessageKind.LOCATION, content={"latitude": 1.0, "longitude": 2.0}, **values),
    ):
        request = telegram.build_send(message, KIT.inbox, KIT.credentials)
        assert request and json.loads(request.body).get("message_thread_id") == thread
    reaction = outgoing(MessageKind.REACTION, content={"target": "12", "emoji": "👍"}, **values)
    request = telegram.build_send(reaction, KIT.inbox, KIT.credentials)
    assert request and "message_thread_id" not in json.loads(request.body)


def test_typing_is_shown_in_the_topic() -> None:
    request = telegram.build_signal(Signal("typing", "-1001900000001", "25", IN_TOPIC), KIT.inbox, KIT.credentials)
    assert request and json.loads(request.body)["message_thread_id"] == 7


@pytest.mark.parametrize("told", ["Bad Request: message thread not found", "Bad Request: TOPIC_CLOSED"])
def test_a_topic_that_is_gone_takes_nothing(told: str) -> None:
    body = json.dumps({"ok": False, "error_code": 400, "description": told}).encode()
    error = telegram.parse_send(HttpResponse(400, {}, body)).error
    assert error and error.failure is FailureClass.RECIPIENT and "topic" in error.detail
