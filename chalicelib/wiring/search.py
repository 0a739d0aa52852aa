"""What finds contacts and tells who belongs to which segment, made on first use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.aws.stores.search import SearchStore
    from chalicelib.aws.stores.segments import SegmentStore
    from chalicelib.domain.inbox import Inbox
    from chalicelib.domain.search_labels import LabelName
    from chalicelib.services.indexing import Indexing
    from chalicelib.services.memberships import Memberships
    from chalicelib.services.search import Search
    from chalicelib.services.segments import SegmentRegister, Segments

# A shop that is connected is searched for orders within this time.
INBOXES_SECONDS = 60
# A label that is renamed is found by its new name within this time.
LABELS_SECONDS = 30


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
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.domain.search_labels import label_names
    from chalicelib.services.label_documents import LABELS, vocabulary
    from chalicelib.services.search import Search
    from chalicelib.wiring import shared

    memory = Memory(INBOXES_SECONDS)
    called = Memory(LABELS_SECONDS, unknown_seconds=LABELS_SECONDS)
    documents = DocumentStore(shared.desk(), LABELS)

    def inboxes() -> Sequence[Inbox]:
        found: Sequence[Inbox] = memory.recall(("inboxes",), lambda: shared.inboxes().list())
        return found

    def labels() -> Mapping[str, LabelName]:
        found: Mapping[str, LabelName] = called.recall(("labels",), lambda: label_names(vocabulary(documents)))
        return found

    return Search(store(), inboxes, labels)


@cache
def segment_store() -> SegmentStore:
    from chalicelib.aws.stores.segments import SegmentStore
    from chalicelib.wiring.shared import desk

    return SegmentStore(desk())


@cache
def segment_register() -> SegmentRegister:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.services.segments import SegmentRegister
    from chalicelib.wiring.shared import desk

    return SegmentRegister(DocumentStore(desk(), "segments"))


@cache
def memberships() -> Memberships:
    from chalicelib.services.memberships import Memberships

    return Memberships(segment_register(), segment_store())


@cache
def segments() -> Segments:
    from chalicelib.services.segments import Segments
    from chalicelib.wiring import api

    return Segments(segment_register(), segment_store(), api.jobs(), lambda: api.random_ids().new("seg"))
