"""What an administrator enters for a shop."""

from chalicelib.channels.base import CredentialField, SettingField

ACCOUNT: SettingField | None = SettingField(
    "account_id", "The shop's address", required=True, help="As Shopify names it: name.myshopify.com."
)
CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField("client_secret", "Client secret of the app whose webhooks these are"),
)
SETTINGS: tuple[SettingField, ...] = ()
