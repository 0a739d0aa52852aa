"""What Slack's refusals mean: our class of each, and what to tell the agent.

Source: reference of chat.postMessage, files.info and auth.test, "Errors"; "Rate limits". Most refusals are answered
200, with `{"ok": false, "error": "…"}`.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.channels.base import ProviderError
from chalicelib.channels.untrusted import text
from chalicelib.domain.delivery import FailureClass

RETRY, REAUTH, RECIPIENT = FailureClass.RETRY, FailureClass.REAUTH, FailureClass.RECIPIENT
CONTENT, CONFIG = FailureClass.CONTENT, FailureClass.CONFIG

MAX_QUOTED = 300

SENTENCES: Mapping[FailureClass, str] = {
    RETRY: "Slack could not take the message just now. It will be tried again.",
    REAUTH: "Slack no longer accepts this inbox's token. An administrator has to install the app again.",
    RECIPIENT: "Slack cannot deliver to this customer. Try another channel.",
    CONTENT: "Slack refused the message as it is. Change it and send it again.",
    CONFIG: "The Slack app may not do this. An administrator has to look at it.",
}

# "It's possible some aspect of the operation succeeded before the error was raised": never to be repeated blindly.
MAYBE_DONE = frozenset({"fatal_error", "internal_error"})

# What was asked for is so already.
DONE_BEFORE = frozenset({"already_reacted", "no_reaction"})

CODES: Mapping[str, tuple[FailureClass, str]] = {
    **dict.fromkeys(
        ("ratelimited", "rate_limited", "request_timeout", "service_unavailable"),
        (RETRY, ""),
    ),
    **dict.fromkeys(MAYBE_DONE, (RETRY, "")),
    "accesslimited": (RETRY, ""),
    "team_added_to_org": (RETRY, "The Slack workspace is being moved to another organisation."),
    **dict.fromkeys(
        (
            "invalid_auth",
            "not_authed",
            "token_revoked",
            "token_expired",
            "account_inactive",
            "not_allowed_token_type",
            "team_not_found",
        ),
        (REAUTH, ""),
    ),
    "missing_scope": (REAUTH, "The Slack app lacks a scope. An administrator has to add it and install the app again."),
    "no_permission": (REAUTH, "The Slack app lacks a permission. An administrator has to install the app again."),
    "channel_not_found": (RECIPIENT, "Slack does not know this channel or person, or the app may not see them."),
    "user_not_found": (RECIPIENT, "Slack does not know this person."),
    "users_not_found": (RECIPIENT, "Slack does not know this person."),
    "user_disabled": (RECIPIENT, "This person's Slack account is no longer active."),
    "not_in_channel": (RECIPIENT, "The app is not in this Slack channel. Somebody there has to invite it."),
    "is_archived": (RECIPIENT, "The Slack channel is archived."),
    "messages_tab_disabled": (RECIPIENT, "The app takes no direct messages: its Messages tab is switched off."),
    "cannot_dm_bot": (RECIPIENT, "Slack does not let apps write to apps."),
    "cannot_reply_to_message": (RECIPIENT, "This Slack message cannot be answered in a thread."),
    "thread_not_found": (RECIPIENT, "The Slack thread no longer exists."),
    "no_text": (CONTENT, "The text is empty."),
    "msg_too_long": (CONTENT, "The text is too long. Send it in two messages."),
    "msg_blocks_too_long": (CONTENT, "The text with its buttons is too long. Shorten it."),
    "too_many_attachments": (CONTENT, "Slack takes fewer files in a message. Send them in several."),
    "attachment_payload_limit_exceeded": (CONTENT, "The message is too large for Slack. Shorten it."),
    "metadata_too_large": (CONTENT, ""),
    "markdown_text_conflict": (CONTENT, ""),
    "message_limit_exceeded": (CONTENT, "The Slack workspace has used up its messages."),
    "file_not_found": (CONTENT, "Slack no longer has this file."),
    "file_deleted": (CONTENT, "The file was deleted in Slack."),
    "message_not_found": (CONTENT, "Slack no longer has the message to react to."),
    "invalid_name": (CONTENT, "Slack has no emoji of this name."),
    "too_many_emoji": (CONTENT, "The message has as many reactions as Slack takes."),
    "too_many_reactions": (CONTENT, "The app has reacted to the message as often as Slack lets it."),
    "not_reactable": (CONTENT, "Slack takes no reaction to this."),
    "file_upload_size_restricted": (CONTENT, "The Slack workspace takes no files of this size. Send a link."),
    "file_uploads_disabled": (CONFIG, "The Slack workspace takes no files. Send a link."),
    "file_uploads_except_images_disabled": (CONFIG, "The Slack workspace takes no files but pictures. Send a link."),
    "storage_limit_reached": (CONFIG, "The Slack workspace has no room left for files. Send a link."),
    **dict.fromkeys(
        (
            "access_denied",
            "ekm_access_denied",
            "org_login_required",
            "as_user_not_supported",
            "team_access_not_granted",
        ),
        (CONFIG, ""),
    ),
}
# Families of codes, by how they begin.
FAMILIES: tuple[tuple[str, FailureClass, str], ...] = (
    ("restricted_action", RECIPIENT, "Slack lets only some people write in this channel."),
    ("invalid_blocks", CONTENT, ""),
    ("slack_connect_", RECIPIENT, "The shared channel does not allow this message."),
)
STATUSES: Mapping[int, FailureClass] = {401: REAUTH, 403: CONFIG, 404: CONFIG, 408: RETRY, 429: RETRY}


def code_of(answer: Mapping[str, Any], status: int) -> str:
    told = text(answer.get("error"))[:100]
    return told if told.isprintable() and told else f"http_{status}"


def failure_of(answer: Mapping[str, Any], status: int) -> ProviderError:
    """The refusal in an answer: by its code, else by its HTTP status."""
    code = code_of(answer, status)
    failure, sentence = _meaning(code, status)
    more = text(answer.get("needed")) or " ".join(_messages(answer))
    told = f"{code}, {more}" if more else code
    sentence = sentence or SENTENCES[failure]
    return ProviderError(code, failure, f"{sentence} (Slack says: {told})"[:MAX_QUOTED])


def _messages(answer: Mapping[str, Any]) -> list[str]:
    """`response_metadata.messages` tell what is wrong with blocks."""
    metadata = answer.get("response_metadata")
    given = metadata.get("messages") if isinstance(metadata, Mapping) else None
    return [" ".join(text(each).split()) for each in given if text(each)] if isinstance(given, list) else []


def _meaning(code: str, status: int) -> tuple[FailureClass, str]:
    if code in CODES:
        return CODES[code]
    for start, failure, sentence in FAMILIES:
        if code.startswith(start):
            return failure, sentence
    return (RETRY if status >= 500 else STATUSES.get(status, CONTENT)), ""
