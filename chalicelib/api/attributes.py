"""Custom attributes of contacts, as administrators define them."""

from typing import Annotated, Any, Literal

from msgspec import Meta, to_builtins

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.rules import ReadVersion
from chalicelib.api.schemas import Body, Name, View
from chalicelib.domain.agent import Role
from chalicelib.domain.attributes import MAX_ATTRIBUTES, MAX_CHOSEN, AttributeType, Definitions
from chalicelib.domain.errors import VersionConflict
from chalicelib.services import attribute_documents
from chalicelib.wiring import work

Key = Annotated[str, Meta(min_length=1, max_length=40, description="What it is called in rules; it never changes")]

resource = Resource("contact-attributes")


class AttributeBody(Body, frozen=True, kw_only=True):
    """`choices` are for `choice` and `multi_choice`. `required`: nobody writes a contact's attributes without it."""

    key: Key
    name: Name
    type: AttributeType
    choices: Annotated[list[str], Meta(max_length=MAX_CHOSEN)] = []
    required: bool = False
    description: Annotated[str, Meta(max_length=300)] = ""
    scope: Literal["contact"] = "contact"


class AttributesBody(Body, frozen=True, kw_only=True):
    """`allow_others`: keys that are not among these are taken too, with a text, a whole number, true or false."""

    version: ReadVersion
    attributes: Annotated[list[AttributeBody], Meta(max_length=MAX_ATTRIBUTES)]
    allow_others: bool = False


class AttributesView(View, frozen=True, kw_only=True):
    """`version` 0: nobody has defined any yet, and every key is taken."""

    version: int
    allow_others: bool
    attributes: list[dict[str, Any]]


@resource.route("GET", "/contact-attributes", role=Role.AGENT, gives=AttributesView)
def get_contact_attributes(caller: Caller) -> AttributesView:
    """The attributes that contacts have."""
    return _view(attribute_documents.published(work.documents(attribute_documents.KIND)))


@resource.route(
    "PUT",
    "/contact-attributes",
    role=Role.ADMIN,
    body=AttributesBody,
    gives=AttributesView,
    refuses=(VersionConflict,),
    example={
        "version": 0,
        "attributes": [
            {"key": "shoe_size", "name": "Shoe size", "type": "number"},
            {"key": "plan", "name": "Plan", "type": "choice", "choices": ["free", "pro"], "required": True},
        ],
    },
)
def put_contact_attributes(caller: Caller, body: AttributesBody) -> AttributesView:
    """Replace the definitions. What contacts have already stays as it is until somebody changes it."""
    given: dict[str, Any] = {name: value for name, value in to_builtins(body).items() if name != "version"}
    documents = work.documents(attribute_documents.KIND)
    return _view(attribute_documents.put_published(documents, given, body.version))


def _view(definitions: Definitions) -> AttributesView:
    shown = attribute_documents.definitions_body(definitions)
    return AttributesView(
        version=definitions.version, allow_others=definitions.allow_others, attributes=list(shown["attributes"])
    )
