"""What an administrator enters for a Telegram bot."""

from chalicelib.channels.base import CredentialField, SettingField
from chalicelib.channels.fields import api_base
from chalicelib.channels.telegram_api import API_BASE

ACCOUNT: SettingField | None = SettingField(
    "account_id",
    "Bot ID",
    help="The number before the colon of the bot's token; made up where it is left out.",
)
CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField("bot_token", "Token of the bot, from @BotFather", proves=True),
    CredentialField("secret_token", "Secret token of the webhook, to give to setWebhook", generated=True),
)
SETTINGS: tuple[SettingField, ...] = (api_base(API_BASE),)
