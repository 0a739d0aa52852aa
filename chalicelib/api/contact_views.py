"""Contacts as they are answered."""

from datetime import date, datetime
from typing import Any, Literal

from chalicelib.api.schemas import Json, View
from chalicelib.domain.consent import ConsentState, ConsentWord, Purpose, held
from chalicelib.domain.contact import Contact, ContactPoint, WeeklyHours
from chalicelib.domain.contact_points import points_of
from chalicelib.domain.profile import told_fields


class ContactRow(View, frozen=True, kw_only=True):
    """A contact as lists show it."""

    id: str
    display_name: str
    name: str | None
    username: str | None
    phone: str | None
    email: str | None
    locale: str | None
    avatar_url: str | None
    created_at: datetime
    updated_at: datetime
    version: int


class PointView(View, frozen=True, kw_only=True):
    """An e-mail address or phone number; the contact's own are among them (`is_own`). It holds from `valid_from` up to
    and with `valid_to`. `verified_at` null: nobody has proven that it is the contact's."""

    kind: Literal["email", "phone"]
    value: str
    label: str
    valid_from: date | None
    valid_to: date | None
    verified_at: datetime | None
    verified_by: str
    source: str
    is_own: bool


class ConsentView(View, frozen=True, kw_only=True):
    channel: str
    purpose: Purpose
    state: ConsentState
    at: datetime
    source: str
    by: str
    note: str


class SilenceView(View, frozen=True, kw_only=True):
    """The contact wants to hear nothing that they did not ask for."""

    reason: str
    by: str
    at: datetime


class ToldView(View, frozen=True, kw_only=True):
    """What a source says of a field; `is_shown`: it is the strongest that says anything."""

    field: str
    source: str
    value: Any
    at: datetime
    by: str
    is_shown: bool


class ContactView(ContactRow, frozen=True, kw_only=True):
    """`sources`: whose word is shown, by field; `provenance` has every source's. `identities`: ids of its addresses.
    `consents` are those that hold, `consent_history` every word, oldest first. `labels` are keys of the vocabulary.
    `person_id`: whom it is linked with (null: nobody)."""

    notes: str
    attributes: Json
    sources: dict[str, str]
    identities: list[str]
    person_id: str | None
    language: str | None
    dialect: str | None
    time_zone: str | None
    tier: str | None
    customer_since: date | None
    preferred_channel: str | None
    contact_hours: dict[str, list[list[str]]]
    interests: list[str]
    goals: list[str]
    labels: list[str]
    contact_points: list[PointView]
    do_not_contact: SilenceView | None
    consents: list[ConsentView]
    consent_history: list[ConsentView]
    provenance: list[ToldView]


class ContactPage(View, frozen=True, kw_only=True):
    items: list[ContactRow]
    next_cursor: str | None


def row_view(contact: Contact) -> ContactRow:
    return ContactRow(**_row(contact))


def view(contact: Contact) -> ContactView:
    return ContactView(**shown(contact))


def shown(contact: Contact) -> dict[str, Any]:
    """The parts of a `ContactView`."""
    silence = contact.do_not_contact
    return {
        **_row(contact),
        "notes": contact.notes,
        "attributes": dict(contact.attributes),
        "sources": dict(contact.sources),
        "identities": list(contact.identities),
        "person_id": contact.person,
        "language": contact.language,
        "dialect": contact.dialect,
        "time_zone": contact.time_zone,
        "tier": contact.tier,
        "customer_since": contact.customer_since,
        "preferred_channel": contact.preferred_channel,
        "contact_hours": hours_view(contact.contact_hours),
        "interests": list(contact.interests),
        "goals": list(contact.goals),
        "labels": list(contact.labels),
        "contact_points": [_point(contact, point) for point in points_of(contact)],
        "do_not_contact": SilenceView(reason=silence.reason, by=silence.by, at=silence.at) if silence else None,
        "consents": [_consent(word) for word in held(contact.consents)],
        "consent_history": [_consent(word) for word in contact.consents],
        "provenance": [
            ToldView(
                field=each.field,
                source=each.source,
                value=_plain(each.value),
                at=each.at,
                by=each.by,
                is_shown=each.is_shown,
            )
            for each in told_fields(contact)
        ],
    }


def hours_view(hours: WeeklyHours) -> dict[str, list[list[str]]]:
    return {str(day): [[_clock(start), _clock(end)] for start, end in spans] for day, spans in sorted(hours.items())}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _plain(value: Any) -> Any:
    return hours_view(value) if isinstance(value, dict) else value


def _row(contact: Contact) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in ContactRow.__struct_fields__}


def _point(contact: Contact, point: ContactPoint) -> PointView:
    return PointView(
        kind="email" if point.kind == "email" else "phone",
        value=point.value,
        label=point.label,
        valid_from=point.valid_from,
        valid_to=point.valid_to,
        verified_at=point.verified_at,
        verified_by=point.verified_by,
        source=point.source,
        is_own=getattr(contact, point.kind) == point.value,
    )


def _consent(word: ConsentWord) -> ConsentView:
    return ConsentView(
        channel=word.channel,
        purpose=word.purpose,
        state=word.state,
        at=word.at,
        source=word.source,
        by=word.by,
        note=word.note,
    )
