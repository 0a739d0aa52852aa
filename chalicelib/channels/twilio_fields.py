"""Settings of every inbox that is reached by an account of Twilio."""

from chalicelib.channels.base import SettingField
from chalicelib.channels.fields import api_base, media_hosts
from chalicelib.channels.twilio_api import API_BASE

ACCOUNT_SID = SettingField("account_sid", "Account SID", required=True, help="AC… on the console's first page.")
ADDRESSES: tuple[SettingField, ...] = (api_base(API_BASE), media_hosts("api.twilio.com"))


def public_url(help_text: str) -> SettingField:
    """`help_text` says what it is for."""
    return SettingField("public_url", "Address of the webhook API", "url", help=help_text)
