"""Signals to the customer: an agent has read, an agent is typing. Best effort: late ones are worthless."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from chalicelib.channels import registry
from chalicelib.channels.base import Signal, StepRefused
from chalicelib.services.calls import Calls
from chalicelib.services.ports import InboxDirectory, LegStore, NotSent, OutcomeUnknown

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

    def relay(self, event: Mapping[str, Any], now: datetime) -> bool:
        """Pass one signal on; False where it is stale, unknown or the channel has none."""
        kind = KINDS.get(event["type"])
        if kind is None or now - datetime.fromisoformat(event["occurred_at"]) > FRESH_FOR:
            return False
        head = self.legs.head(event["data"]["leg_id"])
        inbox = self.inboxes.inbox(head.inbox_id) if head else None
        if head is None or inbox is None or not inbox.enabled:
            return False
        if head.reach is not None and not head.reach.reachable:
            return False
        signal = Signal(kind, to=head.address, external_id=event["data"].get("external_id"))
        call = registry.load(inbox.channel).build_signal(signal, inbox, self.inboxes.credentials(inbox))
        if call is None:
            return False
        try:
            return self.calls.send(self.calls.completed(inbox.id, call)).status < 300
        except (NotSent, OutcomeUnknown, StepRefused):
            return False
