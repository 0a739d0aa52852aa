"""How an endpoint fares: when it counts as down, who may still try it, and when its owner is told or it is disabled."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# So many failures one after the other: it is down, and only one attempt now and then is made to see whether it is back.
DOWN_AFTER = 10
PROBE_EVERY = timedelta(seconds=60)
WARN_AFTER = timedelta(hours=1)
DISABLE_AFTER = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class EndpointHealth:
    """`failures`: one after the other, up to now; `failing_since`: the first of them. The counts are since it was made
    (or enabled again); `took_ms` is the sum over what was `delivered`."""

    failures: int = 0
    failing_since: datetime | None = None
    probe_at: datetime | None = None
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    delivered: int = 0
    failed: int = 0
    exhausted: int = 0
    took_ms: int = 0

    @property
    def is_down(self) -> bool:
        return self.failures >= DOWN_AFTER

    def should_warn(self, now: datetime, warned_for: datetime | None) -> bool:
        """Once for each time that it fails for long."""
        since = self.failing_since
        return since is not None and now - since >= WARN_AFTER and warned_for != since

    def should_disable(self, now: datetime) -> bool:
        return self.failing_since is not None and now - self.failing_since >= DISABLE_AFTER
