"""Legal holds: whose data may not be erased, and why."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, View
from chalicelib.domain.agent import Role
from chalicelib.domain.document import Document
from chalicelib.domain.errors import ContactNotFound, HoldNotFound, VersionConflict
from chalicelib.services import contacts, paperwork
from chalicelib.wiring import api, privacy

Reason = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")]

resource = Resource("legal-holds")


class HoldBody(Body, frozen=True, kw_only=True):
    reason: Reason


class HoldView(View, frozen=True, kw_only=True):
    """`stands`: nothing of the person is erased, by anybody or any rule. `by` whom and when it was set or lifted."""

    contact_id: str
    stands: bool
    reason: str
    by: str
    at: datetime


@resource.route(
    "PUT",
    "/contacts/{contact_id}/legal-hold",
    role=Role.ADMIN,
    body=HoldBody,
    gives=HoldView,
    refuses=(ContactNotFound, VersionConflict),
    example={"reason": "Proceedings 12 C 345/26"},
)
def put_hold(caller: Caller, contact_id: str, body: HoldBody) -> HoldView:
    """Nothing of this contact, or of the person that it is part of, is erased while the hold stands."""
    contacts.get(api.contacts(), contact_id)
    return _written(caller, contact_id, body.reason.strip(), stands=True)


@resource.route(
    "GET", "/contacts/{contact_id}/legal-hold", role=Role.SUPERVISOR, gives=HoldView, refuses=(HoldNotFound,)
)
def get_hold(caller: Caller, contact_id: str) -> HoldView:
    """The hold, or the last one that was lifted."""
    return _view(_found(contact_id))


@resource.route(
    "DELETE",
    "/contacts/{contact_id}/legal-hold",
    role=Role.ADMIN,
    gives=HoldView,
    refuses=(HoldNotFound, VersionConflict),
)
def delete_hold(caller: Caller, contact_id: str) -> HoldView:
    """Lift it."""
    found = _found(contact_id)
    if not found.body["stands"]:
        raise HoldNotFound("No legal hold stands on this contact.")
    return _written(caller, contact_id, str(found.body["reason"]), stands=False)


def _found(contact_id: str) -> Document:
    found = privacy.holds().get(contact_id)
    if found is None:
        raise HoldNotFound("There is no legal hold on this contact.")
    return found


def _written(caller: Caller, contact_id: str, reason: str, *, stands: bool) -> HoldView:
    found = privacy.holds().get(contact_id)
    body = {"reason": reason, "by": caller.principal.id, "at": caller.now.isoformat(), "stands": stands}
    return _view(paperwork.save(privacy.holds(), contact_id, body, found.version if found else 0))


def _view(document: Document) -> HoldView:
    body = document.body
    at = datetime.fromisoformat(body["at"])
    return HoldView(contact_id=document.id, stands=body["stands"], reason=body["reason"], by=body["by"], at=at)
