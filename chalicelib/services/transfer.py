"""What is asked of an import or export, checked before it becomes a job. Raises InvalidInput, naming the field."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.agent import Principal
from chalicelib.domain.conditions import check
from chalicelib.domain.errors import InvalidInput, UploadNotFound
from chalicelib.domain.import_row import is_field, profile_name
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.routing_policy import FACTS
from chalicelib.domain.upload import Upload
from chalicelib.services.contact_export import IMPORTED, field_is_known
from chalicelib.services.contact_import import MAX_BYTES
from chalicelib.services.import_rows import EVENTS, INBOX, MATCHES

MAX_FIELDS = 100
MAX_MAPPING = 200
# What is asked of a contact alone.
CONTACT_FACTS = frozenset(name for name in FACTS if name.startswith(("contact.", "attribute.")))


class Uploads(Protocol):
    def get(self, upload_id: str) -> Upload | None: ...

    def arrived(self, upload: Upload) -> str | None:
        """Where its bytes are; None where they are not, or not as announced."""


class Inboxes(Protocol):
    def get(self, inbox_id: str) -> Inbox | None: ...


def uploaded(uploads: Uploads, principal: Principal, upload_id: str, now: datetime) -> str:
    """Where the bytes of the caller's own upload are. Raises UploadNotFound, InvalidInput."""
    upload = uploads.get(upload_id)
    if upload is None or upload.owner_id != principal.id or upload.expires_at <= now:
        raise UploadNotFound("There is no such upload, or it is older than a day.", field="upload_id")
    if upload.size_bytes > MAX_BYTES:
        raise InvalidInput(f"A file has at most {MAX_BYTES} bytes: split it.", field="upload_id")
    key = uploads.arrived(upload)
    if key is None:
        raise InvalidInput("The file has not arrived as announced: PUT it first.", field="upload_id")
    return key


def check_import(given: Mapping[str, Any], inboxes: Inboxes) -> None:
    mapping: Mapping[str, str] = given["mapping"]
    if len(mapping) > MAX_MAPPING:
        raise InvalidInput(f"Give at most {MAX_MAPPING} columns.", field="mapping")
    for column, name in mapping.items():
        if not is_field(profile_name(name)):
            raise InvalidInput(f"There is no field “{name[:60]}”.", field=f"mapping.{column[:60]}")
    names = list(mapping.values())
    twice = next((column for column, name in mapping.items() if names.count(name) > 1), None)
    if twice is not None:
        raise InvalidInput("Two columns are mapped to the same field.", field=f"mapping.{twice[:60]}")
    if len(set(given["match_by"])) != len(given["match_by"]) or not set(given["match_by"]) <= set(MATCHES):
        raise InvalidInput(f"Give some of {', '.join(MATCHES)}, each once.", field="match_by")
    check_source(given["source"], inboxes)


def check_source(source: str | None, inboxes: Inboxes) -> None:
    """A name of one's own for the system that a file is of, or the id of its inbox of events."""
    if source is None or not source.startswith(INBOX):
        return
    inbox = inboxes.get(source)
    if inbox is None or inbox.channel != EVENTS:
        raise InvalidInput("There is no such inbox of events.", field="source")


def checked_export(given: Mapping[str, Any], inboxes: Inboxes) -> dict[str, Any]:
    """With the fields that are exported where none were named: those that can be imported again."""
    fields: Sequence[str] = given["fields"] or [*IMPORTED, "attributes"]
    for place, name in enumerate(fields):
        if not field_is_known(name) or fields.index(name) != place:
            raise InvalidInput("There is no such field, or it is there twice.", field=f"fields[{place}]")
    if given["filter"] is not None:
        check(given["filter"], CONTACT_FACTS, "filter")
    check_source(given["source"], inboxes)
    return {**given, "fields": list(fields)}
