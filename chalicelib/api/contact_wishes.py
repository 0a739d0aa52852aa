"""How contacts may be reached, and whether they want to be."""

from datetime import UTC, date
from http import HTTPStatus
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api.contact_views import ContactView, view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import LINE, Body, Moment, Version
from chalicelib.domain.agent import Role
from chalicelib.domain.consent import ConsentState, Purpose
from chalicelib.domain.errors import ContactNotFound, VersionConflict
from chalicelib.services import contact_wishes
from chalicelib.services.contact_wishes import Said
from chalicelib.wiring import api as wiring

Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=LINE)]
Kind = Literal["email", "phone"]

resource = Resource("contact-wishes")


class PointBody(Body, frozen=True, kw_only=True):
    """One of this kind and value is changed where it is there already; what is left out stays. It holds from
    `valid_from` up to and with `valid_to`: end what is no longer valid so, and it stays with its dates."""

    version: Version
    kind: Kind
    value: Line
    label: Annotated[str, Meta(max_length=60)] | UnsetType = UNSET
    valid_from: date | None | UnsetType = UNSET
    valid_to: date | None | UnsetType = UNSET


class PointRemoval(Body, frozen=True, kw_only=True):
    version: Version
    kind: Kind
    value: Line


class ConsentBody(Body, frozen=True, kw_only=True):
    """`channel`: a channel's name, or `any`. `source`: how it came to you (`call`, `web_form`, a message's id). `at`:
    when it was said, where that was not now."""

    channel: Annotated[str, Meta(min_length=1, max_length=40)]
    purpose: Purpose
    state: ConsentState
    source: Annotated[str, Meta(min_length=1, max_length=60)]
    note: Annotated[str, Meta(max_length=500)] = ""
    at: Moment | None = None


class SilenceBody(Body, frozen=True, kw_only=True):
    """`reason` null: they may be written to again."""

    version: Version
    reason: Line | None


@resource.route(
    "POST",
    "/contacts/{contact_id}/contact-points",
    role=Role.AGENT,
    body=PointBody,
    gives=ContactView,
    refuses=(ContactNotFound, VersionConflict),
    example={"version": 3, "kind": "phone", "value": "+49 30 1234567", "label": "work", "valid_to": "2026-06-30"},
)
def put_contact_point(caller: Caller, contact_id: str, body: PointBody) -> ContactView:
    """Add an e-mail address or phone number beside the contact's own, or change what is known of one."""
    given: dict[str, Any] = {
        name: getattr(body, name)
        for name in ("kind", "value", "label", "valid_from", "valid_to")
        if getattr(body, name) is not UNSET
    }
    store, who = wiring.contacts(), caller.principal
    return view(contact_wishes.put_point(store, who, contact_id, body.version, given, caller.now))


@resource.route(
    "POST",
    "/contacts/{contact_id}/contact-points/removal",
    role=Role.AGENT,
    body=PointRemoval,
    gives=ContactView,
    refuses=(ContactNotFound, VersionConflict),
    example={"version": 4, "kind": "phone", "value": "+49 30 1234567"},
)
def remove_contact_point(caller: Caller, contact_id: str, body: PointRemoval) -> ContactView:
    """Forget one that was entered by mistake. What was valid once is ended by its date, not removed."""
    store, who = wiring.contacts(), caller.principal
    removed = contact_wishes.remove_point(store, who, contact_id, body.version, body.kind, body.value, caller.now)
    return view(removed)


@resource.route(
    "POST",
    "/contacts/{contact_id}/consents",
    role=Role.AGENT,
    body=ConsentBody,
    gives=ContactView,
    status=HTTPStatus.CREATED,
    refuses=(ContactNotFound,),
    example={"channel": "email", "purpose": "marketing", "state": "granted", "source": "call"},
)
def record_consent(caller: Caller, contact_id: str, body: ConsentBody) -> ContactView:
    """Record that the contact was asked, has agreed or takes their consent back. No word is ever changed: the newest
    answer holds."""
    at = body.at.astimezone(UTC) if body.at else None
    at = at.replace(microsecond=at.microsecond // 1000 * 1000) if at else None
    said = Said(body.channel, body.purpose, body.state, body.source, body.note, at)
    return view(contact_wishes.record_consent(wiring.contacts(), caller.principal, contact_id, said, caller.now))


@resource.route(
    "POST",
    "/contacts/{contact_id}/do-not-contact",
    role=Role.AGENT,
    body=SilenceBody,
    gives=ContactView,
    refuses=(ContactNotFound, VersionConflict),
    example={"version": 3, "reason": "Asked on the phone not to be called"},
)
def set_do_not_contact(caller: Caller, contact_id: str, body: SilenceBody) -> ContactView:
    """Note that the contact wants to hear nothing that they did not ask for, or that this is over."""
    store, who = wiring.contacts(), caller.principal
    return view(contact_wishes.set_silence(store, who, contact_id, body.version, body.reason, caller.now))
