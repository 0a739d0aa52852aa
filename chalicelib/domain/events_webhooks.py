"""Events of outbound webhooks. `domain/events.py` has all events."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class WebhookFailing:
    """An integrator's endpoint, at `host`, has taken nothing since `failing_since`; told once, to `agent_ids`."""

    TYPE: ClassVar[str] = "webhook.failing"
    host: str
    failing_since: str
    agent_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WebhookDisabled:
    """An endpoint at `host` is told nothing more: `reason` is gone (it said so) or failing (for three days)."""

    TYPE: ClassVar[str] = "webhook.disabled"
    host: str
    reason: str
    agent_ids: tuple[str, ...]


WebhookEvent = WebhookFailing | WebhookDisabled
