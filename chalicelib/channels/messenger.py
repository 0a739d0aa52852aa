"""Messenger, by Meta's Messenger Platform: one inbox is one Facebook page, with the comments below its posts.

Sources: Messenger Platform reference and Graph API webhooks reference "Page". What only third parties have seen is
marked in docs/channels/messenger.md, and both possibilities are built.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.channels import (
    messenger_fields,
    meta,
    meta_envelope,
    meta_sending,
    meta_subscriptions,
    meta_templates,
    plain,
)
from chalicelib.channels.base import (
    Capabilities,
    Credentials,
    Health,
    HttpRequest,
    HttpResponse,
    Inbound,
    Outgoing,
    ProviderError,
    SendResult,
    Signal,
    TemplatePage,
    WebhookRequest,
)
from chalicelib.channels.messenger_templates import template
from chalicelib.channels.meta_api import get, payload_of, post, post_message
from chalicelib.channels.meta_codes import refusals
from chalicelib.channels.meta_comments import feed
from chalicelib.channels.meta_events import MESSAGING, delivery, notice, system
from chalicelib.channels.meta_outbound import BUILDERS, MAX_QUICK_REPLIES, MEGABYTE, Limits, Part, body
from chalicelib.channels.meta_sending import (
    HUMAN_WINDOW_SECONDS,
    SCOPED_ID,
    health_of,
    is_fine,
    public_answer,
    recipient,
    result_of,
    sender_action,
    with_tag,
)
from chalicelib.channels.untrusted import mapping
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind

NAME = "messenger"
OBJECT = "page"

LIMITS = Limits(
    name="Messenger",
    max_text=2000,
    unit="characters",
    # "Attachment upload": 25 MB, but 8 MB of an image that is given by its address.
    max_bytes={"image": 8 * MEGABYTE, "audio": 25 * MEGABYTE, "video": 25 * MEGABYTE, "document": 25 * MEGABYTE},
    max_comment=8000,
)
REFUSALS = refusals(LIMITS.name)

CAPABILITIES = Capabilities(
    kinds_out=frozenset({*BUILDERS, MessageKind.TEMPLATE}),
    max_text=LIMITS.max_text,
    max_bytes=LIMITS.max_bytes,
    max_buttons=MAX_QUICK_REPLIES,
    window_seconds=24 * 3600,
    human_window_seconds=HUMAN_WINDOW_SECONDS,
    outside_window=frozenset({MessageKind.TEMPLATE}),
    delivered=True,
    read=True,
    typing_out=True,
    read_out=True,
    templates=True,
    registers=True,
    answering=True,
    public=True,
    profiles=True,
    inbox_per_second=300,
)

ACCOUNT = messenger_fields.ACCOUNT
CREDENTIALS = messenger_fields.CREDENTIALS
SETTINGS = messenger_fields.SETTINGS

# "Page, subscribed_apps": what the app wants to be told.
SUBSCRIBED = (
    "messages,messaging_postbacks,messaging_optins,messaging_referrals,message_deliveries,message_reads,message_echoes,"
    "message_edits,message_reactions,messaging_handovers,standby,messaging_account_linking,messaging_policy_enforcement,"
    "message_template_status_update,feed"
)

# The key of an item of `messaging[]` or `standby[]`, and the `field` of a change.
EVENT_TYPES: Mapping[str, Callable[..., Any]] = {
    **MESSAGING,
    "delivery": delivery,
    "account_linking": system("account_linking"),
    "feed": feed,
    "message_template_status_update": notice("template.status"),
}


verify = meta.verify
challenge = meta.challenge


def normalise(request: WebhookRequest) -> list[Inbound]:
    """Every item of every entry; `entry[].id` is the page."""
    return meta_envelope.normalise(request, OBJECT, EVENT_TYPES)


answer = plain.plain_answer


def check_send(message: Outgoing) -> None:
    meta_sending.check(message, LIMITS, _body)


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """One message. Meta has no idempotency key; `metadata` comes back in the echo instead."""
    public = public_answer(message, LIMITS)
    if public:
        return post(public[0], "comments", public[1], inbox, credentials)
    payload = {
        "recipient": recipient(message, LIMITS),
        **_messaging_type(message, inbox),
        "message": {**_body(message), "metadata": message.tracker},
    }
    return post_message(payload, inbox, credentials)


def parse_send(response: HttpResponse) -> SendResult:
    return result_of(response, REFUSALS)


def build_signal(signal: Signal, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """`mark_seen` covers all of the conversation."""
    payload = sender_action(signal)
    return post_message(payload, inbox, credentials) if payload else None


is_public = meta_sending.is_public
build_media_lookup = plain.no_media_lookup
parse_media_lookup = plain.never_looked_up
media_location = plain.open_location


def build_profile(address: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Whoever has not written to the account may not be asked about."""
    return (
        get(address, inbox, credentials, "?fields=first_name,last_name,profile_pic")
        if SCOPED_ID.fullmatch(address)
        else None
    )


parse_profile = meta_sending.profile_of


def build_health(inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Reads the page: proves token, permission and page in one call."""
    return get(inbox.account_id, inbox, credentials, "?fields=name")


def parse_health(response: HttpResponse) -> Health:
    return health_of(response, REFUSALS)


def build_template_list(inbox: Inbox, credentials: Credentials, after: str | None) -> HttpRequest:
    return meta_templates.build_list(inbox.account_id, inbox, credentials, after)


def parse_template_list(response: HttpResponse, at: datetime) -> TemplatePage | ProviderError:
    if is_fine(response):
        return meta_templates.parse_list(response, at)
    return REFUSALS.failure_of(mapping(payload_of(response).get("error")), response.status)


template_news = meta_templates.news


def build_register(inbox: Inbox, credentials: Credentials, url: str) -> HttpRequest:
    """The app wants the page's events; where they go is the app's own setting, so `url` is not told."""
    return meta_subscriptions.build(inbox.account_id, {"subscribed_fields": SUBSCRIBED}, inbox, credentials)


def parse_register(response: HttpResponse) -> Health:
    return meta_subscriptions.parse(response, REFUSALS.failure_of, "The app gets the page's events.")


def _body(message: Outgoing) -> Part:
    return {"template": template(message)} if message.kind is MessageKind.TEMPLATE else body(message, LIMITS)


def _messaging_type(message: Outgoing, inbox: Inbox) -> Part:
    if message.kind is MessageKind.TEMPLATE:
        return {"messaging_type": "UTILITY"}
    return with_tag(message, inbox) or {"messaging_type": "RESPONSE"}
