"""WhatsApp webhooks as Meta signs them, made by hand: for what the simulator would never send."""

import hashlib
import hmac
import json
from typing import Any

from infra.local.http_json import Answer, call
from infra.local.play import Play


def text_message(account: str, number: str, name: str, *, wamid: str, at: int, text: str) -> bytes:
    """The body of a webhook with one text."""
    message: dict[str, Any] = {
        "id": wamid,
        "from": number,
        "timestamp": str(at),
        "type": "text",
        "text": {"body": text},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550001111", "phone_number_id": account},
        "contacts": [{"wa_id": number, "profile": {"name": name}}],
        "messages": [message],
    }
    entry = {"id": "100000000000001", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def post(play: Play, body: bytes, *, secret: str | None = None) -> Answer:
    """Deliver it, signed with the inbox's secret or another."""
    inbox = play.workspace.inboxes["whatsapp"]
    key = (secret or inbox.credentials["app_secret"]).encode()
    signature = hmac.new(key, body, hashlib.sha256).hexdigest()
    return call(
        "POST",
        play.cloud.webhook_url("whatsapp", inbox.id),
        raw=body,
        headers={"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"},
    )
