"""Every channel there is, by name. A channel is imported when it is first asked for, to keep cold
starts short."""

from functools import cache
from importlib import import_module
from typing import ClassVar, cast

from chalicelib.channels.base import Channel
from chalicelib.domain.errors import Kind, Refusal

CHANNELS = {
    "whatsapp": "chalicelib.channels.whatsapp",
    "instagram": "chalicelib.channels.instagram",
    "messenger": "chalicelib.channels.messenger",
    "web_chat": "chalicelib.channels.web_chat",
    "custom": "chalicelib.channels.custom",
    "telegram": "chalicelib.channels.telegram",
    "line": "chalicelib.channels.line",
    "slack": "chalicelib.channels.slack",
    "sms": "chalicelib.channels.sms",
    "email": "chalicelib.channels.email",
    "voice": "chalicelib.channels.voice",
    "shopify": "chalicelib.channels.shopify",
    "events": "chalicelib.channels.events",
    "apple": "chalicelib.channels.apple",
    "viber": "chalicelib.channels.viber",
    "wechat": "chalicelib.channels.wechat",
}


class ChannelUnknown(Refusal):
    """A name that no channel has."""

    code: ClassVar[str] = "channel_unknown"
    kind: ClassVar[Kind] = "missing"


@cache
def load(name: str) -> Channel:
    """The channel's module. Raises ChannelUnknown."""
    if name not in CHANNELS:
        raise ChannelUnknown(
            f"There is no channel “{name[:40]}”. There are: {', '.join(sorted(CHANNELS))}.",
            field="channel",
        )
    return cast(Channel, import_module(CHANNELS[name]))
