"""Contacts from a file, and into one: long work (see `jobs`) on what was uploaded."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from chalicelib.api.jobs import JobView, view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Json, UploadId, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InvalidInput, JobNotFound, UploadNotFound
from chalicelib.domain.job import Job
from chalicelib.services import transfer
from chalicelib.services.contact_export import EXPORT
from chalicelib.services.contact_import import IMPORT
from chalicelib.services.import_rows import MATCHES
from chalicelib.wiring import api as wiring
from chalicelib.wiring import transfer as made

LINK_SECONDS = 300

Source = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=80,
        pattern=r"^[a-z0-9_-]+\Z",
        description="The system whose external ids these are: a name of your own, or the id of its inbox of events",
        examples=["crm"],
    ),
]
Format = Literal["csv", "json", "jsonl"]
ClientId = Annotated[
    str, Meta(min_length=1, max_length=100, description="The same one again is the same job, however often it is sent")
]

resource = Resource("import-export")


class ImportBody(Body, frozen=True, kw_only=True):
    """`mapping`: the field of each column that counts; without one, columns named like fields do. `match_by`: how
    contacts are found, the first way that finds one; without any, by id, external_id, email, phone. `on_match`: what
    happens to those found. `region`: the country of national phone numbers. `dry_run`: say what would happen, and
    change nothing."""

    upload_id: UploadId
    format: Format = "csv"
    encoding: Literal["auto", "utf-8", "utf-16", "latin-1", "windows-1252"] = "auto"
    delimiter: Literal[",", ";", "\t"] | None = None
    mapping: Annotated[dict[str, str], Meta(max_length=transfer.MAX_MAPPING)] = {}
    match_by: Annotated[list[Literal["id", "external_id", "email", "phone"]], Meta(max_length=4)] = []
    on_match: Literal["update", "skip"] = "update"
    source: Source = "import"
    region: Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z", examples=["DE"])] | None = None
    dry_run: bool = False
    client_id: ClientId | None = None


class ExportBody(Body, frozen=True, kw_only=True):
    """`fields`: those of the file, in this order; without any, all that can be imported again. `filter`: a condition
    over facts of the contact. `segment_id`: members of a segment alone. `source`: the system whose external ids are
    told."""

    format: Format = "csv"
    fields: Annotated[list[str], Meta(max_length=transfer.MAX_FIELDS)] = []
    filter: Json | None = None
    segment_id: Annotated[str, Meta(max_length=80)] | None = None
    source: Source | None = None
    client_id: ClientId | None = None


class JobFileView(View, frozen=True, kw_only=True):
    """A short-lived address to download the file from, and when it ends."""

    url: str
    expires_at: datetime


@resource.route(
    "POST",
    "/contacts/imports",
    role=Role.SUPERVISOR,
    body=ImportBody,
    gives=JobView,
    status=HTTPStatus.ACCEPTED,
    refuses=(UploadNotFound,),
    example={
        "upload_id": "upl_3k9m5h2vq8w0c4n1x7r4",
        "mapping": {"Customer no.": "external_id", "E-Mail": "email", "Size": "attributes.size"},
        "source": "crm",
        "region": "DE",
        "dry_run": True,
    },
)
def import_contacts(caller: Caller, body: ImportBody) -> JobView:
    """Make contacts of a file, and change those there are. The file goes to `POST /uploads` first."""
    given: dict[str, Any] = msgspec.to_builtins(body)
    given["match_by"] = given["match_by"] or list(MATCHES)
    upload_id, seed = given.pop("upload_id"), given.pop("client_id")
    transfer.check_import(given, made.inboxes())
    given["object_key"] = transfer.uploaded(made.uploads(), caller.principal, upload_id, caller.now)
    return _asked(caller, IMPORT, given, seed)


@resource.route(
    "POST",
    "/contacts/exports",
    role=Role.ADMIN,
    body=ExportBody,
    gives=JobView,
    status=HTTPStatus.ACCEPTED,
    example={"format": "csv", "filter": {"field": "contact.tier", "is": "gold"}, "source": "crm"},
)
def export_contacts(caller: Caller, body: ExportBody) -> JobView:
    """Write contacts into a file: those there are when it begins. It is kept for 14 days."""
    given: dict[str, Any] = msgspec.to_builtins(body)
    seed = given.pop("client_id")
    if given["segment_id"] is not None:
        made.check_segment(given["segment_id"])
    return _asked(caller, EXPORT, transfer.checked_export(given, made.inboxes()), seed)


@resource.route(
    "GET", "/contacts/imports/{job_id}/errors", role=Role.SUPERVISOR, gives=JobFileView, refuses=(JobNotFound,)
)
def get_import_errors(caller: Caller, job_id: str) -> JobFileView:
    """The rows that were not taken, one JSON object in each line (`row`, `field`, `error`); the first 10,000."""
    return _link(_job(job_id, IMPORT), "errors_file", "import-errors.jsonl", caller.now)


@resource.route("GET", "/contacts/exports/{job_id}/file", role=Role.ADMIN, gives=JobFileView, refuses=(JobNotFound,))
def get_export_file(caller: Caller, job_id: str) -> JobFileView:
    """The file of an export that is done."""
    job = _job(job_id, EXPORT)
    return _link(job, "file", f"contacts.{job.params['format']}", caller.now)


def _asked(caller: Caller, kind: str, params: Mapping[str, Any], seed: str | None) -> JobView:
    return view(wiring.jobs().ask(kind, caller.principal.id, params, caller.now, seed or ""))


def _job(job_id: str, kind: str) -> Job:
    job = wiring.jobs().get(job_id)
    if job.kind != kind:
        raise JobNotFound("There is no such job of this kind.")
    return job


def _link(job: Job, name: str, shown: str, now: datetime) -> JobFileView:
    key = job.result.get(name)
    if key is None:
        raise InvalidInput("The job has no such file (yet).", field="job_id")
    url = wiring.blobs().url(key, seconds=LINK_SECONDS, name=shown)
    return JobFileView(url=url, expires_at=now + timedelta(seconds=LINK_SECONDS))
