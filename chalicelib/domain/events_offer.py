"""What happens to offers. `domain/events.py` has them all."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOffered:
    """What waits was offered to an agent, who may accept or decline it until then; `attempt` counts the offers since it
    was queued. It is nobody's yet."""

    TYPE: ClassVar[str] = "conversation.offered"
    agent_id: str
    until: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOfferEnded:
    """The offer is over: accepted, declined, expired (no answer) or withdrawn (there was nothing to offer any more, or
    the agent had left); `reason` is the agent's own or one word of ours."""

    TYPE: ClassVar[str] = "conversation.offer_ended"
    agent_id: str
    outcome: str
    reason: str = ""
