"""What may be refused anywhere, and the one fault. `domain/errors.py` has all refusals."""

from chalicelib.domain.refusal import Refusal


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


class ReplayRunning(Refusal):
    """One replay runs at a time."""

    code = "replay_running"
    kind = "conflict"


class HoursInUse(Refusal):
    """They are somebody's shift."""

    code = "hours_in_use"
    kind = "conflict"


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


class MovedOn(Refusal):
    """Others said something while it was written: `facts.since` has it, oldest first. Send it again with what is seen
    now, or without `seen`."""

    code = "moved_on"
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
