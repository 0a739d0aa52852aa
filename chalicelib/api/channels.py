"""Channels: what each can carry, as data for composers and forms."""

from typing import Literal

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import View
from chalicelib.channels import registry
from chalicelib.channels.base import Capabilities, Channel, CredentialField, SettingField
from chalicelib.domain.agent import Role
from chalicelib.domain.message import MessageKind
from chalicelib.services.inbox_fields import settings_of

resource = Resource("channels")


class CredentialFieldView(View, frozen=True, kw_only=True):
    """One credential of an inbox of this channel. `generated`: made here if it is not given; `optional`: some accounts
    need none; `secret` false: it may be shown while it is typed."""

    name: str
    label: str
    generated: bool
    optional: bool
    help: str
    secret: bool


class SettingFieldView(View, frozen=True, kw_only=True):
    """One thing that may (or must) be said of an inbox of this channel. `pattern` is for the whole text, or for each
    text of a list; `default` is what counts where nothing is given."""

    name: str
    label: str
    kind: Literal["text", "url", "number", "boolean", "choice", "list"]
    required: bool
    help: str
    default: str | int | bool | None
    pattern: str | None
    choices: list[str]


class CapabilitiesView(View, frozen=True, kw_only=True):
    """What a channel carries as it is; what it does not is sent as what says the same, or refused with what would go
    (docs/api.md).

    `max_text` counts `text_unit`, `max_caption` is of a text beside a file (null: none goes there); `max_bytes` is by
    media family; `window_seconds` is how long after the customer's last message free text may be sent (null: always),
    `human_window_seconds` the same for people's own words where the provider has approved it, `outside_window` what may
    be sent later too. `segmented`: texts are charged by segments, which the check of a message counts.
    `inbox_per_second` and `recipient_per_second`: how many messages go in any second, all and to one address."""

    kinds_out: list[MessageKind]
    max_text: int
    text_unit: Literal["characters", "bytes"]
    max_caption: int | None
    max_bytes: dict[str, int]
    max_buttons: int
    window_seconds: int | None
    human_window_seconds: int | None
    outside_window: list[MessageKind]
    delivered: bool
    read: bool
    typing_in: bool
    typing_out: bool
    read_out: bool
    reply_to: bool
    resend_safe: bool
    echoes_tracker: bool
    own_uploads: bool
    answering: bool
    closable: bool
    segmented: bool
    speaks: bool
    points: bool
    templates: bool
    registers: bool
    answers_caller: bool
    sealed: bool
    public: bool
    profiles: bool
    inbox_per_second: float | None
    recipient_per_second: float | None


class ChannelView(View, frozen=True, kw_only=True):
    """`account` is what an inbox's `account_id` is there; null where the channel has no provider."""

    name: str
    account: SettingFieldView | None
    credentials: list[CredentialFieldView]
    settings: list[SettingFieldView]
    capabilities: CapabilitiesView


class ChannelList(View, frozen=True, kw_only=True):
    items: list[ChannelView]


@resource.route("GET", "/channels", role=Role.AGENT, gives=ChannelList)
def list_channels(caller: Caller) -> ChannelList:
    """Every channel, with its limits and what an administrator has to enter for an inbox."""
    return ChannelList(items=[view(registry.load(name)) for name in registry.CHANNELS])


def view(channel: Channel) -> ChannelView:
    return ChannelView(
        name=channel.NAME,
        account=_setting(channel.ACCOUNT) if channel.ACCOUNT else None,
        credentials=[_credential(field) for field in channel.CREDENTIALS],
        settings=[_setting(field) for field in settings_of(channel)],
        capabilities=_capabilities(channel.CAPABILITIES),
    )


def _credential(field: CredentialField) -> CredentialFieldView:
    return CredentialFieldView(**{name: getattr(field, name) for name in CredentialFieldView.__struct_fields__})


def _setting(field: SettingField) -> SettingFieldView:
    fields = {name: getattr(field, name) for name in SettingFieldView.__struct_fields__}
    return SettingFieldView(**(fields | {"choices": list(field.choices)}))


def _capabilities(capabilities: Capabilities) -> CapabilitiesView:
    plain = {name: getattr(capabilities, name) for name in CapabilitiesView.__struct_fields__}
    plain |= {
        "kinds_out": sorted(capabilities.kinds_out),
        "outside_window": sorted(capabilities.outside_window),
        "max_bytes": dict(capabilities.max_bytes),
    }
    return CapabilitiesView(**plain)
