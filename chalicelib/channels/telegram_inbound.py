"""Inbound Telegram updates, by their kind; here the messages themselves.

Source: Bot API, "Update". One update comes in a call, and it does not name the bot: the account is the one whose
webhook was called.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chalicelib.channels.base import (
    AccountNotice,
    IdentityChanged,
    Ignored,
    Inbound,
    InboundMessage,
    Peer,
)
from chalicelib.channels.telegram_bodies import body_of
from chalicelib.channels.telegram_events import connection, deleted, membership, pressed, reaction
from chalicelib.channels.telegram_people import Update, author_in, peer_of, topic_of
from chalicelib.channels.untrusted import content_id, identifier, known, mapping, objects, seconds, text
from chalicelib.domain.message import MessageKind

# Fields of a message that its neutral form has in a place of its own.
_PLACED = frozenset(
    {
        "message_id",
        "from",
        "chat",
        "date",
        "edit_date",
        "reply_to_message",
        "quote",
        "entities",
        "caption_entities",
        "media_group_id",
        "forward_origin",
        "business_connection_id",
    }
)


def message(update: Update) -> Iterator[Inbound]:
    """`message`, `business_message`: what somebody wrote, or what happened in a chat."""
    value = update.value
    peer = peer_of(value)
    if mapping(value.get("chat")).get("type") == "channel":
        yield Ignored("channel_post")
    elif value.get("sender_business_bot") is not None:
        # Our own message of a moment ago, if Telegram tells us of it at all.
        yield Ignored("own_message")
    elif peer is None:
        yield AccountNotice(update.account_id, "message.unattributed", update.at, dict(value))
    else:
        yield from _migration(update, peer)
        yield _written(update, peer, edit=False)


def edited(update: Update) -> Iterator[Inbound]:
    """`edited_message`, `edited_business_message`: a message of its own, that names the one it changes."""
    peer = peer_of(update.value)
    if peer is None or not identifier(update.value.get("message_id")):
        yield AccountNotice(update.account_id, "message.unattributed", update.at, dict(update.value))
    elif update.value.get("sender_business_bot") is not None:
        yield Ignored("own_message")
    else:
        yield _written(update, peer, edit=True)


def _written(update: Update, peer: Peer, *, edit: bool) -> InboundMessage:
    value, body = update.value, body_of(update.value)
    given = identifier(value.get("message_id"))
    told = (seconds(value.get("edit_date")) if edit else None) or seconds(value.get("date"))
    # Of an edit the time that counts is its own; the first one is kept with what has no other place.
    placed = _PLACED - {"date"} if edit else _PLACED
    content = {**body.content, **_surroundings(value, placed.union(body.used))}
    quoted = content.get("quoted")
    if edit:
        content |= {"target": given, "kind": body.kind.value}
    return InboundMessage(
        account_id=update.account_id,
        external_id=f"update.{update.id}" if edit else given or content_id("telegram", dict(value)),
        peer=peer,
        occurred_at=told or update.received_at,
        kind=MessageKind.EDIT if edit else body.kind,
        text=body.text,
        attachments=body.attachments,
        reply_to=quoted.get("id") if isinstance(quoted, Mapping) else None,
        content=content,
        echo=_is_echo(value),
        untimed=told is None,
    )


def _is_echo(value: Mapping[str, Any]) -> bool:
    """In a business account's private chats the account's owner writes too, and the chat is the customer's."""
    sender = identifier(mapping(value.get("from")).get("id"))
    chat_id = identifier(mapping(value.get("chat")).get("id"))
    return bool(identifier(value.get("business_connection_id")) and sender and sender != chat_id)


def _surroundings(value: Mapping[str, Any], used: frozenset[str]) -> dict[str, Any]:
    """What may stand beside any kind. What has no name among ours is kept under Telegram's, in `extra`."""
    replied = mapping(value.get("reply_to_message"))
    quote = mapping(value.get("quote"))
    quoted = known(
        id=identifier(replied.get("message_id")),
        text=text(quote.get("text")) or text(replied.get("text")) or text(replied.get("caption")),
        position=quote.get("position"),
        entities=objects(quote.get("entities")) or None,
    )
    origin = mapping(value.get("forward_origin"))
    return known(
        quoted=quoted or None,
        entities=[dict(part) for part in objects(value.get("entities")) + objects(value.get("caption_entities"))]
        or None,
        album=identifier(value.get("media_group_id")),
        topic=topic_of(value),
        forwarded=True if origin else None,
        forward_origin=dict(origin) or None,
        author=dict(mapping(value.get("from"))) if _is_echo(value) else author_in(value, "from", "sender_chat"),
        extra={name: part for name, part in value.items() if name not in used} or None,
    )


def _migration(update: Update, peer: Peer) -> Iterator[Inbound]:
    """A group that becomes a supergroup gets another id; both chats tell of it, in a message each."""
    current = identifier(update.value.get("migrate_to_chat_id"))
    previous = identifier(update.value.get("migrate_from_chat_id"))
    pair = (peer.primary, current) if current else (previous, peer.primary)
    if pair[0] and pair[1] and pair[0] != pair[1]:
        yield IdentityChanged(update.account_id, f"update.{update.id}", pair[0], pair[1], update.at)


def _of_no_use(update: Update) -> Iterator[Inbound]:
    """Things that a desk has no part in: channels, inline mode, payments, polls, others' membership."""
    yield Ignored(update.kind)


UNUSED = (
    "channel_post",
    "edited_channel_post",
    "guest_message",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "managed_bot",
)

HANDLERS: Mapping[str, Callable[[Update], Iterator[Inbound]]] = {
    "message": message,
    "edited_message": edited,
    "business_message": message,
    "edited_business_message": edited,
    "deleted_business_messages": deleted,
    "business_connection": connection,
    "message_reaction": reaction,
    "callback_query": pressed,
    "my_chat_member": membership,
    **dict.fromkeys(UNUSED, _of_no_use),
}
