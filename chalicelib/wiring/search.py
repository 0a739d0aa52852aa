"""What finds contacts, and what keeps them found, made on first use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.aws.stores.search import SearchStore
    from chalicelib.domain.inbox import Inbox
    from chalicelib.services.indexing import Indexing
    from chalicelib.services.search import Search

# A shop that is connected is searched for orders within this time.
INBOXES_SECONDS = 60


@cache
def store() -> SearchStore:
    from chalicelib.aws.stores.search import SearchStore
    from chalicelib.wiring.shared import desk

    return SearchStore(desk())


@cache
def indexing() -> Indexing:
    from chalicelib.services.indexing import Indexing

    return Indexing(store())


@cache
def search() -> Search:
    from chalicelib.aws.memory import Memory
    from chalicelib.services.search import Search
    from chalicelib.wiring import shared

    memory = Memory(INBOXES_SECONDS)

    def inboxes() -> Sequence[Inbox]:
        found: Sequence[Inbox] = memory.recall(("inboxes",), lambda: shared.inboxes().list())
        return found

    return Search(store(), inboxes)
