"""What rules may ask of a conversation, gathered once."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation


def facts_of(conversation: Conversation, contact: Contact | None, *, is_returning: bool = False) -> Mapping[str, Any]:
    """Facts by name (`domain/routing_policy.py` lists them); what is not known is left out."""
    newest = conversation.last_message
    known: dict[str, Any] = {
        "channel": conversation.channel,
        "inbox_id": conversation.inbox_id,
        "team_id": conversation.team_id,
        "priority": conversation.priority.value,
        "labels": list(conversation.labels),
        "text": newest.preview if newest else None,
        "episode": conversation.episode,
        "is_returning": is_returning,
        "escalation.tier": conversation.standing.tier if conversation.standing else None,
    }
    if contact is not None:
        language, _, country = (contact.locale or "").replace("_", "-").partition("-")
        known |= {
            "contact.tier": contact.attributes.get("tier"),
            "contact.locale": contact.locale,
            "contact.language": language.lower() or None,
            "contact.country": country.upper() or None,
            **{f"attribute.{name}": value for name, value in contact.attributes.items()},
        }
    return {name: value for name, value in known.items() if value is not None}
