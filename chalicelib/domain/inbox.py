"""An inbox: a channel configured by the company, with an account at the provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Inbox:
    """`account_id` is what the provider's payloads name (WhatsApp: phone number id); `secret_ref` names the entry
    of Secrets Manager; `settings` are the channel's own (WhatsApp: api_base, waba_id)."""

    id: str
    channel: str
    name: str
    account_id: str
    secret_ref: str
    created_at: datetime
    settings: Mapping[str, Any] = field(default_factory=dict)
    enabled: bool = True
    team_id: str | None = None
    reopen_seconds: int = 24 * 3600
    version: int = 1
