"""LINE, by its Messaging API: one inbox is one official account (a "channel" in LINE's words).

Source: "LINE Messaging API" reference. What only third parties have seen is marked in docs/channels/line.md.
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.channels import line_api as api
from chalicelib.channels import line_fields, plain, untrusted
from chalicelib.channels.base import (
    CannotSay,
    Capabilities,
    Credentials,
    Health,
    HttpRequest,
    HttpResponse,
    Ignored,
    Inbound,
    MediaLocation,
    Outgoing,
    Profile,
    SendResult,
    Signal,
    SignatureMismatch,
    StepRefused,
    Steps,
    WebhookRequest,
)
from chalicelib.channels.line_errors import failure_of
from chalicelib.channels.line_inbound import EVENT_TYPES as EVENTS
from chalicelib.channels.line_inbound import Event
from chalicelib.channels.line_outbound import BUILDERS, MAX_BYTES, MAX_QUICK_REPLIES, MAX_TEXT, objects_of
from chalicelib.channels.profiles import shown_profile
from chalicelib.channels.signing import hmac_sha256, same, valid
from chalicelib.domain.inbox import Inbox

NAME = "line"
LOADING_SECONDS = 10
# Tokens are said to last for a minute, or half of it: one that is dead is refused, and costs only time.
REPLY_FOR, CLOCK_SKEW = timedelta(seconds=50), timedelta(seconds=5)

_PATH = re.compile(r"/(?:[A-Za-z0-9_-]+/)*line/([A-Za-z0-9_-]{1,128})/?")
# Of a user, a group or a room.
_ADDRESS = re.compile(r"[UCR][A-Za-z0-9._-]{1,100}")

CAPABILITIES = Capabilities(
    kinds_out=frozenset(BUILDERS),
    max_text=MAX_TEXT,
    max_caption=MAX_TEXT,
    max_bytes=MAX_BYTES,
    max_buttons=MAX_QUICK_REPLIES,
    typing_out=True,
    read_out=True,
    reply_to=True,
    resend_safe=True,
    answering=True,
    profiles=True,
    registers=True,
    inbox_per_second=2000,
)

ACCOUNT = line_fields.ACCOUNT
CREDENTIALS = line_fields.CREDENTIALS
SETTINGS = line_fields.SETTINGS

EVENT_TYPES: Mapping[str, Callable[..., Any]] = EVENTS


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    """LINE signs the raw bytes with the channel secret, and no time: repeats show by their ids."""
    given = request.headers.get("x-line-signature", "")
    signed = [hmac_sha256(secret, request.body) for secret in valid(credentials, "channel_secret")]
    matches = [same(given, base64.b64encode(digest).decode("ascii")) for digest in signed]
    if not any(matches):
        raise SignatureMismatch("x-line-signature")


# The console's "Verify" is a signed call without events.
challenge = plain.no_challenge


def normalise(request: WebhookRequest) -> list[Inbound]:
    """One item for each event, in their order. `destination` is the account that they are for."""
    payload = untrusted.json_object(request.body)
    found = _PATH.fullmatch(request.path)
    account_id = untrusted.identifier(payload.get("destination")) or (found[1] if found else "")
    events = untrusted.objects(payload.get("events"))
    return [_item(Event(account_id, event, request.received_at)) for event in events] or [Ignored("empty")]


def _item(event: Event) -> Inbound:
    handler = EVENT_TYPES.get(untrusted.text(event.body.get("type")))
    if handler is None:
        return Ignored(f"event.{untrusted.label(event.body.get('type'))}", item_id=event.id)
    item: Inbound = handler(event)
    return item


answer = plain.plain_answer


def check_send(message: Outgoing) -> None:
    """What can be built can be sent."""
    objects_of(message)


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """A reply, which is free, where the customer wrote just now; else a push, which may be repeated with the same key.

    A reply's token works once, and without a key: what became of one whose answer is lost cannot be found out. So only
    the very first try of a message is a reply, and only a refusal leads on to the push."""
    if not _ADDRESS.fullmatch(message.to):
        raise CannotSay("This is no LINE address: a user's, group's or room's id is needed.", field="to")
    payload: dict[str, Any] = {"messages": objects_of(message, inbox)}
    token = _reply_token(message)
    if token:
        reply = api.post("/v2/bot/message/reply", {"replyToken": token, **payload}, inbox, credentials)
        return replace(reply, once=True)
    payload = {"to": message.to, **payload}
    return api.post("/v2/bot/message/push", payload, inbox, credentials, api.retry_key(message.message_id))


def _reply_token(message: Outgoing) -> str | None:
    """The token that came with the customer's last words, while it lives and is not used."""
    said, now = message.answering, message.attempted_at
    if said is None or now is None or said.answered or message.attempt > 1 or message.refused:
        return None
    # Clocks differ a little.
    is_fresh = -CLOCK_SKEW <= now - said.occurred_at <= REPLY_FOR
    return untrusted.identifier(said.content.get("reply_token")) if is_fresh else None


def parse_send(response: HttpResponse) -> SendResult:
    """Accepted with an id (of the first object) or refused with a class. 409: an earlier attempt with this key was
    taken, which the answer repeats."""
    payload = api.payload_of(response)
    if not 200 <= response.status < 300 and response.status != 409:
        wait = untrusted.retry_after(response.headers)
        return SendResult(error=failure_of(payload, response.status), retry_after_seconds=wait)
    sent = next(iter(untrusted.objects(payload.get("sentMessages"))), {})
    return SendResult(external_id=untrusted.identifier(sent.get("id")))


def build_signal(signal: Signal, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Typing is the loading animation, for people only. A read mark needs the message's own token, not its id."""
    if signal.kind == "read":
        said = signal.answering.content if signal.answering else {}
        token = untrusted.optional(said.get("mark_as_read_token"))
        return api.post("/v2/bot/chat/markAsRead", {"markAsReadToken": token}, inbox, credentials) if token else None
    if not signal.to.startswith("U"):
        return None
    payload = {"chatId": signal.to, "loadingSeconds": LOADING_SECONDS}
    return api.post("/v2/bot/chat/loading/start", payload, inbox, credentials)


build_media_lookup = plain.no_media_lookup
parse_media_lookup = plain.never_looked_up


def media_location(url: str, inbox: Inbox, credentials: Credentials) -> MediaLocation:
    """LINE's own place gets the token; a file on somebody else's server does not."""
    own = api.own_content(url, inbox)
    return MediaLocation(own, api.bearer(credentials)) if own else MediaLocation(url)


def build_profile(address: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """ "Get profile", of a friend; of a group "Get group chat summary". A room has no name."""
    if not _ADDRESS.fullmatch(address) or address.startswith("R"):
        return None
    path = f"/v2/bot/profile/{address}" if address.startswith("U") else f"/v2/bot/group/{address}/summary"
    return api.get(path, inbox, credentials)


def parse_profile(response: HttpResponse) -> Profile:
    payload = api.payload_of(response) if 200 <= response.status < 300 else {}
    name = payload.get("displayName") or payload.get("groupName")
    return shown_profile(name, locale=payload.get("language"), avatar_url=payload.get("pictureUrl"))


def build_health(inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """The call "Get bot info" proves the token."""
    return api.get("/v2/bot/info", inbox, credentials)


def parse_health(response: HttpResponse) -> Health:
    """The account's name, and the id that webhooks name it by; or why it cannot be used."""
    payload = api.payload_of(response)
    user_id = untrusted.identifier(payload.get("userId"))
    if 200 <= response.status < 300 and user_id:
        shown = untrusted.text(payload.get("displayName")) or untrusted.text(payload.get("basicId")) or "LINE"
        return Health(True, f"Connected as {shown}, account id {user_id}.", payload)
    error = failure_of(payload, response.status)
    return Health(False, error.detail, {"code": error.code, "class": error.failure.value})


def build_register(inbox: Inbox, credentials: Credentials, url: str) -> Steps:
    """ "Set webhook endpoint URL", then "Test webhook endpoint": LINE calls it and tells how it was answered."""
    request = api.post("/v2/bot/channel/webhook/endpoint", {"endpoint": url}, inbox, credentials)
    response: HttpResponse = yield replace(request, method="PUT")
    if not 200 <= response.status < 300:
        raise StepRefused(failure_of(api.payload_of(response), response.status))
    return api.post("/v2/bot/channel/webhook/test", {"endpoint": url}, inbox, credentials)


def parse_register(response: HttpResponse) -> Health:
    payload = api.payload_of(response)
    if not 200 <= response.status < 300:
        error = failure_of(payload, response.status)
        return Health(False, error.detail, {"code": error.code, "class": error.failure.value})
    if payload.get("success") is True:
        return Health(True, "LINE sends its webhooks here. Switch on “Use webhook” in the console.")
    told = untrusted.text(payload.get("detail")) or untrusted.text(payload.get("reason"))
    return Health(False, f"LINE called the webhook in vain: {told[:200]}", {"status": payload.get("statusCode")})
