"""Events of tasks and followers, and the items that tell of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws.codec_together import following_item, task_item
from chalicelib.domain import ids
from chalicelib.domain.checklist import Point
from chalicelib.domain.envelope import Actor
from chalicelib.domain.follower import Follower, Following
from chalicelib.domain.task import Task, task_id
from chalicelib.domain.writes import Recorded

AT = datetime(2026, 3, 2, 9, 0, 0, 250000, UTC)
CONVERSATION = ids.conversation_id(ids.leg_id("ibx_wa", "85261234567"), 1)
TASK = task_id(CONVERSATION, "agt_1", "t1")
_OF_TASK = {"task_id": TASK, "conversation_id": CONVERSATION, "agent_ids": ("agt_2",), "team_id": None}

# Told by the conversation.
NOTED: dict[str, dict[str, Any]] = {
    "note.created": {
        "note_id": ids.note_id(AT, "n"),
        "author_id": "agt_1",
        "text": "Gold customer",
        "audience": ["agt_2"],
        "mentions": ["agt_2"],
        "attachments": [{"mime": "image/png", "name": "a.png", "size_bytes": 3}],
    },
    "note.redacted": {
        "note_id": ids.note_id(AT, "n"),
        "reason": "A card number",
        "characters": 16,
        "attachments": 1,
        "audience": ["agt_2"],
    },
}

TOGETHER: dict[str, dict[str, Any]] = {
    "task.created": _OF_TASK,
    "task.changed": {**_OF_TASK, "agent_ids": ("agt_2", "agt_1"), "fields": ("owner_id", "due_at")},
    "task.due": {**_OF_TASK, "agent_ids": ("agt_2", "agt_1"), "reason": "due"},
    "task.done": _OF_TASK,
    "conversation.followers_changed": {
        "conversation_id": CONVERSATION,
        "agent_ids": ("agt_2",),
        "added": ("agt_2",),
        "removed": (),
    },
}


def told_together(event_type: str) -> dict[str, Any]:
    """The item whose event it is."""
    nothing = Recorded((), Actor("system"), AT)
    if event_type == "conversation.followers_changed":
        who = (Follower("agt_1", AT, by_mention=True), Follower("agt_2", AT))
        return following_item(Following(CONVERSATION, who, 2), nothing)
    task = Task(
        id=TASK,
        title="Call about the refund",
        owner_id="agt_2",
        created_by="agt_1",
        created_at=AT,
        digest="d",
        conversation_id=CONVERSATION,
        due_at=AT + timedelta(hours=2),
        remind_at=AT + timedelta(hours=1),
        checklist=(Point("pt_1", "Ask the warehouse", True, "agt_2", AT), Point("pt_2", "Refund")),
        told_reminder=AT + timedelta(hours=1),
        version=3,
    )
    return task_item(task, nothing)
