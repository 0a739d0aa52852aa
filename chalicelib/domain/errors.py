"""Refusals: nouns with a stable `code`, the failing `field`, and a sentence that says what to do.

The API maps `kind` to an HTTP status in one place; services and rules only raise.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

Kind = Literal[
    "invalid",
    "unauthenticated",
    "forbidden",
    "missing",
    "conflict",
    "too_large",
    "limit",
    "unavailable",
]


# The HTTP status of each kind, for every API of ours.
HTTP_STATUS: Mapping[Kind, int] = {
    "invalid": 422,
    "unauthenticated": 401,
    "forbidden": 403,
    "missing": 404,
    "conflict": 409,
    "too_large": 413,
    "limit": 429,
    "unavailable": 503,
}


class Refusal(Exception):
    """A request that is not carried out; nothing was changed."""

    code: ClassVar[str] = "refused"
    kind: ClassVar[Kind] = "invalid"

    def __init__(self, detail: str, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.facts = facts


class InvalidInput(Refusal):
    """A value that breaks a rule; `field` names it."""

    code = "invalid_input"


class CursorInvalid(Refusal):
    """A paging cursor that this API did not make, or that belongs to another list."""

    code = "cursor_invalid"


class NotAuthenticated(Refusal):
    code = "not_authenticated"
    kind = "unauthenticated"


class NotPermitted(Refusal):
    code = "not_permitted"
    kind = "forbidden"


class ConversationNotFound(Refusal):
    code = "conversation_not_found"
    kind = "missing"


class MessageNotFound(Refusal):
    code = "message_not_found"
    kind = "missing"


class ContactNotFound(Refusal):
    code = "contact_not_found"
    kind = "missing"


class InboxNotFound(Refusal):
    code = "inbox_not_found"
    kind = "missing"


class AgentNotFound(Refusal):
    code = "agent_not_found"
    kind = "missing"


class TeamNotFound(Refusal):
    code = "team_not_found"
    kind = "missing"


class QueueNotFound(Refusal):
    code = "queue_not_found"
    kind = "missing"


class HoursNotFound(Refusal):
    code = "hours_not_found"
    kind = "missing"


class ReplayNotFound(Refusal):
    code = "replay_not_found"
    kind = "missing"


class ReplayRunning(Refusal):
    """One replay runs at a time."""

    code = "replay_running"
    kind = "conflict"


class HoursInUse(Refusal):
    """They are somebody's shift."""

    code = "hours_in_use"
    kind = "conflict"


class UploadNotFound(Refusal):
    code = "upload_not_found"
    kind = "missing"


class ApiKeyNotFound(Refusal):
    code = "api_key_not_found"
    kind = "missing"


class VersionConflict(Refusal):
    """Somebody changed it first: read it again and repeat the change on what it is now."""

    code = "version_conflict"
    kind = "conflict"


class ClientIdReused(Refusal):
    """The same client id with another content: each message needs an id of its own."""

    code = "client_id_reused"
    kind = "conflict"


class TransitionRefused(Refusal):
    """The conversation is not in a state that allows this change."""

    code = "transition_refused"
    kind = "conflict"


class ConversationIsMerged(Refusal):
    """It is part of another conversation now and changes no more: `facts.merged_into` is that one."""

    code = "conversation_merged"
    kind = "conflict"


class MergeRefused(Refusal):
    """These two cannot become one: `facts.because` says why (contact, resolved, legs, stretches)."""

    code = "merge_refused"
    kind = "conflict"


class UnmergeRefused(Refusal):
    """The merge cannot be undone: `facts.because` says why (not_merged, elsewhere, split, empty)."""

    code = "unmerge_refused"
    kind = "conflict"


class SplitRefused(Refusal):
    """Nothing would be left, or there is too much to split: `facts.because` says which (empty, long)."""

    code = "split_refused"
    kind = "conflict"


class CapacityExceeded(Refusal):
    """The agent has no room for it: `facts` has the units in use, those there are, and what it would take."""

    code = "capacity_exceeded"
    kind = "conflict"


class OfferOver(Refusal):
    """The offer is not the caller's, or not any more: it ran out, was answered or was withdrawn."""

    code = "offer_over"
    kind = "conflict"


class AgentUnavailable(Refusal):
    """Only who is there takes work: `facts.because` says what is missing (offline, away, busy, disconnected,
    off_shift)."""

    code = "agent_unavailable"
    kind = "conflict"


class WindowClosed(Refusal):
    """The channel takes no free text now: send a template or use another leg."""

    code = "window_closed"
    kind = "conflict"


class MessageUnfit(Refusal):
    """The channel cannot carry this message."""

    code = "message_unfit"


class RetryRefused(Refusal):
    """Only a failed or uncertain message can be sent again."""

    code = "retry_refused"
    kind = "conflict"


class InboxDisabled(Refusal):
    code = "inbox_disabled"
    kind = "conflict"


class TooLarge(Refusal):
    code = "too_large"
    kind = "too_large"


class TooMany(Refusal):
    """More calls than one caller may make in a minute."""

    code = "too_many_requests"
    kind = "limit"


class StoreUnavailable(Exception):
    """The store failed or throttled; whether the write took effect may be unknown. Safe to repeat."""
