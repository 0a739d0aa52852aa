"""The administrators' rules of who is entitled to what. Raises InvalidInput with the path of what is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.conditions import check
from chalicelib.domain.entitlements import FACTS, EntitlementRule
from chalicelib.services.document_fields import (
    PUBLISHED,
    check_distinct,
    items_of,
    key_of,
    object_of,
    text_of,
    truth_of,
)
from chalicelib.services.paperwork import DocumentStore, save

KIND = "entitlements"
MAX_RULES = 100
FIELDS = frozenset({"name", "key", "title", "condition", "grants"})


def rules_from(body: Mapping[str, Any]) -> tuple[EntitlementRule, ...]:
    """In the administrators' order: of one entitlement the first that holds decides."""
    given = items_of(body.get("rules", []), "rules", MAX_RULES)
    found = tuple(_rule(each, f"rules[{place}]") for place, each in enumerate(given))
    check_distinct((each.name for each in found), "rules", "name")
    return found


def rules_body(rules: Sequence[EntitlementRule]) -> Mapping[str, Any]:
    return {
        "rules": [
            {
                "name": each.name,
                "key": each.key,
                "title": each.title,
                "condition": dict(each.condition),
                "grants": each.grants,
            }
            for each in rules
        ]
    }


def published(documents: DocumentStore) -> tuple[Sequence[EntitlementRule], int]:
    """The rules in force and their version; 0 where there never were any. One read."""
    document = documents.get(PUBLISHED)
    return (rules_from(document.body), document.version) if document else ((), 0)


def put_published(
    documents: DocumentStore, body: Mapping[str, Any], read_version: int
) -> tuple[Sequence[EntitlementRule], int]:
    """Put these in place of those of `read_version`. Raises InvalidInput, VersionConflict."""
    found = rules_from(body)
    return found, save(documents, PUBLISHED, rules_body(found), read_version).version


def _rule(given: Any, at: str) -> EntitlementRule:
    given = object_of(given, at, FIELDS)
    condition = given.get("condition", {})
    check(condition, FACTS, f"{at}.condition")
    key = key_of(given.get("key"), f"{at}.key")
    return EntitlementRule(
        name=text_of(given.get("name"), f"{at}.name"),
        key=key,
        title=text_of(given.get("title") or key, f"{at}.title"),
        condition=condition,
        grants=truth_of(given.get("grants", True), f"{at}.grants"),
    )
