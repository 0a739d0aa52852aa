"""Slack as a channel for customers: direct messages with the app, and threads in (shared) channels.

One inbox is the app in one workspace. Source: Slack's reference ("Verifying requests", "Events API", "Web API"). What
nobody has confirmed is marked in docs/channels/slack.md.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.channels import plain, slack_fields, slack_files, slack_reactions, slack_signing, untrusted
from chalicelib.channels import slack_api as api
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
    Profile,
    ProviderError,
    SendResult,
    Steps,
    WebhookRequest,
)
from chalicelib.channels.slack_errors import failure_of
from chalicelib.channels.slack_events import HANDLERS
from chalicelib.channels.slack_outbound import (
    BUILDERS,
    MAX_BUTTONS,
    MAX_BYTES,
    MAX_SECTION,
    MAX_TEXT,
    fields_of,
    is_shown,
)
from chalicelib.channels.slack_people import Call, account_of, profile_in
from chalicelib.channels.slack_results import result_of
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MEDIA, MessageKind

NAME = "slack"
# Without these the app can neither answer nor fetch what customers attach.
SCOPES = ("chat:write", "files:read")

UPLOADED = frozenset({MessageKind.DOCUMENT, MessageKind.AUDIO, MessageKind.VIDEO})

CAPABILITIES = Capabilities(
    kinds_out=frozenset(BUILDERS) | UPLOADED | {MessageKind.REACTION},
    max_text=MAX_TEXT,
    max_caption=MAX_SECTION,
    max_bytes=MAX_BYTES,
    max_buttons=MAX_BUTTONS,
    reply_to=True,
    profiles=True,
    recipient_per_second=1,
)

ACCOUNT = slack_fields.ACCOUNT
CREDENTIALS = slack_fields.CREDENTIALS
SETTINGS = slack_fields.SETTINGS

EVENT_TYPES: Mapping[str, Callable[..., Any]] = HANDLERS


# The payload's `token` is the old way and proves nothing.
verify = slack_signing.verify
challenge = slack_signing.challenge


def normalise(request: WebhookRequest) -> list[Inbound]:
    """One call tells of one event; pressed elements may be several."""
    outer = _payload(request)
    event = untrusted.mapping(outer.get("event"))
    kind = untrusted.text(event.get("type")) if outer.get("type") == "event_callback" else _kind(outer)
    handler = EVENT_TYPES.get(kind)
    if handler is None:
        return [Ignored(f"type.{untrusted.label(kind)}", item_id=untrusted.identifier(outer.get("event_id")))]
    signed_at = untrusted.seconds(request.headers.get("x-slack-request-timestamp"))
    return list(handler(Call(account_of(outer), kind, outer, event, signed_at or request.received_at)))


def _payload(request: WebhookRequest) -> dict[str, Any]:
    """Events are JSON; interactions a form whose `payload` is JSON; commands a form."""
    if b"=" not in request.body or request.body.lstrip()[:1] in (b"{", b"["):
        return untrusted.json_object(request.body)
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    return untrusted.json_object(form["payload"]) if "payload" in form else dict(form)


def _kind(outer: Mapping[str, Any]) -> str:
    if "ssl_check" in outer:
        return "ssl_check"
    return "slash_command" if "command" in outer and "type" not in outer else untrusted.text(outer.get("type"))


# An empty 200: Slack would show anything else to the customer (commands) or take it for an order (forms).
answer = plain.plain_answer


def check_send(message: Outgoing) -> None:
    """What can be built can be sent."""
    if message.kind is MessageKind.REACTION:
        slack_reactions.check(message)
    elif _is_uploaded(message):
        slack_files.check(message)
    else:
        fields_of(message)


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | Steps | None:
    """`chat.postMessage`. Slack has no idempotency key; the metadata brings our tracker back. Files are uploaded first,
    and a reaction is a call of its own."""
    if message.kind is MessageKind.REACTION:
        return slack_reactions.reacting(message, inbox, credentials)
    if _is_uploaded(message):
        return slack_files.uploaded(message, inbox, credentials)
    payload = {**api.place(message.to, message.reply_to), **fields_of(message)}
    return api.post("chat.postMessage", payload, inbox, credentials)


def _is_uploaded(message: Outgoing) -> bool:
    """Everything but pictures that Slack shows by their link."""
    if message.kind is MessageKind.IMAGE:
        return not all(is_shown(file) for file in message.attachments)
    return message.kind in MEDIA and message.kind in CAPABILITIES.kinds_out


def parse_send(response: HttpResponse) -> SendResult:
    return result_of(response)


# `conversations.mark` moves the app's own mark only, and typing is shown in assistants' threads only.
build_signal = plain.no_signal


def build_media_lookup(media_id: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """`files.info`, for a file that came with its id alone (shared channels)."""
    return api.get("files.info", {"file": media_id}, inbox, credentials)


def parse_media_lookup(
    response: HttpResponse, media_id: str, inbox: Inbox, credentials: Credentials
) -> MediaLocation | ProviderError:
    """Where the file is."""
    payload = api.payload_of(response)
    file = untrusted.mapping(payload.get("file"))
    url = untrusted.text(file.get("url_private_download")) or untrusted.text(file.get("url_private"))
    if payload.get("ok") is not True:
        return failure_of(payload, response.status)
    if not url:
        return ProviderError("no_url", FailureClass.CONTENT, "Slack does not tell where the file is.")
    place = media_location(url, inbox, credentials)
    mime, size = untrusted.optional(file.get("mimetype")), untrusted.whole(file.get("size"))
    return MediaLocation(url, place.secret_headers, mime, size)


def media_location(url: str, inbox: Inbox, credentials: Credentials) -> MediaLocation:
    """The token goes to Slack's own file host only: the url comes from a payload."""
    return MediaLocation(url, api.bearer(credentials) if api.is_trusted(url, inbox) else {})


def build_profile(address: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """`users.info`; a thread is nobody."""
    if not api.is_person(address):
        return None
    return api.get("users.info", {"user": address, "include_locale": "true"}, inbox, credentials)


def parse_profile(response: HttpResponse) -> Profile:
    return profile_in(api.payload_of(response))


def build_health(inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """`auth.test` proves the token, and tells its scopes in a header."""
    return api.post("auth.test", {}, inbox, credentials)


def parse_health(response: HttpResponse) -> Health:
    """The workspace and the app's name there, or why it cannot be used."""
    payload = api.payload_of(response)
    if payload.get("ok") is not True or not untrusted.identifier(payload.get("team_id")):
        error = failure_of(payload, response.status)
        return Health(False, error.detail, {"code": error.code, "class": error.failure.value})
    told = response.headers.get("x-oauth-scopes", "")
    granted = {scope.strip() for scope in told.split(",")}
    lacking = [scope for scope in SCOPES if told and scope not in granted]
    if lacking:
        detail = f"The Slack app lacks: {', '.join(lacking)}. Add the scopes and install it again."
        return Health(False, detail, {**payload, "scopes": told})
    team = untrusted.text(payload.get("team"))
    return Health(True, f"Connected to {team}." if team else "Connected.", {**payload, "scopes": told})
