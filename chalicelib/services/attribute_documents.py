"""The administrators' definitions of custom attributes. Raises InvalidInput with the path of what is wrong."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.attributes import (
    MAX_ATTRIBUTES,
    MAX_CHOSEN,
    NOTHING_DEFINED,
    Attribute,
    AttributeType,
    Definitions,
)
from chalicelib.domain.errors import InvalidInput
from chalicelib.services.document_fields import (
    PUBLISHED,
    check_distinct,
    items_of,
    key_of,
    object_of,
    optional_text,
    text_of,
    truth_of,
)
from chalicelib.services.paperwork import DocumentStore, save

KIND = "attributes"
FIELDS = frozenset({"key", "name", "type", "choices", "required", "description", "scope"})
SCOPE = "contact"
CHOOSING = frozenset({AttributeType.CHOICE, AttributeType.MULTI_CHOICE})


def definitions_from(body: Mapping[str, Any], version: int) -> Definitions:
    given = items_of(body.get("attributes", []), "attributes", MAX_ATTRIBUTES)
    found = [_attribute(each, f"attributes[{place}]") for place, each in enumerate(given)]
    check_distinct((each.key for each in found), "attributes")
    others = truth_of(body.get("allow_others", not found), "allow_others")
    return Definitions({each.key: each for each in found}, others, version)


def definitions_body(definitions: Definitions) -> Mapping[str, Any]:
    return {
        "allow_others": definitions.allow_others,
        "attributes": [
            {
                "key": each.key,
                "name": each.name,
                "type": each.type.value,
                "choices": list(each.choices),
                "required": each.is_required,
                "description": each.description,
                "scope": SCOPE,
            }
            for each in definitions.attributes.values()
        ],
    }


def published(documents: DocumentStore) -> Definitions:
    """The definitions in force; nothing defined, and everything allowed, where there never were any. One read."""
    document = documents.get(PUBLISHED)
    return definitions_from(document.body, document.version) if document else NOTHING_DEFINED


def put_published(documents: DocumentStore, body: Mapping[str, Any], read_version: int) -> Definitions:
    """Put these in place of those of `read_version`; values that contacts have stay until they are written again.
    Raises InvalidInput, VersionConflict."""
    found = definitions_from(body, read_version + 1)
    save(documents, PUBLISHED, definitions_body(found), read_version)
    return found


def _attribute(given: Any, at: str) -> Attribute:
    given = object_of(given, at, FIELDS)
    kind = given.get("type")
    if not isinstance(kind, str) or kind not in set(AttributeType):
        raise InvalidInput(f"There are the types {', '.join(AttributeType)}.", field=f"{at}.type")
    if given.get("scope", SCOPE) != SCOPE:
        raise InvalidInput("Attributes are those of contacts: contact.", field=f"{at}.scope")
    return Attribute(
        key=key_of(given.get("key"), f"{at}.key"),
        name=text_of(given.get("name"), f"{at}.name"),
        type=AttributeType(kind),
        choices=_choices(AttributeType(kind), given.get("choices", []), f"{at}.choices"),
        is_required=truth_of(given.get("required", False), f"{at}.required"),
        description=optional_text(given.get("description", ""), f"{at}.description"),
    )


def _choices(kind: AttributeType, given: Any, at: str) -> tuple[str, ...]:
    choices = tuple(text_of(each, f"{at}[{place}]") for place, each in enumerate(items_of(given, at, MAX_CHOSEN)))
    if (kind in CHOOSING) != bool(choices):
        raise InvalidInput("Choices are for choice and multi_choice, which need some.", field=at)
    if len(set(choices)) != len(choices):
        raise InvalidInput("Each choice stands there once.", field=at)
    return choices
