"""An endpoint: an integrator's address that is told of events."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

MAX_ENDPOINTS = 20
# How long a receiver may take to learn a new secret.
OLD_SECRET_FOR = timedelta(hours=24)

# Why an endpoint is disabled.
BY_ADMIN = "by_admin"
GONE = "gone"
FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`types`: event types, or patterns such as `conversation.*`. `inbox_ids`, `team_ids`: only events of conversations
    of these (empty: of all). `content`: with people's words, or without. `owner_id`: the agent who is told where it
    fails. `secret_nth` counts its secrets; the one before is good until `old_secret_until`. `warned_for`: since when it
    had failed as its owner was last warned. `disabled_reason` is empty while it is enabled."""

    id: str
    url: str
    types: tuple[str, ...]
    owner_id: str
    created_at: datetime
    description: str = ""
    inbox_ids: tuple[str, ...] = ()
    team_ids: tuple[str, ...] = ()
    content: bool = True
    enabled: bool = True
    disabled_reason: str = ""
    disabled_at: datetime | None = None
    secret_nth: int = 1
    old_secret_until: datetime | None = None
    warned_for: datetime | None = None
    version: int = 1

    @property
    def secret_ref(self) -> str:
        """Under the stack's prefix in Secrets Manager."""
        return f"webhook/{self.id}"

    @property
    def host(self) -> str:
        """Where it is, without what may be secret of its address."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_filtered(self) -> bool:
        return bool(self.inbox_ids or self.team_ids)

    def wants(self, event_type: str) -> bool:
        """Whether it asks for events of this type, wherever they are of."""
        return self.enabled and any(fnmatchcase(event_type, pattern) for pattern in self.types)

    def is_for(self, inbox_id: str | None, team_id: str | None) -> bool:
        """Whether what is of this inbox and team passes its filter; what is of none passes no filter."""
        by_inbox = not self.inbox_ids or inbox_id in self.inbox_ids
        return by_inbox and (not self.team_ids or team_id in self.team_ids)

    def rotated(self, now: datetime) -> "Endpoint":
        """With a new secret; the one before is good for a day more."""
        return replace(self, secret_nth=self.secret_nth + 1, old_secret_until=now + OLD_SECRET_FOR)

    def disabled(self, reason: str, now: datetime) -> "Endpoint":
        return replace(self, enabled=False, disabled_reason=reason, disabled_at=now)

    def enabled_again(self) -> "Endpoint":
        return replace(self, enabled=True, disabled_reason="", disabled_at=None, warned_for=None)

    def secret_names(self, now: datetime) -> tuple[str, ...]:
        """Under which names the secrets that are valid now are kept, the newest first."""
        is_old_good = self.old_secret_until is not None and now < self.old_secret_until
        nths = (self.secret_nth, self.secret_nth - 1) if is_old_good else (self.secret_nth,)
        return tuple(secret_name(nth) for nth in nths)


def secret_name(nth: int) -> str:
    return f"v{nth}"


def endpoint_snapshot(endpoint: Endpoint) -> Mapping[str, Any]:
    """For events: without its address, which may carry a token."""
    return {
        "id": endpoint.id,
        "description": endpoint.description,
        "owner_id": endpoint.owner_id,
        "enabled": endpoint.enabled,
        "disabled_reason": endpoint.disabled_reason,
    }
