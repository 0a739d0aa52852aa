"""Inbound WhatsApp webhooks, item by item: who sent it, what it says, and news of messages and
accounts.

Shapes: Cloud API, "Webhooks" reference.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.channels.base import (
    AccountNotice,
    IdentityChanged,
    Ignored,
    Inbound,
    InboundMessage,
    Peer,
    StatusUpdate,
)
from chalicelib.channels.bodies import Body
from chalicelib.channels.untrusted import (
    content_id,
    identifier,
    known,
    label,
    mapping,
    objects,
    optional,
    seconds,
    text,
)
from chalicelib.channels.whatsapp_bodies import body_of
from chalicelib.channels.whatsapp_errors import failure_of
from chalicelib.channels.whatsapp_people import BSUID, address, recipient, sender, status_peer
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import MessageKind

STATES = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "played": DeliveryState.READ,
    "failed": DeliveryState.FAILED,
}

# `system.type` of a new phone number; the older name is still documented.
NUMBER_CHANGES = ("user_changed_number", "customer_changed_number")


@dataclass(frozen=True, slots=True)
class Change:
    """One `changes[]` entry: whose it is, its `field` and `value`, and the time of what tells none
    itself."""

    account_id: str
    field: str
    value: Mapping[str, Any]
    at: datetime

    def time_of(self, item: Mapping[str, Any]) -> datetime:
        return seconds(item.get("timestamp")) or self.at

    def id_of(self, item: Mapping[str, Any]) -> str:
        return identifier(item.get("id")) or content_id("whatsapp", self.account_id, dict(item))


def messages(change: Change) -> Iterator[Inbound]:
    """`messages`: what customers wrote, what became of ours, and what WhatsApp could not pass
    on."""
    for message in objects(change.value.get("messages")):
        yield from _message(change, message, sender(change.value, message), echo=False)
    for status in objects(change.value.get("statuses")):
        yield _status(change, status)
    yield from _errors(change)


def echoes(change: Change) -> Iterator[Inbound]:
    """`smb_message_echoes`: what the business wrote in the WhatsApp Business app on the same
    number."""
    for message in objects(change.value.get("message_echoes")):
        yield from _message(change, message, recipient(change.value, message), echo=True)
    yield from _errors(change)


def user_ids(change: Change) -> Iterator[Inbound]:
    """`user_id_update`: a BSUID follows the phone number, so a new number makes a new id."""
    for item in objects(change.value.get("user_id_update")):
        ids = mapping(item.get("user_id"))
        previous, current = identifier(ids.get("previous")), identifier(ids.get("current"))
        if previous and current:
            yield IdentityChanged(change.account_id, change.id_of(item), previous, current, change.time_of(item))
        else:
            yield Ignored("user_id_update_incomplete")
    yield from _errors(change)


def _notices(kind: str, array: str | None = None) -> Callable[[Change], Iterator[Inbound]]:
    """A handler for news of the account: one notice for each item of `array`, or for the value as
    a whole."""

    def handler(change: Change) -> Iterator[Inbound]:
        for item in objects(change.value.get(array)) if array else [change.value]:
            yield AccountNotice(change.account_id, kind, change.time_of(item), dict(item))
        if array:
            yield from _errors(change)

    return handler


def _calls(change: Change) -> Iterator[Inbound]:
    """`calls`: voice calls on the number; call states come in `statuses`, with `type` "call"."""
    for name in ("calls", "statuses"):
        for item in objects(change.value.get(name)):
            yield AccountNotice(change.account_id, "call.event", change.time_of(item), dict(item))
    yield from _errors(change)


def _errors(change: Change) -> Iterator[Inbound]:
    for error in objects(change.value.get("errors")):
        yield AccountNotice(change.account_id, "provider.error", change.time_of(error), dict(error))


def _message(change: Change, message: Mapping[str, Any], peer: Peer | None, *, echo: bool) -> Iterator[Inbound]:
    at, external_id, body = change.time_of(message), change.id_of(message), body_of(message)
    if peer is None:
        # Nobody to file it under: kept as news of the account, for an administrator to see.
        yield AccountNotice(change.account_id, "message.unattributed", at, dict(message))
        return
    context = mapping(message.get("context"))
    yield InboundMessage(
        account_id=change.account_id,
        external_id=external_id,
        peer=peer,
        occurred_at=at,
        kind=body.kind,
        text=body.text,
        attachments=body.attachments,
        reply_to=identifier(context.get("id")),
        content={**body.content, **_surroundings(message, context)},
        echo=echo,
        untimed=seconds(message.get("timestamp")) is None,
    )
    if body.kind is MessageKind.SYSTEM:
        yield from _identity_change(change, external_id, message, body, at)


def _surroundings(message: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """What may stand beside any kind: the advertisement clicked, the message quoted, the group it
    was said in."""
    quoted = known(
        id=identifier(context.get("id")),
        **{"from": optional(context.get("from"))},
        product=dict(mapping(context.get("referred_product"))) or None,
    )
    often = context.get("frequently_forwarded") is True
    return known(
        referral=dict(mapping(message.get("referral"))) or None,
        quoted=quoted or None,
        forwarded=often or context.get("forwarded") is True or None,
        frequently_forwarded=often or None,
        group_id=optional(message.get("group_id")),
        identity=dict(mapping(message.get("identity"))) or None,
        # `unsupported` has them inside its raw message already.
        errors=[dict(error) for error in objects(message.get("errors"))] or None,
    )


def _identity_change(
    change: Change, external_id: str, message: Mapping[str, Any], body: Body, at: datetime
) -> Iterator[Inbound]:
    kind = body.content["type"]
    if kind in NUMBER_CHANGES:
        previous = address(message.get("from"))
        # `new_wa_id` is the name in older versions of the API.
        current = address(body.content.get("wa_id")) or address(body.content.get("new_wa_id"))
    elif kind == "user_changed_user_id":
        # Only the new id has a field; the old one stands in the sentence, and sometimes in
        # `from_user_id`.
        current = address(body.content.get("user_id"))
        named = [text(message.get("from_user_id")), *BSUID.findall(body.text)]
        previous = next((name for name in named if BSUID.fullmatch(name) and name != current), None)
    else:
        return
    if previous and current and previous != current:
        yield IdentityChanged(change.account_id, external_id, previous, current, at)


def _status(change: Change, status: Mapping[str, Any]) -> Inbound:
    word = text(status.get("status"))
    state = STATES.get(word)
    external_id, tracker = (
        identifier(status.get("id")),
        identifier(status.get("biz_opaque_callback_data")),
    )
    if state is None:
        return Ignored(f"status.{label(word)}", item_id=external_id)
    if not external_id and not tracker:
        return Ignored("status_without_id")
    error = None
    if state is DeliveryState.FAILED:
        error = failure_of(next(iter(objects(status.get("errors"))), {}))
    extra = {name: status[name] for name in ("conversation", "pricing", "errors") if status.get(name)}
    if text(status.get("recipient_type")) == "group":
        extra["group_id"] = text(status.get("recipient_id"))
    return StatusUpdate(
        account_id=change.account_id,
        state=state,
        occurred_at=change.time_of(status),
        external_id=external_id,
        tracker=tracker,
        peer=status_peer(change.value, status),
        error=error,
        detail=extra,
    )


# News of the number or the whole account, by the `field` of the change.
NOTICES: Mapping[str, Callable[[Change], Iterator[Inbound]]] = {
    "calls": _calls,
    "user_preferences": _notices("contact.preference", "user_preferences"),
    "account_update": _notices("account.update"),
    "account_alerts": _notices("account.alert"),
    "account_review_update": _notices("account.review"),
    "business_capability_update": _notices("account.capability"),
    "phone_number_quality_update": _notices("number.quality"),
    "phone_number_name_update": _notices("number.name"),
    "security": _notices("account.security"),
    "message_template_status_update": _notices("template.status"),
    "message_template_quality_update": _notices("template.quality"),
    "message_template_components_update": _notices("template.components"),
    "template_category_update": _notices("template.category"),
}
