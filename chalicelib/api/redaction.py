"""Taking parts of a message out for good."""

from collections.abc import Callable
from typing import Annotated

from msgspec import Meta

from chalicelib.api.message_views import Entry, entry_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ConversationNotFound, MessageNotFound, RedactionRefused
from chalicelib.domain.ids import is_id
from chalicelib.domain.message import Message
from chalicelib.domain.note import Note
from chalicelib.domain.redaction import Pattern, Wanted
from chalicelib.wiring import privacy

Place = Annotated[int, Meta(ge=0, le=1_000_000)]
Reason = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]

resource = Resource("redaction")


class RangeBody(Body, frozen=True, kw_only=True):
    """Characters of the text from `start` up to, and without, `end`."""

    start: Place
    end: Place


class RedactionBody(Body, frozen=True, kw_only=True):
    """`patterns`: what is found by its form, in the text and all that is kept with it. `ranges` of the text,
    `attachments` by their place and the `whole` message are a supervisor's to take out. `reason` is shown in the
    thread: say what kind of thing it was, never what it said."""

    reason: Reason
    patterns: Annotated[list[Pattern], Meta(max_length=3)] = []
    ranges: Annotated[list[RangeBody], Meta(max_length=100)] = []
    attachments: Annotated[list[Place], Meta(max_length=100)] = []
    whole: bool = False


@resource.route(
    "POST",
    "/conversations/{conversation_id}/messages/{message_id}/redaction",
    role=Role.AGENT,
    body=RedactionBody,
    gives=Entry,
    refuses=(ConversationNotFound, MessageNotFound, RedactionRefused),
    example={"reason": "A card number", "patterns": ["card"]},
    notes=True,
)
def redact_message(caller: Caller, conversation_id: str, message_id: str, body: RedactionBody) -> Entry:
    """Make parts of a message or a note unreadable. It cannot be undone: nothing of them is kept anywhere on the desk.

    The customer's own copy, and the provider's, stay what they are."""
    wanted = Wanted(
        ranges=tuple((each.start, each.end) for each in body.ranges),
        patterns=frozenset(body.patterns),
        attachments=frozenset(body.attachments),
        whole=body.whole,
    )
    redacting, reason = privacy.redacting(), body.reason.strip()
    redact: Callable[..., Message | Note] = redacting.redact_note if is_id("nte", message_id) else redacting.redact
    return entry_view(redact(caller.principal, conversation_id, message_id, wanted, reason, caller.now))
