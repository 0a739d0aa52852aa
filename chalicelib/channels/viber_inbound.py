"""What Viber posts: messages, delivery marks, and who lets the bot in.

Source: Viber REST API, "Callbacks". A callback has one event, and does not name the bot.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.channels.base import (
    AccountNotice,
    Ignored,
    Inbound,
    InboundMessage,
    Peer,
    Profile,
    ReachabilityChanged,
    StatusUpdate,
)
from chalicelib.channels.untrusted import (
    content_id,
    identifier,
    known,
    mapping,
    number,
    optional,
    seconds,
    text,
)
from chalicelib.channels.viber_bodies import body_of, carried
from chalicelib.channels.viber_errors import not_delivered
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import MessageKind

BLOCKED = "The customer has unsubscribed from the bot: it may not write until they write again."
SUBSCRIBED = "The customer has subscribed to the bot."
STARTED = "The customer has come to the chat by a link."

_PERSON_PLACED = frozenset({"id", "name", "avatar", "language"})


@dataclass(frozen=True, slots=True)
class Event:
    """One callback, and the inbox it came to."""

    account_id: str
    body: Mapping[str, Any]
    received_at: datetime

    @property
    def token(self) -> str | None:
        """Tokens have 64 bits; some events have 0, which is none."""
        found = identifier(self.body.get("message_token"))
        return None if found == "0" else found

    @property
    def given_at(self) -> datetime | None:
        """`timestamp` is in milliseconds, and 0 where there is none."""
        given = number(self.body.get("timestamp"))
        return None if given is None else seconds(given / 1000)

    @property
    def at(self) -> datetime:
        return self.given_at or self.received_at

    def peer(self, name: str = "sender") -> Peer | None:
        """The person as the field `name` tells of them, or `user_id` alone."""
        person = mapping(self.body.get(name))
        address = identifier(person.get("id")) or identifier(self.body.get("user_id"))
        if address is None:
            return None
        profile = Profile(
            name=optional(person.get("name")),
            locale=optional(person.get("language")),
            avatar_url=optional(person.get("avatar")),
        )
        return Peer((address,), profile, {key: part for key, part in person.items() if key not in _PERSON_PLACED})


def _message(event: Event) -> Inbound:
    part, peer = mapping(event.body.get("message")), event.peer()
    if peer is None:
        return AccountNotice(event.account_id, "message.unattributed", event.at, dict(event.body))
    body = body_of(part)
    extra = {name: value for name, value in part.items() if name not in {"type", "tracking_data", *body.used}}
    surroundings = known(
        # Our own has nothing to tell beside the button that was pressed.
        tracking_data=None if carried(part.get("tracking_data")) else optional(part.get("tracking_data")),
        extra=extra or None,
        silent=True if event.body.get("silent") is True else None,
        chat_hostname=optional(event.body.get("chat_hostname")),
    )
    return InboundMessage(
        account_id=event.account_id,
        external_id=event.token or content_id("viber", dict(event.body)),
        peer=peer,
        occurred_at=event.at,
        kind=body.kind,
        text=body.text,
        attachments=body.attachments,
        content={**surroundings, **body.content},
        untimed=event.given_at is None,
    )


def _mark(state: DeliveryState) -> Callable[[Event], Inbound]:
    """`delivered` comes for the customer's own messages too: it finds none of ours, and expires."""

    def read(event: Event) -> Inbound:
        if event.token is None or event.peer() is None:
            return Ignored(f"{state.value}_without_message")
        error = not_delivered(text(event.body.get("desc"))) if state is DeliveryState.FAILED else None
        return StatusUpdate(event.account_id, state, event.at, external_id=event.token, peer=event.peer(), error=error)

    return read


def _reach(reachable: bool, reason: str, detail: str) -> Callable[[Event], Inbound]:
    def read(event: Event) -> Inbound:
        peer = event.peer("user")
        if peer is None:
            return Ignored(f"{reason}_without_user")
        return ReachabilityChanged(event.account_id, peer.primary, reachable, reason, event.at, detail)

    return read


def _started(event: Event) -> Inbound:
    """Somebody looks at the chat, who need not have said anything. What a link carried is worth keeping."""
    peer, context = event.peer("user"), text(event.body.get("context"))
    if peer is None or not context:
        return Ignored("conversation_started")
    return InboundMessage(
        account_id=event.account_id,
        external_id=event.token or content_id("viber", dict(event.body)),
        peer=peer,
        occurred_at=event.at,
        kind=MessageKind.SYSTEM,
        text=STARTED,
        content={
            "type": "conversation_started",
            "referral": {"type": "deep_link", "payload": context},
            **known(
                opened_by=optional(event.body.get("type")), subscribed=True if event.body.get("subscribed") else None
            ),
        },
        untimed=event.given_at is None,
    )


def _handshake(event: Event) -> Inbound:
    """`set_webhook` tries the address: any 200 will do."""
    return Ignored("webhook")


EVENT_TYPES: Mapping[str, Callable[[Event], Inbound]] = {
    "webhook": _handshake,
    "message": _message,
    "delivered": _mark(DeliveryState.DELIVERED),
    "seen": _mark(DeliveryState.READ),
    "failed": _mark(DeliveryState.FAILED),
    "subscribed": _reach(True, "subscribed", SUBSCRIBED),
    "unsubscribed": _reach(False, "blocked", BLOCKED),
    "conversation_started": _started,
}
