"""Amazon SNS over HTTPS: how a notification is proven, and what it points at.

Source: "Verifying the signatures of Amazon SNS messages", "Parsing Amazon SNS message formats".
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import SplitResult, urlsplit

from chalicelib.channels import untrusted
from chalicelib.channels.base import PayloadNotUnderstood, Pointer, SignatureMismatch, WebhookRequest
from chalicelib.domain.inbox import Inbox

CERTIFICATE, CONFIRMATION = "certificate", "confirmation"
# Amazon changes the certificate under another address.
CERTIFICATE_SECONDS = 24 * 3600
CERTIFICATE_BYTES = 16 * 1024

_SIGNED: Mapping[str, tuple[str, ...]] = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
# They repeat what is signed, so they must not say anything else.
_HEADERS = {
    "x-amz-sns-message-type": "Type",
    "x-amz-sns-message-id": "MessageId",
    "x-amz-sns-topic-arn": "TopicArn",
}
_AMAZON = re.compile(r"sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(?:\.cn)?")
_PEM = re.compile(r"(?:/[A-Za-z0-9_-]+)*/[A-Za-z0-9._-]+\.pem")


def certificate(request: WebhookRequest, inbox: Inbox) -> Pointer:
    """Where the certificate is, of a notification that names the topic of this inbox. Raises SignatureMismatch."""
    try:
        message = untrusted.json_object(request.body)
    except PayloadNotUnderstood as error:
        raise SignatureMismatch("no notification") from error
    topic = untrusted.text(inbox.settings.get("topic_arn"))
    if not topic or message.get("TopicArn") != topic:
        raise SignatureMismatch("TopicArn")
    url = untrusted.text(message.get("SigningCertURL"))
    parts = _at_amazon(url, inbox)
    if parts is None or not _PEM.fullmatch(parts.path) or parts.query:
        raise SignatureMismatch("SigningCertURL")
    return Pointer(CERTIFICATE, url=url, limit_bytes=CERTIFICATE_BYTES, keep_seconds=CERTIFICATE_SECONDS)


def _at_amazon(url: str, inbox: Inbox) -> SplitResult | None:
    """The parts of an address at Amazon SNS. Hosts that a developer's inbox names stand in for it: they are called
    only where this deployment trusts them, too."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if not (url.isascii() and url.isprintable()) or parts.fragment:
        return None
    if parts.scheme == "https" and _AMAZON.fullmatch(parts.netloc):
        return parts
    named = [untrusted.text(host) for host in untrusted.items(inbox.settings.get("certificate_hosts"))]
    return parts if parts.scheme in ("http", "https") and parts.netloc and parts.netloc in named else None


def check(request: WebhookRequest) -> None:
    """Raises SignatureMismatch unless the certificate's owner signed what the request says."""
    try:
        message = untrusted.json_object(request.body)
    except PayloadNotUnderstood as error:
        raise SignatureMismatch("no notification") from error
    for header, field in _HEADERS.items():
        if request.headers.get(header) != message.get(field):
            raise SignatureMismatch(header)
    signed = string_to_sign(message)
    pem = request.fetched.get(CERTIFICATE)
    if signed is None or not pem or not _is_signed(message, signed, pem):
        raise SignatureMismatch("Signature")


def string_to_sign(message: Mapping[str, Any]) -> bytes | None:
    """Name and value of each field that is signed, a line each; None where one is missing."""
    fields = _SIGNED.get(untrusted.text(message.get("Type")))
    lines: list[str] = []
    for name in fields or ():
        value = message.get(name)
        if name == "Subject" and value is None:
            continue
        if not isinstance(value, str):
            return None
        lines += [name, value]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass") if lines else None


def _is_signed(message: Mapping[str, Any], signed: bytes, pem: bytes) -> bool:
    """RSA with PKCS #1 v1.5; SHA-1 in version 1, SHA-256 in version 2."""
    # Imported here: only these requests need it, and every cold start would pay for it.
    from cryptography import x509  # noqa: PLC0415
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415

    # SHA-1 is what version 1 is: a topic says which version it signs with.
    digests: Mapping[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303
    digest = digests.get(untrusted.text(message.get("SignatureVersion")))
    if digest is None:
        return False
    try:
        signature = base64.b64decode(untrusted.text(message.get("Signature")), validate=True)
        key = x509.load_pem_x509_certificate(pem).public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            return False
        key.verify(signature, signed, padding.PKCS1v15(), digest)
    except (binascii.Error, ValueError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def confirmation(message: Mapping[str, Any], inbox: Inbox) -> Sequence[Pointer]:
    """The address that confirms a subscription. Raises PayloadNotUnderstood where it is none of Amazon's."""
    url = untrusted.text(message.get("SubscribeURL"))
    parts = _at_amazon(url, inbox)
    if parts is None or "Action=ConfirmSubscription" not in parts.query.split("&"):
        raise PayloadNotUnderstood("SubscribeURL is no address of Amazon SNS")
    return (Pointer(CONFIRMATION, url=url),)
