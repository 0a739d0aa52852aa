"""A desk in memory that asks other systems, and the other side."""

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws.stores.external_facts import FactStore
from chalicelib.aws.transaction import Desk
from chalicelib.channels.http import HttpRequest, HttpResponse
from chalicelib.domain.contact import Contact
from chalicelib.domain.data_source import Auth, Consumer, DataSource, FactType, Mapped
from chalicelib.domain.external_fact import Fact
from chalicelib.services.external_facts import (
    ExternalFacts,
)
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TOKEN = "s3cret-token/that never leaves"
ADA = Contact("con_0ada", NOW, NOW, name="Ada", email="ada+1@example.com", identities=("idn_1",))
CRM = DataSource(
    "dts_1",
    "crm",
    "CRM",
    "https://crm.example/c/{email}",
    {"score": Mapped("rating.score", FactType.INTEGER), "owner": Mapped("owner", FactType.TEXT)},
    auth=Auth.BEARER,
    ttl_seconds=60,
    stale_seconds=600,
)


@dataclass
class System:
    """The other side: answers what it is told to."""

    answer: Any = field(default_factory=lambda: {"rating": {"score": 7}, "owner": "Eve"})
    asked: list[HttpRequest] = field(default_factory=list)
    seconds: float = 0.0

    def send(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request)
        time.sleep(self.seconds)
        if isinstance(self.answer, Exception):
            raise self.answer
        if isinstance(self.answer, HttpResponse):
            return self.answer
        return HttpResponse(200, {}, json.dumps(self.answer).encode())

    def fetch(self, request: HttpRequest, *, limit_bytes: int) -> HttpResponse:
        raise AssertionError("redirects are not followed")


class Office:
    def __init__(self, *sources: DataSource, http: Any = None, patience: float = 1.0) -> None:
        client = MemoryDynamoDB({"desk": MemoryTable({}), "live": MemoryTable({})})
        self.desk = Desk(client, "desk")
        self.store = FactStore(self.desk, Desk(client, "live"))
        self.system = System()
        self.sources = list(sources or (CRM,))
        self.wanted: list[str] = []
        self.facts = ExternalFacts(
            self.store,
            lambda: self.sources,
            lambda source: {"token": ("old", TOKEN), "value": (TOKEN,), "user": ("u",), "password": (TOKEN,)},
            http or self.system,
            self,
            time.monotonic,
            patience,
        )

    def put(self, contact_id: str) -> None:
        self.wanted.append(contact_id)

    def read(self, seconds: float = 0, consumer: Consumer = Consumer.AGENTS) -> dict[str, Fact]:
        return self.facts.read(ADA, consumer, NOW + timedelta(seconds=seconds))


def said(facts: dict[str, Fact]) -> dict[str, Any]:
    return {name: fact.value for name, fact in facts.items()}
