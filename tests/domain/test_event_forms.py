"""The wire form of every event, held by a golden file each: a change of it is a change for whoever listens.

Written anew with PARLEY_WRITE_GOLDEN=1.
"""

import json
import os
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.aws.changes import announcements
from chalicelib.aws.codec import events_of, to_attributes
from chalicelib.aws.codec_conversation import conversation_item
from chalicelib.aws.codec_message import message_item
from chalicelib.aws.codec_promise import promise_item
from chalicelib.aws.codec_routing import workload_item
from chalicelib.aws.codec_scheduled import scheduled_item
from chalicelib.aws.codec_sla import clock_item
from chalicelib.aws.codec_template import health_item, template_item
from chalicelib.aws.codec_timeline import line_item
from chalicelib.domain import ids
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.conversation import Conversation, Leg, Status
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.envelope import Actor
from chalicelib.domain.events import EVENTS, Event
from chalicelib.domain.inbox_health import InboxHealth, TokenState
from chalicelib.domain.line_ids import line_id
from chalicelib.domain.message import Attachment, AttachmentState, Author, Direction, Failure, Message, MessageKind
from chalicelib.domain.presence import Intent, Presence
from chalicelib.domain.promise import Promise, PromiseKind
from chalicelib.domain.scheduled import Scheduled, Words
from chalicelib.domain.sla import Clock, ClockKind
from chalicelib.domain.template import Template, TemplateStatus
from chalicelib.domain.timeline import Line
from chalicelib.domain.workload import Workload
from chalicelib.domain.writes import Recorded
from chalicelib.domain.writes_sla import ClockWrite
from tests.domain.contact_forms import of_contact
from tests.domain.notice_forms import NOTICES, told_in_notices
from tests.domain.report_forms import REPORTED, told_of_reports
from tests.domain.side_thread_forms import ASIDE, told_aside
from tests.domain.slack_forms import SLACK, told_of_slack
from tests.domain.text_forms import TEXTS, announced
from tests.domain.together_forms import NOTED, TOGETHER, told_together
from tests.domain.webhook_forms import WEBHOOKS, told_of_webhooks
from tests.domain.window_forms import asked_or_watched

GOLDEN = Path(__file__).parent.parent / "golden" / "events"
AT = datetime(2026, 3, 2, 9, 0, 0, 250000, UTC)
LEG = ids.leg_id("ibx_wa", "85261234567")
CONVERSATION = ids.conversation_id(LEG, 1)
MESSAGE = ids.message_id(AT, LEG, "wamid.1")
FAILURE = {"code": "131047", "class": "window", "detail": "The 24-hour window is closed."}

DATA: Mapping[str, Mapping[str, Any]] = {
    "conversation.created": {"message_id": MESSAGE},
    "conversation.updated": {"message_id": MESSAGE},
    "conversation.status_changed": {
        "previous": "open",
        "status": "snoozed",
        "episode": 2,
        "reason": "agent",
        "snoozed_until": "2026-03-03T09:00:00+00:00",
    },
    "conversation.assigned": {
        "previous_assignee_id": None,
        "assignee_id": "agt_1",
        "previous_team_id": "tea_2",
        "team_id": "tea_1",
    },
    "conversation.offered": {"agent_id": "agt_1", "until": (AT + timedelta(seconds=30)).isoformat(), "attempt": 2},
    "conversation.offer_ended": {"agent_id": "agt_1", "outcome": "declined", "reason": "Needs Italian"},
    "conversation.priority_changed": {"previous": "normal", "priority": "urgent"},
    "conversation.merged": {"source_id": "cnv_2", "target_id": CONVERSATION},
    "conversation.unmerged": {"source_id": "cnv_2", "target_id": CONVERSATION},
    "conversation.split": {
        "source_id": CONVERSATION,
        "new_id": "cnv_2",
        "leg_id": LEG,
        "from_message_id": MESSAGE,
    },
    "conversation.read": {"leg_id": LEG, "message_id": MESSAGE, "external_id": "wamid.1"},
    "conversation.escalated": {
        "path": "Orders",
        "tier": "Experts",
        "place": 1,
        "previous_tier": "First line",
        "previous_place": 0,
        "ticket": False,
        "down": False,
        "reason": "sla_breached",
    },
    "conversation.taken_over": {
        "previous_assignee_id": "agt_1",
        "assignee_id": "agt_9",
        "reason": "Asked for a manager",
    },
    "conversation.given_back": {"previous_assignee_id": "agt_9", "assignee_id": "agt_1", "reason": "Solved"},
    "conversation.briefed": {"note_id": ids.note_id(AT, "b"), "assignee_id": "agt_1"},
    "conversation.labelled": {"added": ("refund",), "removed": ("spam",), "rules": {"refund": "Money back"}},
    "contact.erased": {"contact_ids": ("con_1", "con_2")},
    "message.redacted": {
        "message_id": MESSAGE,
        "leg_id": LEG,
        "reason": "A card number",
        "characters": 16,
        "attachments": 0,
    },
    "consent.changed": {"channel": "email", "purpose": "marketing", "previous": "granted", "state": "withdrawn"},
    "contact.note_changed": {"contact_id": "con_1", "note_id": ids.note_id(AT, "n"), "change": "edited"},
    "conversation.window_closing": {
        "conversation_id": CONVERSATION,
        "leg_id": LEG,
        "closes_at": (AT + timedelta(hours=2)).isoformat(),
        "owed": ("waiting", "promise"),
    },
    "conversation.window_closed": {
        "conversation_id": CONVERSATION,
        "leg_id": LEG,
        "closes_at": (AT + timedelta(hours=2)).isoformat(),
        "owed": ("waiting",),
    },
    "question.asked": {"conversation_id": CONVERSATION, "question": "consent"},
    "question.answered": {
        "conversation_id": CONVERSATION,
        "question": "consent",
        "choice": "yes",
        "message_id": MESSAGE,
    },
    **NOTED,
    **TOGETHER,
    **WEBHOOKS,
    **REPORTED,
    **SLACK,
    **TEXTS,
    "call.started": {"conversation_id": CONVERSATION, "leg_id": LEG, "direction": "inbound"},
    "call.ended": {
        "conversation_id": CONVERSATION,
        "leg_id": LEG,
        "call": "CA1",
        "reason": "completed",
        "duration_seconds": 49,
    },
    "message.created": {
        "conversation_id": CONVERSATION,
        "leg_id": LEG,
        "direction": "inbound",
        "kind": "image",
        "pending_attachments": 1,
    },
    "message.queued": {"leg_id": LEG, "attempt": 2},
    "message.scheduled": {"conversation_id": CONVERSATION, "send_at": "2026-03-03T09:00:00+00:00"},
    "message.schedule_changed": {
        "conversation_id": CONVERSATION,
        "send_at": "2026-03-03T09:00:00+00:00",
        "fields": ("send_at", "text"),
    },
    "message.schedule_cancelled": {"conversation_id": CONVERSATION, "reason": "customer_wrote"},
    "message.schedule_failed": {
        "conversation_id": CONVERSATION,
        "code": "window_closed",
        "detail": "whatsapp takes no free text now: send an approved template or use another leg.",
    },
    "message.schedule_sent": {"conversation_id": CONVERSATION, "message_id": MESSAGE},
    "message.state_changed": {"leg_id": LEG, "state": "failed", "attempt": 1, "failure": FAILURE},
    "attachment.stored": {
        "leg_id": LEG,
        "index": 0,
        "state": "stored",
        "mime": "image/jpeg",
        "size_bytes": 2048,
        "reason": None,
    },
    "contact.created": {"channel": "whatsapp", "identity_id": "idn_1", "leg_id": "leg_1"},
    "contact.updated": {"fields": ("name", "email")},
    "contact.linked": {
        "contact_id": "con_1",
        "other_id": "con_2",
        "evidence": ("phone",),
        "strength": 90,
    },
    "contact.unlinked": {
        "contact_id": "con_1",
        "other_id": "con_2",
        "members": ("con_1",),
        "other_members": ("con_2",),
        "reason": "A number that two share.",
    },
    "contact.suggested": {"contact_id": "con_1", "other_id": "con_2", "evidence": ("email", "name"), "strength": 64},
    "contact.suggestion_closed": {"contact_id": "con_1", "other_id": "con_2", "state": "dismissed"},
    "contact.verified": {"verification_id": "vrf_1", "kind": "email", "leg_id": LEG},
    "conversation.leg_switched": {
        "from_leg_id": LEG,
        "from_channel": "whatsapp",
        "to_leg_id": "leg_2",
        "to_channel": "email",
        "inbox_id": "ibx_em",
        "message_id": MESSAGE,
        "purpose": "service",
        "proof": "code",
        "begun": True,
    },
    "timeline.event_added": {
        "contact_id": "con_1",
        "inbox_id": "ibx_sh0p",
        "kind": "order.paid",
        "subject": "order:1001",
    },
    "template.changed": {
        "inbox_id": "ibx_wa",
        "previous_status": "approved",
        "status": "paused",
        "fields": ("status", "reason"),
    },
    "agent.presence_changed": {"previous": "online", "intent": "busy", "connected": True, "reason": "training"},
    "agent.capacity_changed": {"fields": ("skills", "units")},
    "promise.made": {"conversation_id": CONVERSATION, "promise": "wait", "due_at": AT.isoformat()},
    **{
        f"promise.{word}": {"conversation_id": CONVERSATION, "promise": "wait", f"{word}_at": AT.isoformat()}
        for word in ("kept", "broken", "cancelled")
    },
    **{
        f"sla.{word}": {"conversation_id": CONVERSATION, "clock": "first_response", f"{word}_at": AT.isoformat()}
        for word in ("started", "paused", "resumed", "warned", "met", "breached")
    },
    **ASIDE,
    **NOTICES,
    "inbox.health_changed": {
        "inbox_id": "ibx_wa",
        "previous": "ok",
        "state": "dead",
        "reason": "The access token has expired.",
    },
}


def conversation() -> dict[str, Any]:
    leg = Leg(LEG, "ibx_wa", "whatsapp", "85261234567", MESSAGE, MESSAGE, AT, "wamid.1")
    return conversation_item(
        Conversation(
            id=CONVERSATION,
            contact_id="con_1",
            contact_name="Bob",
            inbox_id="ibx_wa",
            channel="whatsapp",
            active_leg_id=LEG,
            opened_at=AT,
            status_changed_at=AT,
            last_activity_at=AT,
            view_at=AT,
            created_at=AT,
            status=Status.SNOOZED,
            legs={LEG: leg},
            unread=1,
            waiting_since=AT,
            version=7,
        )
    )


def message(*, ours: bool) -> dict[str, Any]:
    file = Attachment("image/jpeg", "photo.jpg", 2048, object_key="attachments/x/0", state=AttachmentState.STORED)
    sent: dict[str, Any] = {"state": DeliveryState.FAILED, "attempt": 1, "marks": {"queued": AT}}
    sent["failure"] = Failure("131047", FailureClass.WINDOW, "The 24-hour window is closed.", AT)
    return message_item(
        Message(
            id=MESSAGE,
            leg_id=LEG,
            conversation_id=CONVERSATION,
            direction=Direction.OUTBOUND if ours else Direction.INBOUND,
            kind=MessageKind.IMAGE,
            occurred_at=AT,
            stored_at=AT,
            author=Author("agent", "agt_1", "Ana") if ours else Author("contact", "con_1"),
            text="Look 🌧",
            external_id="wamid.1",
            reply_to="wamid.0",
            content={"forwarded": True},
            attachments=(file,),
            version=3,
            **(sent if ours else {}),
        )
    )


def scheduled() -> dict[str, Any]:
    ana = Principal("agent", "agt_1", "Ana", Role.AGENT)
    said = Words("Did the parcel arrive?")
    asked = Scheduled(f"sch_{ids.digest('f')}", CONVERSATION, ana, AT + timedelta(days=1), said, AT, "d", version=2)
    return scheduled_item(asked, Recorded((), Actor("system"), AT))


def aggregate(event_type: str) -> dict[str, Any]:  # noqa: PLR0911 (one line for each kind)
    if event_type.startswith(("conversation.", "note.", "message.redacted")):
        return conversation()
    if event_type.startswith("message.schedule"):
        return scheduled()
    if event_type.startswith(("contact.", "consent.")):
        return of_contact(event_type)
    if event_type == "timeline.event_added":
        paid = {"total": "59.90", "currency": "EUR"}
        line = line_id(AT, "ibx_sh0p", "orders/paid:e-1")
        title = "Order #1001: paid, 59.90 EUR"
        return line_item(Line(line, "con_1", "ibx_sh0p", "shopify", "order.paid", title, AT, AT, "order:1001", paid))
    if event_type == "template.changed":
        told = {"status": AT, "quality": AT}
        return template_item(
            Template("ibx_wa", "order_update", "en", "1689", TemplateStatus.PAUSED, "Low quality", "red", "utility")
        ) | {"told": told, "version": 3}
    if event_type.startswith("agent."):
        presence = Presence(Intent.BUSY, "training", AT, AT)
        return workload_item(
            Workload("agt_1", "Ana", ("tea_1",), presence, skills={"lang:de": 3}, used=4, epoch=9, version=2)
        )
    if event_type.startswith("promise."):
        by, due = Actor("rule", "tell_wait"), datetime(2026, 3, 2, 9, 6, tzinfo=UTC)
        text = "You are number 2 in the queue."
        made = Promise("prm_1", CONVERSATION, PromiseKind.WAIT, text, AT, due, by, "whatsapp", 2, version=2)
        return promise_item(made, Recorded((), by, AT))
    if event_type.startswith("sla."):
        clock = Clock(ClockKind.FIRST_RESPONSE, "slp_1", 2, AT, 3600, 0.8, "bhr_1")
        return clock_item(ClockWrite(CONVERSATION, "00002-first_response", clock, 3, Recorded((), Actor("system"), AT)))
    if event_type == "inbox.health_changed":
        return health_item(InboxHealth("ibx_wa", TokenState.DEAD, AT, "The access token has expired.", version=2))
    return message(ours=event_type in ("message.queued", "message.state_changed"))


# Events told of by items of their own.
APART: tuple[tuple[Collection[str], Callable[[str], dict[str, Any]]], ...] = (
    (NOTICES, lambda kind: told_in_notices(kind, CONVERSATION, AT)),
    (ASIDE, told_aside),
    (TOGETHER, told_together),
    (WEBHOOKS, told_of_webhooks),
    (REPORTED, told_of_reports),
    (SLACK, told_of_slack),
    (("announcement.created",), lambda _kind: announced()),
)


def wire_form(event: Event) -> dict[str, Any]:
    """By the whole way: written into its aggregate's item, read from the stream."""
    recorded = Recorded((event,), Actor("agent", "agt_1"), AT)
    watched = event.TYPE.startswith(("conversation.window_", "question."))
    item = asked_or_watched(event.TYPE, CONVERSATION, LEG, MESSAGE, AT) if watched else aggregate(event.TYPE)
    for kinds, told in APART:
        if event.TYPE in kinds:
            item = told(event.TYPE)
    image = to_attributes(item | {"events": events_of(recorded)})
    (envelope,) = announcements({"dynamodb": {"NewImage": image}})
    return envelope


def test_every_event_has_an_example() -> None:
    assert set(DATA) == set(EVENTS)
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(EVENTS)


@pytest.mark.parametrize("event_type", sorted(EVENTS))
def test_the_wire_form_is_the_golden_one(event_type: str) -> None:
    form = json.dumps(wire_form(EVENTS[event_type](**DATA[event_type])), indent=2, ensure_ascii=False, sort_keys=True)
    path = GOLDEN / f"{event_type}.json"
    if os.environ.get("PARLEY_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(form + "\n", "utf-8")
    assert form + "\n" == path.read_text("utf-8")


def test_no_address_of_a_provider_and_no_name_of_a_contact_is_announced() -> None:
    told = json.dumps([wire_form(EVENTS[name](**DATA[name])) for name in EVENTS])
    assert "object_key" not in told
    assert "85261234567" not in told
    assert "Bob" not in told


def test_the_same_change_has_the_same_id_and_another_one_another() -> None:
    entries = [{"type": "x", "at": "", "by": ["a", None], "data": {}}] * 2
    image = to_attributes(conversation() | {"events": json.dumps(entries)})
    first = announcements({"dynamodb": {"NewImage": image}})
    assert [each["id"] for each in first] == [each["id"] for each in announcements({"dynamodb": {"NewImage": image}})]
    later = announcements({"dynamodb": {"NewImage": image | {"version": {"N": "8"}}, "OldImage": image}})
    assert len({each["id"] for each in [*first, *later]}) == 4


@pytest.mark.parametrize("old_version", ["7", "8"])
def test_nothing_is_announced_when_the_version_did_not_grow(old_version: str) -> None:
    image = to_attributes(conversation() | {"events": "[{}]"})
    assert announcements({"dynamodb": {"NewImage": image, "OldImage": {"version": {"N": old_version}}}}) == []
    assert announcements({"dynamodb": {"OldImage": image}}) == []
