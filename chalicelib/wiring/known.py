"""What is known of what other systems say: all that rules need of it, made on first use."""

from collections.abc import Sequence
from functools import cache

from chalicelib.aws.clients import client
from chalicelib.aws.memory import Memory
from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.aws.stores.external_facts import FactStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.data_source import DataSource
from chalicelib.services import data_sources
from chalicelib.services.known_facts import KnownFacts
from chalicelib.wiring.shared import desk, settings

# Sources and their credentials change rarely; a change holds everywhere within this time.
SOURCES_SECONDS = 15


@cache
def memory() -> Memory:
    return Memory(SOURCES_SECONDS, unknown_seconds=SOURCES_SECONDS)


@cache
def documents() -> DocumentStore:
    return DocumentStore(desk(), data_sources.KIND)


def sources() -> Sequence[DataSource]:
    found: Sequence[DataSource] = memory().recall(("sources",), lambda: data_sources.every(documents()))
    return found


@cache
def store() -> FactStore:
    return FactStore(desk(), Desk(client("dynamodb"), settings().live_table))


@cache
def known_facts() -> KnownFacts:
    return KnownFacts(store(), sources)
