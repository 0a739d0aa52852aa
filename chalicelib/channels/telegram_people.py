"""One Telegram update, and who is at the other end of it.

Source: Bot API, "Update", "Chat" and "User".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.channels.base import Peer, Profile
from chalicelib.channels.telegram_api import address
from chalicelib.channels.untrusted import identifier, known, mapping, optional, seconds, text


@dataclass(frozen=True, slots=True)
class Update:
    """One update: whose it is, its kind and value, and the time it came."""

    account_id: str
    id: str
    kind: str
    value: Mapping[str, Any]
    received_at: datetime

    @property
    def at(self) -> datetime:
        return seconds(self.value.get("date")) or self.received_at

    def after(self, asked: datetime | None) -> datetime:
        """When something happened that Telegram tells no time of: when it came, and after what it is about."""
        return max(self.received_at, asked + timedelta(seconds=1)) if asked else self.received_at


def peer_of(value: Mapping[str, Any]) -> Peer | None:
    """The chat is who we talk with: in private it is the person, in a group it is all of them."""
    chat = mapping(value.get("chat"))
    chat_id = identifier(chat.get("id"))
    connection_id = identifier(value.get("business_connection_id"))
    found = address(chat_id or "", connection_id)
    if chat_id is None or found is None:
        return None
    sender = mapping(value.get("from"))
    # In private the chat's id is the person's; in a business account's chat the owner writes too.
    person = {**chat, **sender} if identifier(sender.get("id")) == chat_id else chat
    name = " ".join(part for part in (text(person.get("first_name")), text(person.get("last_name"))) if part)
    profile = Profile(
        name=name or optional(person.get("title")),
        username=optional(person.get("username")),
        locale=optional(person.get("language_code")),
    )
    facts = known(chat_type=text(chat.get("type")), chat_id=chat_id, connection_id=connection_id)
    return Peer((found,), profile, facts)


def topic_of(value: Mapping[str, Any]) -> str | None:
    """The topic of a forum that a message is in. Threads of answers elsewhere have such a number too, and are none."""
    return identifier(value.get("message_thread_id")) if value.get("is_topic_message") is True else None


def is_private(value: Mapping[str, Any]) -> bool:
    return bool(mapping(value.get("chat")).get("type") == "private")


def author_in(value: Mapping[str, Any], *fields: str) -> dict[str, Any] | None:
    """Who did it, where the chat does not say so itself: in a group."""
    if is_private(value):
        return None
    return next((dict(mapping(value.get(name))) for name in fields if mapping(value.get(name))), None)
