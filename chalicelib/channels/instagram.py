"""Instagram Direct, by Meta's Instagram Platform: one inbox is one professional account, with its posts' comments.

Sources: Instagram Platform reference ("Messaging", "Webhooks", "Comment moderation"), and for accounts that are linked
to a page Messenger Platform "Instagram messaging". What only third parties have seen is marked in
docs/channels/instagram.md, and both possibilities are built.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.channels import instagram_fields, meta, meta_envelope, meta_sending, meta_subscriptions
from chalicelib.channels.base import (
    Capabilities,
    Credentials,
    Health,
    HttpRequest,
    HttpResponse,
    Inbound,
    MediaLocation,
    Outgoing,
    Profile,
    ProviderError,
    Reply,
    SendResult,
    Signal,
    WebhookRequest,
)
from chalicelib.channels.meta_api import get, payload_of, post
from chalicelib.channels.meta_codes import refusals
from chalicelib.channels.meta_comments import comments, mentions
from chalicelib.channels.meta_events import MESSAGING
from chalicelib.channels.meta_outbound import BUILDERS, MAX_QUICK_REPLIES, MEGABYTE, Limits, body
from chalicelib.channels.meta_sending import (
    HUMAN_WINDOW_SECONDS,
    PUBLIC,
    SCOPED_ID,
    account_id,
    comment_answered,
    is_fine,
    is_mid,
    profile_of,
    public_answer,
    recipient,
    result_of,
    sender_action,
    with_tag,
)
from chalicelib.channels.untrusted import mapping, text
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


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    meta.verify(request, credentials)


def challenge(request: WebhookRequest, credentials: Credentials) -> Reply | None:
    return meta.challenge(request, credentials)


def normalise(request: WebhookRequest) -> list[Inbound]:
    """Every item of every entry; `entry[].id` is the professional account."""
    return meta_envelope.normalise(request, OBJECT, EVENT_TYPES)


def answer(
    request: WebhookRequest, inbox: Inbox, items: Sequence[Inbound], repeats: frozenset[int] = frozenset()
) -> Reply | None:
    """Meta reads nothing but the status."""
    return None


def check_send(message: Outgoing) -> None:
    """What can be built can be sent. The address may still be open while a message is written."""
    answered = comment_answered(message)
    if answered and answered[0] == PUBLIC:
        public_answer(message, LIMITS)
        return
    recipient(message, LIMITS)
    body(message, LIMITS)


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """One message, as `me`: both kinds of token know who they are. Nothing of ours comes back in the echo."""
    answered = comment_answered(message)
    if answered and answered[0] == PUBLIC:
        return post(answered[1], "replies", {"message": public_answer(message, LIMITS)}, inbox, credentials)
    payload: dict[str, Any] = {
        "recipient": recipient(message, LIMITS),
        **with_tag(message, inbox),
        "message": body(message, LIMITS),
    }
    if message.reply_to and is_mid(message.reply_to) and not answered:
        payload["reply_to"] = {"mid": message.reply_to}
    return post("me", "messages", payload, inbox, credentials)


def parse_send(response: HttpResponse) -> SendResult:
    return result_of(response, REFUSALS)


def build_signal(signal: Signal, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """`mark_seen` covers all of the conversation."""
    payload = sender_action(signal)
    return post("me", "messages", payload, inbox, credentials) if payload else None


def is_public(external_id: str) -> bool:
    return meta_sending.is_public(external_id)


def build_media_lookup(media_id: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Files come with their address."""
    return None


def parse_media_lookup(
    response: HttpResponse, media_id: str, inbox: Inbox, credentials: Credentials
) -> MediaLocation | ProviderError:
    """Never asked."""
    return REFUSALS.failure_of(mapping(payload_of(response).get("error")), response.status)


def media_location(url: str, inbox: Inbox, credentials: Credentials) -> MediaLocation:
    """Links to Meta's file hosts need no token, so none is shown to anybody."""
    return MediaLocation(url)


def build_profile(address: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Whoever has not written to the account may not be asked about."""
    return (
        get(address, inbox, credentials, "?fields=name,username,profile_pic") if SCOPED_ID.fullmatch(address) else None
    )


def parse_profile(response: HttpResponse) -> Profile:
    return profile_of(response)


def build_health(inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Reads the account: proves token, permission and account in one call."""
    return get(inbox.account_id, inbox, credentials, "?fields=username,name")


def parse_health(response: HttpResponse) -> Health:
    """The account's name, or why it cannot be used."""
    payload = payload_of(response)
    if is_fine(response) and account_id(payload):
        shown = text(payload.get("username")) or text(payload.get("name"))
        return Health(True, f"Connected as {shown}." if shown else "Connected.", payload)
    error = REFUSALS.failure_of(mapping(payload.get("error")), response.status)
    return Health(False, error.detail, {"code": error.code, "class": error.failure.value})


def build_register(inbox: Inbox, credentials: Credentials, url: str) -> HttpRequest:
    """The app wants the account's events; where they go is the app's own setting, so `url` is not told."""
    return meta_subscriptions.build(inbox.account_id, {"subscribed_fields": SUBSCRIBED}, inbox, credentials)


def parse_register(response: HttpResponse) -> Health:
    return meta_subscriptions.parse(response, REFUSALS.failure_of, "The app gets the account's events.")
