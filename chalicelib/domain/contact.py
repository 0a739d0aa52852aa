"""A contact and its addresses. A person is a component of linked contacts; `person` is its root.

How its fields come about is in `profile` (who says what), `contact_points` (how it is reached) and `consent`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from chalicelib.domain.consent import ConsentWord

# By weekday (0 is Monday) the (start, end) minutes of the day, in the contact's own time zone.
WeeklyHours = Mapping[int, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class ContactIdentity:
    """A contact's address on a channel: opaque to us, one owner each."""

    id: str
    channel: str
    address: str
    contact_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Word:
    """What one source says of one field; `value` None: nothing, or nothing any more. `by`: the id of whoever wrote it,
    where that is known."""

    value: Any
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """An e-mail address or phone number in its one form. It holds from `valid_from` up to and with `valid_to` (None: no
    limit); what has ended stays. `verified_at`: when it was proven that the contact has it, and by what or whom."""

    kind: str
    value: str
    label: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    verified_at: datetime | None = None
    verified_by: str = ""
    source: str = "agent"

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class DoNotContact:
    """The contact wants to hear nothing that they did not ask for."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """What we know of a customer. `sources` names, by field, whose word is shown: that of the strongest source that
    says anything; `words` keeps what each source says, where that is more than `sources` tells (see `profile`).

    `preferred_channel` and `contact_hours` are declared: what was learned is in `habits`. `labels` are ids of the
    vocabulary."""

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
    language: str | None = None
    dialect: str | None = None
    time_zone: str | None = None
    tier: str | None = None
    customer_since: date | None = None
    preferred_channel: str | None = None
    contact_hours: WeeklyHours = field(default_factory=dict)
    interests: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    words: Mapping[str, Mapping[str, Word]] = field(default_factory=dict)
    contact_points: tuple[ContactPoint, ...] = ()
    do_not_contact: DoNotContact | None = None
    consents: tuple[ConsentWord, ...] = ()
    labels: tuple[str, ...] = ()
    version: int = 1

    @property
    def display_name(self) -> str:
        return self.name or self.username or self.phone or self.email or "Unknown"
