"""A contact's timeline: what happened elsewhere, and how the things it happened to (orders) are now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta

from chalicelib.api import cursors
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Json, Moment, PageQuery, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ContactNotFound, CursorInvalid
from chalicelib.domain.reads import Page
from chalicelib.domain.timeline import Line, Subject, TimelineQuery
from chalicelib.services import timeline
from chalicelib.wiring import api as wiring

Kind = Annotated[
    str,
    Meta(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*\Z", max_length=60, description="A kind or its beginning: order"),
]
SubjectType = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,40}\Z", description="What the ids begin with: order")]
Words = Annotated[str, Meta(min_length=1, max_length=100, description="In title, subject or data, whatever its case")]

resource = Resource("timeline")


class TimelinePageQuery(PageQuery, frozen=True, kw_only=True):
    """With `kind` or `q` a page looks at so many lines and no more: it may hold few, or none, before the last one."""

    kind: Kind | None = None
    q: Words | None = None
    after: Moment | None = None
    before: Moment | None = None


class SubjectQuery(PageQuery, frozen=True, kw_only=True):
    type: SubjectType = "order"


class LineView(View, frozen=True, kw_only=True):
    """One thing that happened. `data` depend on `kind`; money in them is a text with its currency."""

    id: str
    kind: str
    title: str
    occurred_at: datetime
    stored_at: datetime
    channel: str
    inbox_id: str
    subject: str | None
    data: Json


class TimelinePage(View, frozen=True, kw_only=True):
    items: list[LineView]
    next_cursor: str | None


class SubjectView(View, frozen=True, kw_only=True):
    """A thing as its newest event tells it: `kind`, `title` and `data` are that event's."""

    subject: str
    kind: str
    title: str
    occurred_at: datetime
    channel: str
    inbox_id: str
    data: Json


class SubjectPage(View, frozen=True, kw_only=True):
    items: list[SubjectView]
    next_cursor: str | None


@resource.route(
    "GET",
    "/contacts/{contact_id}/timeline",
    role=Role.AGENT,
    query=TimelinePageQuery,
    gives=TimelinePage,
    refuses=(ContactNotFound, CursorInvalid),
)
def get_timeline(caller: Caller, contact_id: str, query: TimelinePageQuery) -> TimelinePage:
    """What happened to this customer elsewhere, newest first: orders, refunds, whatever other systems tell."""

    def pages(limit: int, start: Mapping[str, Any] | None) -> Page[Line]:
        wanted = TimelineQuery(contact_id, limit, query.kind, query.q, query.after, query.before, start)
        return timeline.page(wiring.timelines(), wiring.contacts(), wanted)

    page, cursor = cursors.page_of(f"timeline/{contact_id}", pages, wiring.cursor_secret, caller, query)
    return TimelinePage(items=[line_view(line) for line in page], next_cursor=cursor)


@resource.route(
    "GET",
    "/contacts/{contact_id}/subjects",
    role=Role.AGENT,
    query=SubjectQuery,
    gives=SubjectPage,
    refuses=(ContactNotFound, CursorInvalid),
)
def get_subjects(caller: Caller, contact_id: str, query: SubjectQuery) -> SubjectPage:
    """What the events of the timeline happened to, of one type, as it is now: this customer's orders."""

    def pages(limit: int, start: Mapping[str, Any] | None) -> Page[Subject]:
        return timeline.subjects(wiring.timelines(), wiring.contacts(), contact_id, query.type, limit, start)

    page, cursor = cursors.page_of(f"subjects/{contact_id}", pages, wiring.cursor_secret, caller, query)
    return SubjectPage(items=[subject_view(subject) for subject in page], next_cursor=cursor)


def line_view(line: Line) -> LineView:
    values = {name: getattr(line, name) for name in LineView.__struct_fields__ if name != "data"}
    return LineView(**values, data=dict(line.data))


def subject_view(subject: Subject) -> SubjectView:
    return SubjectView(
        subject=subject.name,
        kind=subject.kind,
        title=subject.title,
        occurred_at=subject.occurred_at,
        channel=subject.channel,
        inbox_id=subject.inbox_id,
        data=dict(subject.data),
    )
