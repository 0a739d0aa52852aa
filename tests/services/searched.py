"""A desk in memory with contacts, what is indexed of them, and what a search of them finds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.codec import to_attributes
from chalicelib.aws.codec_contact import contact_item
from chalicelib.aws.codec_evidence import evidence_item
from chalicelib.aws.stores.search import SearchStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.contact import Contact
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.labels import Label, Vocabulary
from chalicelib.domain.search_labels import label_names
from chalicelib.services.evidence import evidence_of
from chalicelib.services.indexing import Indexing
from chalicelib.services.search import Hit, Search
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SHOP = Inbox("ibx_sh0p", "events", "Shop", "shop", "inbox/ibx_sh0p", T0)
INDEXES = {"by_kind": {"keys": ("kind_key", "kind_sort"), "shown": ["row", "version"]}}


class Counted:
    """A client that counts its calls, and lets something happen before one of them."""

    def __init__(self, client: MemoryDynamoDB) -> None:
        self._client = client
        self.calls: list[str] = []
        self.before: dict[int, Callable[[], None]] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        made = getattr(self._client, name)

        def call(**request: Any) -> Any:
            happens = self.before.pop(len(self.calls), None)
            self.calls.append(name)
            if happens is not None:
                happens()
            return made(**request)

        return call


class Desks:
    """A desk with contacts, and what is indexed of them."""

    def __init__(self) -> None:
        self.table = MemoryTable(INDEXES)
        self.client = Counted(MemoryDynamoDB({"desk": self.table}))
        self.store = SearchStore(Desk(self.client, "desk"))
        self.indexing = Indexing(self.store)
        self.vocabulary = Vocabulary()
        self.search = Search(self.store, lambda: [SHOP], lambda: label_names(self.vocabulary))
        self.contacts: dict[str, Contact] = {}

    def call(self, **names: str) -> None:
        """What labels are called from now on."""
        self.vocabulary = Vocabulary({key: Label(key, name) for key, name in names.items()})

    def put(self, contact: Contact) -> None:
        pk, sk = keys.contact(contact.id)
        self.table.items[pk, sk] = to_attributes(contact_item(contact))
        for evidence in evidence_of(contact):
            item = evidence_item(evidence)
            self.table.items[item["pk"], item["sk"]] = to_attributes(item)
        self.contacts[contact.id] = contact

    def add(self, number: int, **fields: Any) -> Contact:
        """A contact, indexed."""
        at = fields.pop("at", T0)
        contact = Contact(f"con_{number:04d}", T0 + number * timedelta(seconds=1), at, **fields)
        self.put(contact)
        self.indexing.settle(contact.id)
        return contact

    def change(self, contact_id: str, **fields: Any) -> None:
        now = self.contacts[contact_id]
        self.put(replace(now, version=now.version + 1, **fields))

    def remove(self, contact_id: str) -> None:
        del self.table.items[keys.contact(contact_id)]
        del self.contacts[contact_id]

    def hits(self, q: str, limit: int = 25, region: str | None = None) -> list[Hit]:
        """All pages."""
        found: list[Hit] = []
        start = None
        while True:
            page = self.search.find(q, limit, start, region)
            assert len(page.items) <= limit
            found += page.items
            start = page.next
            if start is None:
                return found

    def found(self, q: str, limit: int = 25, region: str | None = None) -> list[int]:
        return [int(hit.contact.id.removeprefix("con_")) for hit in self.hits(q, limit, region)]
