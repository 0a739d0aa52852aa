"""What moving conversations between legs is made of, on first use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.domain.agent import Principal
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.leg_choice_policy import LegPolicy
from chalicelib.services.administration_ports import Ids
from chalicelib.services.leg_choice import LegChoosing
from chalicelib.services.leg_policy_documents import KIND, published
from chalicelib.services.switching import Switching
from chalicelib.services.verification import Asking, Checking

if TYPE_CHECKING:
    from chalicelib.aws.memory import Memory
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.aws.stores.switching import SwitchStore
    from chalicelib.aws.stores.verification import VerificationStore

INBOXES_SECONDS = 30.0


@cache
def store() -> SwitchStore:
    from chalicelib.aws.stores.switching import SwitchStore
    from chalicelib.wiring import shared

    return SwitchStore(shared.desk())


@cache
def documents() -> DocumentStore:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.wiring import shared

    return DocumentStore(shared.desk(), KIND)


def policy() -> LegPolicy:
    return published(documents())


def inboxes() -> Sequence[Inbox]:
    """As they were within the last half minute."""
    from chalicelib.wiring import shared

    found: Sequence[Inbox] = _known_inboxes().recall(("all",), shared.inboxes().list)
    return found


@cache
def _known_inboxes() -> Memory:
    from chalicelib.aws.memory import Memory

    return Memory(INBOXES_SECONDS)


@cache
def choosing() -> LegChoosing:
    from chalicelib.aws.stores.people import PeopleStore
    from chalicelib.wiring import shared

    return LegChoosing(store(), PeopleStore(shared.desk()), inboxes, policy)


def switching(principal: Principal, now: datetime) -> Switching:
    from chalicelib.aws.stores.templates import TemplateStore
    from chalicelib.wiring import shared

    return Switching(store(), choosing(), TemplateStore(shared.desk()), principal, now)


@cache
def verifications() -> VerificationStore:
    from chalicelib.aws.stores.verification import VerificationStore
    from chalicelib.wiring import shared

    return VerificationStore(shared.desk())


def asking(ids: Ids, principal: Principal, now: datetime) -> Asking:
    return Asking(verifications(), choosing(), ids, principal, now)


def checking(now: datetime) -> Checking:
    from chalicelib.wiring.codes import code_key

    return Checking(verifications(), code_key, now)
