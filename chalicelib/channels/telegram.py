"""Telegram, by its Bot API: one inbox is one bot.

Source: "Telegram Bot API" reference. What only third parties have seen is marked in docs/channels/telegram.md.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.channels import telegram_api as api
from chalicelib.channels import telegram_fields, untrusted
from chalicelib.channels.base import (
    Capabilities,
    Credentials,
    Health,
    HttpRequest,
    HttpResponse,
    Ignored,
    Inbound,
    MediaLocation,
    Outgoing,
    ProviderError,
    Reply,
    SendResult,
    Signal,
    SignatureMismatch,
    WebhookRequest,
    first,
)
from chalicelib.channels.signing import same, valid
from chalicelib.channels.telegram_errors import asked_wait, failure_of
from chalicelib.channels.telegram_inbound import HANDLERS
from chalicelib.channels.telegram_outbound import (
    BUILDERS,
    MAX_BUTTONS,
    MAX_BYTES,
    MAX_CAPTION,
    MAX_TEXT,
    call_of,
    topic,
)
from chalicelib.channels.telegram_people import Update
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.inbox import Inbox

NAME = "telegram"

_PATH = re.compile(r"/(?:[A-Za-z0-9_-]+/)*telegram/([A-Za-z0-9_-]{1,128})/?")

CAPABILITIES = Capabilities(
    kinds_out=frozenset(BUILDERS),
    max_text=MAX_TEXT,
    max_caption=MAX_CAPTION,
    max_bytes=MAX_BYTES,
    max_buttons=MAX_BUTTONS,
    typing_out=True,
    reply_to=True,
    registers=True,
    answering=True,
    inbox_per_second=30,
    recipient_per_second=1,
)

ACCOUNT = telegram_fields.ACCOUNT
CREDENTIALS = telegram_fields.CREDENTIALS
SETTINGS = telegram_fields.SETTINGS

EVENT_TYPES: Mapping[str, Callable[..., Any]] = HANDLERS


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    """`setWebhook`: Telegram signs nothing, it repeats the secret it was given."""
    given = request.headers.get("x-telegram-bot-api-secret-token", "")
    matches = [same(given, secret) for secret in valid(credentials, "secret_token")]
    if not any(matches):
        raise SignatureMismatch("X-Telegram-Bot-Api-Secret-Token")


def challenge(request: WebhookRequest, credentials: Credentials) -> Reply | None:
    """No handshake: `setWebhook` is believed."""
    return None


def normalise(request: WebhookRequest) -> list[Inbound]:
    """Every item of the update. It names no bot: the inbox that was called is the account."""
    payload = untrusted.json_object(request.body)
    found = _PATH.fullmatch(request.path)
    account_id = found[1] if found else ""
    update_id = untrusted.identifier(payload.get("update_id")) or untrusted.content_id("telegram", payload)
    items: list[Inbound] = []
    for kind, value in payload.items():
        if kind == "update_id":
            continue
        handler = EVENT_TYPES.get(kind)
        if handler is None or not isinstance(value, Mapping):
            items.append(Ignored(f"update.{untrusted.label(kind)}", item_id=update_id))
        else:
            items += handler(Update(account_id, update_id, kind, value, request.received_at))
    return items or [Ignored("empty")]


def answer(
    request: WebhookRequest, inbox: Inbox, items: Sequence[Inbound], repeats: frozenset[int] = frozenset()
) -> Reply | None:
    """A pressed button shows a clock until it is answered, which may be done right here ("Making requests when
    getting updates"): a repeat too, whose first answer may have been lost."""
    query = untrusted.mapping(untrusted.json_object(request.body).get("callback_query"))
    query_id = untrusted.identifier(query.get("id"))
    if query_id is None:
        return None
    call = {"method": "answerCallbackQuery", "callback_query_id": query_id}
    return Reply(200, json.dumps(call), "application/json")


def check_send(message: Outgoing) -> None:
    """What can be built can be sent."""
    call_of(message)


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """One call. The Bot API has no idempotency key, and brings nothing of ours back."""
    method, part = call_of(message)
    return api.call(method, part, inbox, credentials)


def parse_send(response: HttpResponse) -> SendResult:
    """Accepted with an id (of the first file, for an album), refused with a class, or (2xx, unreadable) taken
    without our knowing its id."""
    payload = api.payload_of(response)
    if payload.get("ok") is False or not 200 <= response.status < 300:
        wait = asked_wait(payload)
        return SendResult(
            error=failure_of(payload, response.status),
            retry_after_seconds=untrusted.retry_after(response.headers) if wait is None else wait,
        )
    result = payload.get("result")
    sent = next(iter(untrusted.objects(result)), {}) if isinstance(result, list) else untrusted.mapping(result)
    external_id = untrusted.identifier(sent.get("message_id"))
    # A reaction is answered `true`: it is no message.
    return SendResult(external_id=external_id, uncertain=external_id is None and result is not True)


def build_signal(signal: Signal, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Typing is shown for five seconds. Only messages to a business account can be marked as read."""
    chat = api.chat(signal.to)
    if signal.kind == "typing":
        return api.call("sendChatAction", {**chat, **topic(signal.answering), "action": "typing"}, inbox, credentials)
    read = api.message_id(signal.external_id)
    if read is None or "business_connection_id" not in chat:
        return None
    return api.call("readBusinessMessage", {**chat, "message_id": read}, inbox, credentials)


def build_media_lookup(media_id: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """`getFile`: ids last, the place they lead to works for at least an hour."""
    return api.call("getFile", {"file_id": media_id}, inbox, credentials)


def parse_media_lookup(
    response: HttpResponse, media_id: str, inbox: Inbox, credentials: Credentials
) -> MediaLocation | ProviderError:
    """The place, which has the bot's token in it: for fetching only."""
    payload = api.payload_of(response)
    if payload.get("ok") is False or not 200 <= response.status < 300:
        return failure_of(payload, response.status)
    result = untrusted.mapping(payload.get("result"))
    url = api.file_url(untrusted.text(result.get("file_path")), inbox, credentials)
    if url is None:
        return ProviderError("no_file_path", FailureClass.CONTENT, "Telegram does not tell where the file is.")
    return MediaLocation(url, size_bytes=untrusted.whole(result.get("file_size")))


def media_location(url: str, inbox: Inbox, credentials: Credentials) -> MediaLocation:
    """A `file_path` is a place below the bot's own; a whole url is somebody else's and gets no token."""
    return MediaLocation(api.file_url(url, inbox, credentials) or url)


def build_health(inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """`getMe` proves the token."""
    return api.call("getMe", {}, inbox, credentials)


def parse_health(response: HttpResponse) -> Health:
    """The bot's name, or why it cannot be used."""
    payload = api.payload_of(response)
    bot = untrusted.mapping(payload.get("result"))
    if payload.get("ok") is True and untrusted.identifier(bot.get("id")):
        shown = untrusted.text(bot.get("username"))
        return Health(True, f"Connected as @{shown}." if shown else "Connected.", dict(bot))
    error = failure_of(payload, response.status)
    return Health(False, error.detail, {"code": error.code, "class": error.failure.value})


def build_register(inbox: Inbox, credentials: Credentials, url: str) -> HttpRequest:
    """`setWebhook`: all the kinds we know are asked for, for some come only then."""
    payload = {"url": url, "secret_token": first(credentials, "secret_token"), "allowed_updates": sorted(EVENT_TYPES)}
    return api.call("setWebhook", payload, inbox, credentials)


def parse_register(response: HttpResponse) -> Health:
    payload = api.payload_of(response)
    if payload.get("ok") is True:
        return Health(True, "Telegram sends its updates here.")
    error = failure_of(payload, response.status)
    return Health(False, error.detail, {"code": error.code, "class": error.failure.value})
