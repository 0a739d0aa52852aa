"""What an administrator enters for a business in Messages for Business."""

from chalicelib.channels.apple_api import API_BASE
from chalicelib.channels.base import CredentialField, SettingField
from chalicelib.channels.fields import api_base

ACCOUNT: SettingField | None = SettingField(
    "account_id",
    "Business ID",
    required=True,
    help="Apple Business Register, the account's details: messages name the business by it.",
)
CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField("msp_id", "MSP ID: names us in the tokens of both sides"),
    CredentialField("api_secret", "Messaging API secret, in base64 as Apple shows it"),
)
SETTINGS: tuple[SettingField, ...] = (
    SettingField(
        "rich_links",
        "A link alone is shown as what it leads to",
        "boolean",
        help="Else it is sent as text.",
        default=True,
    ),
    SettingField(
        "bmp_only",
        "Leave out characters beyond the Basic Multilingual Plane",
        "boolean",
        help="Emoji, above all. Only where Apple refuses them.",
        default=False,
    ),
    SettingField(
        "assumed_capabilities",
        "Interactive messages for devices that tell nothing",
        "list",
        help="QUICK, LIST, TIME. Without it such a device gets text.",
        pattern=r"QUICK|LIST|TIME",
    ),
    api_base(API_BASE),
)
