"""Imports and exports of contacts, made on first use: by the API, which asks for them, and by the function `jobs`,
which carries them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import InvalidInput, SegmentNotFound

if TYPE_CHECKING:
    from chalicelib.aws.job_files import JobFiles
    from chalicelib.aws.stores.imports import ImportStore
    from chalicelib.aws.stores.inboxes import InboxStore
    from chalicelib.aws.stores.uploads import UploadStore
    from chalicelib.domain.attributes import Definitions
    from chalicelib.services.contact_export import ContactExport, Pages
    from chalicelib.services.contact_import import ContactImport
    from chalicelib.services.segments import Segments


@cache
def store() -> ImportStore:
    from chalicelib.aws.stores.imports import ImportStore
    from chalicelib.wiring.shared import desk

    return ImportStore(desk())


@cache
def files() -> JobFiles:
    from chalicelib.aws.clients import patient_client
    from chalicelib.aws.job_files import JobFiles
    from chalicelib.wiring.shared import settings

    return JobFiles(patient_client("s3"), settings().attachments_bucket)


def definitions() -> Definitions:
    """Of custom attributes, as they are now."""
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.services import attribute_documents
    from chalicelib.wiring.shared import desk

    return attribute_documents.published(DocumentStore(desk(), attribute_documents.KIND))


@cache
def contact_import() -> ContactImport:
    from chalicelib.services.contact_import import ContactImport

    return ContactImport(store(), files(), definitions)


@cache
def contact_export() -> ContactExport:
    from chalicelib.services.contact_export import ContactExport
    from chalicelib.services.facts import contact_facts

    return ContactExport(store(), files(), pages_of, contact_facts)


def pages_of(segment_id: str | None) -> Pages:
    """Ids of all contacts, or of those in a segment, a page at a time."""
    if segment_id is None:
        return store().page
    members = segments().members

    def pages(limit: int, start: Mapping[str, Any] | None) -> tuple[Sequence[str], Mapping[str, Any] | None]:
        page = members(segment_id, limit, start)
        return [contact.id for contact in page.items], page.next

    return pages


def check_segment(segment_id: str) -> None:
    """Raises InvalidInput."""
    try:
        segments().members(segment_id, 1, None)
    except SegmentNotFound as error:
        raise InvalidInput("There is no such segment.", field="segment_id") from error


def segments() -> Segments:
    from chalicelib.wiring import search

    return search.segments()


def inboxes() -> InboxStore:
    from chalicelib.wiring import shared

    return shared.inboxes()


def uploads() -> UploadStore:
    from chalicelib.aws.binding import bind_models
    from chalicelib.aws.clients import patient_client
    from chalicelib.aws.stores.uploads import UploadStore
    from chalicelib.wiring.shared import settings

    bind_models(settings().desk_table)
    return UploadStore(patient_client("s3"), settings().attachments_bucket)
