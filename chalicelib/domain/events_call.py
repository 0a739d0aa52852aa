"""What happens to calls, as facts; see `events`."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted:
    """A call has its card: a customer calls, or is called (`direction`)."""

    TYPE: ClassVar[str] = "call.started"
    conversation_id: str
    leg_id: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded:
    """The provider's last word on a call; `call` is the `external_id` of its card. Whether somebody took it is for the
    card to tell, from all that was told of it."""

    TYPE: ClassVar[str] = "call.ended"
    conversation_id: str
    leg_id: str
    call: str
    reason: str | None
    duration_seconds: int
