"""Every resource there is: app.py registers them, `openapi` describes them."""

from chalicelib.api import (
    agents,
    api_keys,
    calls,
    channels,
    contacts,
    conversations,
    inbox_health,
    inboxes,
    messages,
    meta,
    teams,
    templates,
    timeline,
    uploads,
)

RESOURCES = (
    meta.resource,
    agents.resource,
    teams.resource,
    api_keys.resource,
    channels.resource,
    inboxes.resource,
    inbox_health.resource,
    templates.resource,
    conversations.resource,
    messages.resource,
    calls.resource,
    contacts.resource,
    timeline.resource,
    uploads.resource,
)
