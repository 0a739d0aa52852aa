"""Events of macros; and, with those of announcements, all that texts tell."""

from dataclasses import dataclass, field
from typing import ClassVar

from chalicelib.domain.events_announcements import AnnouncementCreated


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroApplied:
    """Somebody carried out a macro on the conversation. What it changed is told by events of their own, in the same
    version; what it sent, noted or asked for by those of messages, notes and tasks."""

    TYPE: ClassVar[str] = "conversation.macro_applied"
    conversation_id: str
    macro_id: str
    run_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroUndone:
    """What a macro changed was put back: `fields` of it."""

    TYPE: ClassVar[str] = "conversation.macro_undone"
    conversation_id: str
    macro_id: str
    run_id: str
    name: str
    fields: tuple[str, ...] = field(default=())


TextEvent = MacroApplied | MacroUndone | AnnouncementCreated
