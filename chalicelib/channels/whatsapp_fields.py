"""What an administrator enters for a WhatsApp number."""

from chalicelib.channels.base import CredentialField, SettingField
from chalicelib.channels.fields import api_base, media_hosts
from chalicelib.channels.meta_api import API_BASE

ACCOUNT: SettingField | None = SettingField(
    "account_id",
    "Phone number ID",
    required=True,
    help="WhatsApp Manager, API setup: the id of the number, not the number itself.",
    pattern=r"[0-9]{3,30}",
)
CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField(
        "access_token",
        "Access token of a system user with whatsapp_business_messaging",
        help="Business settings, System users. One without an end does not have to be renewed.",
        proves=True,
    ),
    CredentialField("app_secret", "App secret of the Meta app", help="App dashboard, Settings, Basic."),
    CredentialField("verify_token", "Verify token to enter in Meta's webhook settings", generated=True),
)
SETTINGS: tuple[SettingField, ...] = (
    SettingField(
        "waba_id",
        "WhatsApp Business Account ID",
        help="Needed for the list of templates and for registering the webhook.",
        pattern=r"[0-9]{3,30}",
    ),
    api_base(API_BASE),
    media_hosts("Meta's own"),
)
