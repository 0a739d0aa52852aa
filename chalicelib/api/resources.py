"""Every resource there is: app.py registers them, `openapi` describes them."""

from chalicelib.api import (
    agents,
    api_keys,
    channels,
    contacts,
    conversations,
    inboxes,
    messages,
    meta,
    teams,
    uploads,
)

RESOURCES = (
    meta.resource,
    agents.resource,
    teams.resource,
    api_keys.resource,
    channels.resource,
    inboxes.resource,
    conversations.resource,
    messages.resource,
    contacts.resource,
    uploads.resource,
)
