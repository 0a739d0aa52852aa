"""What shows a whole customer: timelines, the first screen, progress, transcripts; made on first use (see `api`)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.aws.stores.progress import ProgressStore
    from chalicelib.services.first_screen import FirstScreens
    from chalicelib.services.links import Links
    from chalicelib.services.timeline_lines import TimelineLines
    from chalicelib.services.timeline_pages import Timelines
    from chalicelib.services.transcripts import Transcripts, TranscriptSending


@cache
def timelines() -> Timelines:
    from chalicelib.aws.stores.contacts import ContactStore
    from chalicelib.aws.stores.people import PeopleStore
    from chalicelib.aws.stores.timeline import TimelineStore
    from chalicelib.aws.stores.timeline_lines import OwnLineStore
    from chalicelib.services.timeline_pages import Timelines
    from chalicelib.wiring.shared import desk

    table = desk()
    return Timelines(TimelineStore(table), PeopleStore(table), ContactStore(table), OwnLineStore(table))


@cache
def timeline_lines() -> TimelineLines:
    from chalicelib.aws.stores.contact_notes import ContactNoteStore
    from chalicelib.aws.stores.timeline_lines import OwnLineStore
    from chalicelib.services.timeline_lines import TimelineLines
    from chalicelib.wiring.shared import desk

    return TimelineLines(OwnLineStore(desk()), ContactNoteStore(desk()))


@cache
def first_screens() -> FirstScreens:
    from chalicelib.aws.stores.contacts import ContactStore
    from chalicelib.aws.stores.people import PeopleStore
    from chalicelib.aws.stores.screen import ScreenStore
    from chalicelib.aws.stores.timeline import TimelineStore
    from chalicelib.services.first_screen import FirstScreens
    from chalicelib.wiring.shared import desk

    table = desk()
    return FirstScreens(ScreenStore(table), TimelineStore(table), PeopleStore(table), ContactStore(table))


@cache
def transcripts() -> Transcripts:
    from chalicelib.aws.stores.contacts import ContactStore
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.services.transcripts import Transcripts
    from chalicelib.wiring.shared import desk

    return Transcripts(DeskStore(desk()), ContactStore(desk()))


@cache
def transcript_sending() -> TranscriptSending:
    from chalicelib.aws.blobs import BlobStore
    from chalicelib.aws.clients import patient_client
    from chalicelib.aws.stores.replies import ReplyStore
    from chalicelib.services.transcripts import TranscriptSending
    from chalicelib.wiring import shared

    blobs = BlobStore(patient_client("s3"), shared.settings().attachments_bucket)
    return TranscriptSending(transcripts(), ReplyStore(shared.desk()), shared.inbox_directory(), blobs, _links)


def _links() -> Links:
    from chalicelib.services.links import Links
    from chalicelib.wiring import files
    from chalicelib.wiring.shared import settings

    return Links(settings().public_url, files.link_secret)


@cache
def progress_store() -> ProgressStore:
    from chalicelib.aws.stores.progress import ProgressStore
    from chalicelib.wiring.shared import desk

    return ProgressStore(desk())
