"""A contact and its addresses. A person is a component of linked contacts; `person` is its root."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ContactIdentity:
    """A contact's address on a channel: opaque to us, one owner each."""

    id: str
    channel: str
    address: str
    contact_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """What we know of a customer. `sources` says where each field comes from: "provider", "agent", "visitor"."""

    id: str
    created_at: datetime
    updated_at: datetime
    name: str | None = None
    username: str | None = None
    phone: str | None = None
    email: str | None = None
    locale: str | None = None
    avatar_url: str | None = None
    notes: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    identities: tuple[str, ...] = ()
    person: str | None = None
    version: int = 1

    @property
    def display_name(self) -> str:
        return self.name or self.username or self.phone or self.email or "Unknown"
