"""SMS and MMS, by Twilio's Programmable Messaging. One inbox is one number, short code or messaging service.

Source: Twilio's reference ("Messaging webhooks", "Message resource", "Webhooks Security"). What nobody has confirmed is
marked in docs/channels/sms.md.
"""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from chalicelib.channels import sms_outbound, untrusted
from chalicelib.channels.base import (
    Capabilities,
    CredentialField,
    Credentials,
    Health,
    HttpRequest,
    HttpResponse,
    Ignored,
    Inbound,
    MediaLocation,
    Outgoing,
    PayloadNotUnderstood,
    ProviderError,
    Reply,
    SendResult,
    Signal,
    SignatureMismatch,
    WebhookRequest,
    first,
)
from chalicelib.channels.signing import valid
from chalicelib.channels.sms_errors import failure, refusal
from chalicelib.channels.sms_inbound import HANDLERS, Form
from chalicelib.channels.sms_signing import is_genuine, parameters
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.inbox import Inbox

NAME = "sms"
API_BASE = "https://api.twilio.com"
# Media want the credentials; where they redirect to gets none.
MEDIA_HOSTS = (".twilio.com",)
# Any text in the answer would be sent to the customer.
NOTHING = "<Response/>"

_PATH = re.compile(r"/(?:[A-Za-z0-9_-]+/)*sms/([A-Za-z0-9_-]{1,128})/?")
_PLAIN_AUTHORITY = re.compile(r"[A-Za-z0-9.\-]+(?::[0-9]{1,5})?")

CAPABILITIES = Capabilities(
    kinds_out=sms_outbound.KINDS,
    max_text=sms_outbound.MAX_TEXT,
    max_caption=sms_outbound.MAX_TEXT,
    max_bytes=sms_outbound.MAX_BYTES,
    delivered=True,
)

CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField("auth_token", "Auth token of the Twilio account"),
    CredentialField("api_key_sid", "API key to send with (SK…), instead of the auth token"),
    CredentialField("api_key_secret", "Secret of that API key"),
    CredentialField("signing_key", "Key that signs webhooks by SHA-256, where one is set up"),
    CredentialField("webhook_url", "Address of the webhook as Twilio calls it, where it is not the one that arrives"),
)

EVENT_TYPES: Mapping[str, Callable[..., Any]] = HANDLERS


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    """No time is signed: a repeat is told by its MessageSid."""
    if not is_genuine(request, credentials):
        raise SignatureMismatch("X-Twilio-Signature")


def challenge(request: WebhookRequest, credentials: Credentials) -> Reply | None:
    """No handshake: Twilio believes what is entered."""
    return None


def normalise(request: WebhookRequest) -> list[Inbound]:
    """One call, one item. It names numbers, and several inboxes may share one: the inbox called is the account."""
    fields = _fields(request)
    found = _PATH.fullmatch(request.path)
    kind = _kind(fields)
    handler = EVENT_TYPES.get(kind)
    if handler is None:
        return [Ignored(f"type.{untrusted.label(kind)}")]
    return [handler(Form(found[1] if found else "", kind, fields, request.query, request.received_at))]


def _fields(request: WebhookRequest) -> dict[str, Any]:
    """The first value of each parameter. A body without any is no form."""
    if request.body.lstrip()[:1] == b"{":
        return untrusted.json_object(request.body)
    if b"=" not in request.body:
        raise PayloadNotUnderstood("the body is no form", field="body")
    fields: dict[str, Any] = {}
    for name, value in parameters(request.body):
        fields.setdefault(name, value)
    return fields


def _kind(fields: Mapping[str, Any]) -> str:
    """A mark has a MessageStatus; a message has SmsStatus `received`, or at least a sender and something said."""
    if untrusted.text(fields.get("CallSid")) and not untrusted.text(fields.get("MessageSid")):
        return "call"
    named = untrusted.text(fields.get("MessageStatus")) or untrusted.text(fields.get("SmsStatus"))
    if named:
        return named.lower()
    return "received" if "From" in fields and ("Body" in fields or "NumMedia" in fields) else ""


def answer(
    request: WebhookRequest, inbox: Inbox, items: Sequence[Inbound], repeats: frozenset[int] = frozenset()
) -> Reply | None:
    """TwiML that does nothing."""
    return Reply(200, NOTHING, "text/xml")


def check_send(message: Outgoing) -> None:
    """Length, and what goes by MMS."""
    sms_outbound.check(message)


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """`Messages.json`. Twilio has no idempotency key; the status callback brings our tracker back."""
    return HttpRequest(
        method="POST",
        url=f"{_account(inbox)}/Messages.json",
        headers={"content-type": "application/x-www-form-urlencoded"},
        secret_headers=_basic(inbox, credentials),
        body=sms_outbound.form_of(message, inbox),
    )


def _account(inbox: Inbox) -> str:
    base = untrusted.text(inbox.settings.get("api_base")) or API_BASE
    return f"{base.rstrip('/')}/2010-04-01/Accounts/{quote(_account_sid(inbox), safe='')}"


def _account_sid(inbox: Inbox) -> str:
    sid = untrusted.text(inbox.settings.get("account_sid"))
    if not sid:
        raise KeyError("account_sid")
    return sid


def _basic(inbox: Inbox, credentials: Credentials) -> dict[str, str]:
    """An API key where there is one, else the account itself."""
    keyed = valid(credentials, "api_key_sid") and valid(credentials, "api_key_secret")
    name, word = ("api_key_sid", "api_key_secret") if keyed else ("", "auth_token")
    user = first(credentials, name) if name else _account_sid(inbox)
    proof = base64.b64encode(f"{user}:{first(credentials, word)}".encode()).decode("ascii")
    return {"authorization": f"Basic {proof}"}


def parse_send(response: HttpResponse) -> SendResult:
    """Accepted with a sid, refused with a class, or (2xx, unreadable) taken without our knowing its id."""
    payload = _payload(response)
    if not 200 <= response.status < 300:
        wait = untrusted.retry_after(response.headers)
        return SendResult(error=refusal(payload, response.status), retry_after_seconds=wait)
    if payload.get("error_code") or payload.get("status") in ("failed", "undelivered"):
        told = untrusted.text(payload.get("error_message"))
        return SendResult(error=failure(payload.get("error_code"), told))
    sid = untrusted.identifier(payload.get("sid"))
    return SendResult(external_id=sid, uncertain=sid is None)


def _payload(response: HttpResponse) -> dict[str, Any]:
    try:
        return untrusted.json_object(response.body)
    except PayloadNotUnderstood:
        return {}


def build_signal(signal: Signal, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """SMS has none."""
    return None


def build_media_lookup(media_id: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Files come with their url."""
    return None


def parse_media_lookup(
    response: HttpResponse, media_id: str, inbox: Inbox, credentials: Credentials
) -> MediaLocation | ProviderError:
    """Never asked."""
    return ProviderError("no_lookup", FailureClass.CONTENT, "Files of this channel come with their address.")


def media_location(url: str, inbox: Inbox, credentials: Credentials) -> MediaLocation:
    """The credentials go to Twilio's own hosts only: the url comes from a payload."""
    return MediaLocation(url, _basic(inbox, credentials) if _is_trusted(url, inbox) else {})


def _is_trusted(url: str, inbox: Inbox) -> bool:
    scheme, authority = _origin(url)
    if not authority:
        return False
    named = [untrusted.text(host).lower() for host in untrusted.items(inbox.settings.get("media_hosts"))]
    own = (scheme, authority) == _origin(untrusted.text(inbox.settings.get("api_base")) or API_BASE)
    return own or authority in named or (scheme == "https" and authority.endswith(MEDIA_HOSTS))


def _origin(url: str) -> tuple[str, str]:
    """Scheme and authority in lower case; empty where they are not as plain as they should be."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    plain = _PLAIN_AUTHORITY.fullmatch(parts.netloc) and url.isprintable() and parts.scheme in ("http", "https")
    return (parts.scheme, parts.netloc.lower().removesuffix(":443")) if plain else ("", "")


def build_health(inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Reads the account: proves sid and token."""
    return HttpRequest("GET", f"{_account(inbox)}.json", secret_headers=_basic(inbox, credentials))


def parse_health(response: HttpResponse) -> Health:
    """The account's name and state, or why it cannot be used."""
    payload = _payload(response)
    state, name = untrusted.text(payload.get("status")), untrusted.text(payload.get("friendly_name"))
    facts = {"status": state, "type": untrusted.text(payload.get("type"))}
    if 200 <= response.status < 300 and state == "active":
        return Health(True, f"Connected to {name}." if name else "Connected.", facts)
    if 200 <= response.status < 300 and state:
        return Health(False, f"The Twilio account is {state}.", facts)
    error = refusal(payload, response.status)
    return Health(False, error.detail, {"code": error.code, "class": error.failure.value})
