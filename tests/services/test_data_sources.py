"""Data sources as administrators enter them."""

import json
from typing import Any

import pytest

from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.data_source import Consumer, Method
from chalicelib.domain.errors import InvalidInput, VersionConflict
from chalicelib.services import data_sources
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.sources import TOKEN

# --- the administrators' documents -------------------------------------------------------------------------------

BODY: dict[str, Any] = {
    "key": "crm",
    "name": "CRM",
    "url": "https://crm.example/c/{email}?x={attribute.size}",
    "mapping": {"score": {"path": "a.b[0]", "type": "integer"}},
}


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"url": "ftp://x"}, "url"),
        ({"url": "https://{email}.example/"}, "url"),
        ({"url": "https://u:p@crm.example/"}, "url"),
        ({"url": "https://crm.example/{password}"}, "url"),
        ({"url": "https://crm.example/{email"}, "url"),
        ({"url": "https://crm.example:99999/"}, "url"),
        ({"url": "https://crm.example/#{email}"}, "url"),
        ({"url": "https:///x"}, "url"),
        ({"mapping": {}}, "mapping"),
        ({"mapping": {"Big": {"path": "a"}}}, "mapping.Big"),
        ({"mapping": {"a": {"path": "a..b"}}}, "mapping.a.path"),
        ({"mapping": {"a": {"path": "(" * 190}}}, "mapping.a.path"),
        ({"mapping": {"a": {"path": "a", "type": "secret"}}}, "mapping.a.type"),
        ({"auth": "header", "header": "Host"}, "header"),
        ({"auth": "header", "header": "X\r\nY"}, "header"),
        ({"body": {"a": "x"}}, "body"),
        ({"method": "DELETE"}, "method"),
        ({"ttl_seconds": 0}, "ttl_seconds"),
        ({"timeout_seconds": 3.1}, "timeout_seconds"),
        ({"timeout_seconds": float("nan")}, "timeout_seconds"),
        ({"consumers": []}, "consumers"),
        ({"surprise": 1}, "source.surprise"),
    ],
)
def test_a_source_that_cannot_be_is_refused_with_the_field(change: Any, at: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        data_sources.source_from("dts_1", {**BODY, **change}, 1)

    assert refused.value.field == at


def test_a_source_comes_back_as_it_was_kept() -> None:
    body = {**BODY, "method": "POST", "body": {"mail": "{email}"}, "timeout_seconds": 1.5, "consumers": ["bots"]}
    source = data_sources.source_from("dts_1", body, 3)

    assert data_sources.source_from("dts_1", data_sources.source_body(source), 3) == source
    assert (source.method, source.consumers) == (Method.POST, frozenset({Consumer.BOTS}))


class Secrets(dict[str, Any]):
    def read(self, ref: str) -> Any:
        return self.get(ref, {})

    def write(self, ref: str, credentials: Any) -> None:
        self[ref] = credentials


def test_credentials_are_kept_apart_and_stay_when_none_are_given() -> None:
    documents = DocumentStore(Desk(MemoryDynamoDB({"desk": MemoryTable({})}), "desk"), data_sources.KIND)
    secrets, body = Secrets(), {**BODY, "auth": "bearer"}

    with pytest.raises(InvalidInput):
        data_sources.put(documents, secrets, "dts_1", body, None, 0)
    data_sources.put(documents, secrets, "dts_1", body, {"token": TOKEN}, 0)
    data_sources.put(documents, secrets, "dts_1", {**body, "name": "C"}, None, 1)

    assert secrets == {"source/dts_1": {"token": (TOKEN,)}}
    assert TOKEN not in json.dumps([document.body for document in documents.list()])
    with pytest.raises(VersionConflict):
        data_sources.put(documents, secrets, "dts_1", body, {"token": "other"}, 1)
    assert secrets == {"source/dts_1": {"token": (TOKEN,)}}
    for wrong in ({"token": ""}, {"token": "a\nb"}, {"password": "x"}, {}):
        with pytest.raises(InvalidInput):
            data_sources.put(documents, secrets, "dts_1", body, wrong, 2)
    with pytest.raises(InvalidInput) as taken:
        data_sources.put(documents, secrets, "dts_2", BODY, None, 0)
    assert taken.value.field == "key"
