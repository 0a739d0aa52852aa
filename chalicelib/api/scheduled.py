"""Scheduled messages: what an agent writes now and the customer gets later."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api import agent_drafts, contents
from chalicelib.api.drafts import ReplyBody, Text
from chalicelib.api.message_views import AttachmentView, AuthorView, attachment_view
from chalicelib.api.messages import attached
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Json, Moment, Version, View, changes_of
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import (
    ClientIdReused,
    ConversationNotFound,
    InboxDisabled,
    MessageUnfit,
    TooMany,
    TransitionRefused,
    UploadNotFound,
    VersionConflict,
)
from chalicelib.domain.message import MessageKind
from chalicelib.domain.scheduled import Scheduled, ScheduledNotFound, ScheduledState, ScheduleOver, Words
from chalicelib.services.scheduling import Checked, Plan, Scheduling
from chalicelib.wiring import api as wiring
from chalicelib.wiring import scheduled as scheduled_wiring

resource = Resource("scheduled-messages")

SendAt = Annotated[datetime, Meta(tz=True, description="In the future, within a year; RFC 3339, with its offset")]


class ScheduleBody(ReplyBody, frozen=True, kw_only=True):
    """A reply, to be sent at `send_at`. It is cancelled when the customer writes first (`unless_answered`), and when
    the conversation is resolved (unless `even_if_resolved`)."""

    send_at: SendAt
    unless_answered: bool = True
    even_if_resolved: bool = False


class RescheduleBody(Body, frozen=True, kw_only=True):
    """What is left out stays. Who changes the words is their author from then on."""

    version: Version
    text: Text | UnsetType = UNSET
    send_at: Moment | UnsetType = UNSET
    unless_answered: bool | UnsetType = UNSET
    even_if_resolved: bool | UnsetType = UNSET


class WarningView(View, frozen=True, kw_only=True):
    """Why it may not go, as things are now. `closes_at`: when the channel's window closes (null: it is closed)."""

    code: str
    detail: str
    closes_at: datetime | None


class ScheduledView(View, frozen=True, kw_only=True):
    """`state`: scheduled, sending, sent (as `message_id`), cancelled or failed; then `reason` is a stable word and
    `detail` a sentence. `leg_id` null: the conversation's active leg at that time."""

    id: str
    conversation_id: str
    state: ScheduledState
    send_at: datetime
    author: AuthorView
    kind: MessageKind
    text: str
    content: Json
    attachments: list[AttachmentView]
    reply_to: str | None
    leg_id: str | None
    split: bool
    as_link: bool
    unless_answered: bool
    even_if_resolved: bool
    created_at: datetime
    ended_at: datetime | None
    reason: str | None
    detail: str
    message_id: str | None
    version: int


class ScheduleView(ScheduledView, frozen=True, kw_only=True):
    """`warning`: what would keep it from going, if nothing changes until then."""

    warning: WarningView | None


class ScheduledList(View, frozen=True, kw_only=True):
    """Those that wait, the next one first; then those that are over, the newest first, for 30 days."""

    items: list[ScheduledView]


@resource.route(
    "POST",
    "/conversations/{conversation_id}/scheduled",
    role=Role.AGENT,
    body=ScheduleBody,
    gives=ScheduleView,
    status=HTTPStatus.CREATED,
    refuses=(
        ConversationNotFound,
        ClientIdReused,
        InboxDisabled,
        MessageUnfit,
        TooMany,
        TransitionRefused,
        UploadNotFound,
    ),
    example={
        "client_id": "follow-up-7",
        "text": "Did the parcel arrive?",
        "send_at": "2030-03-04T08:00:00Z",
    },
)
def schedule_message(caller: Caller, conversation_id: str, body: ScheduleBody) -> ScheduleView:
    """Write now what is sent later, as an ordinary reply of the caller.

    It is checked as a reply is, now and when it is due; a window that will be closed by then is a warning. The same
    `client_id` with the same content answers what was stored first."""
    body.check(len(body.attachments))
    files = attached(caller, body.attachments)
    said = Words(body.text, body.kind, body.content, files, body.reply_to, body.leg_id)
    plan = Plan(
        said,
        _stored(body.send_at),
        split=body.split,
        as_link=body.as_link,
        unless_answered=body.unless_answered,
        even_if_resolved=body.even_if_resolved,
    )
    checked = _scheduling(caller, conversation_id).schedule(body.client_id, plan)
    agent_drafts.sent(caller, conversation_id, body.draft_version)
    return _checked_view(checked)


@resource.route(
    "GET",
    "/conversations/{conversation_id}/scheduled",
    role=Role.AGENT,
    gives=ScheduledList,
    refuses=(ConversationNotFound,),
)
def list_scheduled(caller: Caller, conversation_id: str) -> ScheduledList:
    """What goes out later, and what became of what should have."""
    found = _scheduling(caller, conversation_id).list()
    return ScheduledList(items=[ScheduledView(**_fields(each)) for each in found])


@resource.route(
    "PATCH",
    "/conversations/{conversation_id}/scheduled/{scheduled_id}",
    role=Role.AGENT,
    body=RescheduleBody,
    gives=ScheduleView,
    refuses=(
        ConversationNotFound,
        InboxDisabled,
        MessageUnfit,
        ScheduledNotFound,
        ScheduleOver,
        TransitionRefused,
        VersionConflict,
    ),
    example={"version": 1, "send_at": "2030-03-05T08:00:00Z"},
)
def change_scheduled(caller: Caller, conversation_id: str, scheduled_id: str, body: RescheduleBody) -> ScheduleView:
    """Other words, another time, or what cancels it; checked as when it was scheduled."""
    scheduling = _scheduling(caller, conversation_id)
    changes = changes_of(body)
    if "text" in changes:
        scheduled = scheduling.get(scheduled_id)
        said = scheduled.said
        files = 0 if scheduled.as_link else len(said.attachments)
        contents.check(said.kind, changes["text"], dict(said.content), files=files, answers=said.reply_to is not None)
    if "send_at" in changes:
        changes["send_at"] = _stored(changes["send_at"])
    return _checked_view(scheduling.change(scheduled_id, body.version, changes))


@resource.route(
    "DELETE",
    "/conversations/{conversation_id}/scheduled/{scheduled_id}",
    role=Role.AGENT,
    gives=ScheduledView,
    refuses=(ScheduledNotFound, ScheduleOver),
)
def cancel_scheduled(caller: Caller, conversation_id: str, scheduled_id: str) -> ScheduledView:
    """It will not be sent. Cancelling it again changes nothing."""
    return ScheduledView(**_fields(_scheduling(caller, conversation_id).cancel(scheduled_id)))


def _scheduling(caller: Caller, conversation_id: str) -> Scheduling:
    return Scheduling(
        store=scheduled_wiring.store(),
        replies=wiring.replies(),
        inboxes=wiring.directory(),
        linked=wiring.links().linked,
        principal=caller.principal,
        conversation_id=conversation_id,
        now=caller.now,
    )


def _stored(at: datetime) -> datetime:
    """As times are kept: to the millisecond."""
    utc = at.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def _checked_view(checked: Checked) -> ScheduleView:
    return ScheduleView(**_fields(checked.scheduled), warning=_warning(checked) if checked.will_be_closed else None)


def _warning(checked: Checked) -> WarningView:
    detail = "The channel takes no free text by then, unless the customer writes before."
    return WarningView(code="window_closed", detail=detail, closes_at=checked.closes_at)


def _fields(scheduled: Scheduled) -> dict[str, Any]:
    author, said = scheduled.author, scheduled.said
    same = ("id", "conversation_id", "state", "send_at", "split", "as_link", "unless_answered", "even_if_resolved")
    ends = ("created_at", "ended_at", "reason", "detail", "message_id", "version")
    return {
        **{name: getattr(scheduled, name) for name in (*same, *ends)},
        "author": AuthorView(kind=author.kind, id=author.id, name=author.name),
        "kind": said.kind,
        "text": said.text,
        "content": dict(said.content),
        "attachments": [attachment_view(place, part) for place, part in enumerate(said.attachments)],
        "reply_to": said.reply_to,
        "leg_id": said.leg_id,
    }
