"""What happens to where a conversation is held, and to what is proven of addresses. `domain/events.py` has them all."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationLegSwitched:
    """An agent has moved the conversation to another leg, with this message. `proof`: how it is known that the address
    is the customer's; `begun`: nothing had been said on that leg before."""

    TYPE: ClassVar[str] = "conversation.leg_switched"
    from_leg_id: str
    from_channel: str
    to_leg_id: str
    to_channel: str
    inbox_id: str
    message_id: str
    purpose: str
    proof: str
    begun: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactVerified:
    """The contact has shown, with a one-time code, that an address is theirs. Which one is told by the verification."""

    TYPE: ClassVar[str] = "contact.verified"
    verification_id: str
    kind: str
    leg_id: str
