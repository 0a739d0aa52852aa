"""Contacts from a file, a portion at a time. Each portion can be done twice: its rows find what they made.

A dry run judges the rows in the same way and keeps what they would make for its portion, so later rows meet it.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.attributes import Definitions
from chalicelib.domain.contact import Contact
from chalicelib.domain.contact_file import FORMATS, WINDOW, FileForm, Place
from chalicelib.domain.contact_file_rows import NoHeader, form_of, rows_of
from chalicelib.domain.contact_file_text import Encoding
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import ContactCreated, ContactUpdated
from chalicelib.domain.import_row import EXTERNAL_ID, RowFault, Wanted, is_field, profile_name, wanted_of
from chalicelib.domain.job import Job
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.evidence import changed, evidence_of
from chalicelib.services.import_rehearsal import Rehearsal
from chalicelib.services.import_rows import FILES, Asked, ImportStore, Judged, found, judged
from chalicelib.services.import_values import Values

IMPORT = "import.contacts"
MAX_BYTES = 100 * 1024 * 1024
ROWS = 50
REHEARSED_ROWS = 400
ATTEMPTS = 5
# Of an import's faults so many are kept in its file; all are counted.
FAULTS_KEPT = 10_000
FAULTS_BYTES = 16 * 1024 * 1024
OUTCOMES = ("created", "updated", "unchanged", "skipped")


class JobFiles(Protocol):
    def size(self, key: str) -> int | None:
        """In bytes; None where there is no such file."""

    def copy(self, source: str, target: str) -> None: ...

    def piece(self, key: str, start: int, length: int) -> bytes: ...

    def read(self, key: str, *, limit_bytes: int) -> bytes | None: ...

    def put(self, key: str, body: bytes, mime: str) -> None: ...


def source_key(job_id: str) -> str:
    return f"jobs/{job_id}/source"


def faults_key(job_id: str) -> str:
    return f"jobs/{job_id}/errors.jsonl"


@dataclass(frozen=True, slots=True)
class ContactImport:
    """The step of a job of the kind `import.contacts`. `params`: object_key, format, encoding, delimiter, mapping,
    dry_run, match_by, on_match, source, region."""

    store: ImportStore
    files: JobFiles
    definitions: Callable[[], Definitions] = Definitions

    def __call__(self, job: Job, now: datetime) -> Job:
        if not job.cursor:
            return self._begun(job, now)
        form, place = _form(job.cursor), Place(**job.cursor["place"])
        window = self.files.piece(source_key(job.id), place.offset, WINDOW) if place.offset < job.total else b""
        at_end = place.offset + len(window) >= job.total
        limit = REHEARSED_ROWS if job.params["dry_run"] else ROWS
        rows, after = rows_of(window, form, place, at_end=at_end, limit=limit)
        portion = _Portion(self, job, now)
        for row in rows:
            portion.take(row.number, row.values, row.fault)
        if job.errors < FAULTS_KEPT:
            self._note(job.id, place.row, portion.faults)
        return _noted(job, portion, after, now)

    def _begun(self, job: Job, now: datetime) -> Job:
        """The file is kept with the job, for the upload lasts a day only."""
        key = source_key(job.id)
        size = self.files.size(key)
        if size is None:
            size = self.files.size(job.params["object_key"])
            if size is None:
                return job.failed(now, "The file is gone: uploads last a day. Upload it again.")
            if size <= MAX_BYTES:
                self.files.copy(job.params["object_key"], key)
        if size > MAX_BYTES:
            return job.failed(now, f"The file has more than {MAX_BYTES} bytes: split it.")
        window = self.files.piece(key, 0, WINDOW) if size else b""
        try:
            form, place = form_of(window, job.params["format"], job.params["encoding"], job.params["delimiter"])
        except NoHeader as error:
            return job.failed(now, str(error))
        mapping, wrong = mapped(job.params["mapping"], form)
        if wrong:
            return job.failed(now, wrong)
        ignored = [name for name in form.columns if name and name not in mapping]
        result = {"dry_run": job.params["dry_run"], "rows": 0, **dict.fromkeys(OUTCOMES, 0), "failed": 0}
        result |= {"mapping": mapping, "ignored_columns": ignored}
        cursor = {"form": asdict(form), "place": asdict(place), "mapping": mapping}
        return replace(job, total=size, done=place.offset, cursor=cursor, result=result)

    def _note(self, job_id: str, first: int, faults: Sequence[RowFault]) -> None:
        """Into the file of faults, once: those of this portion may be there already."""
        if not faults:
            return
        key = faults_key(job_id)
        kept = (self.files.read(key, limit_bytes=FAULTS_BYTES) or b"").decode().splitlines()
        lines = [line for line in kept if json.loads(line)["row"] < first]
        lines += [json.dumps(asdict(fault), ensure_ascii=False) for fault in faults]
        self.files.put(key, "".join(f"{line}\n" for line in lines[:FAULTS_KEPT]).encode(), "application/x-ndjson")


def mapped(given: Mapping[str, str], form: FileForm) -> tuple[dict[str, str], str]:
    """The field (as `profile` names it) of each column that counts, and what is wrong with that. Without a mapping,
    columns that are named like fields count (an object's own, where there is no header: that mapping is empty)."""
    mapping = {column: profile_name(name) for column, name in given.items()} or by_name(form.columns)
    if form.format == FORMATS[0]:
        missing = [column for column in mapping if column not in form.columns]
        if missing:
            return {}, f"The file has no column “{missing[0][:60]}”."
        twice = [column for column in mapping if form.columns.count(column) > 1]
        if twice:
            return {}, f"The file has the column “{twice[0][:60]}” twice: rename one of them."
        if not mapping:
            return {}, "No column of the file is named like a field: give a mapping."
    return mapping, ""


def by_name(columns: Iterable[str]) -> dict[str, str]:
    return {column: profile_name(column) for column in columns if is_field(profile_name(column))}


class _Portion:
    """Rows one after the other, and what became of them."""

    def __init__(self, step: ContactImport, job: Job, now: datetime) -> None:
        params, self._now = job.params, now
        self._store: ImportStore = Rehearsal(step.store) if params["dry_run"] else step.store
        self._mapping: Mapping[str, str] = job.cursor["mapping"]
        self._cells = params["format"] == FORMATS[0]
        self._values = Values(step.definitions(), params["region"], self._cells, now.date())
        self._by = Actor("agent" if job.asked_by.startswith("agt_") else "api", job.asked_by)
        self._asked = Asked(
            job.id, job.asked_at, tuple(params["match_by"]), params["on_match"], params["source"], params["region"]
        )
        self.counts = dict.fromkeys(OUTCOMES, 0)
        self.faults: list[RowFault] = []

    def take(self, number: int, values: Mapping[str, Any], fault: str) -> None:
        outcome = RowFault(number, "", fault) if fault else self._taken(number, values)
        if isinstance(outcome, RowFault):
            self.faults.append(replace(outcome, field=_shown(outcome.field)))
        else:
            self.counts[outcome] += 1

    def _taken(self, number: int, values: Mapping[str, Any]) -> str | RowFault:
        wanted = wanted_of(number, values, self._mapping or by_name(values), cells=self._cells)
        if isinstance(wanted, RowFault):
            return wanted
        for _ in range(ATTEMPTS):
            outcome = self._attempt(wanted)
            if outcome is not None:
                return outcome
        return self._stuck(wanted)

    def _attempt(self, wanted: Wanted) -> str | RowFault | None:
        """None: somebody else has written meanwhile."""
        contact = found(self._store, wanted, self._asked)
        what = judged(wanted, self._asked, contact, self._values, self._now)
        if isinstance(what, RowFault):
            return what
        return what.outcome if what.after is None or self._write(what) is Written.DONE else None

    def _write(self, what: Judged) -> Written:
        assert what.after is not None  # noqa: S101 - asked before
        if what.before is None:
            identity = what.identities[0] if what.identities else None
            created = ContactCreated(
                channel=identity.channel if identity else FILES, identity_id=identity.id if identity else ""
            )
            recorded = Recorded((created,), self._by, self._now)
            return self._store.create(what.after, what.identities, evidence_of(what.after), recorded)
        updated = ContactUpdated(fields=_changed_fields(what.before, what.after))
        recorded = Recorded((updated,), self._by, self._now)
        return self._store.replace(what.before, what.after, what.identities, changed(what.before, what.after), recorded)

    def _stuck(self, wanted: Wanted) -> RowFault:
        """Either many write to this contact at once, which passes, or its external id is somebody else's."""
        if wanted.external_id is None:
            raise StoreUnavailable("too many writers at once")
        identity = self._asked.identity(wanted.external_id).id
        if identity not in self._store.known([], [identity])[1]:
            raise StoreUnavailable("too many writers at once")
        return RowFault(wanted.number, EXTERNAL_ID, "Another contact has this external_id: match by external_id.")


def _noted(job: Job, portion: _Portion, place: Place, now: datetime) -> Job:
    result = dict(job.result)
    for name, count in (*portion.counts.items(), ("failed", len(portion.faults))):
        result[name] += count
        result["rows"] += count
    if portion.faults:
        result["errors_file"] = faults_key(job.id)
    after = replace(job, done=min(place.offset, job.total), result=result)
    after = replace(after, cursor={**job.cursor, "place": asdict(place)})
    for fault in portion.faults:
        after = after.with_problem(asdict(fault))
    return replace(after, done=job.total).ended(now, result) if place.ended else after


def _changed_fields(before: Contact, after: Contact) -> tuple[str, ...]:
    words = {name for name in after.words if after.words[name] != before.words.get(name)}
    others = {name for name in ("notes", "identities") if getattr(before, name) != getattr(after, name)}
    return tuple(sorted(words | others))


def _shown(name: str) -> str:
    return f"attributes.{name.removeprefix('attribute.')}" if name.startswith("attribute.") else name


def _form(cursor: Mapping[str, Any]) -> FileForm:
    stored = cursor["form"]
    return FileForm(**stored | {"encoding": Encoding(stored["encoding"]), "columns": tuple(stored["columns"])})
