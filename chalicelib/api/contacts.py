"""Contacts: who writes to the desk."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType, to_builtins

from chalicelib.api import cursors
from chalicelib.api.contact_views import ContactPage, ContactView, row_view, shown, view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import LINE, Body, PageQuery, Scalar, Version, View, changes_of
from chalicelib.domain.agent import Role
from chalicelib.domain.attributes import NOTHING_DEFINED, Definitions
from chalicelib.domain.errors import ClientIdReused, ContactNotFound, CursorInvalid, InvalidInput, VersionConflict
from chalicelib.services import attribute_documents, contacts
from chalicelib.wiring import api as wiring
from chalicelib.wiring import profile, work

Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=LINE)]
AttributeName = Annotated[str, Meta(min_length=1, max_length=60)]
AttributeValue = Scalar | float | Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=50)]
Attributes = Annotated[dict[AttributeName, AttributeValue], Meta(max_length=50)]
Listed = Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=20)]
Weekday = Annotated[str, Meta(pattern=r"^[0-6]\Z")]
Hours = Annotated[dict[Weekday, list[list[str]]], Meta(description='By weekday (0: Monday): [["09:00", "12:00"]]')]
ClientId = Annotated[
    str, Meta(min_length=1, max_length=100, description="Your own id for it: a repeat finds the first")
]
Notes = Annotated[str, Meta(max_length=10_000)]

resource = Resource("contacts")


class ContactChanges(Body, frozen=True, kw_only=True):
    """What is left out stays as it is; null takes the value away that is shown, and what another source says shows.
    `attributes` are replaced as a whole, and fit their definitions. `language`, `dialect`: BCP 47 tags; `time_zone`: an
    IANA name; `preferred_channel`, `contact_hours`: as the contact said, the hours in their own time zone."""

    version: Version
    name: Line | None | UnsetType = UNSET
    username: Line | None | UnsetType = UNSET
    phone: Line | None | UnsetType = UNSET
    email: Line | None | UnsetType = UNSET
    locale: Line | None | UnsetType = UNSET
    language: Line | None | UnsetType = UNSET
    dialect: Line | None | UnsetType = UNSET
    time_zone: Line | None | UnsetType = UNSET
    tier: Line | None | UnsetType = UNSET
    customer_since: date | None | UnsetType = UNSET
    preferred_channel: Line | None | UnsetType = UNSET
    contact_hours: Hours | None | UnsetType = UNSET
    interests: Listed | None | UnsetType = UNSET
    goals: Listed | None | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    attributes: Attributes | UnsetType = UNSET


class NewContact(Body, frozen=True, kw_only=True):
    """With a name, an e-mail address or a phone number at least."""

    client_id: ClientId
    name: Line | None = None
    username: Line | None = None
    phone: Line | None = None
    email: Line | None = None
    locale: Line | None = None
    language: Line | None = None
    dialect: Line | None = None
    time_zone: Line | None = None
    tier: Line | None = None
    customer_since: date | None = None
    preferred_channel: Line | None = None
    contact_hours: Hours | None = None
    interests: Listed | None = None
    goals: Listed | None = None
    notes: Notes = ""
    attributes: Attributes = {}


class DuplicateView(View, frozen=True, kw_only=True):
    """Another contact with the same e-mail address or phone number."""

    contact_id: str
    shared: list[str]


class NewContactView(ContactView, frozen=True, kw_only=True):
    """`duplicates`: who may be the same person. The contact was made all the same; link them where they are."""

    duplicates: list[DuplicateView]


@resource.route(
    "GET",
    "/contacts",
    role=Role.AGENT,
    query=PageQuery,
    gives=ContactPage,
    refuses=(CursorInvalid,),
)
def list_contacts(caller: Caller, query: PageQuery) -> ContactPage:
    """All contacts, newest first."""
    page, cursor = cursors.page_of("contacts", wiring.contacts().list, wiring.cursor_secret, caller, query)
    return ContactPage(items=[row_view(contact) for contact in page], next_cursor=cursor)


@resource.route(
    "POST",
    "/contacts",
    role=Role.AGENT,
    body=NewContact,
    gives=NewContactView,
    status=HTTPStatus.CREATED,
    refuses=(ClientIdReused,),
    example={
        "client_id": "7b1c9c1e",
        "name": "Ada Lovelace",
        "phone": "+44 20 7946 0018",
        "language": "en-GB",
        "time_zone": "Europe/London",
        "contact_hours": {"0": [["09:00", "12:00"]]},
    },
)
def create_contact(caller: Caller, body: NewContact) -> NewContactView:
    """Make a contact of somebody who has not written yet, and see who else has their address or number."""
    given = {name: value for name, value in to_builtins(body).items() if name != "client_id" and value is not None}
    store = profile.contacts()
    made = contacts.create(store, caller.principal, body.client_id, given, caller.now, _definitions(needed=True))
    found = contacts.duplicates(wiring.timelines(), made)
    known = [DuplicateView(contact_id=each.contact_id, shared=list(each.shared)) for each in found]
    return NewContactView(**shown(made), duplicates=known)


@resource.route("GET", "/contacts/{contact_id}", role=Role.AGENT, gives=ContactView, refuses=(ContactNotFound,))
def get_contact(caller: Caller, contact_id: str) -> ContactView:
    """One contact."""
    return view(contacts.get(wiring.contacts(), contact_id))


@resource.route(
    "PATCH",
    "/contacts/{contact_id}",
    role=Role.AGENT,
    body=ContactChanges,
    gives=ContactView,
    refuses=(ContactNotFound, VersionConflict),
    example={"version": 3, "name": "Ada Lovelace", "attributes": {"customer_number": "K-1815"}},
)
def edit_contact(caller: Caller, contact_id: str, body: ContactChanges) -> ContactView:
    """Change what is known of a contact. `version` is the one that was read: nobody's change is lost."""
    changes: dict[str, Any] = changes_of(body)
    if not changes:
        raise InvalidInput("There is nothing to change.", field="version")
    definitions = _definitions(needed="attributes" in changes)
    changed = contacts.edit(
        wiring.contacts(), caller.principal, contact_id, body.version, changes, caller.now, definitions
    )
    return view(changed)


def _definitions(*, needed: bool) -> Definitions:
    return attribute_documents.published(work.documents(attribute_documents.KIND)) if needed else NOTHING_DEFINED
