"""Events of outbound webhooks. `domain/events.py` has all events."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class WebhookFailing:
    """An integrator's endpoint has taken nothing since `failing_since`; `agent_ids` are to be told. Once each time."""

    TYPE: ClassVar[str] = "webhook.failing"
    failing_since: str
    agent_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WebhookDisabled:
    """An endpoint is told nothing more: `reason` is gone (it said so) or failing (for three days). `agent_ids` are to
    be told."""

    TYPE: ClassVar[str] = "webhook.disabled"
    reason: str
    agent_ids: tuple[str, ...]


WebhookEvent = WebhookFailing | WebhookDisabled
