"""Twilio's REST API as every product of it is reached: account, proof, health, and which hosts may see the proof.

Source: "REST API: Authentication", "Account resource".
"""

import base64
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from chalicelib.channels import untrusted
from chalicelib.channels.base import (
    CredentialField,
    Credentials,
    Health,
    HttpRequest,
    HttpResponse,
    MediaLocation,
    PayloadNotUnderstood,
    first,
)
from chalicelib.channels.signing import valid
from chalicelib.channels.twilio_errors import ErrorBook
from chalicelib.domain.inbox import Inbox

API_BASE = "https://api.twilio.com"
FORM = "application/x-www-form-urlencoded"
# Files want the credentials; where they redirect to gets none.
MEDIA_HOSTS = (".twilio.com",)
# Twilio takes no callback whose host has an underscore.
_PUBLIC = re.compile(r"https?://[A-Za-z0-9.\-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~$\-/]*)?")
_PLAIN_AUTHORITY = re.compile(r"[A-Za-z0-9.\-]+(?::[0-9]{1,5})?")

CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField("auth_token", "Auth token of the Twilio account", help="It signs the webhooks."),
    CredentialField("api_key_sid", "API key to send with (SK…), instead of the auth token", optional=True),
    CredentialField("api_key_secret", "Secret of that API key", optional=True),
    CredentialField("signing_key", "Key that signs webhooks by SHA-256, where one is set up", optional=True),
    CredentialField(
        "webhook_url",
        "Address of the webhook as Twilio calls it, where it is not the one that arrives",
        optional=True,
        secret=False,
    ),
)


def account_url(inbox: Inbox) -> str:
    base = untrusted.text(inbox.settings.get("api_base")) or API_BASE
    return f"{base.rstrip('/')}/2010-04-01/Accounts/{quote(_account_sid(inbox), safe='')}"


def _account_sid(inbox: Inbox) -> str:
    sid = untrusted.text(inbox.settings.get("account_sid"))
    if not sid:
        raise KeyError("account_sid")
    return sid


def basic(inbox: Inbox, credentials: Credentials) -> dict[str, str]:
    """An API key where there is one, else the account itself."""
    keyed = valid(credentials, "api_key_sid") and valid(credentials, "api_key_secret")
    name, word = ("api_key_sid", "api_key_secret") if keyed else ("", "auth_token")
    user = first(credentials, name) if name else _account_sid(inbox)
    proof = base64.b64encode(f"{user}:{first(credentials, word)}".encode()).decode("ascii")
    return {"authorization": f"Basic {proof}"}


def callback_url(inbox: Inbox) -> str | None:
    """Where this inbox's webhooks are to be sent; None where it does not know its own address."""
    base = untrusted.text(inbox.settings.get("public_url")).rstrip("/")
    return f"{base}/webhooks/{inbox.channel}/{inbox.id}" if _PUBLIC.fullmatch(base) else None


def payload(response: HttpResponse) -> dict[str, Any]:
    """The JSON of an answer; empty where it is none."""
    try:
        return untrusted.json_object(response.body)
    except PayloadNotUnderstood:
        return {}


def is_trusted(url: str, inbox: Inbox) -> bool:
    """Whether the credentials may be shown there: the url comes from a payload."""
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


def media_location(url: str, inbox: Inbox, credentials: Credentials) -> MediaLocation:
    """The credentials go to Twilio's own hosts only: the url comes from a payload."""
    return MediaLocation(url, basic(inbox, credentials) if is_trusted(url, inbox) else {})


def send(resource: str, form: bytes, inbox: Inbox, credentials: Credentials) -> HttpRequest:
    """Twilio has no idempotency key; the status callback brings our tracker back."""
    return HttpRequest(
        method="POST",
        url=f"{account_url(inbox)}/{resource}.json",
        headers={"content-type": FORM},
        secret_headers=basic(inbox, credentials),
        body=form,
    )


def health_request(inbox: Inbox, credentials: Credentials) -> HttpRequest:
    """Reads the account: proves sid and token."""
    return HttpRequest("GET", f"{account_url(inbox)}.json", secret_headers=basic(inbox, credentials))


def health(response: HttpResponse, errors: ErrorBook) -> Health:
    """The account's name and state, or why it cannot be used."""
    told: Mapping[str, Any] = payload(response)
    state, name = untrusted.text(told.get("status")), untrusted.text(told.get("friendly_name"))
    facts = {"status": state, "type": untrusted.text(told.get("type"))}
    if 200 <= response.status < 300 and state == "active":
        return Health(True, f"Connected to {name}." if name else "Connected.", facts)
    if 200 <= response.status < 300 and state:
        return Health(False, f"The Twilio account is {state}.", facts)
    error = errors.refusal(told, response.status)
    return Health(False, error.detail, {"code": error.code, "class": error.failure.value})
