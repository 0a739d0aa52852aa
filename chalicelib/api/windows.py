"""Messaging windows that close soon, what can be done before, and asking customers whether we may write elsewhere."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Literal

from msgspec import Meta

from chalicelib.api import cursors
from chalicelib.api.conversation_views import ConversationView, view
from chalicelib.api.drafts import ClientId
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Cursor, Json, LegId, Query, TeamId, View
from chalicelib.domain.agent import Role
from chalicelib.domain.consent import Purpose
from chalicelib.domain.errors import (
    ClientIdReused,
    ConversationNotFound,
    InboxDisabled,
    MessageUnfit,
    WindowClosed,
)
from chalicelib.domain.question import NONE, Question, QuestionState
from chalicelib.services.consent_asking import ConsentNotAsked
from chalicelib.services.questions import QuestionOpen
from chalicelib.services.ways_out import Way
from chalicelib.services.window_board import LONGEST, Entry
from chalicelib.wiring import api as wiring
from chalicelib.wiring import windows

resource = Resource("windows")

Within = Annotated[int, Meta(ge=60, le=int(LONGEST.total_seconds()))]


class WindowQuery(Query, frozen=True, kw_only=True):
    """`within_seconds`: only what closes by then (everything on the board, if left out)."""

    within_seconds: Within = int(LONGEST.total_seconds())
    team_id: TeamId | None = None
    limit: Annotated[int, Meta(ge=1, le=50)] = 25
    cursor: Cursor | None = None


class ReasonView(View, frozen=True, kw_only=True):
    """`kind`: waiting, promise, scheduled or snoozed, which are owed; tier, priority or label, which only raise it.
    `ref`: the promise or scheduled message."""

    kind: str
    points: int
    words: str
    ref: str | None


class WayView(View, frozen=True, kw_only=True):
    """A call of this API that is ready but for what it `needs`, each by its place in the body. The same way of the same
    window has the same client id: called twice, it is done once."""

    kind: Way
    title: str
    method: str
    path: str
    body: Json
    needs: list[str]


class WindowView(View, frozen=True, kw_only=True):
    """`value`: how much it presses, in points."""

    conversation: ConversationView
    leg_id: str
    channel: str
    closes_at: datetime
    seconds_left: int
    value: int
    why: list[ReasonView]
    ways: list[WayView]


class WindowPage(View, frozen=True, kw_only=True):
    """What presses most first; of equal ones what closes first."""

    items: list[WindowView]
    next_cursor: str | None


class ConsentBody(Body, frozen=True, kw_only=True):
    """`channel`: where we would like to write as well. `leg_id`: where to ask (the active leg, if left out)."""

    client_id: ClientId
    channel: Literal["email", "sms", "whatsapp"]
    purpose: Purpose = Purpose.SERVICE
    leg_id: LegId | None = None


class ConsentRequestView(View, frozen=True, kw_only=True):
    """`state`: asked, granted, withdrawn (they said no), or void (the channel did not take the question).
    `evidence_id`: the message in which they answered."""

    id: str
    conversation_id: str
    leg_id: str
    channel: str
    purpose: Purpose
    state: Literal["asked", "granted", "withdrawn", "void"]
    text: str
    asked_at: datetime
    answered_at: datetime | None
    evidence_id: str | None


@resource.route("GET", "/windows", role=Role.AGENT, query=WindowQuery, gives=WindowPage)
def list_windows(caller: Caller, query: WindowQuery) -> WindowPage:
    """Conversations whose messaging window closes soon while the customer is owed something, with the ways out."""
    of = f"windows {query.within_seconds} {query.team_id} {caller.principal.id}"
    start = cursors.read(wiring.cursor_secret(), of, query.cursor, caller.now) if query.cursor else None
    within = timedelta(seconds=query.within_seconds)
    page = windows.board().page(caller.now, within=within, limit=query.limit, team_id=query.team_id, start=start)
    after = cursors.issue(wiring.cursor_secret(), of, page.next, caller.now) if page.next else None
    return WindowPage(items=[_window_view(entry, caller.now) for entry in page.entries], next_cursor=after)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/consent-requests",
    role=Role.AGENT,
    body=ConsentBody,
    gives=ConsentRequestView,
    status=HTTPStatus.ACCEPTED,
    refuses=(
        ConversationNotFound,
        ConsentNotAsked,
        QuestionOpen,
        WindowClosed,
        MessageUnfit,
        InboxDisabled,
        ClientIdReused,
    ),
    example={"client_id": "0199c2f4-7d0e", "channel": "email"},
)
def request_consent(caller: Caller, conversation_id: str, body: ConsentBody) -> ConsentRequestView:
    """Ask the customer, in the open window, whether we may write to them on another channel as well. Their yes or no is
    kept as consent, with their message as the evidence. The same client id again asks nothing more."""
    asked = windows.consent_asking().ask(
        caller.principal, conversation_id, body.channel, body.purpose, body.client_id, caller.now, body.leg_id
    )
    return _request_view(asked)


def _window_view(entry: Entry, now: datetime) -> WindowView:
    return WindowView(
        conversation=view(entry.conversation, now),
        leg_id=entry.leg.id,
        channel=entry.leg.channel,
        closes_at=entry.closes_at,
        seconds_left=max(0, int((entry.closes_at - now).total_seconds())),
        value=entry.value,
        why=[ReasonView(kind=each.kind, points=each.points, words=each.words, ref=each.ref) for each in entry.why],
        ways=[
            WayView(
                kind=way.kind,
                title=way.title,
                method=way.method,
                path=way.path,
                body=dict(way.body),
                needs=list(way.needs),
            )
            for way in entry.ways
        ],
    )


def _request_view(asked: Question) -> ConsentRequestView:
    return ConsentRequestView(
        id=asked.id,
        conversation_id=asked.conversation_id,
        leg_id=asked.leg_id,
        channel=asked.about["channel"],
        purpose=Purpose(asked.about["purpose"]),
        state=_state(asked),
        text=asked.text,
        asked_at=asked.asked_at,
        answered_at=asked.answered_at if asked.state is QuestionState.ANSWERED else None,
        evidence_id=asked.answered_by,
    )


def _state(asked: Question) -> Literal["asked", "granted", "withdrawn", "void"]:
    if asked.state is QuestionState.ASKED:
        return "asked"
    if asked.state is QuestionState.VOID:
        return "void"
    return "withdrawn" if asked.choice == NONE else "granted"
