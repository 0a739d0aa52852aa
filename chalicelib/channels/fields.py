"""Settings that several channels have."""

from chalicelib.channels.base import SettingField


def api_base(default: str) -> SettingField:
    return SettingField("api_base", "Address of the provider's API", "url", help="Only for tests.", default=default)


def media_hosts(own: str) -> SettingField:
    help_text = f"Hosts that may be shown the credentials when a file is fetched, besides {own}."
    return SettingField(
        "media_hosts", "Further hosts of files", "list", help=help_text, pattern=r"[A-Za-z0-9.:\-]{1,255}"
    )


HUMAN_AGENT = SettingField(
    "human_agent",
    "Meta has approved the app for human agents",
    "boolean",
    help="What a person writes then goes for seven days after the customer's last message.",
    default=False,
)
# Of every channel: see services/pacing.py.
MESSAGES_PER_SECOND = SettingField(
    "messages_per_second",
    "Messages a second",
    "number",
    help="What the provider has agreed with this account, where it is not its usual limit.",
)
COMMON: tuple[SettingField, ...] = (MESSAGES_PER_SECOND,)
