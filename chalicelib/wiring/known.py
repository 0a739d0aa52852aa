"""What is known of what other systems say: all that rules need of it, made on first use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.domain.data_source import DataSource
from chalicelib.services import data_sources
from chalicelib.services.known_facts import KnownFacts

if TYPE_CHECKING:
    from chalicelib.aws.memory import Memory
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.aws.stores.external_facts import FactStore

# Sources and their credentials change rarely; a change holds everywhere within this time.
SOURCES_SECONDS = 15


@cache
def memory() -> Memory:
    from chalicelib.aws.memory import Memory

    return Memory(SOURCES_SECONDS, unknown_seconds=SOURCES_SECONDS)


@cache
def documents() -> DocumentStore:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.wiring.shared import desk

    return DocumentStore(desk(), data_sources.KIND)


def sources() -> Sequence[DataSource]:
    found: Sequence[DataSource] = memory().recall(("sources",), lambda: data_sources.every(documents()))
    return found


@cache
def store() -> FactStore:
    from chalicelib.aws.clients import client
    from chalicelib.aws.stores.external_facts import FactStore
    from chalicelib.aws.transaction import Desk
    from chalicelib.wiring.shared import desk, settings

    return FactStore(desk(), Desk(client("dynamodb"), settings().live_table))


@cache
def known_facts() -> KnownFacts:
    return KnownFacts(store(), sources)
