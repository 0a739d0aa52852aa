"""What an administrator enters for a Slack workspace."""

from chalicelib.channels.base import CredentialField, SettingField
from chalicelib.channels.fields import api_base, media_hosts
from chalicelib.channels.slack_api import API_BASE

ACCOUNT: SettingField | None = SettingField(
    "account_id", "Workspace ID", required=True, help="T and digits: the first part of the web address."
)
CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField(
        "bot_token",
        "Bot token of the app in this workspace (xoxb-…)",
        help="OAuth & Permissions.",
        proves=True,
    ),
    CredentialField("signing_secret", "Signing secret of the app", help="Basic Information, App Credentials."),
)
SETTINGS: tuple[SettingField, ...] = (api_base(API_BASE), media_hosts("files.slack.com"))
