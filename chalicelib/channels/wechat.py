"""WeChat Official Accounts: one inbox is one account.

Source: "WeChat Official Accounts" documents. What only third parties have seen is marked in docs/channels/wechat.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.channels import plain, untrusted, wechat_fields
from chalicelib.channels import wechat_api as api
from chalicelib.channels.base import (
    Call,
    CannotSay,
    Capabilities,
    Credentials,
    Health,
    HttpRequest,
    HttpResponse,
    Ignored,
    Inbound,
    Keep,
    MediaLocation,
    Outgoing,
    PayloadNotUnderstood,
    ProviderError,
    ReadFile,
    Reply,
    SendResult,
    Signal,
    SignatureMismatch,
    Steps,
    WebhookRequest,
)
from chalicelib.channels.signing import valid
from chalicelib.channels.wechat_errors import code_of, failure_of
from chalicelib.channels.wechat_inbound import HANDLERS, Push
from chalicelib.channels.wechat_inbound import message as any_message
from chalicelib.channels.wechat_outbound import BUILDERS, MAX_BUTTONS, MAX_BYTES, MAX_TEXT, Plan, plan_of
from chalicelib.channels.wechat_signing import check, decrypted
from chalicelib.channels.wechat_xml import elements
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind

NAME = "wechat"
OPENED = "opened"


CAPABILITIES = Capabilities(
    kinds_out=frozenset(BUILDERS),
    max_text=MAX_TEXT,
    text_unit="bytes",
    max_bytes=MAX_BYTES,
    max_buttons=MAX_BUTTONS,
    window_seconds=48 * 3600,
    outside_window=frozenset({MessageKind.TEMPLATE}),
    typing_out=True,
    sealed=True,
)

ACCOUNT = wechat_fields.ACCOUNT
CREDENTIALS = wechat_fields.CREDENTIALS
SETTINGS = wechat_fields.SETTINGS

EVENT_TYPES: Mapping[str, Callable[..., Any]] = HANDLERS


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    """The signature is in the query, over a time, a nonce and (in the encrypted mode) the body."""
    check(request, credentials)


def challenge(request: WebhookRequest, credentials: Credentials) -> Reply | None:
    """The server configuration is tried with a signed GET: its `echostr` goes back."""
    if request.method != "GET" or "echostr" not in request.query:
        return None
    try:
        check(request, credentials)
    except SignatureMismatch:
        return Reply(403)
    return Reply(200, request.query["echostr"])


def opened(request: WebhookRequest, credentials: Credentials) -> WebhookRequest:
    """In the encrypted mode what was inside; in the plain mode there is nothing to open."""
    if not valid(credentials, "encoding_aes_key"):
        return request
    return replace(request, fetched={**request.fetched, OPENED: decrypted(request.body, credentials)})


def normalise(request: WebhookRequest) -> list[Inbound]:
    """What one push says. `ToUserName` is the account that it is for."""
    body = elements(request.fetched.get(OPENED, request.body))
    if "Encrypt" in body and "MsgType" not in body:
        raise PayloadNotUnderstood("encrypted, and the inbox has no encoding_aes_key", field="Encrypt")
    push = Push(body, request.received_at, plain.inbox_called(request, NAME))
    handler = EVENT_TYPES.get(push.type)
    if handler is None and push.type.startswith("event."):
        return [Ignored(f"event.{untrusted.label(body.get('Event'))}")]
    return list((handler or any_message)(push))


def answer(
    request: WebhookRequest, inbox: Inbox, items: Sequence[Inbound], repeats: frozenset[int] = frozenset()
) -> Reply | None:
    """Anything else within five seconds makes WeChat try twice more, and then tell the customer of a fault. It need
    not be encrypted: it is no message."""
    return Reply(200, "success")


def check_send(message: Outgoing) -> None:
    """What can be built can be sent."""
    plan_of(message)


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> Call | None:
    """The token, the file if there is one, and one call, which has no idempotency key."""
    if not untrusted.identifier(message.to):
        raise CannotSay("This is no WeChat address: the follower's open id is needed.", field="to")
    return _sending(plan_of(message, inbox), api.token_step(inbox, credentials), inbox)


def _sending(plan: Plan, token_step: Keep, inbox: Inbox) -> Steps:
    token = api.accepted_token((yield token_step))
    if plan.upload is None:
        return api.call(plan.path, plan.body, token, inbox)
    content = yield ReadFile(0)
    stored = yield api.upload(plan.upload, plan.name, plan.mime, content, token, inbox)
    return api.call(plan.path, plan.with_file(api.uploaded_id(stored)), token, inbox)


def parse_send(response: HttpResponse) -> SendResult:
    """Accepted (only templates get an id), refused with a class (mostly with HTTP 200), or taken for all we know."""
    payload = api.payload_of(response)
    code = code_of(payload)
    if code not in (0, None) or not 200 <= response.status < 300:
        wait = untrusted.retry_after(response.headers)
        return SendResult(error=failure_of(payload, response.status), retry_after_seconds=wait)
    external_id = untrusted.identifier(payload.get("msgid"))
    return SendResult(external_id=external_id, uncertain=code is None and external_id is None)


def build_signal(signal: Signal, inbox: Inbox, credentials: Credentials) -> Call | None:
    """Typing is shown for fifteen seconds at most. There are no read marks."""
    if signal.kind != "typing":
        return None
    plan = Plan("/cgi-bin/message/custom/typing", {"touser": signal.to, "command": "Typing"})
    return _sending(plan, api.token_step(inbox, credentials), inbox)


def build_media_lookup(media_id: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """The token: where the file is follows from it."""
    return api.token_request(inbox, credentials)


def parse_media_lookup(
    response: HttpResponse, media_id: str, inbox: Inbox, credentials: Credentials
) -> MediaLocation | ProviderError:
    """The place, which has the access token in it: for fetching only."""
    token = api.token_of(response)
    if isinstance(token, ProviderError):
        return token
    return MediaLocation(api.media_url(media_id, token, inbox), decode=api.file_in)


def media_location(url: str, inbox: Inbox, credentials: Credentials) -> MediaLocation:
    """A picture's own address, which needs no token. WeChat writes such without the s."""
    return MediaLocation("https://" + url.removeprefix("http://") if url.startswith("http://") else url)


def build_health(inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Getting a token proves app id, secret and the address we call from."""
    return api.token_request(inbox, credentials)


def parse_health(response: HttpResponse) -> Health:
    """Whether the account is ours to call for. The token itself is not shown."""
    error = api.token_of(response)
    if isinstance(error, str):
        return Health(True, "Connected.")
    return Health(False, error.detail, {"code": error.code, "class": error.failure.value})
