"""What an administrator enters for a system whose events are taken."""

from chalicelib.channels.base import CredentialField, SettingField

ACCOUNT: SettingField | None = None
CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField("secret", "Secret that signs the other system's calls", generated=True),
)
SETTINGS: tuple[SettingField, ...] = ()
