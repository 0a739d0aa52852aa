"""What an administrator enters for a Viber bot."""

from chalicelib.channels.base import CredentialField, SettingField
from chalicelib.channels.fields import api_base

ACCOUNT: SettingField | None = SettingField(
    "account_id", "Bot ID", help="As the health check tells it (pa:…); made up where it is left out."
)
CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField(
        "auth_token",
        "Token of the bot, from the Viber admin panel",
        help="It signs the webhooks too.",
        proves=True,
    ),
)
SETTINGS: tuple[SettingField, ...] = (
    SettingField("welcome", "What is said to who opens the chat", help="Nothing, where it is left out."),
    SettingField("avatar_url", "Picture of the sender", "url", help="At most 100 KB, about 720 by 720 points."),
    api_base("https://chatapi.viber.com"),
)
