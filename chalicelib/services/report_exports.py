"""A report, or the list behind a number, into a file: long work, a portion at a time.

A list is written as it is read, in parts of some megabytes: whatever its length, little of it is in memory. Each
portion goes on where the one before ended, and is the same when it is done twice: the list is frozen by its `as_of`.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.errors import InvalidInput, StoreUnavailable
from chalicelib.domain.import_row import escaped
from chalicelib.domain.job import Job
from chalicelib.domain.measure import NONE, Dimension, Measure
from chalicelib.domain.report_asks import from_json
from chalicelib.domain.report_document import document, values_in
from chalicelib.domain.report_schedule import Form, Language
from chalicelib.services.contact_export import ExportFiles
from chalicelib.services.report_delivery_ports import Answers, Naming
from chalicelib.services.report_files import BOM, MIMES, written
from chalicelib.services.report_lists import Entry, ListAsk, Listed

EXPORT = "reports.export"
PAGE = 500
# So many pages are read for one portion: some seconds.
PAGES = 20
# Parts of a file are joined from this size on; the last one may be smaller.
PART_BYTES = 5 * 1024 * 1024
LIST_MIMES = {"csv": "text/csv", "jsonl": "application/x-ndjson"}
LIST_COLUMNS = (
    "conversation_id",
    "at",
    "episode",
    "metric",
    "value",
    "business",
    "hit",
    *(dimension.value for dimension in Dimension),
    "as_of",
)


class Lists(Protocol):
    def page(
        self, ask: ListAsk, as_of: datetime | None, limit: int, start: Mapping[str, Any] | None, now: datetime
    ) -> Listed: ...


@dataclass(frozen=True, slots=True)
class ReportExport:
    """The step of a job of the kind `reports.export`. `params`: format, and `ask` (as `report_asks.as_json` has it),
    title and language, or `list` with the fields of a `ListAsk` and `as_of`."""

    answers: Answers
    lists: Lists
    names: Naming
    files: ExportFiles

    def __call__(self, job: Job, now: datetime) -> Job:
        return self._list(job, now) if "list" in job.params else self._report(job, now)

    def _report(self, job: Job, now: datetime) -> Job:
        params = job.params
        form = Form(params["format"])
        report = self.answers.answer(from_json(params["ask"]), now)
        found = {each: self.names.names(each, sorted(values)) for each, values in values_in([report]).items()}
        head = {"name": params["title"], "due_at": now}
        made = document(head, [(params["title"], report)], lambda name, value: found.get(name, {}).get(value, value))
        key = file_key(job.id, form.value)
        self.files.put(key, written(form, made, Language(params["language"])), MIMES[form])
        rows = len(report.rows)
        return replace(job, done=rows, total=rows).ended(now, {"rows": rows, "file": key, "as_of": made["as_of"]})

    def _list(self, job: Job, now: datetime) -> Job:
        cursor = {"start": None, "as_of": job.params["as_of"], "tags": [], "upload_id": None, "rests": 0, "rows": 0}
        cursor |= job.cursor
        ask, form = list_ask(job.params["list"]), job.params["format"]
        parts = [self._rest(job.id, cursor) if job.cursor else _heading(form)]
        start, size, as_of = cursor["start"], len(parts[0]), _moment(cursor["as_of"])
        for _ in range(PAGES):
            listed = self.lists.page(ask, as_of, PAGE, start, now)
            as_of, start = listed.as_of, listed.page.next
            parts.append(b"".join(_line(form, ask.metric, each, as_of) for each in listed.page.items))
            cursor["rows"] += len(listed.page.items)
            size += len(parts[-1])
            if start is None or size >= PART_BYTES:
                break
        cursor |= {"start": start, "as_of": as_of.isoformat() if as_of else None}
        key = file_key(job.id, form)
        self._write(job.id, key, b"".join(parts), cursor, LIST_MIMES[form])
        told = {"rows": cursor["rows"], "as_of": cursor["as_of"]}
        after = replace(job, cursor=cursor, done=cursor["rows"], result=told)
        return after if start is not None else replace(after, total=cursor["rows"]).ended(now, {**told, "file": key})

    def _write(self, job_id: str, key: str, body: bytes, cursor: dict[str, Any], mime: str) -> None:
        """The next part of the file, or the whole of it, or what is too little for a part."""
        is_last, tags = cursor["start"] is None, cursor["tags"]
        if is_last and not tags:
            self.files.put(key, body, mime)
            return
        if not is_last and len(body) < PART_BYTES:
            cursor |= {"rests": cursor["rests"] + 1, "has_rest": True}
            self.files.put(_rest_key(job_id, cursor["rests"]), body, mime)
            return
        if body:
            cursor["upload_id"] = cursor["upload_id"] or self.files.begin(key, mime)
            part = self.files.part(key, cursor["upload_id"], len(tags) + 1, body)
            cursor |= {"tags": [*tags, part], "has_rest": False}
        if is_last:
            self.files.finish(key, cursor["upload_id"], cursor["tags"])

    def _rest(self, job_id: str, cursor: Mapping[str, Any]) -> bytes:
        if not cursor.get("has_rest"):
            return b""
        kept = self.files.read(_rest_key(job_id, cursor["rests"]), limit_bytes=2 * PART_BYTES)
        if kept is None:
            raise StoreUnavailable("a part of the file is gone")
        return kept


def file_key(job_id: str, file_format: str) -> str:
    return f"jobs/{job_id}/report.{file_format}"


def list_ask(given: Mapping[str, Any]) -> ListAsk:
    """What a list is of, from its JSON. Raises InvalidInput."""
    ask = from_json({"metrics": [given["metric"]], **{name: given[name] for name in ("first", "last", "where")}})
    bucket = given.get("bucket")
    return ListAsk(
        metric=given["metric"],
        first=ask.first,
        last=ask.last,
        where=ask.where,
        hit=given.get("hit"),
        business=bool(given.get("business", False)),
        bucket=_moment(bucket),
        weekday=given.get("weekday"),
        hour=given.get("hour"),
    )


def _rest_key(job_id: str, number: int) -> str:
    return f"jobs/{job_id}/rest-{number}"


def _heading(form: str) -> bytes:
    return BOM + _csv(LIST_COLUMNS) if form == "csv" else b""


def _line(form: str, metric: str, entry: Entry, as_of: datetime | None) -> bytes:
    values = _values(metric, entry.conversation_id, entry.measure, as_of)
    if form == "jsonl":
        return json.dumps(values, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    return _csv([_cell(values[name]) for name in LIST_COLUMNS])


def _values(metric: str, conversation_id: str, measure: Measure, as_of: datetime | None) -> dict[str, Any]:
    dims = {
        dimension.value: list(measure.dims.labels)
        if dimension is Dimension.LABEL
        else getattr(measure.dims, dimension.value)
        for dimension in Dimension
    }
    return {
        "conversation_id": conversation_id,
        "at": measure.at.isoformat(),
        "episode": measure.episode,
        "metric": metric,
        "value": measure.value,
        "business": measure.business,
        "hit": measure.hit,
        **dims,
        "as_of": as_of.isoformat() if as_of else None,
    }


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return escaped(";".join(value))
    if isinstance(value, str):
        return "" if value == NONE else escaped(value)
    return value


def _csv(cells: Sequence[Any]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)
    return text.getvalue().encode("utf-8", "replace")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("A time is written 2026-03-29T01:00:00Z.", field="as_of") from error
    if found.tzinfo is None:
        raise InvalidInput("A time has its offset.", field="as_of")
    return found
