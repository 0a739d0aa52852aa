"""Sends of Messenger and Instagram: whom they go to, as what, and what comes back.

Sources: Messenger Platform "Send API", "Message tags" and "Private replies"; Instagram Platform "Private replies" and
"Comment moderation".
"""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.channels.base import CannotSay, HttpResponse, Outgoing, SendResult, Signal
from chalicelib.channels.meta_api import payload_of
from chalicelib.channels.meta_errors import Refusals
from chalicelib.channels.meta_events import USER_REF
from chalicelib.channels.meta_outbound import Limits, Part, fit_text
from chalicelib.channels.untrusted import identifier, mapping, retry_after, text
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind

# A page-scoped or Instagram-scoped user id, and the id of a comment.
SCOPED_ID = re.compile(r"[0-9]{1,40}")
COMMENT_ID = re.compile(r"[0-9]{1,40}(?:_[0-9]{1,40})?")
# "Human agent": seven days instead of one.
HUMAN_WINDOW_SECONDS = 7 * 24 * 3600
PUBLIC, PRIVATE = "public", "private"
ACTIONS = {"read": "mark_seen", "typing": "typing_on"}


def comment_answered(message: Outgoing) -> tuple[str, str] | None:
    """How (`public` or `private`) and which comment a message answers; None for an ordinary message."""
    way = message.content.get("comment")
    if way is None:
        return None
    if way not in (PUBLIC, PRIVATE):
        raise CannotSay("A comment is answered public or private.", field="content.comment")
    comment_id = text(message.content.get("comment_id"))
    if not COMMENT_ID.fullmatch(comment_id):
        raise CannotSay("Say which comment is answered.", field="content.comment_id")
    return text(way), comment_id


def public_answer(message: Outgoing, limits: Limits) -> str:
    """The text below a comment, which everybody sees."""
    if message.kind is not MessageKind.TEXT:
        raise CannotSay("A public answer to a comment is text. Answer privately to send this.", field="kind")
    return fit_text(message.text, limits.max_comment, "characters", limits.name)


def recipient(message: Outgoing, limits: Limits) -> Part:
    """Whom a message goes to. The address may still be open while it is written."""
    answered = comment_answered(message)
    if answered:
        return {"comment_id": answered[1]}
    if message.to and not (SCOPED_ID.fullmatch(message.to) or message.to.startswith(USER_REF)):
        raise CannotSay(f"This is no {limits.name} address: the customer has to write first.", field="to")
    return _address(message.to)


def with_tag(message: Outgoing, inbox: Inbox) -> Part:
    """HUMAN_AGENT lets a person's answer through for seven days instead of one. It is for what people write, and only
    for apps that Meta has approved, so the inbox has to say so (`human_agent`)."""
    approved = inbox.settings.get("human_agent") is True
    if approved and message.human and comment_answered(message) is None:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return {}


def sender_action(signal: Signal) -> Part | None:
    """A sender action goes in a request of its own; typing lasts about 20 seconds."""
    if not (SCOPED_ID.fullmatch(signal.to) or signal.to.startswith(USER_REF)):
        return None
    return {"recipient": _address(signal.to), "sender_action": ACTIONS[signal.kind]}


def result_of(response: HttpResponse, refusals: Refusals) -> SendResult:
    """Accepted with an id (`message_id`; `id` of a public comment), refused with a class, or (2xx, unreadable) taken
    without our knowing its id."""
    payload = payload_of(response)
    error = payload.get("error")
    if error is not None or not is_fine(response):
        refusal = refusals.failure_of(mapping(error), response.status)
        return SendResult(error=refusal, retry_after_seconds=retry_after(response.headers))
    external_id = identifier(payload.get("message_id")) or identifier(payload.get("id"))
    return SendResult(external_id=external_id, uncertain=external_id is None)


def is_mid(external_id: str) -> bool:
    """Whether it names a message: comments are digits, and what has no id of its own has one of ours."""
    return not COMMENT_ID.fullmatch(external_id) and not external_id.startswith("derived:")


def is_fine(response: HttpResponse) -> bool:
    return 200 <= response.status < 300


def account_id(payload: Mapping[str, Any]) -> str | None:
    """Of an answer that describes the account."""
    return identifier(payload.get("id")) or identifier(payload.get("user_id"))


def _address(to: str) -> Part:
    return {"user_ref": to.removeprefix(USER_REF)} if to.startswith(USER_REF) else {"id": to}
