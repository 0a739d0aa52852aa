"""Signals to the customer: an agent has read, an agent is typing. Best effort: late ones are worthless."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from chalicelib.channels import registry
from chalicelib.channels.base import Answering, Signal, StepRefused
from chalicelib.domain.typing_signs import has_stopped
from chalicelib.services.calls import Calls
from chalicelib.services.ports import DeliveryStore, InboxDirectory, LegStore, NotSent, OutcomeUnknown
from chalicelib.services.reply import answering

FRESH_FOR = timedelta(seconds=60)
KINDS: Mapping[str, Literal["read", "typing"]] = {
    "conversation.read": "read",
    "agent.typing": "typing",
}


@dataclass(frozen=True, slots=True)
class SignalRelay:
    legs: LegStore
    inboxes: InboxDirectory
    calls: Calls
    messages: DeliveryStore

    def relay(self, event: Mapping[str, Any], now: datetime) -> bool:
        """Pass one signal on; False where it is stale, unknown or the channel has none."""
        kind = KINDS.get(event["type"])
        if kind is None or has_stopped(event) or now - datetime.fromisoformat(event["occurred_at"]) > FRESH_FOR:
            return False
        head = self.legs.head(event["data"]["leg_id"])
        inbox = self.inboxes.inbox(head.inbox_id) if head else None
        if head is None or inbox is None or not inbox.enabled:
            return False
        if head.reach is not None and not head.reach.reachable:
            return False
        channel = registry.load(inbox.channel)
        told = self._answering(event["data"]) if channel.CAPABILITIES.answering else None
        signal = Signal(kind, head.address, event["data"].get("external_id"), told)
        call = channel.build_signal(signal, inbox, self.inboxes.credentials(inbox))
        if call is None:
            return False
        try:
            return self.calls.send(self.calls.completed(inbox.id, call)).status < 300
        except (NotSent, OutcomeUnknown, StepRefused):
            return False

    def _answering(self, data: Mapping[str, Any]) -> Answering | None:
        """The customer's newest message; of one that came after what was read, nothing may be said."""
        newest, answered = self.messages.newest_inbound(data["leg_id"])
        seen = data.get("message_id")
        if newest is None or (seen is not None and newest.id > seen):
            return None
        return answering(newest, answered=answered)
