"""What is known of contacts, and labels: for the API's routes and for what follows from news; made on first use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.aws.stores.contact_notes import ContactNoteStore
    from chalicelib.aws.stores.contacts import ContactStore
    from chalicelib.aws.stores.habits import HabitStore
    from chalicelib.domain.entitlements import EntitlementRule
    from chalicelib.services.contact_words import ContactWords
    from chalicelib.services.external_facts import ExternalFacts
    from chalicelib.services.habits import HabitKeeping
    from chalicelib.services.labels import KeywordLabels


@cache
def contacts() -> ContactStore:
    from chalicelib.aws.stores.contacts import ContactStore
    from chalicelib.wiring import shared

    return ContactStore(shared.desk())


@cache
def contact_words() -> ContactWords:
    """For drafts. Entitlements are those of this moment, as the agent sees them."""
    from chalicelib.services.contact_words import ContactWords

    return ContactWords(contacts(), _entitlements, _external)


def _entitlements() -> Sequence[EntitlementRule]:
    from chalicelib.services import entitlement_documents
    from chalicelib.wiring import work

    return entitlement_documents.published(work.documents(entitlement_documents.KIND))[0]


def _external() -> ExternalFacts:
    from chalicelib.wiring.sources import external_facts

    return external_facts()


@cache
def contact_notes() -> ContactNoteStore:
    from chalicelib.aws.stores.contact_notes import ContactNoteStore
    from chalicelib.wiring import shared

    return ContactNoteStore(shared.desk())


@cache
def habits() -> HabitStore:
    from chalicelib.aws.stores.habits import HabitStore
    from chalicelib.wiring import shared

    return HabitStore(shared.desk())


@cache
def habit_keeping() -> HabitKeeping:
    from chalicelib.services.habits import HabitKeeping

    return HabitKeeping(habits())


@cache
def keyword_labels() -> KeywordLabels:
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.aws.stores.labels import LabelMarks
    from chalicelib.services.labels import KeywordLabels
    from chalicelib.wiring import shared
    from chalicelib.wiring.known_rules import keyword_rules

    desk = shared.desk()
    return KeywordLabels(DeskStore(desk), contacts(), LabelMarks(desk), keyword_rules)
