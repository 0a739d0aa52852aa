"""Documents that administrators edit and everybody reads: rules, calendars, policies. Few, small, each with a version;
kept as JSON text, for they are read and written whole."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.transaction import Desk, Put, Update
from chalicelib.domain.document import Document
from chalicelib.domain.writes import Written


class DocumentStore:
    def __init__(self, desk: Desk, kind: str) -> None:
        self._desk = desk
        self._kind = kind

    def get(self, identifier: str) -> Document | None:
        item = self._desk.get(keys.document(self._kind, identifier))
        return _document(item) if item and "body" in item else None

    def list(self) -> Sequence[Document]:
        """All of them, by id. One query."""
        rows, _next = self._desk.query("pk = :pk", {":pk": keys.document(self._kind, "")[0]}, consistent=True)
        return [_document(row) for row in rows if "body" in row]

    def put(self, document: Document, read_version: int) -> Written:
        """`read_version` 0: there is none yet."""
        pk, sk = keys.document(self._kind, document.id)
        body = json.dumps(document.body, ensure_ascii=False, separators=(",", ":"))
        item = {"pk": pk, "sk": sk, "version": document.version, "body": body}
        condition = "version = :read" if read_version else "attribute_not_exists(pk)"
        return self._attempt(Put(item, condition, {":read": read_version} if read_version else None))

    def delete(self, identifier: str, read_version: int) -> Written:
        """Its id is never used again: what refers to it finds nothing, and nothing else."""
        gone = Update(
            keys.document(self._kind, identifier),
            "REMOVE body SET version = :next",
            {":next": read_version + 1, ":read": read_version},
            None,
            "version = :read",
        )
        return self._attempt(gone)

    def _attempt(self, write: Put | Update) -> Written:
        try:
            self._desk.write(write)
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE


def _document(item: Mapping[str, Any]) -> Document:
    return Document(item["sk"], json.loads(item["body"]), item["version"])
