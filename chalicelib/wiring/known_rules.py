"""Rules of administrators that functions ask for again and again, remembered for a little while."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from chalicelib.aws.memory import Memory
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.domain.contact import Contact
from chalicelib.domain.entitlements import EntitlementRule
from chalicelib.domain.keyword_rules import KeywordRule
from chalicelib.services import entitlement_documents, label_documents
from chalicelib.services import paperwork as port
from chalicelib.services.rule_facts import RuleFacts
from chalicelib.wiring.shared import desk

# Rules change rarely; a change holds everywhere within this time.
RULES_SECONDS = 15


@cache
def _memory() -> Memory:
    return Memory(RULES_SECONDS, unknown_seconds=RULES_SECONDS)


def entitlement_rules() -> tuple[EntitlementRule, ...]:
    """By which contacts are entitled to something."""
    return tuple(_known(entitlement_documents.KIND, lambda documents: entitlement_documents.published(documents)[0]))


def keyword_rules() -> tuple[KeywordRule, ...]:
    """By which what customers write puts labels on."""
    return tuple(_known(label_documents.RULES, lambda documents: label_documents.keyword_rules(documents)[0]))


@cache
def rule_facts() -> RuleFacts:
    """What rules may ask for."""
    return RuleFacts(ContactStore(desk()), entitlement_rules, _external)


def _external(contact: Contact, now: datetime) -> Mapping[str, Any]:
    """What other systems say: the starts of most desks do not pay for it."""
    from chalicelib.wiring.known import known_facts

    return known_facts().for_rules(contact, now)


def _known(kind: str, read: Callable[[port.DocumentStore], Sequence[Any]]) -> Sequence[Any]:
    found: Sequence[Any] = _memory().recall((kind,), lambda: read(DocumentStore(desk(), kind)))
    return found
