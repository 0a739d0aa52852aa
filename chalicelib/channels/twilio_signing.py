"""Twilio's signatures, both of them.

Source: "Webhooks Security", and twilio-python's RequestValidator. Signed is the whole address with its query, and
behind it every parameter's name and each of its values, sorted and without repeats. A body that is no form is signed
by its SHA-256, which stands in the address. The older way is HMAC-SHA1 with the account's auth token; a header names
the newer one, HMAC-SHA256 with a key of its own.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from chalicelib.channels.base import Credentials, PayloadNotUnderstood, SignatureMismatch, WebhookRequest
from chalicelib.channels.signing import same, valid
from chalicelib.channels.untrusted import json_object

SETTINGS_HEADER = "x-twilio-webhooks-signature-settings"
DIGESTS: dict[str, Callable[..., Any]] = {"HMAC_SHA1": hashlib.sha1, "HMAC_SHA256": hashlib.sha256}
_PORTS = {"https": ":443", "http": ":80"}


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    """No time is signed: a repeat is told by its ids. The token is the account's own, so it proves the account too."""
    if not is_genuine(request, credentials):
        raise SignatureMismatch("X-Twilio-Signature")


def is_genuine(request: WebhookRequest, credentials: Credentials) -> bool:
    """Whether any secret valid now signed this call. False without secrets: closed, not open."""
    settings = request.headers.get(SETTINGS_HEADER, "")
    digest = DIGESTS.get(_algorithm(settings))
    if digest is None:
        return False
    # A key of its own is used only where the header says so.
    secrets = valid(credentials, "auth_token") + (valid(credentials, "signing_key") if settings else [])
    given = request.headers.get("x-twilio-signature", "")
    texts = [text for url in _urls(request, credentials) for text in _signed(url, request.body)]
    matches = [same(given, _signature(secret, text, digest)) for secret in secrets for text in texts]
    return any(matches)


def _algorithm(settings: str) -> str:
    """`key=…,algorithm=HMAC_SHA256`; without it the older way."""
    parts = (part.partition("=") for part in settings.split(","))
    named = (value.strip().upper() for name, _, value in parts if name.strip() == "algorithm" and value.strip())
    return next(named, "HMAC_SHA1")


def _urls(request: WebhookRequest, credentials: Credentials) -> Iterator[str]:
    """The address that Twilio was given: as it is configured (`webhook_url`), else as it came; with and without its
    port, for what Twilio signs differs ("since sig generation on back end is inconsistent")."""
    _, mark, query = request.url.partition("?")
    for url in [f"{base}{mark}{query}" for base in valid(credentials, "webhook_url")] or [request.url]:
        yield from _with_and_without_port(url)


def _with_and_without_port(url: str) -> Sequence[str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return []
    bare = parts.netloc.rpartition(":")[0] if port else parts.netloc
    full = parts.netloc if port else f"{parts.netloc}{_PORTS.get(parts.scheme, '')}"
    _, _, rest = url.partition(parts.netloc) if parts.netloc else ("", "", "")
    return [f"{parts.scheme}://{authority}{rest}" for authority in (bare, full)]


def _signed(url: str, body: bytes) -> Iterator[str]:
    yield url + "".join(f"{name}{value}" for name, value in sorted(set(parameters(body))))
    announced = parse_qs(url.partition("?")[2]).get("bodySHA256", [""])[0]
    if announced and same(announced.lower(), hashlib.sha256(body).hexdigest()):
        yield url


def parameters(body: bytes) -> list[tuple[str, str]]:
    """The fields of a form, in their order; repeated and empty ones too."""
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)


def fields_of(request: WebhookRequest) -> dict[str, Any]:
    """The first value of each parameter. A body without any is no form."""
    if request.body.lstrip()[:1] == b"{":
        return json_object(request.body)
    if b"=" not in request.body:
        raise PayloadNotUnderstood("the body is no form", field="body")
    fields: dict[str, Any] = {}
    for name, value in parameters(request.body):
        fields.setdefault(name, value)
    return fields


def _signature(secret: str, text: str, digest: Callable[..., Any]) -> str:
    signed = text.encode("utf-8", "surrogatepass")
    return base64.b64encode(hmac.new(secret.encode("utf-8"), signed, digest).digest()).decode("ascii")
