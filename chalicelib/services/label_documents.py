"""The administrators' vocabulary of labels, and the keyword rules that put them on. Raises InvalidInput with the path
of what is wrong."""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.conditions import check
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.keyword_rules import FACTS, KeywordRule
from chalicelib.domain.labels import Label, LabelScope, Vocabulary
from chalicelib.services.document_fields import (
    PUBLISHED,
    check_distinct,
    items_of,
    key_of,
    object_of,
    optional_text,
    text_of,
)
from chalicelib.services.paperwork import DocumentStore, save

LABELS, RULES = "labels", "label_rules"
MAX_VOCABULARY = 500
MAX_RULES = 100
MAX_PUT = 10
LABEL_FIELDS = frozenset({"key", "name", "colour", "description", "scopes"})
RULE_FIELDS = frozenset({"name", "condition", "conversation_labels", "contact_labels"})
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def vocabulary_from(body: Mapping[str, Any], version: int) -> Vocabulary:
    given = items_of(body.get("labels", []), "labels", MAX_VOCABULARY)
    found = [_label(each, f"labels[{place}]") for place, each in enumerate(given)]
    check_distinct((each.key for each in found), "labels")
    return Vocabulary({each.key: each for each in found}, version)


def vocabulary_body(vocabulary: Vocabulary) -> Mapping[str, Any]:
    return {
        "labels": [
            {
                "key": each.key,
                "name": each.name,
                "colour": each.colour,
                "description": each.description,
                "scopes": [scope.value for scope in each.scopes],
            }
            for each in vocabulary.labels.values()
        ]
    }


def vocabulary(documents: DocumentStore) -> Vocabulary:
    """The labels there are; none where nobody has made any. One read."""
    document = documents.get(PUBLISHED)
    return vocabulary_from(document.body, document.version) if document else Vocabulary()


def put_vocabulary(documents: DocumentStore, body: Mapping[str, Any], read_version: int) -> Vocabulary:
    """Put these in place of those of `read_version`. A label that goes stays on what has it. Raises InvalidInput,
    VersionConflict."""
    found = vocabulary_from(body, read_version + 1)
    save(documents, PUBLISHED, vocabulary_body(found), read_version)
    return found


def rules_from(body: Mapping[str, Any]) -> tuple[KeywordRule, ...]:
    given = items_of(body.get("rules", []), "rules", MAX_RULES)
    found = tuple(_rule(each, f"rules[{place}]") for place, each in enumerate(given))
    check_distinct((each.name for each in found), "rules", "name")
    return found


def rules_body(rules: tuple[KeywordRule, ...]) -> Mapping[str, Any]:
    return {
        "rules": [
            {
                "name": each.name,
                "condition": dict(each.condition),
                "conversation_labels": list(each.conversation_labels),
                "contact_labels": list(each.contact_labels),
            }
            for each in rules
        ]
    }


def keyword_rules(documents: DocumentStore) -> tuple[tuple[KeywordRule, ...], int]:
    """The rules in force and their version; 0 where there never were any. One read."""
    document = documents.get(PUBLISHED)
    return (rules_from(document.body), document.version) if document else ((), 0)


def put_keyword_rules(
    documents: DocumentStore, labels: Vocabulary, body: Mapping[str, Any], read_version: int
) -> tuple[KeywordRule, ...]:
    """Put these in place of those of `read_version`. Raises InvalidInput, VersionConflict."""
    found = rules_from(body)
    for place, rule in enumerate(found):
        labels.check(rule.conversation_labels, LabelScope.CONVERSATION, f"rules[{place}].conversation_labels")
        labels.check(rule.contact_labels, LabelScope.CONTACT, f"rules[{place}].contact_labels")
    save(documents, PUBLISHED, rules_body(found), read_version)
    return found


def _label(given: Any, at: str) -> Label:
    given = object_of(given, at, LABEL_FIELDS)
    colour = given.get("colour", "")
    if not isinstance(colour, str) or (colour and not _COLOUR.fullmatch(colour.lower())):
        raise InvalidInput("A colour is written as #1a2b3c.", field=f"{at}.colour")
    return Label(
        key=key_of(given.get("key"), f"{at}.key"),
        name=text_of(given.get("name"), f"{at}.name"),
        colour=colour.lower(),
        description=optional_text(given.get("description", ""), f"{at}.description"),
        scopes=_scopes(given.get("scopes", [scope.value for scope in LabelScope]), f"{at}.scopes"),
    )


def _scopes(given: Any, at: str) -> tuple[LabelScope, ...]:
    found = items_of(given, at, len(LabelScope))
    if not found or any(not isinstance(each, str) or each not in set(LabelScope) for each in found):
        raise InvalidInput(f"Give some of: {', '.join(LabelScope)}.", field=at)
    return tuple(scope for scope in LabelScope if scope.value in found)


def _rule(given: Any, at: str) -> KeywordRule:
    given = object_of(given, at, RULE_FIELDS)
    condition = given.get("condition")
    check(condition, FACTS, f"{at}.condition")
    if not condition:
        raise InvalidInput("A rule says when it applies.", field=f"{at}.condition")
    rule = KeywordRule(
        name=text_of(given.get("name"), f"{at}.name"),
        condition=condition,
        conversation_labels=_keys(given.get("conversation_labels", []), f"{at}.conversation_labels"),
        contact_labels=_keys(given.get("contact_labels", []), f"{at}.contact_labels"),
    )
    if not (rule.conversation_labels or rule.contact_labels):
        raise InvalidInput("A rule puts on at least one label.", field=f"{at}.conversation_labels")
    return rule


def _keys(given: Any, at: str) -> tuple[str, ...]:
    keys = (key_of(each, f"{at}[{place}]") for place, each in enumerate(items_of(given, at, MAX_PUT)))
    return tuple(dict.fromkeys(keys))
