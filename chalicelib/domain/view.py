"""Views: saved ways of looking at conversations.

A view names one list that the desk keeps (mine, nobody's, all, of an inbox, of a team; each of one status) and what a
conversation of it must be like. The list is found by an index; the rest is looked at row by row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.conditions import holds
from chalicelib.domain.conversation import Conversation, Priority, Status
from chalicelib.domain.counts import DESK, UNASSIGNED, Scope
from chalicelib.domain.errors_common import InvalidInput
from chalicelib.domain.ids import digest
from chalicelib.domain.text_scope import EVERYBODYS, Whose

MAX_VIEWS = 100  # of one owner
MAX_FILTER_BYTES = 5000
ME = "me"


class ListKind(StrEnum):
    """The lists there are. `inbox` and `team` need the id of one."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    ALL = "all"
    INBOX = "inbox"
    TEAM = "team"


class Sort(StrEnum):
    """Within a page: the newest activity first, who waits longest first, or the most pressing first."""

    ACTIVITY = "activity"
    WAITING = "waiting"
    PRIORITY = "priority"


# What a view's table may show, by the names of the conversation's row.
COLUMNS = (
    "contact_name",
    "channel",
    "status",
    "assignee_id",
    "team_id",
    "inbox_id",
    "priority",
    "labels",
    "unread",
    "waiting_since",
    "last_activity_at",
    "opened_at",
    "snoozed_until",
    "episode",
    "last_message",
    "tier",
)
DEFAULT_COLUMNS = ("contact_name", "channel", "last_message", "assignee_id", "priority", "waiting_since")

# What a filter may ask of a conversation. In `assignee_id`, "me" is whoever looks.
FILTER_FIELDS = frozenset(
    {
        "assignee_id",
        "team_id",
        "inbox_id",
        "channel",
        "priority",
        "labels",
        "unread",
        "is_waiting",
        "episode",
        "contact_name",
        "last_direction",
        "last_text",
        "opened_at",
        "last_activity_at",
        "waiting_since",
        "snoozed_until",
        "tier",
    }
)


@dataclass(frozen=True, slots=True)
class Source:
    """One list of the desk; `key` is the inbox's or the team's id."""

    kind: ListKind
    status: Status = Status.OPEN
    key: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """`name` is taken once of each owner. `condition` is of `domain/conditions.py`, over `FILTER_FIELDS`; the empty one
    takes all. `built_in`: the desk's own word for it, which nobody changes."""

    id: str
    whose: Whose
    name: str
    source: Source
    changed_at: datetime
    changed_by: str
    condition: Mapping[str, Any] = field(default_factory=dict)
    sort: Sort = Sort.ACTIVITY
    columns: tuple[str, ...] = DEFAULT_COLUMNS
    built_in: str = ""
    version: int = 1

    def takes(self, conversation: Conversation, me: str) -> bool:
        return holds(self.condition, filter_facts(conversation, me))

    def counted_in(self, me: str) -> tuple[Scope, str] | None:
        """The counter that has exactly what the view shows; None where none has."""
        if self.condition:
            return None
        source = self.source
        if source.kind is ListKind.UNASSIGNED:
            return (DESK, UNASSIGNED) if source.status is Status.OPEN else None
        scopes: Mapping[ListKind, Scope] = {
            ListKind.MINE: ("agent", me),
            ListKind.ALL: DESK,
            ListKind.INBOX: ("inbox", source.key),
            ListKind.TEAM: ("team", source.key),
        }
        return scopes[source.kind], source.status.value


def filter_facts(conversation: Conversation, me: str) -> Mapping[str, Any]:
    """A conversation as filters see it; what it has not is left out."""
    newest, owned = conversation.last_message, conversation.assignee_id is not None
    known: dict[str, Any] = {
        "assignee_id": [conversation.assignee_id, ME][: 1 + (conversation.assignee_id == me)] if owned else None,
        "team_id": conversation.team_id,
        "inbox_id": conversation.inbox_id,
        "channel": conversation.channel,
        "priority": conversation.priority.value,
        "labels": list(conversation.labels) or None,
        "unread": conversation.unread,
        "is_waiting": conversation.waiting_since is not None,
        "episode": conversation.episode,
        "contact_name": conversation.contact_name,
        "last_direction": newest.direction.value if newest else None,
        "last_text": newest.preview if newest else None,
        "opened_at": _day(conversation.opened_at),
        "last_activity_at": _day(conversation.last_activity_at),
        "waiting_since": _day(conversation.waiting_since),
        "snoozed_until": _day(conversation.snoozed_until),
        "tier": conversation.standing.tier if conversation.standing else None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _day(at: datetime | None) -> str | None:
    """In UTC."""
    return at.astimezone(UTC).isoformat() if at else None


_PRESSING = {priority: place for place, priority in enumerate(reversed(Priority))}
_LAST = datetime.max.replace(tzinfo=UTC)
_ORDERS: Mapping[Sort, Callable[[Conversation], tuple[Any, ...]]] = {
    Sort.ACTIVITY: lambda row: (-row.last_activity_at.timestamp(), row.id),
    Sort.WAITING: lambda row: (row.waiting_since or _LAST, row.id),
    Sort.PRIORITY: lambda row: (_PRESSING[row.priority], row.waiting_since or _LAST, row.id),
}


def ordered(rows: Sequence[Conversation], sort: Sort) -> list[Conversation]:
    return sorted(rows, key=_ORDERS[sort])


def check_source(source: Source) -> Source:
    """Raises InvalidInput."""
    needs = source.kind in (ListKind.INBOX, ListKind.TEAM)
    if needs is not bool(source.key):
        raise InvalidInput("An id goes with the lists inbox and team, and only with them.", field="source")
    return source


def _own(word: str, name: str, kind: ListKind, status: Status = Status.OPEN, sort: Sort = Sort.ACTIVITY) -> View:
    made = datetime(2026, 1, 1, tzinfo=UTC)
    identifier = f"view_{digest('built-in view', word)}"
    return View(identifier, EVERYBODYS, name, Source(kind, status), made, "system", sort=sort, built_in=word)


# What every desk has from the beginning.
BUILT_IN: Mapping[str, View] = {
    view.id: view
    for view in (
        _own("mine", "Mine", ListKind.MINE),
        _own("unassigned", "Unassigned", ListKind.UNASSIGNED, sort=Sort.WAITING),
        _own("open", "All open", ListKind.ALL),
        _own("snoozed", "Snoozed", ListKind.ALL, Status.SNOOZED),
    )
}
