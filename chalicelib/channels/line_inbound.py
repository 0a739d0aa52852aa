"""Inbound LINE events: who wrote, what it says, and news of chats and of the account.

Source: Messaging API reference, "Webhook event objects". One call may hold events of several people.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.channels.base import AccountNotice, Ignored, Inbound, InboundMessage, Peer
from chalicelib.channels.line_bodies import body_of
from chalicelib.channels.untrusted import content_id, identifier, known, mapping, number, optional, seconds, text
from chalicelib.domain.message import MessageKind

# Fields that the neutral form has in a place of its own.
_EVENT_PLACED = frozenset({"type", "mode", "timestamp", "source", "webhookEventId", "deliveryContext", "replyToken"})
_MESSAGE_PLACED = frozenset({"id", "type", "quoteToken", "quotedMessageId", "markAsReadToken"})

FOLLOWED = "The customer has added the account as a friend."
UNBLOCKED = "The customer has unblocked the account."
BLOCKED = "The customer has blocked the account."


@dataclass(frozen=True, slots=True)
class Event:
    """One event, and whose it is. A redelivery differs in nothing but its `deliveryContext`."""

    account_id: str
    body: Mapping[str, Any]
    received_at: datetime

    @property
    def id(self) -> str:
        same = {name: part for name, part in self.body.items() if name != "deliveryContext"}
        return identifier(self.body.get("webhookEventId")) or content_id("line", same)

    @property
    def at(self) -> datetime:
        """`timestamp` is in milliseconds."""
        given = number(self.body.get("timestamp"))
        return (seconds(given / 1000) if given is not None else None) or self.received_at

    @property
    def peer(self) -> Peer | None:
        """The chat is who we talk with: a person, or a group or room as a whole."""
        source = mapping(self.body.get("source"))
        kind = text(source.get("type"))
        address = identifier(source.get(_ADDRESSES.get(kind, "userId")))
        return Peer((address,), facts={"chat_type": kind or "user"}) if address else None

    def notice(self, kind: str) -> AccountNotice:
        return AccountNotice(self.account_id, kind, self.at, dict(self.body))

    def message(self, kind: MessageKind, said: str, content: Mapping[str, Any]) -> Inbound:
        """An item of the chat that is known by the event's own id."""
        if self.peer is None:
            return self.notice("message.unattributed")
        return InboundMessage(
            self.account_id, self.id, self.peer, self.at, kind, said, content={**content, **self.surroundings()}
        )

    def surroundings(self) -> dict[str, Any]:
        """What may stand beside any kind. In standby another module of the account answers, and there is no token."""
        source = mapping(self.body.get("source"))
        is_personal = self.peer is not None and self.peer.primary == source.get("userId")
        return known(
            event_id=identifier(self.body.get("webhookEventId")),
            reply_token=optional(self.body.get("replyToken")),
            author=None if is_personal else known(user_id=identifier(source.get("userId"))) or None,
            standby=True if self.body.get("mode") == "standby" else None,
            redelivered=True if mapping(self.body.get("deliveryContext")).get("isRedelivery") is True else None,
        )

    def rest(self) -> dict[str, Any]:
        """The fields that belong to this type alone."""
        return {name: part for name, part in self.body.items() if name not in _EVENT_PLACED}


_ADDRESSES = {"user": "userId", "group": "groupId", "room": "roomId"}


def _message(event: Event) -> Inbound:
    """A message is known by its own id, in whatever event it comes."""
    part, peer = mapping(event.body.get("message")), event.peer
    if peer is None:
        return event.notice("message.unattributed")
    body, quoted = body_of(part), identifier(part.get("quotedMessageId"))
    return InboundMessage(
        account_id=event.account_id,
        external_id=identifier(part.get("id")) or event.id,
        peer=peer,
        occurred_at=event.at,
        kind=body.kind,
        text=body.text,
        attachments=body.attachments,
        reply_to=quoted,
        content={**body.content, **_tokens(part, body.used, quoted), **event.surroundings()},
    )


def _edited(event: Event) -> Inbound:
    """Several edits of one message may come in any order: the latest counts."""
    part = mapping(event.body.get("message"))
    target = identifier(part.get("id"))
    if target is None:
        return Ignored("edit_without_message")
    body, quoted = body_of(part), identifier(part.get("quotedMessageId"))
    content = {**body.content, **_tokens(part, body.used, quoted), "target": target, "kind": body.kind.value}
    return event.message(MessageKind.EDIT, body.text, content)


def _tokens(part: Mapping[str, Any], used: frozenset[str], quoted: str | None) -> dict[str, Any]:
    """What later calls about this message need, and what has no name among ours, under LINE's."""
    return known(
        quote_token=optional(part.get("quoteToken")),
        mark_as_read_token=optional(part.get("markAsReadToken")),
        quoted={"id": quoted} if quoted else None,
        extra={name: value for name, value in part.items() if name not in _MESSAGE_PLACED | used} or None,
    )


def _unsent(event: Event) -> Inbound:
    target = identifier(mapping(event.body.get("unsend")).get("messageId"))
    if target is None:
        return Ignored("unsend_without_message")
    return event.message(MessageKind.REVOKE, "", {"target": target})


def _postback(event: Event) -> Inbound:
    part = mapping(event.body.get("postback"))
    data = text(part.get("data"))
    if not data:
        return Ignored("postback_without_data")
    content = {"payload": data, "source": "button", **known(params=dict(mapping(part.get("params"))) or None)}
    return event.message(MessageKind.POSTBACK, data, content)


def _followed(event: Event) -> Inbound:
    again = mapping(event.body.get("follow")).get("isUnblocked") is True
    kind, said = ("unblocked", UNBLOCKED) if again else ("followed", FOLLOWED)
    return event.message(MessageKind.SYSTEM, said, {"type": kind, **event.rest()})


def _unfollowed(event: Event) -> Inbound:
    return event.message(MessageKind.SYSTEM, BLOCKED, {"type": "blocked", **event.rest()})


def _happened(event: Event) -> Inbound:
    """Something in a chat that nobody said: a member came, a video was watched, a beacon was passed."""
    return event.message(MessageKind.SYSTEM, "", {"type": text(event.body.get("type")), **event.rest()})


def _told(kind: str) -> Callable[[Event], Inbound]:
    return lambda event: event.notice(kind)


EVENT_TYPES: Mapping[str, Callable[[Event], Inbound]] = {
    "message": _message,
    "messageEdited": _edited,
    "unsend": _unsent,
    "postback": _postback,
    "follow": _followed,
    "unfollow": _unfollowed,
    "memberJoined": _happened,
    "memberLeft": _happened,
    "beacon": _happened,
    "accountLink": _happened,
    "membership": _happened,
    "videoPlayComplete": _happened,
    "join": _told("bot.membership"),
    "leave": _told("bot.membership"),
    "module": _told("account.module"),
    "activated": _told("account.module"),
    "deactivated": _told("account.module"),
    "botSuspended": _told("account.suspended"),
    "botResumed": _told("account.resumed"),
    "delivery": _told("account.delivery"),
}
