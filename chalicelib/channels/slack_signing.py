"""How Slack proves its calls, and tries an address. Source: "Verifying requests from Slack", "url_verification"."""

from datetime import timedelta

from chalicelib.channels import untrusted
from chalicelib.channels.abilities import Credentials
from chalicelib.channels.http import PayloadNotUnderstood, Reply, SignatureMismatch, WebhookRequest
from chalicelib.channels.signing import hmac_sha256, same, valid

MAX_SKEW = timedelta(seconds=300)


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    """HMAC over `v0:{timestamp}:{raw body}` in constant time, with every secret that is valid now, five minutes around
    the time of arrival. Raises SignatureMismatch."""
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signed = b"v0:" + timestamp.encode("utf-8", "surrogatepass") + b":" + request.body
    given = request.headers.get("x-slack-signature", "")
    expected = [f"v0={hmac_sha256(secret, signed).hex()}" for secret in valid(credentials, "signing_secret")]
    if not any([same(given, each) for each in expected]):
        raise SignatureMismatch("X-Slack-Signature")
    at = untrusted.seconds(timestamp)
    if at is None or abs(request.received_at - at) > MAX_SKEW:
        raise SignatureMismatch("X-Slack-Request-Timestamp is more than five minutes off")


def challenge(request: WebhookRequest, credentials: Credentials) -> Reply | None:
    """`url_verification` is a signed POST; one that is not signed is left to `verify`, which refuses it."""
    if request.method != "POST" or b"url_verification" not in request.body:
        return None
    try:
        verify(request, credentials)
        payload = untrusted.json_object(request.body)
    except (SignatureMismatch, PayloadNotUnderstood):
        return None
    word = untrusted.text(payload.get("challenge"))
    return Reply(200, word) if payload.get("type") == "url_verification" and word else None
