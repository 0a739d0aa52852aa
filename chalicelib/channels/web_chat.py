"""The web chat: our own widget, on a company's site. There is no provider: what is stored is
delivered.

The widget posts to `/widget/v1/{inbox_id}/messages|typing|read|delivered` with a visitor token. A
message's key has to come from its payload alone, and a browser repeats what it got no answer to:
so `client_id` is a UUID of version 7, which carries the time of writing inside it. A repeat brings
the same id and so the same time.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.channels import plain, web_chat_fields
from chalicelib.channels.base import (
    CannotSay,
    Capabilities,
    Credentials,
    Health,
    HttpRequest,
    HttpResponse,
    Ignored,
    Inbound,
    Outgoing,
    Peer,
    SendResult,
    SignatureMismatch,
    WebhookRequest,
)
from chalicelib.channels.untrusted import items, json_object, label, mapping, text
from chalicelib.channels.web_chat_inbound import (
    MAX_FILES,
    MAX_TEXT,
    delivered,
    message,
    read,
    typing,
)
from chalicelib.channels.web_chat_tokens import claimed_visitor, read_visitor_token
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MEDIA, MessageKind

NAME = "web_chat"
MAX_FILE_BYTES = 25 * 1024 * 1024
MAX_BUTTONS = 10

_PATH = re.compile(r"/widget/v1/([A-Za-z0-9_-]{1,128})/([a-z_]{1,40})/?")

CAPABILITIES = Capabilities(
    kinds_out=frozenset({MessageKind.TEXT, MessageKind.BUTTONS, MessageKind.LOCATION}) | MEDIA - {MessageKind.STICKER},
    max_text=MAX_TEXT,
    max_caption=MAX_TEXT,
    max_bytes={kind.value: MAX_FILE_BYTES for kind in MEDIA - {MessageKind.STICKER}},
    max_buttons=MAX_BUTTONS,
    delivered=True,
    read=True,
    typing_in=True,
    typing_out=True,
    read_out=True,
    reply_to=True,
    resend_safe=True,
    answers_caller=True,
    own_uploads=True,
)

ACCOUNT = web_chat_fields.ACCOUNT
CREDENTIALS = web_chat_fields.CREDENTIALS
SETTINGS = web_chat_fields.SETTINGS

# The last part of the path.
EVENT_TYPES: Mapping[str, Callable[..., Any]] = {
    "messages": message,
    "typing": typing,
    "read": read,
    "delivered": delivered,
}


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    """A visitor token of the inbox that the path names."""
    inbox_id, _ = _route(request)
    if not inbox_id:
        raise SignatureMismatch("path")
    read_visitor_token(_token(request), inbox_id, credentials, request.received_at)


challenge = plain.no_challenge


def normalise(request: WebhookRequest) -> list[Inbound]:
    """One thing per request. Unlike a provider, the widget is told what is wrong, by `field`."""
    inbox_id, action = _route(request)
    handler = EVENT_TYPES.get(action)
    if handler is None:
        return [Ignored(f"path.{label(action)}")]
    visitor = claimed_visitor(_token(request))
    body = json_object(request.body or b"{}")
    return [handler(inbox_id, Peer(visitor.addresses), body, request.received_at)]


answer = plain.plain_answer


def check_send(message: Outgoing) -> None:
    """Our own limits, so that a page stays usable."""
    if message.kind not in CAPABILITIES.kinds_out:
        raise CannotSay(
            f"The web chat has no messages of kind {message.kind.value}. Send it as text.",
            field="kind",
        )
    if len(message.text) > MAX_TEXT:
        raise CannotSay(
            f"The text has {len(message.text)} characters; the web chat takes {MAX_TEXT}. Send it in two messages.",
            field="text",
        )
    CHECKS.get(message.kind, _check_files)(message)


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Nothing to send: the visitor's socket follows our store."""
    return None


def parse_send(response: HttpResponse) -> SendResult:
    """Never asked, as nothing is sent."""
    return SendResult()


# Passed on by the visitor's socket.
build_signal = plain.no_signal
# A visitor's files are uploaded to our own store; `media_id` is the upload's id.
build_media_lookup = plain.no_media_lookup
parse_media_lookup = plain.never_looked_up
media_location = plain.open_location
build_health = plain.no_health_call


def parse_health(response: HttpResponse) -> Health:
    return Health(True, "The web chat needs no provider.")


def _route(request: WebhookRequest) -> tuple[str, str]:
    """Inbox and action of the path; empty where it has another form."""
    found = _PATH.fullmatch(request.path)
    return (found[1], found[2]) if found else ("", "")


def _token(request: WebhookRequest) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _check_text(message: Outgoing) -> None:
    if not message.text.strip():
        raise CannotSay("The text is empty.", field="text")


def _check_buttons(message: Outgoing) -> None:
    buttons = items(message.content.get("buttons"))
    if not 1 <= len(buttons) <= MAX_BUTTONS:
        raise CannotSay(f"The web chat takes 1 to {MAX_BUTTONS} buttons.", field="content.buttons")
    if not all(text(mapping(button).get("title")).strip() for button in buttons):
        raise CannotSay("A button's text is empty.", field="content.buttons")


def _check_location(message: Outgoing) -> None:
    if "latitude" not in message.content or "longitude" not in message.content:
        raise CannotSay("A place needs a latitude and a longitude.", field="content.latitude")


def _check_files(message: Outgoing) -> None:
    if not 1 <= len(message.attachments) <= MAX_FILES:
        raise CannotSay(f"Attach 1 to {MAX_FILES} files.", field="attachments")
    for index, file in enumerate(message.attachments):
        if (file.size_bytes or 0) > MAX_FILE_BYTES:
            raise CannotSay(
                f"The file is too large: the web chat takes {MAX_FILE_BYTES // 1024**2} MB. Send a link to it.",
                field=f"attachments[{index}]",
            )


CHECKS: Mapping[MessageKind, Callable[[Outgoing], None]] = {
    MessageKind.TEXT: _check_text,
    MessageKind.BUTTONS: _check_buttons,
    MessageKind.LOCATION: _check_location,
}
