"""Data sources and the facts that come of them, made on first use."""

from functools import cache
from time import monotonic

from chalicelib.aws.clients import client
from chalicelib.aws.fact_queue import WantedFacts
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.domain.data_source import Auth, DataSource
from chalicelib.egress.http import HttpSender
from chalicelib.services.external_facts import WANTED, ExternalFacts, FactsReaction
from chalicelib.services.source_calls import Credentials
from chalicelib.wiring.known import documents, memory, sources, store
from chalicelib.wiring.lazy import Lazy
from chalicelib.wiring.shared import desk, secrets, settings


def credentials(source: DataSource) -> Credentials:
    """Raises StoreUnavailable."""
    if source.auth is Auth.NONE:
        return {}
    key = ("credentials", source.id, str(source.version))
    found: Credentials = memory().recall(key, lambda: secrets().read(source.secret_ref))
    return found


@cache
def http() -> HttpSender:
    return HttpSender(settings().trusted_hosts)


class Behind:
    """For who asks behind an answer: what is stale is theirs to ask for, and wanted of nobody else."""

    def put(self, contact_id: str) -> None:
        """Nothing."""


@cache
def external_facts() -> ExternalFacts:
    wanted = Lazy(lambda: WantedFacts(client("sqs"), settings().people_sqs_url, WANTED))
    return ExternalFacts(store(), sources, credentials, http(), wanted, monotonic)


@cache
def facts_reaction() -> FactsReaction:
    facts = ExternalFacts(store(), sources, credentials, http(), Behind(), monotonic)
    return FactsReaction(facts, ContactStore(desk()).get)


__all__ = ["credentials", "documents", "external_facts", "facts_reaction", "http", "sources", "store"]
