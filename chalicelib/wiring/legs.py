"""What moving conversations between legs is made of, on first use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from chalicelib.aws.memory import Memory
from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.aws.stores.people import PeopleStore
from chalicelib.aws.stores.switching import SwitchStore
from chalicelib.aws.stores.templates import TemplateStore
from chalicelib.domain.agent import Principal
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.leg_choice_policy import LegPolicy
from chalicelib.services.leg_choice import LegChoosing
from chalicelib.services.leg_policy_documents import KIND, published
from chalicelib.services.switching import Switching
from chalicelib.wiring import shared

INBOXES_SECONDS = 30.0
_inboxes = Memory(INBOXES_SECONDS)


@cache
def store() -> SwitchStore:
    return SwitchStore(shared.desk())


@cache
def documents() -> DocumentStore:
    return DocumentStore(shared.desk(), KIND)


def policy() -> LegPolicy:
    return published(documents())


def inboxes() -> Sequence[Inbox]:
    """As they were within the last half minute."""
    found: Sequence[Inbox] = _inboxes.recall(("all",), shared.inboxes().list)
    return found


@cache
def choosing() -> LegChoosing:
    return LegChoosing(store(), PeopleStore(shared.desk()), inboxes, policy)


def switching(principal: Principal, now: datetime) -> Switching:
    return Switching(store(), choosing(), TemplateStore(shared.desk()), principal, now)


def forget() -> None:
    """What is remembered of inboxes."""
    _inboxes.clear()
