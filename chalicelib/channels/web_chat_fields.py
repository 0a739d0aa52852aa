"""What an administrator enters for a web chat."""

from chalicelib.channels.base import CredentialField, SettingField

ACCOUNT: SettingField | None = None
CREDENTIALS: tuple[CredentialField, ...] = (
    CredentialField("widget_secret", "Secret that signs visitors' sessions", generated=True),
    CredentialField("identity_secret", "Secret with which your site signs its users' identity", generated=True),
    CredentialField(
        "identity_public_key",
        "Public key (PEM) of your site's RS256 identity tokens, if it uses them",
        optional=True,
        secret=False,
    ),
)
SETTINGS: tuple[SettingField, ...] = (
    SettingField(
        "allowed_origins",
        "Sites that may show the chat",
        "list",
        help="As browsers name them: https://shop.example. Every site's, where none is named.",
        pattern=r"https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?",
    ),
)
