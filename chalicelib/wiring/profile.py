"""What is known of contacts, and labels: for the API's routes and for what follows from news; made on first use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.aws.stores.contact_notes import ContactNoteStore
    from chalicelib.aws.stores.contacts import ContactStore
    from chalicelib.aws.stores.habits import HabitStore
    from chalicelib.services.habits import HabitKeeping
    from chalicelib.services.labels import KeywordLabels


@cache
def contacts() -> ContactStore:
    from chalicelib.aws.stores.contacts import ContactStore
    from chalicelib.wiring import shared

    return ContactStore(shared.desk())


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
