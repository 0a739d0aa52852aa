"""What the tests need to speak as each provider: credentials, an inbox, fixtures, and signed
requests."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from chalicelib.channels import registry
from chalicelib.channels.base import Channel, Credentials, WebhookRequest
from chalicelib.channels.web_chat_tokens import issue_visitor_token
from chalicelib.domain.inbox import Inbox

NOW = datetime(2026, 8, 1, 10, 0, tzinfo=UTC)
FIXTURES = Path(__file__).parent / "fixtures"

OLD, NEW, WRONG = "old-secret-0123456789abcdef0123456789", "new-secret-0123456789abcdef0123456789", "wrong-secret"


def request(body: bytes, path: str = "/", **headers: str) -> WebhookRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return WebhookRequest("POST", path, named, {}, body, NOW)


def hex_mac(secret: str, signed: bytes) -> str:
    """Computed here, not by the code under test."""
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _whatsapp(body: bytes, event: str, secret: str, at: datetime) -> WebhookRequest:
    return request(body, "/webhooks/whatsapp", x_hub_signature_256=hex_mac(secret, body))


def _instagram(body: bytes, event: str, secret: str, at: datetime) -> WebhookRequest:
    return request(body, "/webhooks/instagram", x_hub_signature_256=hex_mac(secret, body))


def _messenger(body: bytes, event: str, secret: str, at: datetime) -> WebhookRequest:
    return request(body, "/webhooks/messenger", x_hub_signature_256=hex_mac(secret, body))


def _web_chat(body: bytes, event: str, secret: str, at: datetime) -> WebhookRequest:
    lifetime = timedelta(hours=1)
    token = issue_visitor_token("inb_1", "visitor-0001", {"widget_secret": [secret]}, at, lifetime)
    return request(body, f"/widget/v1/inb_1/{event}", authorization=f"Bearer {token}")


def _custom(body: bytes, event: str, secret: str, at: datetime) -> WebhookRequest:
    timestamp = str(int(at.timestamp()))
    signature = hex_mac(secret, timestamp.encode() + b"." + body)
    return request(body, "/v1/custom/ch_1/events", x_timestamp=timestamp, x_signature=signature)


def _telegram(body: bytes, event: str, secret: str, at: datetime) -> WebhookRequest:
    return request(body, "/webhooks/telegram/inb_1", x_telegram_bot_api_secret_token=secret)


def _line(body: bytes, event: str, secret: str, at: datetime) -> WebhookRequest:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return request(body, "/webhooks/line/inb_1", x_line_signature=base64.b64encode(digest).decode())


SLACK_FORMS = frozenset(
    {"block_actions", "block_suggestion", "view_submission", "view_closed", "shortcut", "message_action"}
)


def slack_body(body: bytes) -> bytes:
    """Interactions come as a form with JSON in it, commands as a plain one; our fixtures have JSON for all."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return body
    if not isinstance(payload, dict) or "event" in payload:
        return body
    if isinstance(payload.get("type"), str) and payload["type"] in SLACK_FORMS:
        return b"payload=" + quote(body).encode()
    is_form = "command" in payload or "ssl_check" in payload
    return urlencode(payload, errors="replace").encode() if is_form else body


def _slack(body: bytes, event: str, secret: str, at: datetime) -> WebhookRequest:
    body, timestamp = slack_body(body), str(int(at.timestamp()))
    signed = b"v0:" + timestamp.encode() + b":" + body
    signature = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return request(body, "/webhooks/slack/inb_1", x_slack_request_timestamp=timestamp, x_slack_signature=signature)


def form_body(body: bytes) -> bytes:
    """Our fixtures of a provider that posts forms are JSON: a list is a repeated parameter."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return body
    return urlencode(payload, doseq=True, errors="replace").encode() if isinstance(payload, dict) else body


def _sms(body: bytes, event: str, secret: str, at: datetime) -> WebhookRequest:
    body, url = form_body(body), "https://desk.example/webhooks/sms/inb_1?tracker=leg_1.msg_1.1"
    pairs = sorted(set(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)))
    signed = url + "".join(name + value for name, value in pairs)
    signature = base64.b64encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    query = {"tracker": "leg_1.msg_1.1"}
    return WebhookRequest("POST", "/webhooks/sms/inb_1", {"x-twilio-signature": signature}, query, body, NOW, url)


@dataclass(frozen=True)
class Kit:
    """`sign` makes a genuine request of `(body, event, secret, time of signing)`."""

    name: str
    account_id: str
    secret_name: str
    sign: Callable[[bytes, str, str, datetime], WebhookRequest]
    more: Mapping[str, tuple[str, ...]]
    settings: Mapping[str, Any]

    @property
    def channel(self) -> Channel:
        return registry.load(self.name)

    @property
    def credentials(self) -> Credentials:
        return {self.secret_name: (NEW, OLD), **self.more}

    @property
    def inbox(self) -> Inbox:
        return Inbox(
            id="inb_1",
            channel=self.name,
            name=self.name,
            account_id=self.account_id,
            secret_ref="secret",
            created_at=NOW,
            settings=self.settings,
        )

    def signed(self, body: bytes, event: str = "", secret: str = NEW, at: datetime = NOW) -> WebhookRequest:
        return self.sign(body, event, secret, at)

    def fixtures(self) -> dict[str, bytes]:
        found = sorted((FIXTURES / self.name).glob("*.json"))
        return {path.stem: path.read_bytes() for path in found}

    def fixture(self, name: str) -> WebhookRequest:
        return self.signed((FIXTURES / self.name / f"{name}.json").read_bytes(), event_of(name))

    def payload(self, name: str) -> Any:
        return json.loads((FIXTURES / self.name / f"{name}.json").read_bytes())


def event_of(fixture: str) -> str:
    """`messages__image` is an event of type `messages`."""
    return fixture.partition("__")[0]


KITS = {
    kit.name: kit
    for kit in (
        Kit(
            name="whatsapp",
            account_id="106540000000001",
            secret_name="app_secret",
            sign=_whatsapp,
            more={"access_token": ("token-1",), "verify_token": ("verify-2", "verify-1")},
            settings={"waba_id": "210000000000001"},
        ),
        Kit(
            name="instagram",
            account_id="17841400000000001",
            secret_name="app_secret",
            sign=_instagram,
            more={"access_token": ("token-1",), "verify_token": ("verify-2", "verify-1")},
            settings={},
        ),
        Kit(
            name="messenger",
            account_id="100000000000001",
            secret_name="app_secret",
            sign=_messenger,
            more={"access_token": ("token-1",), "verify_token": ("verify-2", "verify-1")},
            settings={},
        ),
        Kit(
            name="web_chat",
            account_id="inb_1",
            secret_name="widget_secret",
            sign=_web_chat,
            more={},
            settings={},
        ),
        Kit(
            name="custom",
            account_id="ch_1",
            secret_name="secret",
            sign=_custom,
            more={},
            settings={"delivery_url": "https://other.example/deliver"},
        ),
        Kit(
            name="telegram",
            account_id="inb_1",
            secret_name="secret_token",
            sign=_telegram,
            more={"bot_token": ("700000001:AAH-example-token",)},
            settings={},
        ),
        Kit(
            name="line",
            account_id="U00000000000000000000000000000b07",
            secret_name="channel_secret",
            sign=_line,
            more={"channel_access_token": ("line-token-1",)},
            settings={"video_preview_url": "https://files.example/video.jpg"},
        ),
        Kit(
            name="slack",
            account_id="T0100000001",
            secret_name="signing_secret",
            sign=_slack,
            more={"bot_token": ("xoxb-token-1",)},
            settings={},
        ),
        Kit(
            name="sms",
            account_id="+15550100002",
            secret_name="auth_token",
            sign=_sms,
            more={},
            settings={"account_sid": "AC00000000000000000000000000000001", "public_url": "https://desk.example"},
        ),
    )
}
