"""Items whose events tell of notices, and of customers who are back."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws.codec_notices import back_item, notice_item
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.notice import Notice, NoticeKind, notice_id
from chalicelib.domain.returning import Back, Sign
from chalicelib.domain.writes import Recorded
from tests.domain.floor_forms import FLOOR, told_of_floor

NOTICES: dict[str, dict[str, Any]] = {
    "notice.created": {"agent_ids": ("agt_1",), "kind": "mention"},
    "contact.returned": {
        "conversation_id": "cnv_1",
        "agent_ids": ("agt_1",),
        "idle_seconds": 3120,
        "by": "typing",
        "unread": 2,
        "topic": "refund",
    },
    **FLOOR,
}


def told_in_notices(event_type: str, conversation: str, at: datetime) -> dict[str, Any]:
    if event_type in FLOOR:
        return told_of_floor(event_type)
    if event_type == "notice.created":
        about = {"note_id": "nte_1", "author_id": "agt_2"}
        made = Notice(notice_id("agt_1", "evt_1", at), "agt_1", NoticeKind.MENTION, at, at, conversation, about)
        return notice_item(made, None)
    back = Back(conversation, "agt_1", at - timedelta(seconds=3120), at, Sign.TYPING, 2, "refund", 3)
    return back_item(back, Recorded((), SYSTEM, at))
