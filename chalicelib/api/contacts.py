"""Contacts: who writes to the desk."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api import cursors
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import LINE, Body, Json, PageQuery, Scalar, Version, View, changes_of
from chalicelib.domain.agent import Role
from chalicelib.domain.contact import Contact
from chalicelib.domain.errors import ContactNotFound, CursorInvalid, InvalidInput, VersionConflict
from chalicelib.services import contacts
from chalicelib.wiring import api as wiring

Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=LINE)]
AttributeName = Annotated[str, Meta(min_length=1, max_length=60)]
Attributes = Annotated[dict[AttributeName, Scalar], Meta(max_length=50)]

resource = Resource("contacts")


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


class ContactView(ContactRow, frozen=True, kw_only=True):
    """`sources`: who said it, by field: provider, visitor or agent. `identities`: ids of its addresses."""

    notes: str
    attributes: Json
    sources: dict[str, str]
    identities: list[str]


class ContactPage(View, frozen=True, kw_only=True):
    items: list[ContactRow]
    next_cursor: str | None


class ContactChanges(Body, frozen=True, kw_only=True):
    """What is left out stays as it is; null takes a value away. `attributes` are replaced as a whole."""

    version: Version
    name: Line | None | UnsetType = UNSET
    username: Line | None | UnsetType = UNSET
    phone: Line | None | UnsetType = UNSET
    email: Line | None | UnsetType = UNSET
    locale: Line | None | UnsetType = UNSET
    notes: Annotated[str, Meta(max_length=10_000)] | UnsetType = UNSET
    attributes: Attributes | UnsetType = UNSET


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
    changes = changes_of(body)
    if not changes:
        raise InvalidInput("There is nothing to change.", field="version")
    changed = contacts.edit(wiring.contacts(), caller.principal, contact_id, body.version, changes, caller.now)
    return view(changed)


def row_view(contact: Contact) -> ContactRow:
    return ContactRow(**_row(contact))


def view(contact: Contact) -> ContactView:
    return ContactView(
        **_row(contact),
        notes=contact.notes,
        attributes=dict(contact.attributes),
        sources=dict(contact.sources),
        identities=list(contact.identities),
    )


def _row(contact: Contact) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in ContactRow.__struct_fields__}
