"""Data sources and the facts that come of them, made on first use."""

from __future__ import annotations

from functools import cache
from time import monotonic
from typing import TYPE_CHECKING

from chalicelib.domain.data_source import Auth, DataSource
from chalicelib.services.external_facts import WANTED, ExternalFacts, FactsReaction
from chalicelib.services.source_calls import Credentials
from chalicelib.services.told_facts import ToldFacts
from chalicelib.wiring.known import documents, memory, sources, store
from chalicelib.wiring.lazy import Lazy

if TYPE_CHECKING:
    from chalicelib.aws.secrets import SecretStore
    from chalicelib.egress.http import HttpSender


def credentials(source: DataSource) -> Credentials:
    """Raises StoreUnavailable."""
    if source.auth is Auth.NONE:
        return {}
    key = ("credentials", source.id, str(source.version))
    found: Credentials = memory().recall(key, lambda: secrets().read(source.secret_ref))
    return found


def secrets() -> SecretStore:
    from chalicelib.wiring import shared

    return shared.secrets()


@cache
def http() -> HttpSender:
    from chalicelib.egress.http import HttpSender
    from chalicelib.wiring.shared import settings

    return HttpSender(settings().trusted_hosts)


class Behind:
    """For who asks behind an answer: what is stale is theirs to ask for, and wanted of nobody else."""

    def put(self, contact_id: str) -> None:
        """Nothing."""


@cache
def external_facts() -> ExternalFacts:
    from chalicelib.aws.clients import client
    from chalicelib.aws.fact_queue import WantedFacts
    from chalicelib.wiring.shared import settings

    wanted = Lazy(lambda: WantedFacts(client("sqs"), settings().people_sqs_url, WANTED))
    return ExternalFacts(store(), sources, credentials, http(), wanted, monotonic)


@cache
def facts_reaction() -> FactsReaction:
    from chalicelib.aws.stores.contacts import ContactStore
    from chalicelib.wiring.shared import desk

    facts = ExternalFacts(store(), sources, credentials, http(), Behind(), monotonic)
    return FactsReaction(facts, ContactStore(desk()).get)


@cache
def told_facts() -> ToldFacts:
    from chalicelib.aws.stores.contacts import ContactStore
    from chalicelib.wiring.shared import desk

    return ToldFacts(store(), ContactStore(desk()).get)


__all__ = [
    "credentials",
    "documents",
    "external_facts",
    "facts_reaction",
    "http",
    "secrets",
    "sources",
    "store",
    "told_facts",
]
