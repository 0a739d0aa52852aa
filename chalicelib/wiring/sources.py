"""Data sources and the facts that come of them, made on first use."""

from collections.abc import Sequence
from functools import cache
from time import monotonic

from chalicelib.aws.clients import client
from chalicelib.aws.fact_queue import WantedFacts
from chalicelib.aws.memory import Memory
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.aws.stores.external_facts import FactStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.data_source import Auth, DataSource
from chalicelib.egress.http import HttpSender
from chalicelib.services import data_sources
from chalicelib.services.external_facts import WANTED, ExternalFacts, FactsReaction
from chalicelib.services.source_calls import Credentials
from chalicelib.wiring.lazy import Lazy
from chalicelib.wiring.shared import desk, secrets, settings

# Sources and their credentials change rarely; a change holds everywhere within this time.
SOURCES_SECONDS = 15


@cache
def _memory() -> Memory:
    return Memory(SOURCES_SECONDS, unknown_seconds=SOURCES_SECONDS)


@cache
def documents() -> DocumentStore:
    return DocumentStore(desk(), data_sources.KIND)


def sources() -> Sequence[DataSource]:
    found: Sequence[DataSource] = _memory().recall(("sources",), lambda: data_sources.every(documents()))
    return found


def credentials(source: DataSource) -> Credentials:
    """Raises StoreUnavailable."""
    if source.auth is Auth.NONE:
        return {}
    key = ("credentials", source.id, str(source.version))
    found: Credentials = _memory().recall(key, lambda: secrets().read(source.secret_ref))
    return found


@cache
def store() -> FactStore:
    return FactStore(desk(), Desk(client("dynamodb"), settings().live_table))


@cache
def http() -> HttpSender:
    return HttpSender(settings().trusted_hosts)


@cache
def external_facts() -> ExternalFacts:
    wanted = Lazy(lambda: WantedFacts(client("sqs"), settings().people_sqs_url, WANTED))
    return ExternalFacts(store(), sources, credentials, http(), wanted, monotonic)


@cache
def facts_reaction() -> FactsReaction:
    return FactsReaction(external_facts(), ContactStore(desk()).get)
