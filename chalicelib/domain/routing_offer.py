"""An offer: what waits is held out to one agent, who accepts or declines it within a time. Its units are reserved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

# Whoever declined is not asked again for so long after the last refusal, then everybody is: nothing waits for ever.
ASK_AGAIN = timedelta(seconds=120)


class Ending(StrEnum):
    """How an offer ended: by the agent's word, without one, or because there was nothing to offer any more."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


REFUSED = frozenset({Ending.DECLINED, Ending.EXPIRED})


@dataclass(frozen=True, slots=True)
class Offer:
    """`epoch` is the version of the conversation that announced it, so it names one offer for good. `attempt` counts
    the offers since the conversation was queued. `weight`: the units kept for it."""

    conversation_id: str
    agent_id: str
    agent_name: str
    offered_at: datetime
    until: datetime
    epoch: int
    attempt: int
    weight: int


def ending_facts(offer: Offer, ending: Ending, now: datetime, reason: str = "") -> Mapping[str, Any]:
    """What the sentence tells, as data."""
    return {"kind": ending.value, "name": offer.agent_name, "seconds": _lasted(offer, now), "reason": reason}


def ending_sentence(offer: Offer, ending: Ending, now: datetime, reason: str = "") -> str:
    seconds = _lasted(offer, now)
    after = f"after {seconds} second{'' if seconds == 1 else 's'}"
    if ending is Ending.ACCEPTED:
        return f"{offer.agent_name} accepted it {after}."
    if ending is Ending.DECLINED:
        return f"{offer.agent_name} declined it {after}{f': {reason}' if reason else ''}."
    if ending is Ending.EXPIRED:
        return f"{offer.agent_name} did not answer within {seconds} second{'' if seconds == 1 else 's'}."
    return f"It is offered to {offer.agent_name} no longer: {reason}."


def _lasted(offer: Offer, now: datetime) -> int:
    return max(0, round((now - offer.offered_at).total_seconds()))
