"""A desk in memory that contacts are imported into and exported from."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.codec_contact import contact_item
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.imports import ImportStore
from chalicelib.aws.stores.writes import put_evidence
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.contact import Contact
from chalicelib.domain.ids import digest
from chalicelib.domain.job import Job
from chalicelib.services.contact_import import IMPORT, ContactImport
from chalicelib.services.evidence import evidence_of
from chalicelib.services.import_rows import MATCHES
from infra.parts import PARTS, load
from tests.aws.memory_table import MemoryDynamoDB, tables_from

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
UPLOAD = "uploads/upl_1"
RESOURCES = load(PARTS / "tables.yaml")["Resources"]


class Files(dict[str, bytes]):
    """A bucket."""

    def size(self, key: str) -> int | None:
        return len(self[key]) if key in self else None

    def copy(self, source: str, target: str) -> None:  # type: ignore[override]
        self[target] = self[source]

    def piece(self, key: str, start: int, length: int) -> bytes:
        return self[key][start : start + length]

    def read(self, key: str, *, limit_bytes: int) -> bytes | None:
        return self.get(key)

    def put(self, key: str, body: bytes, mime: str) -> None:
        self[key] = body


class Faulty:
    """A client that breaks at its `at`-th call: before the call, or after it, when the answer is lost."""

    def __init__(self, client: Any, at: int = 0, *, lost: bool = False) -> None:
        self.client, self.at, self.lost, self.calls = client, at, lost, 0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            self.calls += 1
            broken = ClientError({"Error": {"Code": "InternalServerError", "Message": ""}}, name)
            if self.calls == self.at and not self.lost:
                raise broken
            answer = getattr(self.client, name)(**request)
            if self.calls == self.at:
                raise broken
            return answer

        return call


class Office:
    def __init__(self) -> None:
        self.tables = tables_from(RESOURCES, (("desk", "DeskTable"),))
        self.files = Files()
        self.use(MemoryDynamoDB(self.tables))

    def use(self, client: Any) -> None:
        self.desk = Desk(client, "desk")
        self.step = ContactImport(ImportStore(self.desk), self.files)

    def run(self, data: bytes | str, name: str = "job_1", at: datetime = NOW, **params: Any) -> Job:
        self.files[UPLOAD] = data.encode() if isinstance(data, str) else data
        return list(portions(self.step, asked(name, at, **params)))[-1]

    def contacts(self) -> list[Contact]:
        items = [key for key in self.tables["desk"].items if key[0].startswith("CON#") and key[1] == "~"]
        store = ContactStore(self.desk)
        return [found for key in sorted(items) if (found := store.get(key[0].removeprefix("CON#")))]

    def add(self, **more: Any) -> Contact:
        name = more.pop("id", None) or f"con_{digest(str(len(self.tables['desk'].items)))}"
        made = Contact(name, NOW - timedelta(days=9), NOW - timedelta(days=9), **more)
        self.desk.write(Put(contact_item(made)))
        for each in evidence_of(made):
            self.desk.write(put_evidence(each))
        return made


def asked(name: str = "job_1", at: datetime = NOW, **params: Any) -> Job:
    given: dict[str, Any] = {
        "object_key": UPLOAD,
        "format": "csv",
        "encoding": "auto",
        "delimiter": None,
        "mapping": {},
        "dry_run": False,
        "match_by": list(MATCHES),
        "on_match": "update",
        "source": "crm",
        "region": "DE",
    }
    return Job(name, IMPORT, "agt_1", at, given | params)


def portions(step: ContactImport, job: Job) -> Iterator[Job]:
    """As jobs are carried out: what is kept between portions is JSON."""
    now = job.asked_at + timedelta(minutes=1)
    while not job.is_over:
        job = step(job, now)
        job = replace(job, version=job.version + 1, cursor=json.loads(json.dumps(job.cursor)))
        json.dumps([dict(job.result), [dict(each) for each in job.problems]])
        yield job


def counts(job: Job) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "skipped", "failed")
    return {name: job.result[name] for name in names if job.result[name]}
