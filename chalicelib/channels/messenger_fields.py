"""What an administrator enters for a Facebook page."""

from chalicelib.channels.base import CredentialField, SettingField
from chalicelib.channels.fields import HUMAN_AGENT, api_base, media_hosts
from chalicelib.channels.meta_api import API_BASE

ACCOUNT: SettingField | None = SettingField(
    "account_id", "Page ID", required=True, help="The page's About, Page transparency."
)
CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField("access_token", "Access token of the page with pages_messaging", proves=True),
    CredentialField("app_secret", "App secret of the Meta app", help="App dashboard, Settings, Basic."),
    CredentialField("verify_token", "Verify token to enter in Meta's webhook settings", generated=True),
)
SETTINGS: tuple[SettingField, ...] = (HUMAN_AGENT, api_base(API_BASE), media_hosts("Meta's own"))
