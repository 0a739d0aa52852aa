"""Notifications: what the caller is told of, and how they want to be told when they are not looking."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, field

from chalicelib.api import cursors
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, PageQuery, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import CursorInvalid, InvalidInput, NoticeNotFound, VersionConflict
from chalicelib.domain.notice import NoticeKind, Outcome, Way
from chalicelib.domain.notice_ways import DIGEST_MINUTES, KINDS, Preferences, Urgency
from chalicelib.domain.quiet_hours import EVERY_DAY, QuietHours
from chalicelib.services.notices import LONGEST_DIGEST, SHORTEST_DIGEST, Shown, told_of
from chalicelib.wiring import api as wiring
from chalicelib.wiring import notifications

resource = Resource("notifications")

ReadVersion = Annotated[int, Meta(ge=0, le=2**53 - 1, description="The version that was read; 0 where there is none")]
ClockTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z", description="Of the wall clock, as 22:00")]
Weekday = Annotated[int, Meta(ge=0, le=6)]
NoticeId = Annotated[str, Meta(pattern=r"^ntc_[0-9a-hjkmnp-tv-z]{1,64}\Z")]
Zone = Annotated[str, Meta(min_length=1, max_length=60, description="An IANA name, as Europe/Berlin")]
Minutes = Annotated[int, Meta(ge=SHORTEST_DIGEST, le=LONGEST_DIGEST)]


class NoticeView(View, frozen=True, kw_only=True):
    """`title` and `body` are put together from what is there now. `tried`: what became of the other ways to tell it,
    by way: sending (not known yet), sent, failed or nowhere. The same notice is shown once: `id` tells it from others,
    also as the tag of a push. For who says it in words of their own: `customer` and `colleague` are names, empty where
    there is none, and `about` the ids, times and numbers of the fact (what is in it depends on `kind`)."""

    id: str
    kind: NoticeKind
    conversation_id: str | None
    title: str
    body: str
    customer: str
    colleague: str
    about: dict[str, Any]
    at: datetime
    seen_at: datetime | None
    tried: dict[Way, Outcome]


class NoticePage(View, frozen=True, kw_only=True):
    """Unseen ones first, newest first in both parts. What is seen between two pages may come twice."""

    items: list[NoticeView]
    next_cursor: str | None


class UnseenView(View, frozen=True, kw_only=True):
    """`more`: there are more than that."""

    unseen: int
    more: bool


class SeenBody(Body, frozen=True, kw_only=True):
    """`up_to`: the newest that was on the screen; without it all."""

    up_to: NoticeId | None = None


class SeenView(View, frozen=True, kw_only=True):
    """`more`: there are still unseen ones, call again."""

    seen: int
    more: bool


class QuietHoursModel(Body, frozen=True, kw_only=True):
    """From `start` to `end`, on the next day where that is earlier. `days`: weekdays on which they begin, 0 is
    Monday."""

    zone: Zone
    start: ClockTime
    end: ClockTime
    days: Annotated[list[Weekday], Meta(min_length=1, max_length=7)] = field(default_factory=lambda: list(EVERY_DAY))


class PreferencesModel(Body, frozen=True, kw_only=True):
    """`ways`: by which ways each kind is told to who is not looking; kinds that are not named have their defaults. In
    `quiet_hours` (None: never) and while the agent chose to be offline nothing is pushed or sent by Slack, but with
    `pierce` what is urgent. `previews`: whether what was said leaves the desk, too. `digest_minutes`: between two
    e-mails, and before the first."""

    ways: dict[NoticeKind, Annotated[list[Way], Meta(max_length=3)]] = {}
    quiet_hours: QuietHoursModel | None = None
    pierce: bool = False
    previews: bool = False
    digest_minutes: Minutes = DIGEST_MINUTES


class PreferencesBody(PreferencesModel, frozen=True, kw_only=True):
    version: ReadVersion


class PreferencesView(View, frozen=True, kw_only=True):
    """`ways` has all kinds, `urgent` those that may come in quiet hours. `version` 0: nothing was chosen yet."""

    preferences: PreferencesModel
    urgent: list[NoticeKind]
    version: int


@resource.route(
    "GET",
    "/me/notifications",
    role=Role.AGENT,
    people_only=True,
    query=PageQuery,
    gives=NoticePage,
    refuses=(CursorInvalid,),
)
def list_my_notifications(caller: Caller, query: PageQuery) -> NoticePage:
    """What the caller was told of within 30 days."""
    store, me = notifications.notice_store(), caller.principal.id
    found, cursor = cursors.page_of(
        "notifications", lambda limit, start: store.page(me, limit, start), wiring.cursor_secret, caller, query
    )
    return NoticePage(items=[_view(each) for each in notifications.notice_list().shown(found)], next_cursor=cursor)


@resource.route("GET", "/me/notifications/unseen", role=Role.AGENT, people_only=True, gives=UnseenView)
def count_my_notifications(caller: Caller) -> UnseenView:
    """How many the caller has not seen: 99 at most."""
    unseen, more = notifications.notice_list().count(caller.principal.id)
    return UnseenView(unseen=unseen, more=more)


@resource.route(
    "POST", "/me/notifications/seen", role=Role.AGENT, people_only=True, body=SeenBody, gives=SeenView, example={}
)
def see_my_notifications(caller: Caller, body: SeenBody) -> SeenView:
    """Everything, or what was there when the caller looked: a hundred in one call."""
    seen, more = notifications.notice_list().see_all(caller.principal.id, body.up_to, caller.now)
    return SeenView(seen=seen, more=more)


@resource.route(
    "POST",
    "/me/notifications/{notice_id}/seen",
    role=Role.AGENT,
    people_only=True,
    gives=NoticeView,
    refuses=(NoticeNotFound,),
)
def see_my_notification(caller: Caller, notice_id: str) -> NoticeView:
    """One notice. What has not gone out yet by other ways does not any more."""
    found = notifications.notice_list()
    (shown,) = found.shown([found.see(caller.principal.id, notice_id, caller.now)])
    return _view(shown)


@resource.route("GET", "/me/notification-preferences", role=Role.AGENT, people_only=True, gives=PreferencesView)
def get_my_notification_preferences(caller: Caller) -> PreferencesView:
    """How the caller is told."""
    return _preferences_view(notifications.notice_store().preferences(caller.principal.id))


@resource.route(
    "PUT",
    "/me/notification-preferences",
    role=Role.AGENT,
    people_only=True,
    body=PreferencesBody,
    gives=PreferencesView,
    refuses=(InvalidInput, VersionConflict),
    example={
        "version": 0,
        "ways": {"mention": ["push", "email"], "message": []},
        "quiet_hours": {"zone": "Europe/Berlin", "start": "19:00", "end": "08:00"},
        "pierce": True,
    },
)
def choose_my_notification_preferences(caller: Caller, body: PreferencesBody) -> PreferencesView:
    """Choose anew how to be told, as a whole."""
    quiet = body.quiet_hours
    own = Preferences(
        caller.principal.id,
        ways={kind: frozenset(ways) for kind, ways in body.ways.items()},
        quiet=QuietHours(quiet.zone, _minutes(quiet.start), _minutes(quiet.end), tuple(quiet.days)) if quiet else None,
        pierce=body.pierce,
        previews=body.previews,
        digest_minutes=body.digest_minutes,
    )
    return _preferences_view(notifications.notice_list().choose(own, body.version))


def _view(shown: Shown) -> NoticeView:
    notice = shown.notice
    return NoticeView(
        id=notice.id,
        kind=notice.kind,
        conversation_id=notice.conversation_id,
        title=shown.words.title,
        body=shown.words.body,
        customer=shown.detail.customer,
        colleague=shown.detail.colleague,
        about=dict(notice.about),
        at=notice.at,
        seen_at=notice.seen_at,
        tried=told_of(notice),
    )


def _preferences_view(own: Preferences) -> PreferencesView:
    quiet = own.quiet
    model = PreferencesModel(
        ways={kind: sorted(own.ways_of(kind)) for kind in NoticeKind},
        quiet_hours=QuietHoursModel(
            zone=quiet.zone, start=_clock(quiet.start), end=_clock(quiet.end), days=list(quiet.days)
        )
        if quiet
        else None,
        pierce=own.pierce,
        previews=own.previews,
        digest_minutes=own.digest_minutes,
    )
    urgent = [kind for kind in NoticeKind if KINDS[kind].urgency is Urgency.HIGH]
    return PreferencesView(preferences=model, urgent=urgent, version=own.version)


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
