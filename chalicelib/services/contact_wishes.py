"""How a contact may be reached, and whether they want to be: further addresses and numbers, consent, silence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.agent import Principal
from chalicelib.domain.consent import ConsentState, ConsentWord, Purpose, held, with_word
from chalicelib.domain.contact import Contact, ContactPoint, DoNotContact
from chalicelib.domain.contact_points import find_point, with_point, without_point
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.events import ConsentChanged, Event
from chalicelib.services import contact_values
from chalicelib.services.contacts import change
from chalicelib.services.ports import ContactStore

POINTS, CONSENTS, SILENCE = ("contact_points",), ("consents",), ("do_not_contact",)
NAMED = 60


@dataclass(frozen=True, slots=True)
class Said:
    """A word on consent as somebody brings it. `at`: when it was said, where that was not now."""

    channel: str
    purpose: Purpose
    state: ConsentState
    source: str
    note: str = ""
    at: datetime | None = None


def put_point(
    store: ContactStore, principal: Principal, contact_id: str, version: int, given: Mapping[str, Any], now: datetime
) -> Contact:
    """Add an e-mail address or phone number beside the contact's own, or change what is known of it: `kind`, `value`,
    and where given `label`, `valid_from`, `valid_to`. Raises ContactNotFound, InvalidInput, VersionConflict."""
    value = contact_values.point_value(given["kind"], given["value"], "value")
    details = {name: given[name] for name in ("label", "valid_from", "valid_to") if name in given}

    def apply(contact: Contact) -> Contact:
        known = find_point(contact.contact_points, given["kind"], value) or ContactPoint(given["kind"], value)
        points = with_point(contact.contact_points, replace(known, **details))
        return replace(contact, contact_points=points)

    return change(store, principal, contact_id, apply, POINTS, now, version)


def remove_point(
    store: ContactStore, principal: Principal, contact_id: str, version: int, kind: str, value: str, now: datetime
) -> Contact:
    """Forget one that was entered by mistake; what has only ended keeps its dates (`put_point`). Raises
    ContactNotFound, InvalidInput, VersionConflict."""
    normal = contact_values.point_value(kind, value, "value")

    def apply(contact: Contact) -> Contact:
        if find_point(contact.contact_points, kind, normal) is None:
            raise InvalidInput("The contact has no such address or number beside its own.", field="value")
        return replace(contact, contact_points=without_point(contact.contact_points, kind, normal))

    return change(store, principal, contact_id, apply, POINTS, now, version)


def record_consent(store: ContactStore, principal: Principal, contact_id: str, said: Said, now: datetime) -> Contact:
    """Add a word to the history of a channel and purpose. Nothing is taken back: who changes their mind says so anew.
    Words may come late and in any order. Raises ContactNotFound, InvalidInput."""
    at = said.at or now
    if at > now:
        raise InvalidInput("Nobody has said that yet: give a time that has passed.", field="at")
    channel = contact_values.consent_channel(said.channel, "channel")
    source = contact_values.line(said.source, "source")
    word = ConsentWord(channel, said.purpose, said.state, at, source[:NAMED], principal.id, said.note)
    return change(
        store,
        principal,
        contact_id,
        lambda contact: replace(contact, consents=with_word(contact.consents, word)),
        CONSENTS,
        now,
        tells=_consent_changes,
    )


def _consent_changes(before: Contact, after: Contact) -> Sequence[Event]:
    """What holds now that did not hold before, by channel and purpose: a word may change nothing of that."""
    was = {(word.channel, word.purpose): word.state for word in held(before.consents)}
    return [
        ConsentChanged(
            channel=word.channel,
            purpose=word.purpose.value,
            previous=was.get((word.channel, word.purpose)),
            state=word.state.value,
        )
        for word in held(after.consents)
        if was.get((word.channel, word.purpose)) is not word.state
    ]


def set_silence(
    store: ContactStore, principal: Principal, contact_id: str, version: int, reason: str | None, now: datetime
) -> Contact:
    """Whether the contact wants to hear nothing that they did not ask for; `reason` None: they may be written to again.
    Raises ContactNotFound, InvalidInput, VersionConflict."""
    silence = None if reason is None else DoNotContact(contact_values.line(reason, "reason"), principal.id, now)

    def apply(contact: Contact) -> Contact:
        known = contact.do_not_contact
        same = known is not None and silence is not None and known.reason == silence.reason
        return contact if same else replace(contact, do_not_contact=silence)

    return change(store, principal, contact_id, apply, SILENCE, now, version)
