"""Sends of Messenger and Instagram: whom they go to, as what, and what comes back.

Sources: Messenger Platform "Send API", "Message tags" and "Private replies"; Instagram Platform "Private replies" and
"Comment moderation".
"""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from chalicelib.channels.base import Answering, CannotSay, Health, HttpResponse, Outgoing, Profile, SendResult, Signal
from chalicelib.channels.meta_api import payload_of
from chalicelib.channels.meta_errors import Refusals
from chalicelib.channels.meta_events import USER_REF
from chalicelib.channels.meta_outbound import Limits, Part, fit_text
from chalicelib.channels.profiles import shown_profile
from chalicelib.channels.untrusted import identifier, mapping, retry_after, text
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind

# A page-scoped or Instagram-scoped user id, and the id of a comment.
SCOPED_ID = re.compile(r"[0-9]{1,40}")
COMMENT_ID = re.compile(r"[0-9]{1,40}(?:_[0-9]{1,40})?")
# "Human agent": seven days instead of one.
HUMAN_WINDOW_SECONDS = 7 * 24 * 3600
PUBLIC, PRIVATE = "public", "private"
# "Private replies": within seven days of the comment.
PRIVATE_FOR = timedelta(days=7)
# What the id of a comment's change begins with, which has none of its own.
CHANGE = "comment."
ACTIONS = {"read": "mark_seen", "typing": "typing_on"}


def comment_answered(message: Outgoing) -> tuple[str, str] | None:
    """How (`public` or `private`) and which comment a message answers; None for an ordinary message."""
    way = message.content.get("comment")
    if way is None:
        return _in_thread(message)
    if way not in (PUBLIC, PRIVATE):
        raise CannotSay("A comment is answered public or private.", field="content.comment")
    comment_id = text(message.content.get("comment_id"))
    if not COMMENT_ID.fullmatch(comment_id):
        raise CannotSay("Say which comment is answered.", field="content.comment_id")
    return text(way), comment_id


def _in_thread(message: Outgoing) -> tuple[str, str] | None:
    """Below the comment that is quoted, or the newest one, where the customer wrote in public; in private by the
    content's `private`. Known only at the time of sending."""
    newest, is_private = message.answering, message.content.get("private") is True
    if newest is None:
        return None
    if not comment_in(newest):
        if is_private:
            raise CannotSay("Only a comment can be answered in private.", field="content.private")
        return None
    said = message.quoted if message.quoted and comment_in(message.quoted) else newest
    if is_private and message.attempted_at and message.attempted_at - said.occurred_at > PRIVATE_FOR:
        raise CannotSay(
            "A comment is answered in private within seven days. Answer in public.", field="content.private"
        )
    return (PRIVATE if is_private else PUBLIC), comment_in(said)


def comment_in(said: Answering) -> str:
    """The id of the comment that a message is; empty where it is none."""
    comment_id = text(said.content.get("comment_id"))
    return comment_id if COMMENT_ID.fullmatch(comment_id) else ""


def is_public(external_id: str) -> bool:
    """Whether it is a comment, or a comment's change."""
    return bool(COMMENT_ID.fullmatch(external_id)) or external_id.startswith(CHANGE)


def thread_of(comment_id: str) -> str:
    """The address of a thread, by its first comment."""
    return f"comment:{comment_id}"


def public_answer(message: Outgoing, limits: Limits) -> tuple[str, Part] | None:
    """Which comment a message answers so that everybody sees it, and with what; None where it goes to one person."""
    answered = comment_answered(message)
    if not answered or answered[0] != PUBLIC:
        return None
    if message.kind is not MessageKind.TEXT:
        raise CannotSay("A public answer to a comment is text. Answer privately to send this.", field="kind")
    return answered[1], {"message": fit_text(message.text, limits.max_comment, "characters", limits.name)}


def check(message: Outgoing, limits: Limits, body: Callable[[Outgoing], Part]) -> None:
    """What can be built can be sent. The address may still be open while a message is written."""
    if public_answer(message, limits) is None:
        recipient(message, limits)
        body(message)


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
    if is_public(signal.external_id or ""):
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
    message_id, comment_id = identifier(payload.get("message_id")), identifier(payload.get("id"))
    if message_id is None and comment_id is not None and COMMENT_ID.fullmatch(comment_id):
        # Who answers this comment of ours is in the same thread.
        return SendResult(external_id=comment_id, alias=thread_of(comment_id))
    external_id = message_id or comment_id
    return SendResult(external_id=external_id, uncertain=external_id is None)


def is_mid(external_id: str) -> bool:
    """Whether it names a message: comments are digits, and what has no id of its own has one of ours."""
    return not is_public(external_id) and not external_id.startswith("derived:")


def is_fine(response: HttpResponse) -> bool:
    return 200 <= response.status < 300


def account_id(payload: Mapping[str, Any]) -> str | None:
    """Of an answer that describes the account."""
    return identifier(payload.get("id")) or identifier(payload.get("user_id"))


def health_of(response: HttpResponse, refusals: Refusals) -> Health:
    """The account's name, or why it cannot be used."""
    payload = payload_of(response)
    if is_fine(response) and account_id(payload):
        shown = text(payload.get("username")) or text(payload.get("name"))
        return Health(True, f"Connected as {shown}." if shown else "Connected.", payload)
    error = refusals.failure_of(mapping(payload.get("error")), response.status)
    return Health(False, error.detail, {"code": error.code, "class": error.failure.value})


def profile_of(response: HttpResponse) -> Profile:
    """ "User Profile": names and picture, each only where the person and the app's permissions allow it."""
    payload = payload_of(response) if is_fine(response) else {}
    whole = " ".join(part for part in (text(payload.get("first_name")), text(payload.get("last_name"))) if part.strip())
    return shown_profile(
        text(payload.get("name")) or whole, payload.get("username"), avatar_url=payload.get("profile_pic")
    )


def _address(to: str) -> Part:
    return {"user_ref": to.removeprefix(USER_REF)} if to.startswith(USER_REF) else {"id": to}
