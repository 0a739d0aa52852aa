"""A customer's timeline: conversations, calls, what happened elsewhere; and how the things it happened to are now."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from msgspec import Meta

from chalicelib.api import cursors
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import LINE, Body, Json, Moment, PageQuery, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ContactNotFound, CursorInvalid, ExternalIdReused
from chalicelib.domain.reads import Page
from chalicelib.domain.timeline import Line, Subject, TimelineQuery
from chalicelib.services import timeline_push
from chalicelib.services.timeline_pages import TimelinePage as Found
from chalicelib.wiring import api as wiring
from chalicelib.wiring import customer

_KIND = r"^[a-z0-9_]+(\.[a-z0-9_]+)*\Z"
Kind = Annotated[str, Meta(pattern=_KIND, max_length=60, description="A kind or its beginning: order")]
OwnKind = Annotated[str, Meta(pattern=_KIND, max_length=60, examples=["order.in_store"])]
SubjectType = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,40}\Z", description="What the ids begin with: order")]
SubjectName = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,40}:[^\x00-\x1f\x7f]{1,200}\Z", examples=["order:1001"])]
Words = Annotated[str, Meta(min_length=1, max_length=100, description="In title, subject or data, whatever its case")]
Title = Annotated[str, Meta(min_length=1, max_length=300, pattern=LINE)]
ExternalId = Annotated[str, Meta(min_length=1, max_length=200, pattern=LINE)]

resource = Resource("timeline")


class TimelinePageQuery(PageQuery, frozen=True, kw_only=True):
    """With `kind` or `q` a page looks at so many lines and no more: it may hold few, or none, before the last one.
    `of`: everything of the person, or of this one contact alone."""

    kind: Kind | None = None
    q: Words | None = None
    after: Moment | None = None
    before: Moment | None = None
    of: Literal["person", "contact"] = "person"


class SubjectQuery(PageQuery, frozen=True, kw_only=True):
    type: SubjectType = "order"


class PushBody(Body, frozen=True, kw_only=True):
    """What happened elsewhere. `external_id` is the other system's own id of it: for this contact it counts once.
    `partial`: it does not tell all of its `subject`, whose state stays as it is. `data`: at most 16 KB."""

    external_id: ExternalId
    kind: OwnKind
    title: Title
    occurred_at: Moment
    subject: SubjectName | None = None
    data: Json = {}
    partial: bool = False


class LineView(View, frozen=True, kw_only=True):
    """One thing that happened to `contact_id`. `data` depend on `kind`; money in them is a text with its currency.
    `inbox_id` is null where it came by none."""

    id: str
    contact_id: str
    kind: str
    title: str
    occurred_at: datetime
    stored_at: datetime
    channel: str
    inbox_id: str | None
    subject: str | None
    data: Json


class WhoseView(View, frozen=True, kw_only=True):
    id: str
    display_name: str


class TimelinePage(View, frozen=True, kw_only=True):
    """`contacts`: all who are this person."""

    items: list[LineView]
    contacts: list[WhoseView]
    next_cursor: str | None


class SubjectView(View, frozen=True, kw_only=True):
    """A thing as its newest event tells it: `kind`, `title` and `data` are that event's."""

    subject: str
    kind: str
    title: str
    occurred_at: datetime
    channel: str
    inbox_id: str | None
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
    """What happened to this customer, newest first: conversations on any channel, calls, orders, whatever other systems
    tell; of all contacts that are the same person."""
    found: list[Found] = []

    def pages(limit: int, start: Mapping[str, Any] | None) -> Page[Line]:
        wanted = TimelineQuery(contact_id, limit, query.kind, query.q, query.after, query.before, start)
        found.append(customer.timelines().page(wanted, whole_person=query.of == "person"))
        return found[0].page

    _page, cursor = cursors.page_of(f"timeline/{contact_id}", pages, wiring.cursor_secret, caller, query)
    return page_view(found[0], cursor)


@resource.route(
    "POST",
    "/contacts/{contact_id}/timeline",
    role=Role.AGENT,
    body=PushBody,
    gives=LineView,
    status=HTTPStatus.CREATED,
    refuses=(ContactNotFound, ExternalIdReused),
    example={
        "external_id": "till-3-8812",
        "kind": "order.in_store",
        "title": "Bought in the store at Queen Street: 89.00 EUR",
        "occurred_at": "2026-03-02T15:04:00Z",
        "subject": "order:till-3-8812",
        "data": {"total": "89.00", "currency": "EUR", "store": "Queen Street"},
    },
)
def add_timeline_line(caller: Caller, contact_id: str, body: PushBody) -> LineView:
    """Put what happened elsewhere on a contact's timeline. A repeat answers the line stored first."""
    given = timeline_push.Pushed(
        body.external_id, body.kind, body.title, body.occurred_at, body.subject, body.data, body.partial
    )
    contacts, store = wiring.contacts(), wiring.timelines()
    return line_view(timeline_push.push(store, contacts, caller.principal, contact_id, given, caller.now))


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
        return customer.timelines().subjects(contact_id, query.type, limit, start)

    page, cursor = cursors.page_of(f"subjects/{contact_id}", pages, wiring.cursor_secret, caller, query)
    return SubjectPage(items=[subject_view(subject) for subject in page], next_cursor=cursor)


def page_view(found: Found, cursor: str | None) -> TimelinePage:
    return TimelinePage(
        items=[line_view(line) for line in found.page.items],
        contacts=[WhoseView(id=each.id, display_name=each.display_name) for each in found.contacts.values()],
        next_cursor=cursor,
    )


def line_view(line: Line) -> LineView:
    named = ("id", "contact_id", "kind", "title", "occurred_at", "stored_at", "channel", "subject")
    values = {name: getattr(line, name) for name in named}
    return LineView(**values, inbox_id=_inbox(line.inbox_id), data=dict(line.data))


def subject_view(subject: Subject) -> SubjectView:
    return SubjectView(
        subject=subject.name,
        kind=subject.kind,
        title=subject.title,
        occurred_at=subject.occurred_at,
        channel=subject.channel,
        inbox_id=_inbox(subject.inbox_id),
        data=dict(subject.data),
    )


def _inbox(inbox_id: str) -> str | None:
    return inbox_id if inbox_id.startswith("ibx_") else None
