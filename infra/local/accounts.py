"""The inboxes of the demo workspace, one for each channel: what is entered for them here, and what their simulated
provider is told.

A channel more is a row more in ACCOUNTS.
"""

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.cloud import LocalCloud

Json = dict[str, Any]
Credentials = dict[str, str]
CUSTOM_SYSTEM = "orders"
MAIL_ADDRESS = "support@desk.test"
MAIL_TOPIC = "arn:aws:sns:us-east-1:000000000000:parley-local-mail"
META_VERSION = "v25.0"
TWILIO_ACCOUNT, SMS_NUMBER, VOICE_NUMBER = "AC00000000000000000000000000000042", "+15550100002", "+15550100003"
AGENT_PHONE = "+15550100010"


@dataclass(frozen=True, slots=True)
class InboxAccount:
    """An inbox, its account at the simulated provider, and the secrets they share."""

    channel: str
    name: str
    account_id: str | None
    credentials: Credentials
    id: str = ""


def _nothing(cloud: LocalCloud) -> Json:
    return {}


@dataclass(frozen=True, slots=True)
class Account:
    """How one inbox is made. `place`: the account in the simulators' control API; "" where nobody stands behind it.

    `known`: what the provider is told, with the address of our webhook. `is_checked`: the live check of the inbox finds
    the account there. `tells_address`: the inbox has to know the webhook's address as the provider calls it."""

    name: str
    account_id: str | None
    secrets: Callable[[], Credentials]
    settings: Callable[[LocalCloud], Json] = _nothing
    place: str = ""
    known: Callable[[InboxAccount, LocalCloud, str], Json] | None = None
    is_checked: bool = True
    tells_address: bool = False


def fresh() -> dict[str, InboxAccount]:
    """Every channel's, with new secrets and not made yet."""
    return {
        channel: InboxAccount(channel, account.name, account.account_id, account.secrets())
        for channel, account in ACCOUNTS.items()
    }


def place_of(channel: str) -> str:
    """Of the account in the simulators' control API."""
    return ACCOUNTS[channel].place


def provider_account(channel: str) -> str:
    """The account's name in the simulators' log of webhooks."""
    return place_of(channel).rpartition("/")[2]


def _secret() -> str:
    return secrets.token_urlsafe(24)


def _secrets(*names: str) -> Callable[[], Credentials]:
    return lambda: {name: _secret() for name in names}


def _base(path: str) -> Callable[[LocalCloud], Json]:
    return lambda cloud: {"api_base": f"{cloud.providers.url}{path}"}


def _host(cloud: LocalCloud) -> str:
    return cloud.providers.url.removeprefix("http://")


def _alike(*names: str, **others: str) -> Callable[[InboxAccount, LocalCloud, str], Json]:
    """The provider is told the credentials `names`; those in `others` have another name there."""
    there = {name: name for name in names} | others

    def known(inbox: InboxAccount, cloud: LocalCloud, webhook_url: str) -> Json:
        told = {theirs: inbox.credentials[ours] for theirs, ours in there.items()}
        return {**told, "webhook_url": webhook_url}

    return known


def _line_settings(cloud: LocalCloud) -> Json:
    return {"api_base": f"{cloud.providers.url}/line", "data_base": f"{cloud.providers.url}/line-data"}


def _slack_settings(cloud: LocalCloud) -> Json:
    return {"api_base": f"{cloud.providers.url}/slack/api", "media_hosts": [_host(cloud)]}


def _custom_settings(cloud: LocalCloud) -> Json:
    return {"delivery_url": f"{cloud.providers.url}/custom/{CUSTOM_SYSTEM}/deliver"}


def _mail_settings(cloud: LocalCloud) -> Json:
    return {"topic_arn": MAIL_TOPIC, "display_name": "Parley demo", "certificate_hosts": [_host(cloud)]}


def _mail_known(inbox: InboxAccount, cloud: LocalCloud, webhook_url: str) -> Json:
    return {"topic_arn": MAIL_TOPIC, "bucket": cloud.outputs["MailBucketName"], "webhook_url": webhook_url}


def _twilio_settings(path: str, **more: Any) -> Callable[[LocalCloud], Json]:
    return lambda cloud: {
        "account_sid": TWILIO_ACCOUNT,
        "public_url": cloud.inbound_url,
        "api_base": f"{cloud.providers.url}{path}",
        **more,
    }


def _sms_known(inbox: InboxAccount, cloud: LocalCloud, webhook_url: str) -> Json:
    return {"auth_token": inbox.credentials["auth_token"], "number": SMS_NUMBER, "webhook_url": webhook_url}


def _voice_known(inbox: InboxAccount, cloud: LocalCloud, webhook_url: str) -> Json:
    told = {"auth_token": inbox.credentials["auth_token"], "number": VOICE_NUMBER, "voice_url": webhook_url}
    return {**told, "status_url": f"{webhook_url}?step=status"}


def _apple_known(inbox: InboxAccount, cloud: LocalCloud, webhook_url: str) -> Json:
    told = _alike("msp_id", secret="api_secret")(inbox, cloud, webhook_url)
    # The local cloud's HTTP API would spoil a compressed body.
    return {**told, "gzip": False}


def _wechat_known(inbox: InboxAccount, cloud: LocalCloud, webhook_url: str) -> Json:
    names = ("app_id", "app_secret", "token", "encoding_aes_key")
    return {**_alike(*names)(inbox, cloud, webhook_url), "mode": "safe"}


def _wechat_secrets() -> Credentials:
    key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    made = {"app_secret": secrets.token_hex(16), "token": secrets.token_hex(12), "encoding_aes_key": key}
    return {"app_id": "wx0000000000000b07", **made}


META_SECRETS = ("access_token", "app_secret", "verify_token")
TELEGRAM_BOT = "7000000001"
LINE_ACCOUNT = "U00000000000000000000000000000b07"
ACCOUNTS: Mapping[str, Account] = {
    "whatsapp": Account(
        "WhatsApp",
        "106540352242922",
        _secrets(*META_SECRETS),
        _base(f"/graph/{META_VERSION}"),
        "/whatsapp/numbers/106540352242922",
        _alike(*META_SECRETS),
    ),
    "messenger": Account(
        "Messenger",
        "100000000000001",
        _secrets(*META_SECRETS),
        _base(f"/messenger/{META_VERSION}"),
        "/messenger/accounts/100000000000001",
        _alike(*META_SECRETS),
    ),
    "instagram": Account(
        "Instagram",
        "17841400000000001",
        _secrets(*META_SECRETS),
        _base(f"/instagram/{META_VERSION}"),
        "/instagram/accounts/17841400000000001",
        _alike(*META_SECRETS),
    ),
    "telegram": Account(
        "Telegram",
        TELEGRAM_BOT,
        lambda: {"bot_token": f"{TELEGRAM_BOT}:{_secret()}", "secret_token": _secret()},
        _base("/telegram"),
        f"/telegram/{TELEGRAM_BOT}",
        _alike("secret_token", token="bot_token"),
    ),
    "line": Account(
        "LINE",
        LINE_ACCOUNT,
        _secrets("channel_access_token", "channel_secret"),
        _line_settings,
        f"/line/{LINE_ACCOUNT}",
        _alike(token="channel_access_token", secret="channel_secret"),
    ),
    "viber": Account(
        "Viber",
        "pa:5000000000000000001",
        _secrets("auth_token"),
        _base("/viber"),
        "/viber/pa:5000000000000000001",
        _alike(token="auth_token"),
    ),
    "wechat": Account(
        "WeChat", "gh_0000000000b07", _wechat_secrets, _base("/wechat"), "/wechat/gh_0000000000b07", _wechat_known
    ),
    "apple": Account(
        "Apple Messages",
        "urn:biz:parley-demo",
        lambda: {"msp_id": "parley-demo-msp", "api_secret": base64.b64encode(secrets.token_bytes(32)).decode()},
        _base("/apple/v1"),
        "/apple/urn:biz:parley-demo",
        _apple_known,
    ),
    "slack": Account(
        "Slack",
        "T0PARLEY01",
        lambda: {"bot_token": f"xoxb-{_secret()}", "signing_secret": _secret()},
        _slack_settings,
        "/slack/T0PARLEY01",
        _alike("bot_token", "signing_secret"),
    ),
    "sms": Account(
        "Text messages",
        SMS_NUMBER,
        _secrets("auth_token"),
        _twilio_settings("/twilio"),
        f"/sms/{TWILIO_ACCOUNT}",
        _sms_known,
        tells_address=True,
    ),
    "voice": Account(
        "Telephone",
        VOICE_NUMBER,
        _secrets("auth_token"),
        _twilio_settings(
            "/twilio-voice", agent_phones=[AGENT_PHONE], greeting="Welcome to the Parley demo.", queue_seconds=60
        ),
        f"/voice/{TWILIO_ACCOUNT}",
        _voice_known,
        tells_address=True,
    ),
    # Its provider is told after the inbox is made: it asks our webhook to confirm.
    "email": Account(
        "E-mail",
        MAIL_ADDRESS,
        _secrets("token_secret"),
        _mail_settings,
        f"/email/{MAIL_ADDRESS}",
        _mail_known,
        is_checked=False,
    ),
    "web_chat": Account("Web chat", None, _secrets("widget_secret", "identity_secret")),
    "custom": Account(
        "Order system", None, _secrets("secret"), _custom_settings, f"/custom/{CUSTOM_SYSTEM}", _alike("secret")
    ),
    "shopify": Account(
        "Shop",
        "trail-shoes.myshopify.com",
        _secrets("client_secret"),
        place="/shopify/trail-shoes.myshopify.com",
        known=_alike("client_secret"),
    ),
    "events": Account("Till", None, _secrets("secret")),
}
