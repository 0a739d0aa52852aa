"""What the tests need to speak as each provider: credentials, an inbox, fixtures, and signed
requests."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from chalicelib.channels import registry
from chalicelib.channels.base import Channel, Credentials, WebhookRequest
from chalicelib.channels.web_chat_tokens import issue_visitor_token
from chalicelib.domain.inbox import Inbox
from tests.channels import sns
from tests.channels.apple_signing import MSP_ID, apple_token, in_base64
from tests.channels.xml_forms import xml_body, xml_values

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


def _voice(body: bytes, event: str, secret: str, at: datetime) -> WebhookRequest:
    """As SMS; which step of a call it is about stands in the address: `_query` of a fixture."""
    query: dict[str, str] = {}
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        payload = None
    if isinstance(payload, dict):
        named = payload.pop("_query", None)
        query = {str(key): str(value) for key, value in named.items()} if isinstance(named, dict) else {}
        body = json.dumps(payload).encode()
    body, url = form_body(body), "https://desk.example/webhooks/voice/inb_1"
    url += f"?{urlencode(query, errors='replace')}" if query else ""
    pairs = sorted(set(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)))
    signed = url + "".join(name + value for name, value in pairs)
    signature = base64.b64encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    return WebhookRequest("POST", "/webhooks/voice/inb_1", {"x-twilio-signature": signature}, query, body, NOW, url)


def _apple(body: bytes, event: str, secret: str, at: datetime) -> WebhookRequest:
    return request(body, "/webhooks/apple/inb_1/message", authorization=f"Bearer {apple_token(secret, at)}")


def _viber(body: bytes, event: str, secret: str, at: datetime) -> WebhookRequest:
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return request(body, "/webhooks/viber/inb_1", x_viber_content_signature=signature)


def _wechat(body: bytes, event: str, secret: str, at: datetime) -> WebhookRequest:
    timestamp = str(int(at.timestamp()))
    signature = hashlib.sha1("".join(sorted([secret, timestamp, "nonce-1"])).encode()).hexdigest()
    query = {"signature": signature, "timestamp": timestamp, "nonce": "nonce-1"}
    return WebhookRequest("POST", "/webhooks/wechat/inb_1", {}, query, xml_body(body), NOW)


def _shopify(body: bytes, event: str, secret: str, at: datetime) -> WebhookRequest:
    """Fixtures are named after their topics: `orders-create`."""
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    headers = {"x_shopify_topic": event.replace("-", "/", 1), "x_shopify_shop_domain": "shoes.myshopify.com"}
    return request(body, "/webhooks/shopify/inb_1", x_shopify_hmac_sha256=signature, **headers)


def _events(body: bytes, event: str, secret: str, at: datetime) -> WebhookRequest:
    return replace(_custom(body, event, secret, at), path="/v1/events/inb_1")


EMAIL_SETTINGS: Mapping[str, Any] = {
    "topic_arn": sns.TOPIC,
    "display_name": "Acme",
    "configuration_set": "parley-prod",
    "signature": "Acme Ltd, 1 High Street",
}


def _email(body: bytes, event: str, secret: str, at: datetime) -> WebhookRequest:
    """By SNS: a fixture is what it carries, and its mail lies where the receipt rule would have put it."""
    message = sns.envelope(body.decode("utf-8", "replace"), owner="somebody" if secret == WRONG else "amazon")
    return mail_request(message)


def mail_request(message: dict[str, Any], **more: Any) -> WebhookRequest:
    """A notification with what its pointers led to."""
    fetched = {"certificate": sns.certificate()}
    mail = _stored_mail(message.get("Message"))
    if mail is not None:
        fetched["mail"] = mail
    kit = KITS["email"]
    signed = request(sns.body(message), "/webhooks/email/inb_1")
    known = {"fetched": fetched, "inbox": kit.inbox, "credentials": kit.credentials, "headers": sns.headers(message)}
    return replace(signed, **{**known, **more})


def _stored_mail(text: Any) -> bytes | None:
    try:
        key = json.loads(text)["receipt"]["action"]["objectKey"]
        return (FIXTURES / "email" / "mails" / f"{Path(str(key)).name}.eml").read_bytes()
    except (ValueError, LookupError, TypeError, OSError, RecursionError):
        return None


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
        found = sorted(path for path in (FIXTURES / self.name).iterdir() if path.suffix in READERS)
        return {path.stem: path.read_bytes() for path in found}

    def fixture(self, name: str) -> WebhookRequest:
        return self.signed(self._file(name).read_bytes(), event_of(name))

    def payload(self, name: str) -> Any:
        """What a fixture says, as JSON values, whatever form it has on the wire."""
        path = self._file(name)
        return READERS[path.suffix](path.read_bytes())

    def _file(self, name: str) -> Path:
        found = (FIXTURES / self.name / f"{name}{suffix}" for suffix in READERS)
        return next(path for path in found if path.is_file())


READERS: Mapping[str, Callable[[bytes], Any]] = {".json": json.loads, ".xml": xml_values}


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
            name="shopify",
            account_id="shoes.myshopify.com",
            secret_name="client_secret",
            sign=_shopify,
            more={},
            settings={},
        ),
        Kit(
            name="events",
            account_id="inb_1",
            secret_name="secret",
            sign=_events,
            more={},
            settings={},
        ),
        Kit(
            name="email",
            account_id="support@acme.example",
            secret_name="token_secret",
            sign=_email,
            more={},
            settings=EMAIL_SETTINGS,
        ),
        Kit(
            name="sms",
            account_id="+15550100002",
            secret_name="auth_token",
            sign=_sms,
            more={},
            settings={"account_sid": "AC00000000000000000000000000000001", "public_url": "https://desk.example"},
        ),
        Kit(
            name="voice",
            account_id="+15550100002",
            secret_name="auth_token",
            sign=_voice,
            more={},
            settings={
                "account_sid": "AC00000000000000000000000000000001",
                "public_url": "https://desk.example",
                "agent_phones": ["agt_ada=+15550100010", "+15550100011"],
            },
        ),
        Kit(
            name="apple",
            account_id="urn:biz:00000000-0000-4000-8000-000000000b07",
            secret_name="api_secret",
            sign=_apple,
            # Apple shows the secret in base64.
            more={"api_secret": (in_base64(NEW), in_base64(OLD)), "msp_id": (MSP_ID,)},
            settings={},
        ),
        Kit(
            name="viber",
            account_id="inb_1",
            secret_name="auth_token",
            sign=_viber,
            more={},
            settings={},
        ),
        Kit(
            name="wechat",
            account_id="gh_0000000000b07",
            secret_name="token",
            sign=_wechat,
            more={"app_id": ("wx0000000000000b07",), "app_secret": ("wechat-app-secret-1",)},
            settings={},
        ),
    )
}
