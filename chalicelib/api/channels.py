"""Channels: what each can carry, as data for composers and forms."""

from typing import Literal

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import View
from chalicelib.channels import registry
from chalicelib.channels.base import Capabilities, Channel
from chalicelib.domain.agent import Role
from chalicelib.domain.message import MessageKind

resource = Resource("channels")


class CredentialFieldView(View, frozen=True, kw_only=True):
    """One secret that an inbox of this channel needs. `generated`: made here if it is not given."""

    name: str
    label: str
    generated: bool


class CapabilitiesView(View, frozen=True, kw_only=True):
    """`max_text` counts `text_unit`; `max_bytes` is by media family; `window_seconds` is how long after the customer's
    last message free text may be sent (null: always), `outside_window` what may be sent later too."""

    kinds_out: list[MessageKind]
    max_text: int
    text_unit: Literal["characters", "bytes"]
    max_caption: int | None
    max_bytes: dict[str, int]
    max_buttons: int
    window_seconds: int | None
    outside_window: list[MessageKind]
    delivered: bool
    read: bool
    typing_in: bool
    typing_out: bool
    read_out: bool
    reply_to: bool
    resend_safe: bool


class ChannelView(View, frozen=True, kw_only=True):
    name: str
    credentials: list[CredentialFieldView]
    capabilities: CapabilitiesView


class ChannelList(View, frozen=True, kw_only=True):
    items: list[ChannelView]


@resource.route("GET", "/channels", role=Role.AGENT, gives=ChannelList)
def list_channels(caller: Caller) -> ChannelList:
    """Every channel, with its limits and the credentials its inboxes need."""
    return ChannelList(items=[view(registry.load(name)) for name in registry.CHANNELS])


def view(channel: Channel) -> ChannelView:
    return ChannelView(
        name=channel.NAME,
        credentials=[
            CredentialFieldView(name=field.name, label=field.label, generated=field.generated)
            for field in channel.CREDENTIALS
        ],
        capabilities=_capabilities(channel.CAPABILITIES),
    )


def _capabilities(capabilities: Capabilities) -> CapabilitiesView:
    plain = {name: getattr(capabilities, name) for name in CapabilitiesView.__struct_fields__}
    plain |= {
        "kinds_out": sorted(capabilities.kinds_out),
        "outside_window": sorted(capabilities.outside_window),
        "max_bytes": dict(capabilities.max_bytes),
    }
    return CapabilitiesView(**plain)
