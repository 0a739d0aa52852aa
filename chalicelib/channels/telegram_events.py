"""Inbound Telegram updates that are no messages: deletions, reactions, pressed buttons, who lets the bot in.

Source: Bot API, "Update".
"""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.channels.base import AccountNotice, Ignored, Inbound, InboundMessage
from chalicelib.channels.telegram_people import Update, author_in, peer_of, topic_of
from chalicelib.channels.untrusted import identifier, items, known, mapping, objects, seconds, text
from chalicelib.domain.message import MessageKind

BLOCKED = "The customer has blocked the bot."
UNBLOCKED = "The customer has unblocked the bot."


def deleted(update: Update) -> Iterator[Inbound]:
    """`deleted_business_messages`: several at once, and without a time."""
    peer = peer_of(update.value)
    targets = [found for found in (identifier(each) for each in items(update.value.get("message_ids"))) if found]
    if peer is None or not targets:
        yield Ignored("deleted_without_messages")
        return
    for target in targets:
        yield InboundMessage(
            account_id=update.account_id,
            external_id=f"update.{update.id}.{target}",
            peer=peer,
            occurred_at=update.received_at,
            kind=MessageKind.REVOKE,
            content={"target": target},
            untimed=True,
        )


def reaction(update: Update) -> Iterator[Inbound]:
    """`message_reaction`: all the reactions of one person to one message, as they are now."""
    value = update.value
    peer, target = peer_of({**value, "from": value.get("user")}), identifier(value.get("message_id"))
    if peer is None or target is None:
        yield Ignored("reaction_without_message")
        return
    now = objects(value.get("new_reaction"))
    yield InboundMessage(
        account_id=update.account_id,
        external_id=f"update.{update.id}",
        peer=peer,
        occurred_at=update.at,
        kind=MessageKind.REACTION,
        content={
            "target": target,
            "emoji": next((text(each.get("emoji")) for each in now if text(each.get("emoji"))), ""),
            **known(
                reactions=[dict(each) for each in now] or None,
                previous=[dict(each) for each in objects(value.get("old_reaction"))] or None,
                author=author_in(value, "user", "actor_chat"),
            ),
        },
    )


def pressed(update: Update) -> Iterator[Inbound]:
    """`callback_query`: a button under a message was pressed."""
    value = update.value
    asked, query_id = mapping(value.get("message")), identifier(value.get("id"))
    data, connection = text(value.get("data")), identifier(asked.get("business_connection_id"))
    peer = peer_of({"chat": asked.get("chat"), "from": value.get("from"), "business_connection_id": connection})
    if peer is None or query_id is None or not data:
        # A game's button, or one in somebody else's chat.
        yield Ignored("callback_query_elsewhere", item_id=query_id)
        return
    title = _title(asked, data)
    target = identifier(asked.get("message_id"))
    yield InboundMessage(
        account_id=update.account_id,
        external_id=query_id,
        peer=peer,
        # An old message is `inaccessible`, with date 0.
        occurred_at=update.after(seconds(asked.get("date"))),
        untimed=True,
        kind=MessageKind.POSTBACK,
        text=title or data,
        reply_to=target,
        content={
            "payload": data,
            "source": "button",
            **known(
                title=title,
                quoted=known(id=target, text=text(asked.get("text")) or text(asked.get("caption"))) or None,
                chat_instance=identifier(value.get("chat_instance")),
                topic=topic_of(asked),
                author=author_in({**value, "chat": asked.get("chat")}, "from"),
            ),
        },
    )


def _title(asked: Mapping[str, Any], data: str) -> str:
    rows = items(mapping(asked.get("reply_markup")).get("inline_keyboard"))
    buttons = [button for row in rows for button in objects(row)]
    return next((text(button.get("text")) for button in buttons if text(button.get("callback_data")) == data), "")


def membership(update: Update) -> Iterator[Inbound]:
    """`my_chat_member`: a customer has blocked the bot or taken it back; or it came into a group, or out of one."""
    value = update.value
    peer, chat = peer_of(value), mapping(value.get("chat"))
    member = mapping(value.get("new_chat_member"))
    if peer is None or chat.get("type") != "private":
        yield AccountNotice(update.account_id, "bot.membership", update.at, dict(value))
        return
    before = text(mapping(value.get("old_chat_member")).get("status"))
    gone = text(member.get("status")) in ("kicked", "left")
    yield InboundMessage(
        account_id=update.account_id,
        external_id=f"update.{update.id}",
        peer=peer,
        occurred_at=update.at,
        kind=MessageKind.SYSTEM,
        text=BLOCKED if gone else UNBLOCKED,
        content={"type": "blocked" if gone else "unblocked", "member": dict(member), **known(previous=before)},
    )


def connection(update: Update) -> Iterator[Inbound]:
    """`business_connection`: a business account let the bot in, changed its rights, or shut it out."""
    yield AccountNotice(update.account_id, "business.connection", update.at, dict(update.value))
