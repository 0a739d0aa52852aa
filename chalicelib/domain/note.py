"""Notes and activity lines: the part of a thread that colleagues see and customers never do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors import InvalidInput, NotPermitted
from chalicelib.domain.message import Attachment

# In an audience: whose the conversation is when it is said.
OWNER = "owner"
# Where files of notes lie: no role of what sends, or of what customers call, may read there.
INSIDE = "notes/"


@dataclass(frozen=True, slots=True)
class Note:
    """What colleagues wrote (`kind` note) or the desk noted (`kind` activity): never on a leg. With an `audience` it is
    a supervisor's whisper to these agents (`may_see`). `mentions`: the agents it means (`mention.joined`).
    `attachments` lie apart from those of messages, where nothing that sends may read."""

    id: str
    conversation_id: str
    kind: str
    author_id: str
    author_name: str
    at: datetime
    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    audience: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    client_id: str | None = None
    version: int = 1


def audience_of(wanted: tuple[str, ...], principal: Principal, owner: str | None) -> tuple[str, ...]:
    """Whom a whisper is for, by their ids. Raises NotPermitted, InvalidInput."""
    if not wanted:
        return ()
    if not principal.may(Role.SUPERVISOR):
        raise NotPermitted("Only a supervisor whispers; a note is for all colleagues.", field="audience")
    if OWNER in wanted and owner is None:
        raise InvalidInput("The conversation is nobody's: name an agent.", field="audience")
    return tuple(dict.fromkeys(owner if name == OWNER and owner else name for name in wanted))


def may_see(note: Note, principal: Principal) -> bool:
    """Whether a note is for this colleague: a whisper is for its audience, its author and supervisors."""
    if not note.audience or principal.may(Role.SUPERVISOR):
        return True
    return principal.id == note.author_id or principal.id in note.audience
