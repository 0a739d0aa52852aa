"""Contacts into a file, a portion at a time: each portion is one part of the file, and the same one when it is done
twice. What an export wrote, an import of it changes nothing by.

Contacts are read in the order in which they were made, newest first, which no change moves: each is in the file once.
Those made after the export began are not in it.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.conditions import holds
from chalicelib.domain.contact import Contact, ContactIdentity
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.import_row import ATTRIBUTE_COLUMN, EXTERNAL_ID, ID, LISTS, NOTES, TEXTS, escaped
from chalicelib.domain.job import Job
from chalicelib.services.import_rows import EVENTS, FILES

EXPORT = "export.contacts"
PAGE = 100
# So many pages are read for one portion: some seconds.
PAGES = 50
# Parts of a file are joined from this size on; the last one may be smaller. What is less waits for the next portion.
PART_BYTES = 5 * 1024 * 1024
IMPORTED = (ID, EXTERNAL_ID, *TEXTS, *LISTS, NOTES)
# What is told, and is not imported: it is decided elsewhere, or has no place in a cell.
TOLD = ("labels", "person", "do_not_contact", "created_at", "updated_at")
FIELDS = (*IMPORTED, ATTRIBUTE_COLUMN, *TOLD)
MIMES = {"csv": "text/csv", "json": "application/json", "jsonl": "application/x-ndjson"}

# Pages of contact ids, and where the next one begins: of all contacts, or of a segment.
Pages = Callable[[int, Mapping[str, Any] | None], tuple[Sequence[str], Mapping[str, Any] | None]]
FactsOf = Callable[[Contact, datetime], Mapping[str, Any]]


class ExportStore(Protocol):
    def known(
        self, contact_ids: Sequence[str], identity_ids: Sequence[str]
    ) -> tuple[Mapping[str, Contact], Mapping[str, ContactIdentity]]: ...


class ExportFiles(Protocol):
    def read(self, key: str, *, limit_bytes: int) -> bytes | None: ...

    def put(self, key: str, body: bytes, mime: str) -> None: ...

    def begin(self, key: str, mime: str) -> str: ...

    def part(self, key: str, upload_id: str, number: int, body: bytes) -> str: ...

    def finish(self, key: str, upload_id: str, tags: Sequence[str]) -> None: ...


def file_key(job_id: str, file_format: str) -> str:
    return f"jobs/{job_id}/contacts.{file_format}"


@dataclass(frozen=True, slots=True)
class ContactExport:
    """The step of a job of the kind `export.contacts`. `params`: format, fields, filter, segment_id,
    source (the system whose external ids are told)."""

    store: ExportStore
    files: ExportFiles
    pages: Callable[[str | None], Pages]
    facts: FactsOf

    def __call__(self, job: Job, now: datetime) -> Job:
        cursor = {"start": None, "tags": [], "upload_id": None, "rests": 0, "rows": 0, **job.cursor}
        form = _Form(job.params["format"], tuple(job.params["fields"]), job.params["source"], rows=cursor["rows"])
        body, start = self._portion(job, form, cursor, now)
        cursor |= {"start": start, "rows": form.rows}
        key = file_key(job.id, job.params["format"])
        self._write(job.id, key, body, cursor, form.mime)
        after = replace(job, cursor=cursor, done=form.rows, result={"rows": form.rows})
        if start is not None:
            return after
        return replace(after, total=form.rows).ended(now, {"rows": form.rows, "file": key})

    def _write(self, job_id: str, key: str, body: bytes, cursor: dict[str, Any], mime: str) -> None:
        """The next part of the file, or the whole of it, or what is too little for a part."""
        is_last, tags = cursor["start"] is None, cursor["tags"]
        if is_last and not tags:
            self.files.put(key, body, mime)
            return
        if not is_last and len(body) < PART_BYTES:
            cursor["rests"] += 1
            cursor["has_rest"] = True
            self.files.put(_rest_key(job_id, cursor["rests"]), body, mime)
            return
        if body:
            # An id that is lost with a run that broke off costs nothing: what was begun with it goes by itself.
            cursor["upload_id"] = cursor["upload_id"] or self.files.begin(key, mime)
            part = self.files.part(key, cursor["upload_id"], len(tags) + 1, body)
            cursor |= {"tags": [*tags, part], "has_rest": False}
        if is_last:
            self.files.finish(key, cursor["upload_id"], cursor["tags"])

    def _portion(
        self, job: Job, form: "_Form", cursor: Mapping[str, Any], now: datetime
    ) -> tuple[bytes, Mapping[str, Any] | None]:
        """What is to be written next, and where the portion after it begins."""
        pages, wanted, start = self.pages(job.params["segment_id"]), job.params["filter"], cursor["start"]
        parts = [self._rest(job.id, cursor) if job.cursor else form.beginning()]
        size = len(parts[0])
        for _ in range(PAGES):
            ids, start = pages(PAGE, start)
            for contact, identities in self._contacts(ids, form):
                if not wanted or holds(wanted, self.facts(contact, now)):
                    parts.append(form.row(contact, identities))
                    size += len(parts[-1])
            if start is None:
                parts.append(form.ending())
            if start is None or size >= PART_BYTES:
                break
        return b"".join(parts), start

    def _rest(self, job_id: str, cursor: Mapping[str, Any]) -> bytes:
        if not cursor.get("has_rest"):
            return b""
        kept = self.files.read(_rest_key(job_id, cursor["rests"]), limit_bytes=2 * PART_BYTES)
        if kept is None:
            raise StoreUnavailable("a part of the file is gone")
        return kept

    def _contacts(self, ids: Sequence[str], form: "_Form") -> Sequence[tuple[Contact, Mapping[str, ContactIdentity]]]:
        """Whole, in their order; without those that are gone."""
        found = self.store.known(ids, [])[0]
        contacts = [found[each] for each in ids if each in found]
        if not form.names_identities:
            return [(contact, {}) for contact in contacts]
        wanted = [identity for contact in contacts for identity in contact.identities]
        identities = self.store.known([], wanted)[1] if wanted else {}
        return [(contact, identities) for contact in contacts]


def _rest_key(job_id: str, number: int) -> str:
    return f"jobs/{job_id}/rest-{number}"


class _Form:
    """Rows of a file in one of its forms; `rows` are there already."""

    def __init__(self, file_format: str, fields: Sequence[str], source: str | None, *, rows: int) -> None:
        self._format, self._fields, self._source = file_format, fields, source
        self.mime = MIMES[file_format]
        self.names_identities = EXTERNAL_ID in fields and source is not None
        self.rows = rows

    def beginning(self) -> bytes:
        if self._format == "jsonl":
            return b""
        # The mark tells spreadsheets that it is UTF-8.
        return b"\xef\xbb\xbf" + _line(self._fields) if self._format == "csv" else b"["

    def ending(self) -> bytes:
        return b"\n]\n" if self._format == "json" else b""

    def row(self, contact: Contact, identities: Mapping[str, ContactIdentity]) -> bytes:
        self.rows += 1
        own = {EXTERNAL_ID: _external_id(contact, identities, self._source)} if EXTERNAL_ID in self._fields else {}
        values = {name: own[name] if name in own else _value(contact, name) for name in self._fields}
        if self._format == "csv":
            return _line([_cell(value) for value in values.values()])
        known = {name: value for name, value in values.items() if value not in (None, {}, [])}
        text = json.dumps(known, ensure_ascii=False).encode()
        if self._format == "jsonl":
            return text + b"\n"
        return (b"\n" if self.rows == 1 else b",\n") + text


def _line(cells: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        plain = ";".join(value)
        is_plain = plain.count(";") < len(value) and not plain.startswith("[")
        return escaped(plain) if is_plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return escaped(value) if isinstance(value, str) else str(value)


def _value(contact: Contact, name: str) -> Any:
    if name == ATTRIBUTE_COLUMN:
        return dict(contact.attributes)
    if name.startswith(f"{ATTRIBUTE_COLUMN}."):
        return contact.attributes.get(name.partition(".")[2])
    if name == "do_not_contact":
        return contact.do_not_contact is not None
    value = getattr(contact, name)
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if hasattr(value, "isoformat") else value or None


def _external_id(contact: Contact, identities: Mapping[str, ContactIdentity], source: str | None) -> str | None:
    """The one that this system knows the contact by; without the system's name."""
    held = [identities[each] for each in contact.identities if each in identities]
    prefix = f"{source}:"
    named = (each.address for each in held if each.channel in (FILES, EVENTS) and each.address.startswith(prefix))
    return next((address.removeprefix(prefix) for address in named), None)


def field_is_known(name: str) -> bool:
    key = name.partition(".")[2]
    return name in FIELDS or (name.startswith(f"{ATTRIBUTE_COLUMN}.") and 0 < len(key) <= 60)
