"""What Meta's webhooks have in common: how a call proves itself, and the handshake.

Source: Graph API, "Webhooks: getting started" and "validating payloads". One app secret signs for every page, account
and number of the app.
"""

from chalicelib.channels.base import Credentials, Reply, SignatureMismatch, WebhookRequest
from chalicelib.channels.signing import is_signed, same, valid


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    """Meta signs the raw bytes with the app secret, and no time: repeats show by their ids."""
    given = request.headers.get("x-hub-signature-256", "")
    if not is_signed(given, request.body, valid(credentials, "app_secret")):
        raise SignatureMismatch("X-Hub-Signature-256")


def challenge(request: WebhookRequest, credentials: Credentials) -> Reply | None:
    """The subscription handshake: the challenge goes back if the verify token is ours."""
    if request.method != "GET" or "hub.mode" not in request.query:
        return None
    given = request.query.get("hub.verify_token", "")
    matches = [same(given, token) for token in valid(credentials, "verify_token")]
    if request.query["hub.mode"] != "subscribe" or not any(matches):
        return Reply(403)
    return Reply(200, request.query.get("hub.challenge", ""))
