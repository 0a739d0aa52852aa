"""What an administrator enters for a WeChat Official Account."""

from chalicelib.channels.base import CredentialField, SettingField
from chalicelib.channels.fields import api_base
from chalicelib.channels.wechat_api import API_BASE

ACCOUNT: SettingField | None = SettingField(
    "account_id", "Original ID", required=True, help="gh_… of the account's settings: webhooks name it so."
)
CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField("app_id", "AppID of the account (wx…)", secret=False),
    CredentialField("app_secret", "AppSecret of the account"),
    CredentialField("token", "Token of the server configuration", generated=True),
    CredentialField(
        "encoding_aes_key", "EncodingAESKey of the server configuration; empty in plain mode", optional=True
    ),
)
SETTINGS: tuple[SettingField, ...] = (
    SettingField("kf_account", "Service account that customers see", help="name@account, where one is set up."),
    SettingField(
        "stable_token",
        "Use the stable access token",
        "boolean",
        help="Others may hold a token of the account at the same time. Off only where WeChat refuses it.",
        default=True,
    ),
    api_base(API_BASE),
)
