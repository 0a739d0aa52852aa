"""What an administrator enters for an Instagram account."""

from chalicelib.channels.base import CredentialField, SettingField
from chalicelib.channels.fields import HUMAN_AGENT, api_base, media_hosts
from chalicelib.channels.meta_api import API_BASES

ACCOUNT: SettingField | None = SettingField(
    "account_id", "Instagram account ID", required=True, help="The professional account's id, as webhooks name it."
)
CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField(
        "access_token",
        "Access token of the Instagram account (or of the page it is linked to)",
        proves=True,
    ),
    CredentialField("app_secret", "App secret that signs the webhooks (Instagram app or Meta app)"),
    CredentialField("verify_token", "Verify token to enter in Meta's webhook settings", generated=True),
)
SETTINGS: tuple[SettingField, ...] = (HUMAN_AGENT, api_base(API_BASES["instagram"]), media_hosts("Meta's own"))
