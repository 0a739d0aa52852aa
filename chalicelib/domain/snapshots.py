"""An aggregate as its events show it: plain JSON values, the same for queues, webhooks and sockets."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.conversation import Conversation, LastMessage, Priority, Status
from chalicelib.domain.inbox_health import InboxHealth
from chalicelib.domain.message import Attachment, Direction, Message
from chalicelib.domain.scheduled import Scheduled
from chalicelib.domain.sla import Clock
from chalicelib.domain.template import Template
from chalicelib.domain.timeline import Line
from chalicelib.domain.workload import Workload


def _at(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def conversation_snapshot(conversation: Conversation) -> Mapping[str, Any]:
    newest = conversation.last_message
    return {
        "id": conversation.id,
        "contact_id": conversation.contact_id,
        "inbox_id": conversation.inbox_id,
        "channel": conversation.channel,
        "status": conversation.status.value,
        "episode": conversation.episode,
        "assignee_id": conversation.assignee_id,
        "team_id": conversation.team_id,
        "priority": conversation.priority.value,
        "labels": list(conversation.labels),
        "active_leg_id": conversation.active_leg_id,
        "unread": conversation.unread,
        "tier": conversation.standing.tier if conversation.standing else None,
        "waiting_since": _at(conversation.waiting_since),
        "status_changed_at": _at(conversation.status_changed_at),
        "opened_at": _at(conversation.opened_at),
        "first_response_at": _at(conversation.first_response_at),
        "last_activity_at": _at(conversation.last_activity_at),
        "last_message_id": newest.id if newest else None,
        "preview": newest.preview if newest else "",
        "merged_into": conversation.merged_into,
    }


def conversation_told(snapshot: Mapping[str, Any], version: int) -> Conversation:
    """A conversation as its event tells it: enough for rules, never to be stored whole (legs and names are missing)."""
    active = datetime.fromisoformat(snapshot["last_activity_at"])
    opened, leg_id = datetime.fromisoformat(snapshot["opened_at"]), snapshot["active_leg_id"]
    waiting, newest = snapshot["waiting_since"], snapshot["last_message_id"]
    said = LastMessage(newest, leg_id, Direction.INBOUND, "text", snapshot["preview"], active, "contact")
    return Conversation(
        id=snapshot["id"],
        contact_id=snapshot["contact_id"],
        contact_name="",
        inbox_id=snapshot["inbox_id"],
        channel=snapshot["channel"],
        active_leg_id=leg_id,
        opened_at=opened,
        status_changed_at=datetime.fromisoformat(snapshot["status_changed_at"]),
        last_activity_at=active,
        view_at=active,
        created_at=opened,
        status=Status(snapshot["status"]),
        episode=snapshot["episode"],
        assignee_id=snapshot["assignee_id"],
        team_id=snapshot["team_id"],
        priority=Priority(snapshot["priority"]),
        labels=tuple(snapshot["labels"]),
        last_message=said if newest else None,
        waiting_since=datetime.fromisoformat(waiting) if waiting else None,
        version=version,
    )


def message_snapshot(message: Message) -> Mapping[str, Any]:
    failure = message.failure
    return {
        "id": message.id,
        "leg_id": message.leg_id,
        "conversation_id": message.conversation_id,
        "direction": message.direction.value,
        "kind": message.kind.value,
        "occurred_at": _at(message.occurred_at),
        "author": {"kind": message.author.kind, "id": message.author.id},
        "text": message.text,
        "content": dict(message.content),
        "external_id": message.external_id,
        "reply_to": message.reply_to,
        "attachments": [attachment_snapshot(part) for part in message.attachments],
        "state": message.state.value if message.state else None,
        "attempt": message.attempt,
        "failure": {"code": failure.code, "class": failure.failure.value, "detail": failure.detail}
        if failure
        else None,
    }


def scheduled_snapshot(scheduled: Scheduled) -> Mapping[str, Any]:
    words = scheduled.words
    return {
        "id": scheduled.id,
        "conversation_id": scheduled.conversation_id,
        "author": {"kind": scheduled.author.kind, "id": scheduled.author.id},
        "state": scheduled.state.value,
        "send_at": _at(scheduled.send_at),
        "kind": words.kind.value,
        "text": words.text,
        "attachments": [attachment_snapshot(part) for part in words.attachments],
        "unless_answered": scheduled.unless_answered,
        "even_if_resolved": scheduled.even_if_resolved,
        "reason": scheduled.reason,
        "detail": scheduled.detail,
        "message_id": scheduled.message_id,
    }


def attachment_snapshot(attachment: Attachment) -> Mapping[str, Any]:
    """Without the provider's addresses: nobody but the fetching worker needs them."""
    return {
        "mime": attachment.mime,
        "name": attachment.name,
        "size_bytes": attachment.size_bytes,
        "state": attachment.state.value,
        "reason": attachment.reason,
    }


def line_snapshot(line: Line) -> Mapping[str, Any]:
    return {
        "id": line.id,
        "contact_id": line.contact_id,
        "inbox_id": line.inbox_id,
        "channel": line.channel,
        "kind": line.kind,
        "title": line.title,
        "occurred_at": _at(line.occurred_at),
        "subject": line.subject,
        "data": dict(line.data),
    }


def agent_snapshot(workload: Workload) -> Mapping[str, Any]:
    presence, capacity = workload.presence, workload.capacity
    return {
        "id": workload.agent_id,
        "team_ids": list(workload.team_ids),
        "intent": presence.intent.value,
        "reason": presence.reason,
        "chosen_at": _at(presence.chosen_at),
        "connected_until": _at(presence.connected_until),
        "units": capacity.units,
        "used": workload.used,
        "skills": dict(workload.skills),
        "lent_until": {team: _at(until) for team, until in workload.lent_until.items()},
    }


def template_snapshot(template: Template) -> Mapping[str, Any]:
    return {
        "id": template.id,
        "inbox_id": template.inbox_id,
        "name": template.name,
        "language": template.language,
        "external_id": template.external_id,
        "status": template.status.value,
        "reason": template.reason,
        "quality": template.quality,
        "category": template.category,
        "updated_at": _at(template.updated_at),
    }


def health_snapshot(health: InboxHealth) -> Mapping[str, Any]:
    return {
        "id": health.inbox_id,
        "token": health.token.value,
        "token_at": _at(health.token_at),
        "reason": health.reason,
    }


def clock_snapshot(conversation_id: str, name: str, clock: Clock) -> Mapping[str, Any]:
    return {
        "id": f"{conversation_id}.{name}",
        "conversation_id": conversation_id,
        "kind": clock.kind.value,
        "state": clock.state.value,
        "episode": clock.episode,
        "policy_id": clock.policy_id,
        "target_seconds": clock.target_seconds,
        "started_at": _at(clock.started_at),
        "stopped_at": _at(clock.stopped_at),
        "warned_at": _at(clock.warned_at),
        "breached_at": _at(clock.breached_at),
    }
