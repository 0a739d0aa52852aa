"""Instagram Direct, by Meta's Instagram Platform: one inbox is one professional account, with its posts' comments.

Sources: Instagram Platform reference ("Messaging", "Webhooks", "Comment moderation"), and for accounts that are linked
to a page Messenger Platform "Instagram messaging". What only third parties have seen is marked in
docs/channels/instagram.md, and both possibilities are built.
"""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.channels import instagram_fields, meta, meta_envelope, meta_sending, meta_subscriptions, plain
from chalicelib.channels.base import (
    Capabilities,
    Credentials,
    Health,
    HttpRequest,
    HttpResponse,
    Inbound,
    Outgoing,
    SendResult,
    Signal,
    WebhookRequest,
)
from chalicelib.channels.meta_api import get, post
from chalicelib.channels.meta_codes import refusals
from chalicelib.channels.meta_comments import comments, mentions
from chalicelib.channels.meta_events import MESSAGING
from chalicelib.channels.meta_outbound import BUILDERS, MAX_QUICK_REPLIES, MEGABYTE, Limits, Part, body
from chalicelib.channels.meta_sending import (
    HUMAN_WINDOW_SECONDS,
    SCOPED_ID,
    comment_answered,
    health_of,
    is_mid,
    public_answer,
    recipient,
    result_of,
    sender_action,
    with_tag,
)
from chalicelib.domain.inbox import Inbox

NAME = "instagram"
OBJECT = "instagram"

LIMITS = Limits(
    name="Instagram",
    max_text=1000,
    unit="bytes",
    # "Send a message", with its table of media types.
    max_bytes={"image": 8 * MEGABYTE, "audio": 25 * MEGABYTE, "video": 25 * MEGABYTE, "document": 25 * MEGABYTE},
    max_comment=300,
    mimes={
        "image": frozenset({"image/jpeg", "image/png", "image/gif"}),
        "document": frozenset({"application/pdf"}),
    },
)
REFUSALS = refusals(LIMITS.name)

CAPABILITIES = Capabilities(
    kinds_out=frozenset(BUILDERS),
    max_text=LIMITS.max_text,
    text_unit=LIMITS.unit,
    max_bytes=LIMITS.max_bytes,
    max_buttons=MAX_QUICK_REPLIES,
    window_seconds=24 * 3600,
    human_window_seconds=HUMAN_WINDOW_SECONDS,
    read=True,
    typing_out=True,
    read_out=True,
    reply_to=True,
    registers=True,
    answering=True,
    public=True,
    profiles=True,
    inbox_per_second=300,
)

ACCOUNT = instagram_fields.ACCOUNT
CREDENTIALS = instagram_fields.CREDENTIALS
SETTINGS = instagram_fields.SETTINGS

# "Enable subscriptions": what the app wants to be told.
SUBSCRIBED = (
    "messages,messaging_postbacks,messaging_seen,messaging_referral,message_reactions,messaging_handover,standby"
)

# The key of an item of `messaging[]` or `standby[]`, and the `field` of a change.
EVENT_TYPES: Mapping[str, Callable[..., Any]] = {
    **MESSAGING,
    "comments": comments,
    "live_comments": comments,
    "mentions": mentions,
}


verify = meta.verify
challenge = meta.challenge


def normalise(request: WebhookRequest) -> list[Inbound]:
    """Every item of every entry; `entry[].id` is the professional account."""
    return meta_envelope.normalise(request, OBJECT, EVENT_TYPES)


answer = plain.plain_answer


def check_send(message: Outgoing) -> None:
    meta_sending.check(message, LIMITS, _body)


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """One message, as `me`: both kinds of token know who they are. Nothing of ours comes back in the echo."""
    public = public_answer(message, LIMITS)
    if public:
        return post(public[0], "replies", public[1], inbox, credentials)
    payload: dict[str, Any] = {
        "recipient": recipient(message, LIMITS),
        **with_tag(message, inbox),
        "message": _body(message),
    }
    if message.reply_to and is_mid(message.reply_to) and not comment_answered(message):
        payload["reply_to"] = {"mid": message.reply_to}
    return post("me", "messages", payload, inbox, credentials)


def parse_send(response: HttpResponse) -> SendResult:
    return result_of(response, REFUSALS)


def build_signal(signal: Signal, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """`mark_seen` covers all of the conversation."""
    payload = sender_action(signal)
    return post("me", "messages", payload, inbox, credentials) if payload else None


is_public = meta_sending.is_public
build_media_lookup = plain.no_media_lookup
parse_media_lookup = plain.never_looked_up
media_location = plain.open_location


def build_profile(address: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Whoever has not written to the account may not be asked about."""
    return (
        get(address, inbox, credentials, "?fields=name,username,profile_pic") if SCOPED_ID.fullmatch(address) else None
    )


parse_profile = meta_sending.profile_of


def build_health(inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Reads the account: proves token, permission and account in one call."""
    return get(inbox.account_id, inbox, credentials, "?fields=username,name")


def parse_health(response: HttpResponse) -> Health:
    return health_of(response, REFUSALS)


def build_register(inbox: Inbox, credentials: Credentials, url: str) -> HttpRequest:
    """The app wants the account's events; where they go is the app's own setting, so `url` is not told."""
    return meta_subscriptions.build(inbox.account_id, {"subscribed_fields": SUBSCRIBED}, inbox, credentials)


def parse_register(response: HttpResponse) -> Health:
    return meta_subscriptions.parse(response, REFUSALS.failure_of, "The app gets the account's events.")


def _body(message: Outgoing) -> Part:
    return body(message, LIMITS)
