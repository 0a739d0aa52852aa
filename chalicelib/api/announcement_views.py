"""Announcements as they are answered."""

from datetime import datetime
from typing import Any

from chalicelib.api.schemas import View
from chalicelib.domain.announcement import Announcement, Level, Receipt


class AnnouncementView(View, frozen=True, kw_only=True):
    id: str
    title: str
    body: str
    team_ids: list[str]
    level: Level
    starts_at: datetime
    ends_at: datetime
    requires_ack: bool
    author_id: str
    author_name: str
    created_at: datetime
    version: int


class ReceiptView(View, frozen=True, kw_only=True):
    agent_id: str
    agent_name: str
    read_at: datetime
    acknowledged_at: datetime | None


def fields(announcement: Announcement) -> dict[str, Any]:
    shown = {name: getattr(announcement, name) for name in AnnouncementView.__struct_fields__}
    return {**shown, "team_ids": list(announcement.team_ids)}


def receipt_view(receipt: Receipt) -> ReceiptView:
    return ReceiptView(**{name: getattr(receipt, name) for name in ReceiptView.__struct_fields__})
