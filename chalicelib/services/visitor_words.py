"""What a visitor of a web chat sees of a message."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import Direction, Message
from chalicelib.domain.snapshots import attachment_snapshot
from chalicelib.services.rendering import as_sent


def present(message: Message) -> Mapping[str, Any]:
    """A message as a visitor sees it: agents by name, states only of what he was sent."""
    message, own = as_sent(message), message.direction is Direction.INBOUND
    return {
        "id": message.id,
        "client_id": message.external_id if own else None,
        "from": "visitor" if own else "agent",
        "name": None if own else message.author.name,
        "kind": message.kind.value,
        "text": message.text,
        "content": dict(message.content),
        "attachments": [attachment_snapshot(part) for part in message.attachments],
        "reply_to": message.reply_to,
        "occurred_at": message.occurred_at.isoformat(),
        "read": message.state is DeliveryState.READ,
    }
