"""Events of macros and announcements, and the items of announcements."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws.codec_announcement import announcement_item
from chalicelib.domain import ids
from chalicelib.domain.announcement import Announcement, Level

AT = datetime(2026, 3, 2, 9, 0, 0, 250000, UTC)
CONVERSATION = ids.conversation_id(ids.leg_id("ibx_wa", "85261234567"), 1)
_RUN = {"conversation_id": CONVERSATION, "macro_id": "mac_1", "run_id": "mrn_1", "name": "Refund is on its way"}

TEXTS: dict[str, dict[str, Any]] = {
    "conversation.macro_applied": _RUN,
    "conversation.macro_undone": {**_RUN, "fields": ("status", "priority")},
    "announcement.created": {
        "announcement_id": "ann_1",
        "title": "Card payments are down",
        "level": "critical",
        "team_ids": ("team_1",),
        "requires_ack": True,
        "ends_at": (AT + timedelta(days=1)).isoformat(),
    },
}


def announced() -> dict[str, Any]:
    return announcement_item(
        Announcement(
            id="ann_1",
            title="Card payments are down",
            body="Offer transfer.",
            starts_at=AT,
            ends_at=AT + timedelta(days=1),
            author_id="agt_9",
            author_name="Sue",
            created_at=AT,
            team_ids=("team_1",),
            level=Level.CRITICAL,
            requires_ack=True,
            told=True,
        )
    )
