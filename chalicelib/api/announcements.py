"""Announcements to agents, and who has read them."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api import cursors
from chalicelib.api.announcement_views import AnnouncementView, ReceiptView, fields, receipt_view
from chalicelib.api.drafts import ClientId
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Moment, PageQuery, TeamId, Version, View, changes_of
from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.announcement import MAX_BODY, MAX_TEAMS, MAX_TITLE, USUAL, Announcement, Level
from chalicelib.domain.errors import ClientIdReused, CursorInvalid, InvalidInput, VersionConflict
from chalicelib.domain.errors_texts import AnnouncementNotFound, AnnouncementOver
from chalicelib.services.administration import check_assignable, every
from chalicelib.services.announcements import announcement_id_of
from chalicelib.wiring import api as wiring
from chalicelib.wiring import texts

Title = Annotated[str, Meta(min_length=1, max_length=MAX_TITLE, pattern=r"\S")]
Words = Annotated[str, Meta(min_length=1, max_length=MAX_BODY, pattern=r"\S")]
Teams = Annotated[list[TeamId], Meta(max_length=MAX_TEAMS)]

resource = Resource("announcements")


class AnnouncementBody(Body, frozen=True, kw_only=True):
    """`team_ids`: whose agents it is for; none is everybody. `starts_at`: now, if left out; `ends_at`: 30 days later.
    `requires_ack`: it stays on an agent's list until they confirm it."""

    client_id: ClientId
    title: Title
    body: Words
    team_ids: Teams = []
    level: Level = Level.INFO
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    requires_ack: bool = False


class AnnouncementChanges(Body, frozen=True, kw_only=True):
    """What is left out stays. `starts_at` cannot change any more once it has begun."""

    version: Version
    title: Title | UnsetType = UNSET
    body: Words | UnsetType = UNSET
    team_ids: Teams | UnsetType = UNSET
    level: Level | UnsetType = UNSET
    starts_at: Moment | UnsetType = UNSET
    ends_at: Moment | UnsetType = UNSET
    requires_ack: bool | UnsetType = UNSET


class AnnouncementPage(View, frozen=True, kw_only=True):
    items: list[AnnouncementView]
    next_cursor: str | None


class WaitingView(View, frozen=True, kw_only=True):
    id: str
    name: str


class AnnouncementFigures(AnnouncementView, frozen=True, kw_only=True):
    """`read` have read it, `acknowledged` have confirmed it; `waiting`: agents of its audience who have not read it, or
    not confirmed it where they have to."""

    read: int
    acknowledged: int
    waiting: list[WaitingView]


class ReceiptPage(View, frozen=True, kw_only=True):
    items: list[ReceiptView]
    next_cursor: str | None


@resource.route(
    "GET", "/announcements", role=Role.SUPERVISOR, query=PageQuery, gives=AnnouncementPage, refuses=(CursorInvalid,)
)
def list_announcements(caller: Caller, query: PageQuery) -> AnnouncementPage:
    """All of them, the last to end first."""
    store = texts.announcements().store
    found, cursor = cursors.page_of("announcements", store.page, wiring.cursor_secret, caller, query)
    return AnnouncementPage(items=[AnnouncementView(**fields(each)) for each in found], next_cursor=cursor)


@resource.route(
    "POST",
    "/announcements",
    role=Role.SUPERVISOR,
    body=AnnouncementBody,
    gives=AnnouncementView,
    status=HTTPStatus.CREATED,
    refuses=(ClientIdReused,),
    example={
        "client_id": "outage-7",
        "title": "Card payments are down",
        "body": "Offer transfer.",
        "level": "critical",
    },
)
def create_announcement(caller: Caller, body: AnnouncementBody) -> AnnouncementView:
    """Tell agents something, now or later. The same `client_id` answers what was stored first."""
    _check_teams(body.team_ids)
    starts_at = _utc(body.starts_at) if body.starts_at else caller.now
    wanted = Announcement(
        id=announcement_id_of(caller.principal, body.client_id),
        title=body.title.strip(),
        body=body.body,
        starts_at=starts_at,
        ends_at=_utc(body.ends_at) if body.ends_at else starts_at + USUAL,
        author_id=caller.principal.id,
        author_name=caller.principal.name,
        created_at=caller.now,
        team_ids=tuple(dict.fromkeys(body.team_ids)),
        level=body.level,
        requires_ack=body.requires_ack,
    )
    return AnnouncementView(**fields(texts.announcements().create(caller.principal, wanted, caller.now)))


@resource.route(
    "GET",
    "/announcements/{announcement_id}",
    role=Role.SUPERVISOR,
    gives=AnnouncementFigures,
    refuses=(AnnouncementNotFound,),
)
def get_announcement(caller: Caller, announcement_id: str) -> AnnouncementFigures:
    """One announcement, how many have read it, and who has not."""
    service = texts.announcements()
    found = service.get(announcement_id)
    read, confirmed, settled = service.figures(announcement_id)
    waiting = [each for each in every(wiring.agents().list) if _waits(each, found) and each.id not in settled]
    return AnnouncementFigures(
        **fields(found),
        read=read,
        acknowledged=confirmed,
        waiting=[WaitingView(id=each.id, name=each.name) for each in waiting],
    )


def _waits(agent: Agent, announcement: Announcement) -> bool:
    return agent.enabled and announcement.is_for(agent.team_ids)


@resource.route(
    "GET",
    "/announcements/{announcement_id}/receipts",
    role=Role.SUPERVISOR,
    query=PageQuery,
    gives=ReceiptPage,
    refuses=(AnnouncementNotFound, CursorInvalid),
)
def list_receipts(caller: Caller, announcement_id: str, query: PageQuery) -> ReceiptPage:
    """Who has read an announcement, and when."""
    service = texts.announcements()
    found, cursor = cursors.page_of(
        f"receipts/{announcement_id}",
        lambda limit, start: service.receipts(announcement_id, limit, start),
        wiring.cursor_secret,
        caller,
        query,
    )
    return ReceiptPage(items=[receipt_view(each) for each in found], next_cursor=cursor)


@resource.route(
    "PATCH",
    "/announcements/{announcement_id}",
    role=Role.SUPERVISOR,
    body=AnnouncementChanges,
    gives=AnnouncementView,
    refuses=(AnnouncementNotFound, AnnouncementOver, VersionConflict),
    example={"version": 1, "level": "important"},
)
def edit_announcement(caller: Caller, announcement_id: str, body: AnnouncementChanges) -> AnnouncementView:
    """Change what is announced, until it has ended. Who has read it has read it."""
    changes: dict[str, Any] = changes_of(body)
    if not changes:
        raise InvalidInput("There is nothing to change.", field="version")
    for name in ("starts_at", "ends_at"):
        if name in changes:
            changes[name] = _utc(changes[name])
    if "team_ids" in changes:
        _check_teams(changes["team_ids"])
        changes["team_ids"] = tuple(dict.fromkeys(changes["team_ids"]))
    changed = texts.announcements().change(caller.principal, announcement_id, body.version, changes, caller.now)
    return AnnouncementView(**fields(changed))


@resource.route(
    "POST",
    "/announcements/{announcement_id}/end",
    role=Role.SUPERVISOR,
    gives=AnnouncementView,
    refuses=(AnnouncementNotFound,),
)
def end_announcement(caller: Caller, announcement_id: str) -> AnnouncementView:
    """It is shown no more from now on; it stays on the list, with its receipts."""
    return AnnouncementView(**fields(texts.announcements().end(announcement_id, caller.now)))


def _check_teams(team_ids: list[str]) -> None:
    for place, team_id in enumerate(team_ids):
        try:
            check_assignable(wiring.agents(), wiring.teams(), None, team_id)
        except InvalidInput as refused:
            raise InvalidInput(refused.detail, field=f"team_ids[{place}]") from refused


def _utc(at: datetime) -> datetime:
    """To the millisecond, as times are stored."""
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)
