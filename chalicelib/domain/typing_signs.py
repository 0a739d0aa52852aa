"""That somebody is typing: passing signs, on their way to whoever looks. Never stored, worth nothing a moment later."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.agent import Principal
from chalicelib.domain.conversation import Leg, LegHead

# Who says nothing more has stopped after so long.
TYPING_FOR = timedelta(seconds=6)
AGENT_TYPING, CONTACT_TYPING = "agent.typing", "contact.typing"


def contact_typing(head: LegHead, until: datetime, now: datetime) -> dict[str, Any]:
    """A customer is writing until then; `until` is now where they stopped."""
    data = {
        "leg_id": head.id,
        "conversation_id": head.conversation_id,
        "contact_id": head.contact_id,
        "name": head.contact_name,
        "until": until.isoformat(),
    }
    return {"type": CONTACT_TYPING, "data": data, "occurred_at": now.isoformat()}


def agent_typing(
    principal: Principal, conversation_id: str, leg: Leg, until: datetime, now: datetime, *, told: bool
) -> dict[str, Any]:
    """An agent is writing to the customer until then. `told`: colleagues who look at it know already."""
    data = {
        "leg_id": leg.id,
        "channel": leg.channel,
        "external_id": leg.last_inbound_external_id,
        "conversation_id": conversation_id,
        "agent_id": principal.id,
        "name": principal.name,
        "until": until.isoformat(),
        "told": told,
    }
    return {"type": AGENT_TYPING, "data": data, "occurred_at": now.isoformat()}


def has_stopped(sign: Mapping[str, Any]) -> bool:
    """Whether it says that somebody does not type any more."""
    until = sign["data"].get("until")
    return until is not None and until <= sign["occurred_at"]


def typing_frame(conversation_id: str, who: Mapping[str, Any], composing: str, until: datetime) -> dict[str, Any]:
    """For colleagues. `composing`: message (a customer), reply or note (an agent)."""
    told = {"conversation_id": conversation_id, "who": dict(who), "composing": composing}
    return {"type": "typing", **told, "until": until.isoformat()}


def visitor_frame(name: str, until: datetime) -> dict[str, Any]:
    """For a visitor: that somebody is writing to them, by name."""
    return {"type": "typing", "who": {"kind": "agent", "name": name}, "until": until.isoformat()}
