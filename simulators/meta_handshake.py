"""The handshake that Meta makes when a webhook is configured ("Graph API webhooks, verification requests")."""

import secrets
from urllib.parse import urlencode

import urllib3

from simulators.wire import Json

HANDSHAKE_TIMEOUT_SECONDS = 10.0


def challenged(webhook_url: str, verify_token: str) -> Json:
    """GET the webhook with a challenge, and say what came back."""
    challenge = str(secrets.randbelow(10**9))
    query = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": challenge}
    joint = "&" if "?" in webhook_url else "?"
    try:
        answer = urllib3.request(
            "GET", webhook_url + joint + urlencode(query), retries=False, timeout=HANDSHAKE_TIMEOUT_SECONDS
        )
    except (urllib3.exceptions.HTTPError, ValueError) as fault:
        return {"verified": False, "error": f"{type(fault).__name__}: {fault}"}
    text = answer.data[:200].decode(errors="replace")
    return {"verified": answer.status == 200 and text == challenge, "status": answer.status, "body": text}
