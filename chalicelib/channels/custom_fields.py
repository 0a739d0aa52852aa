"""What an administrator enters for a system of their own."""

from chalicelib.channels.base import CredentialField, SettingField

ACCOUNT: SettingField | None = None
CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField("secret", "Secret that signs the calls in both directions", generated=True),
)
SETTINGS: tuple[SettingField, ...] = (
    SettingField(
        "delivery_url", "Where messages are to be sent", "url", help="Without it the inbox only takes messages."
    ),
)
