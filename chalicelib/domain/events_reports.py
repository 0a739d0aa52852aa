"""Events of reports that come by themselves. `domain/events.py` has all events."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ReportDeliveryFailed:
    """A report did not reach everybody: `state` is retrying (those left are tried again), partly or failed (they are
    not). Told to `agent_ids`."""

    TYPE: ClassVar[str] = "report.delivery_failed"
    schedule_id: str
    name: str
    state: str
    agent_ids: tuple[str, ...]


ReportEvent = ReportDeliveryFailed
