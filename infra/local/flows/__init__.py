"""The main job on each channel, hop by hop: a customer writes, calls or buys; an agent answers; the customer sees it.

A channel more is a row more in CHANNELS.
"""

from collections.abc import Mapping

from infra.local.flows import (
    chat_apps,
    customers,
    email,
    own,
    routing,
    stores,
    switching,
    together,
    told,
    voice,
    whatsapp,
)
from infra.local.flows.hops import Flow, Flows, phone_number, tag, uuid7

# Channel -> its flows, each with what it is about.
CHANNELS: Mapping[str, Flows] = {
    "whatsapp": whatsapp.FLOWS,
    "web_chat": own.WEB_CHAT,
    "custom": own.CUSTOM,
    **{channel: chat_apps.flows(channel) for channel in chat_apps.APPS},
    "voice": voice.FLOWS,
    "email": email.FLOWS,
    "shopify": stores.SHOPIFY,
    "events": stores.EVENTS,
}

# What the desk does besides, whatever the channel.
DESK: Mapping[str, Flows] = {
    "routing": routing.FLOWS,
    "switching": switching.FLOWS,
    "customers": customers.FLOWS,
    "together": {**together.FLOWS, **told.FLOWS},
}

__all__ = ["CHANNELS", "DESK", "Flow", "Flows", "phone_number", "tag", "uuid7"]
