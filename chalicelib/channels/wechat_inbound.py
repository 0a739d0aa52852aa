"""What WeChat posts: one message or one event of one follower.

Source: Official Accounts documents, "Receiving common messages" and "Receiving event pushes". Events have no id: the
same follower, second, event and key are the same event.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.channels.base import (
    AccountNotice,
    Ignored,
    Inbound,
    InboundMessage,
    Peer,
    ReachabilityChanged,
    StatusUpdate,
)
from chalicelib.channels.untrusted import content_id, identifier, known, number, seconds, text
from chalicelib.channels.wechat_bodies import MESSAGE_TYPES, body_of
from chalicelib.channels.wechat_errors import template_failure
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import MessageKind

FOLLOWED = "The customer follows the account."
UNFOLLOWED = "The customer does not follow the account any more: it may not write until they come back."
CAME_BY = "The customer has come by a link or a code."

_PLACED = frozenset({"ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Event", "EventKey", "Encrypt"})


@dataclass(frozen=True, slots=True)
class Push:
    """One push, and when it came."""

    body: Mapping[str, Any]
    received_at: datetime
    called: str = ""

    @property
    def type(self) -> str:
        """What it is dispatched by."""
        kind = text(self.body.get("MsgType")).lower()
        return f"event.{text(self.body.get('Event')).lower()}" if kind == "event" else kind

    @property
    def account_id(self) -> str:
        return identifier(self.body.get("ToUserName")) or self.called

    @property
    def peer(self) -> Peer | None:
        address = identifier(self.body.get("FromUserName"))
        return Peer((address,)) if address else None

    @property
    def key(self) -> str:
        """`EventKey`: a menu's key, an address, or the scene of a code."""
        return text(self.body.get("EventKey"))

    @property
    def id(self) -> str:
        given = identifier(self.body.get("MsgId"))
        if given:
            return given
        if not self.type.startswith("event."):
            return content_id("wechat", dict(self.body))
        named = (text(self.body.get(name)) for name in ("FromUserName", "CreateTime", "Event", "EventKey"))
        return content_id("wechat", *named)

    @property
    def given_at(self) -> datetime | None:
        return seconds(self.body.get("CreateTime"))

    @property
    def at(self) -> datetime:
        return self.given_at or self.received_at

    def rest(self) -> dict[str, Any]:
        """The fields that belong to this type alone."""
        return {name: part for name, part in self.body.items() if name not in _PLACED}

    def message(self, kind: MessageKind, said: str, content: Mapping[str, Any]) -> Iterator[Inbound]:
        if self.peer is None:
            yield AccountNotice(self.account_id, "message.unattributed", self.at, dict(self.body))
            return
        yield InboundMessage(
            self.account_id,
            self.id,
            self.peer,
            self.at,
            kind,
            said,
            content=content,
            untimed=self.given_at is None,
        )


def message(push: Push) -> Iterator[Inbound]:
    """A message of any type: what is not understood of it is kept as it came."""
    body, peer = body_of(push.type, push.body), push.peer
    if peer is None:
        yield AccountNotice(push.account_id, "message.unattributed", push.at, dict(push.body))
        return
    extra = {name: part for name, part in push.rest().items() if name not in body.used}
    yield InboundMessage(
        account_id=push.account_id,
        external_id=push.id,
        peer=peer,
        occurred_at=push.at,
        kind=body.kind,
        text=body.text,
        attachments=body.attachments,
        content={**body.content, **known(extra=extra or None)},
        untimed=push.given_at is None,
    )


def _pressed(push: Push) -> Iterator[Inbound]:
    """Something in the account's menu: its key or address, and what it brought (a code's text, a place)."""
    if not push.key:
        yield Ignored("menu_without_key")
        return
    content = {"payload": push.key, "source": "menu", "type": text(push.body.get("Event")), **push.rest()}
    yield from push.message(MessageKind.POSTBACK, push.key, content)


def _followed(push: Push) -> Iterator[Inbound]:
    """A new follower has said nothing yet; by which code they came is worth keeping."""
    if push.peer is None:
        yield Ignored("subscribe_without_user")
        return
    yield ReachabilityChanged(push.account_id, push.peer.primary, True, "subscribed", push.at, FOLLOWED)
    if push.key:
        yield from _came_by(push)


def _unfollowed(push: Push) -> Iterator[Inbound]:
    if push.peer is None:
        yield Ignored("unsubscribe_without_user")
        return
    yield ReachabilityChanged(push.account_id, push.peer.primary, False, "blocked", push.at, UNFOLLOWED)


def _came_by(push: Push) -> Iterator[Inbound]:
    referral = {"type": "qr_code", "payload": push.key.removeprefix("qrscene_"), **push.rest()}
    kind = text(push.body.get("Event")).lower()
    yield from push.message(MessageKind.SYSTEM, CAME_BY, {"type": kind, "referral": referral})


def _reported(push: Push) -> Iterator[Inbound]:
    """Where the follower is, which their phone tells by itself."""
    latitude, longitude = number(push.body.get("Latitude")), number(push.body.get("Longitude"))
    if latitude is None or longitude is None:
        yield Ignored("location_without_place")
        return
    precision = known(precision=number(push.body.get("Precision")))
    place = {"type": "location_report", "latitude": latitude, "longitude": longitude, **precision}
    yield from push.message(MessageKind.SYSTEM, "", place)


def _happened(push: Push) -> Iterator[Inbound]:
    """WeChat's own customer service took the chat up, over or left it."""
    kind = text(push.body.get("Event")).lower()
    yield from push.message(MessageKind.SYSTEM, "", {"type": kind, **push.rest()})


def _template_done(push: Push) -> Iterator[Inbound]:
    """What became of a template, by the id that sending it was answered with."""
    external_id, status = identifier(push.body.get("MsgID")), text(push.body.get("Status")).lower()
    if external_id is None or push.peer is None:
        yield Ignored("template_without_message")
        return
    done = status.strip() == "success"
    yield StatusUpdate(
        push.account_id,
        DeliveryState.DELIVERED if done else DeliveryState.FAILED,
        push.at,
        external_id=external_id,
        peer=push.peer,
        error=None if done else template_failure(status),
    )


def _told(kind: str) -> Callable[[Push], Iterator[Inbound]]:
    def read(push: Push) -> Iterator[Inbound]:
        yield AccountNotice(push.account_id, kind, push.at, dict(push.body))

    return read


MENU = (
    "click",
    "view",
    "view_miniprogram",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
)
SESSIONS = ("kf_create_session", "kf_close_session", "kf_switch_session")

HANDLERS: Mapping[str, Callable[[Push], Iterator[Inbound]]] = {
    **dict.fromkeys(MESSAGE_TYPES, message),
    "event.subscribe": _followed,
    "event.unsubscribe": _unfollowed,
    "event.scan": _came_by,
    "event.location": _reported,
    "event.templatesendjobfinish": _template_done,
    "event.masssendjobfinish": _told("account.mass_send"),
    **{f"event.{name}": _pressed for name in MENU},
    **{f"event.{name}": _happened for name in SESSIONS},
}
