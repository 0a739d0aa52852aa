"""What rules may ask of a conversation, gathered once."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.entitlements import EntitlementRule, entitled


def facts_of(
    conversation: Conversation,
    contact: Contact | None,
    *,
    is_returning: bool = False,
    entitlements: Sequence[EntitlementRule] = (),
    external: Mapping[str, Any] | None = None,
) -> Mapping[str, Any]:
    """Facts by name (`domain/routing_policy.py` lists them); what is not known is left out. `entitlements` are the
    rules by which contacts have some; `external` is what other systems say."""
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
        **(external or {}),
    }
    if contact is not None:
        told = contact_facts(contact, conversation.last_activity_at)
        known |= {**told, **entitled(entitlements, told)}
    return {name: value for name, value in known.items() if value is not None}


def contact_facts(contact: Contact, at: datetime) -> Mapping[str, Any]:
    """What is known of a contact at a time. Their language is the one they speak, else that of their locale."""
    spoken, _, country = (contact.locale or "").replace("_", "-").partition("-")
    language = (contact.language or spoken).partition("-")[0]
    since = contact.customer_since
    known = {
        "contact.tier": contact.tier or contact.attributes.get("tier"),
        "contact.locale": contact.locale,
        "contact.language": language.lower() or None,
        "contact.dialect": contact.dialect,
        "contact.country": country.upper() or None,
        "contact.customer_days": max((at.astimezone(UTC).date() - since).days, 0) if since else None,
        "contact.labels": list(contact.labels) or None,
        "contact.preferred_channel": contact.preferred_channel,
        "contact.is_verified": any(point.verified_at for point in contact.contact_points) or None,
        **{f"attribute.{name}": value for name, value in contact.attributes.items()},
    }
    return {name: value for name, value in known.items() if value is not None}
