"""A message template: what the provider has approved (or not) for one inbox, in one language.

What is known of it comes in pieces, by webhooks and by lists, late, twice and in any order. Each piece has a time of
its own, and a later one wins: whatever the order of arrival, the same state comes out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.ids import digest


class TemplateStatus(StrEnum):
    """Where the provider's approval stands. Of two told at the same time, the later in this list counts."""

    UNKNOWN = "unknown"
    PENDING = "pending"
    APPROVED = "approved"
    FLAGGED = "flagged"
    PAUSED = "paused"
    REJECTED = "rejected"
    DISABLED = "disabled"
    DELETED = "deleted"


RANK: Mapping[str, int] = {status: rank for rank, status in enumerate(TemplateStatus)}

# What has a time of its own.
PIECES = ("external_id", "status", "quality", "category", "parts")

# Flagged ones are about to be stopped, and go until then; what an unknown word means is the provider's to say.
SENDABLE = frozenset({TemplateStatus.UNKNOWN, TemplateStatus.APPROVED, TemplateStatus.FLAGGED})


@dataclass(frozen=True, slots=True)
class Header:
    """`kind` is text, or what has to be given with each send: image, video, document, location."""

    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """`kind` is the provider's, in lower case: quick_reply, url, phone_number, copy_code, flow ...; `url` may hold a
    placeholder."""

    kind: str
    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a template is made of. `others` names parts whose parameters are the provider's to check (carousels)."""

    body: str = ""
    header: Header | None = None
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateNews:
    """What a webhook or a list tells of a template: None where it tells nothing. The name may be left out, then only
    the provider's own id says which one is meant."""

    at: datetime
    name: str | None = None
    language: str | None = None
    external_id: str | None = None
    status: TemplateStatus | None = None
    reason: str | None = None
    quality: str | None = None
    category: str | None = None
    parts: Parts | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """`told` is when the provider told what it is now, by piece. `version` counts what was announced, `revision` what
    was written: that something was told again, later, is no news to anybody."""

    inbox_id: str
    name: str
    language: str
    external_id: str | None = None
    status: TemplateStatus = TemplateStatus.UNKNOWN
    reason: str | None = None
    quality: str | None = None
    category: str | None = None
    parts: Parts | None = None
    told: Mapping[str, datetime] = field(default_factory=dict)
    version: int = 0
    revision: int = 0

    @property
    def id(self) -> str:
        return f"tpl_{digest(self.inbox_id, self.name, self.language)}"

    @property
    def updated_at(self) -> datetime | None:
        return max(self.told.values(), default=None)


def merged(template: Template, news: TemplateNews) -> Template:
    """The template with what is news to it; the very same one where nothing is."""
    after = template
    for piece in PIECES:
        value = getattr(news, piece)
        if value is None or not _wins(after, piece, news):
            continue
        changes: dict[str, Any] = {piece: value, "told": {**after.told, piece: news.at}}
        if piece == "status":
            changes["reason"] = news.reason
        after = replace(after, **changes)
    return after


def _wins(template: Template, piece: str, news: TemplateNews) -> bool:
    known = template.told.get(piece)
    if known is None or news.at > known:
        return True
    if news.at < known:
        return False
    return _order(piece, getattr(news, piece), news.reason) > _order(piece, getattr(template, piece), template.reason)


def _order(piece: str, value: Any, reason: str | None) -> tuple[int, str]:
    """Which of two values of one moment counts: any order will do, as long as it is always the same."""
    if piece == "status":
        return RANK[value], reason or ""
    return 0, "" if value is None else repr(value)


def changed_pieces(before: Template, after: Template) -> tuple[str, ...]:
    """What differs, for those who listen: a later time alone is no change."""
    return tuple(name for name in (*PIECES, "reason") if getattr(before, name) != getattr(after, name))
