"""What happens to the Slack app for teams. `domain/events.py` has them all."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackAppHealthChanged:
    """Slack no longer takes the app's token (`state` dead), or takes it again (ok); `reason` is Slack's own word."""

    TYPE: ClassVar[str] = "slack_app.health_changed"
    previous: str
    state: str
    reason: str | None = None
