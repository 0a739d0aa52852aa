"""Segments: contacts that have something in common, with a live count."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api import cursors, jobs
from chalicelib.api.contact_views import ContactPage, ContactRow, row_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Json, Name, PageQuery, Version, View, changes_of
from chalicelib.domain.agent import Role
from chalicelib.domain.contact import Contact
from chalicelib.domain.errors import CursorInvalid, InvalidInput, SegmentNotFound, SegmentsTooMany, VersionConflict
from chalicelib.domain.reads import Page
from chalicelib.domain.segment import Segment
from chalicelib.wiring import api as wiring
from chalicelib.wiring import search as wired

Description = Annotated[str, Meta(max_length=1000)]

resource = Resource("segments")


class SegmentBody(Body, frozen=True, kw_only=True):
    """`condition`: {"all": [...]}, {"any": [...]}, {"not": {...}} or {"field": ..., <operator>: value}; the empty one
    takes everybody."""

    name: Name
    description: Description = ""
    condition: Json


class SegmentChanges(Body, frozen=True, kw_only=True):
    """What is left out stays as it is."""

    version: Version
    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    condition: Json | UnsetType = UNSET


class PreviewBody(Body, frozen=True, kw_only=True):
    condition: Json


class SegmentView(View, frozen=True, kw_only=True):
    """`state`: ready, rebuilding (after a change: contacts that were not looked at yet count as they did before) or
    interrupted (ask for a rebuilding). `looked_at` of `contacts` (0: not known) says how far it is."""

    id: str
    name: str
    description: str
    condition: Json
    count: int
    state: str
    looked_at: int
    contacts: int
    job_id: str | None
    changed_at: datetime
    changed_by: str
    version: int


class SegmentList(View, frozen=True, kw_only=True):
    items: list[SegmentView]


class PreviewView(View, frozen=True, kw_only=True):
    """`matched` of `looked_at` contacts belong. `low` to `high` is the share of all that does, exact where
    `is_complete`; else 95 times in 100, as far as the contacts of some times are like all others. `contacts`: how many
    there were when all were last counted; null where they never were."""

    looked_at: int
    matched: int
    is_complete: bool
    low: float
    high: float
    contacts: int | None
    sample: list[ContactRow]


_GERMANS = {
    "all": [{"field": "contact.tier", "in": ["gold", "platinum"]}, {"field": "contact.language", "is": "de"}],
}
_EXAMPLE = {"name": "Important Germans", "condition": _GERMANS}


@resource.route("GET", "/segments", role=Role.AGENT, gives=SegmentList)
def list_segments(caller: Caller) -> SegmentList:
    """All segments, with how many contacts belong to each."""
    all_ = wired.segment_register().register()
    counts = wired.segment_store().counts()
    return SegmentList(items=[_view(each, counts, caller.now) for each in all_.segments])


@resource.route(
    "POST",
    "/segments",
    role=Role.SUPERVISOR,
    body=SegmentBody,
    gives=SegmentView,
    status=HTTPStatus.CREATED,
    refuses=(SegmentsTooMany,),
    example=_EXAMPLE,
)
def create_segment(caller: Caller, body: SegmentBody) -> SegmentView:
    """Define a segment. All contacts are looked at; until then it is `rebuilding`."""
    made = wired.segments().create(body.name, body.description, body.condition, caller.principal.id, caller.now)
    return _view(made, {}, caller.now)


@resource.route("GET", "/segments/{segment_id}", role=Role.AGENT, gives=SegmentView, refuses=(SegmentNotFound,))
def get_segment(caller: Caller, segment_id: str) -> SegmentView:
    """One segment, and how many contacts belong to it."""
    found = wired.segment_register().register().get(segment_id)
    return _view(found, wired.segment_store().counts(), caller.now)


@resource.route(
    "PATCH",
    "/segments/{segment_id}",
    role=Role.SUPERVISOR,
    body=SegmentChanges,
    gives=SegmentView,
    refuses=(SegmentNotFound, VersionConflict),
    example={"version": 1, **_EXAMPLE},
)
def edit_segment(caller: Caller, segment_id: str, body: SegmentChanges) -> SegmentView:
    """Change a segment. `version` is the one that was read. Where the condition changes, all contacts are looked at."""
    changes = changes_of(body)
    if not changes:
        raise InvalidInput("There is nothing to change.", field="version")
    after = wired.segments().edit(segment_id, body.version, changes, caller.principal.id, caller.now)
    return _view(after, wired.segment_store().counts(), caller.now)


@resource.route(
    "DELETE",
    "/segments/{segment_id}",
    role=Role.SUPERVISOR,
    status=HTTPStatus.NO_CONTENT,
    refuses=(SegmentNotFound,),
)
def delete_segment(caller: Caller, segment_id: str) -> None:
    """Delete a segment; its contacts stay."""
    wired.segments().delete(segment_id, caller.principal.id, caller.now)


@resource.route(
    "POST",
    "/segments/{segment_id}/rebuilding",
    role=Role.SUPERVISOR,
    gives=jobs.JobView,
    status=HTTPStatus.ACCEPTED,
    refuses=(SegmentNotFound,),
)
def rebuild_segment(caller: Caller, segment_id: str) -> jobs.JobView:
    """Look at all contacts once more, for all segments."""
    return jobs.view(wired.segments().rebuild(segment_id, caller.principal.id, caller.now))


@resource.route(
    "GET",
    "/segments/{segment_id}/contacts",
    role=Role.AGENT,
    query=PageQuery,
    gives=ContactPage,
    refuses=(SegmentNotFound, CursorInvalid),
)
def list_members(caller: Caller, segment_id: str, query: PageQuery) -> ContactPage:
    """The contacts that belong to a segment, the newest first."""

    def pages(limit: int, start: Mapping[str, Any] | None) -> Page[Contact]:
        return wired.segments().members(segment_id, limit, start)

    page, cursor = cursors.page_of(f"segments/{segment_id}", pages, wiring.cursor_secret, caller, query)
    return ContactPage(items=[row_view(contact) for contact in page], next_cursor=cursor)


@resource.route(
    "POST",
    "/segments/preview",
    role=Role.SUPERVISOR,
    body=PreviewBody,
    gives=PreviewView,
    example={"condition": _GERMANS},
)
def preview_segment(caller: Caller, body: PreviewBody) -> PreviewView:
    """What a condition would give, from at most 200 contacts. Nothing is changed."""
    seen = wired.segments().preview(body.condition)
    return PreviewView(
        looked_at=seen.looked_at,
        matched=seen.matched,
        is_complete=seen.is_complete,
        low=round(seen.low, 4),
        high=round(seen.high, 4),
        contacts=seen.contacts,
        sample=[row_view(contact) for contact in seen.sample],
    )


def _view(segment: Segment, counts: Mapping[str, int], now: datetime) -> SegmentView:
    progress = wired.segments().progress(segment, now)
    return SegmentView(
        id=segment.id,
        name=segment.name,
        description=segment.description,
        condition=dict(segment.condition),
        count=counts.get(segment.id, 0),
        state=progress.state.value,
        looked_at=progress.job.done if progress.job else 0,
        contacts=progress.job.total if progress.job else 0,
        job_id=segment.job_id,
        changed_at=segment.changed_at,
        changed_by=segment.changed_by,
        version=segment.version,
    )
