"""What an administrator enters for a LINE official account."""

from chalicelib.channels.base import CredentialField, SettingField
from chalicelib.channels.fields import api_base
from chalicelib.channels.line_api import API_BASE, DATA_BASE

ACCOUNT: SettingField | None = SettingField(
    "account_id",
    "Your user ID",
    required=True,
    help="Basic settings of the Messaging API channel: U and 32 digits, not the basic id with @.",
)
CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField("channel_access_token", "Channel access token of the Messaging API channel", proves=True),
    CredentialField("channel_secret", "Channel secret of the Messaging API channel", help="Basic settings."),
)
SETTINGS: tuple[SettingField, ...] = (
    SettingField(
        "video_preview_url",
        "Picture that stands for videos",
        "url",
        help="LINE shows a picture for a video; this one, where the message brings none.",
        pattern=r"https://.+",
    ),
    api_base(API_BASE),
    SettingField("data_base", "Address of LINE's files", "url", help="Only for tests.", default=DATA_BASE),
)
