"""A message: what was said on one leg, once, and (outbound) how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.delivery import DeliveryState, FailureClass

PREVIEW_LENGTH = 120


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class MessageKind(StrEnum):
    """Neutral kinds. `content` by kind (all JSON values):

    location {latitude, longitude, name?, address?} · contacts {contacts: [...]} ·
    reaction {target, emoji} (emoji "" = removed) · postback {payload, title, source} ·
    buttons {body, buttons: [{id, title}], header?, footer?} · list {body, button, sections: [...], footer?} ·
    template {name, language, components, category?} · form {name, values} · order {items, catalog_id, text?} ·
    edit {target, kind, ...} (the new text is `text`) · revoke {target} · system {type, ...} ·
    call {direction, from, to, state} · call_update {target, state, duration_seconds?, answered_by?, recording?, ...} ·
    unsupported {type, raw}. Any kind may have `content["referral"]`, `content["forwarded"]`, `content["quoted"]`.
    """

    TEXT = "text"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACTS = "contacts"
    REACTION = "reaction"
    POSTBACK = "postback"
    BUTTONS = "buttons"
    LIST = "list"
    TEMPLATE = "template"
    FORM = "form"
    ORDER = "order"
    EDIT = "edit"
    REVOKE = "revoke"
    SYSTEM = "system"
    CALL = "call"
    CALL_UPDATE = "call_update"
    UNSUPPORTED = "unsupported"


MEDIA = frozenset(
    {
        MessageKind.IMAGE,
        MessageKind.AUDIO,
        MessageKind.VIDEO,
        MessageKind.DOCUMENT,
        MessageKind.STICKER,
    }
)

# Kinds that say something about another message: they do not count as unread, nor start the waiting clock.
SILENT = frozenset(
    {MessageKind.REACTION, MessageKind.EDIT, MessageKind.REVOKE, MessageKind.SYSTEM, MessageKind.CALL_UPDATE}
)


class AttachmentState(StrEnum):
    PENDING = "pending"
    STORED = "stored"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message. Inbound: `media_id` or `source_url` say where the provider has it, `object_key` where we
    keep it once `stored`. `mime` is the provider's word until stored, then what the bytes are."""

    mime: str
    name: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    media_id: str | None = None
    source_url: str | None = None
    object_key: str | None = None
    state: AttachmentState = AttachmentState.PENDING
    reason: str | None = None
    voice: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt ended: the provider's code, our class, and a sentence for the agent."""

    code: str
    failure: FailureClass
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote it: `contact`, `agent`, `bot`, `automation`, `rule` or `api`; explicit, for first-response numbers."""

    kind: str
    id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One stored message of a leg. Outbound ones have `state`, `attempt` and the marks' times. `reply_to` is the
    provider's id of the message it answers; `quoted_id` our own, where it was ours to choose. `conversation_id` and
    `part` say where it was said; after a merge or a split it may be shown elsewhere (see `merging`)."""

    id: str
    leg_id: str
    conversation_id: str
    direction: Direction
    kind: MessageKind
    occurred_at: datetime
    stored_at: datetime
    author: Author
    text: str = ""
    external_id: str | None = None
    reply_to: str | None = None
    quoted_id: str | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    part: int = 0
    version: int = 1
    client_id: str | None = None
    state: DeliveryState | None = None
    attempt: int = 1
    marks: Mapping[str, datetime] = field(default_factory=dict)
    failure: Failure | None = None


def said_in(message: Message) -> str:
    """What it says: its text, or what stands over its buttons."""
    return message.text or str(message.content.get("body") or "")


def preview(kind: MessageKind, text: str) -> str:
    """One line for the list: the text's start, or the kind where there is none."""
    line = " ".join(text.split())
    if not line:
        return f"[{kind.value}]"
    return line if len(line) <= PREVIEW_LENGTH else line[: PREVIEW_LENGTH - 1] + "…"
