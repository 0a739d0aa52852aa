"""Inbound events of Messenger and Instagram, item by item: who wrote what, and what became of ours.

Shapes: Messenger Platform "Webhook events" and Instagram Platform "Webhooks" references.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.channels.base import AccountNotice, Ignored, Inbound, InboundMessage, Peer, StatusUpdate
from chalicelib.channels.bodies import Body
from chalicelib.channels.meta_bodies import body_of
from chalicelib.channels.untrusted import (
    MAX_SECONDS,
    content_id,
    identifier,
    iso_time,
    items,
    known,
    mapping,
    number,
    optional,
    seconds,
    text,
)
from chalicelib.domain import ids
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import MessageKind

# `reaction.reaction` where `emoji` is missing.
EMOJI = {
    "smile": "😆",
    "angry": "😠",
    "sad": "😢",
    "wow": "😮",
    "love": "❤️",
    "like": "👍",
    "dislike": "👎",
}
OTHER_EMOJI = "💬"
USER_REF = "user_ref:"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of `messaging[]`, `standby[]` or `changes[]`: whose it is, and the time of what tells none itself.
    `standby`: another app of the business has the thread."""

    account_id: str
    value: Mapping[str, Any]
    at: datetime
    standby: bool = False

    @property
    def derived_id(self) -> str:
        """For what has no id of its own: the same whenever it comes."""
        return content_id("meta", self.account_id, dict(self.value))

    def is_ours(self, part: Mapping[str, Any]) -> bool:
        """Whether the business did it, in this desk or elsewhere."""
        return part.get("is_echo") is True or _id(self.value, "sender") == self.account_id

    def peer(self, *, ours: bool) -> Peer | None:
        """The customer: the sender, or in an echo the recipient (unless that is the account itself)."""
        swapped = ours and _id(self.value, "recipient") != self.account_id
        side = mapping(self.value.get("recipient" if swapped else "sender"))
        found = identifier(side.get("id"))
        reference = identifier(side.get("user_ref")) or identifier(mapping(self.value.get("optin")).get("user_ref"))
        if found and found != self.account_id:
            return Peer((found,), facts=known(user_ref=identifier(side.get("user_ref"))))
        return Peer((f"{USER_REF}{reference}",)) if reference else None


Part = Mapping[str, Any]
Handler = Callable[[Item, Part], Iterator[Inbound]]


def moment(value: Any) -> datetime | None:
    """Milliseconds by the reference, seconds in some events and test calls, ISO text in what partners pass on."""
    found = number(value)
    if found is None:
        return iso_time(value)
    return seconds(found / 1000 if found >= MAX_SECONDS else found)


def message(item: Item, part: Part) -> Iterator[Inbound]:
    """`message`: what was said, by the customer or (echo) by the business."""
    ours, mid = item.is_ours(part), identifier(part.get("mid"))
    tracker = _tracker(part.get("metadata")) if ours else None
    if tracker:
        yield StatusUpdate(item.account_id, DeliveryState.SENT, item.at, mid, tracker, item.peer(ours=True))
        return
    body = body_of(part)
    # An unsend has the id of the message that is gone, an edit too.
    own_id = mid if mid and body.kind is not MessageKind.REVOKE else item.derived_id
    yield _message(item, own_id, body, ours=ours, reply_to=_quoted(part), beside=_surroundings(part))


def edit(item: Item, part: Part) -> Iterator[Inbound]:
    """`message_edit`: up to five times a text may be changed."""
    target = identifier(part.get("mid"))
    if not target or not isinstance(part.get("text"), str):
        yield Ignored("message_edit_incomplete", item_id=target)
        return
    content = known(target=target, kind="text", num_edit=part.get("num_edit"))
    yield _message(
        item, item.derived_id, Body(MessageKind.EDIT, text(part.get("text")), content), ours=item.is_ours(part)
    )


def postback(item: Item, part: Part) -> Iterator[Inbound]:
    """`postback`: a button, the menu, an ice breaker. Older ones have no `mid`; in standby the payload is left out."""
    title = text(part.get("title"))
    content = known(payload=optional(part.get("payload")), title=title, source="postback")
    external_id = identifier(part.get("mid")) or item.derived_id
    body = Body(MessageKind.POSTBACK, title, content)
    yield _message(item, external_id, body, ours=item.is_ours(part), beside=_referral(part))


def reaction(item: Item, part: Part) -> Iterator[Inbound]:
    """`reaction`: `action` is react or unreact; a word without an emoji is possible."""
    target = identifier(part.get("mid"))
    if not target:
        yield Ignored("reaction_incomplete")
        return
    word, shown = text(part.get("reaction")), text(part.get("emoji"))
    is_gone = text(part.get("action")) == "unreact"
    emoji = "" if is_gone else shown or EMOJI.get(word, OTHER_EMOJI)
    content = known(target=target, reaction=word, was=shown if is_gone else None)
    body = Body(MessageKind.REACTION, content={**content, "emoji": emoji})
    yield _message(item, item.derived_id, body, ours=item.is_ours(part))


def delivery(item: Item, part: Part) -> Iterator[Inbound]:
    """`delivery`: perhaps the messages' ids, and always all of them up to the watermark."""
    yield from _marks(item, part, DeliveryState.DELIVERED)


def read(item: Item, part: Part) -> Iterator[Inbound]:
    """`read`: a watermark in Messenger, one message's id in Instagram."""
    yield from _marks(item, part, DeliveryState.READ)


def _marks(item: Item, part: Part, state: DeliveryState) -> Iterator[Inbound]:
    peer, until = item.peer(ours=False), moment(part.get("watermark"))
    mids = [found for found in map(identifier, [*items(part.get("mids")), part.get("mid")]) if found]
    for mid in mids:
        yield StatusUpdate(item.account_id, state, until or item.at, external_id=mid, peer=peer)
    if until and peer:
        yield StatusUpdate(item.account_id, state, until, peer=peer, watermark=True)
    elif not mids:
        yield Ignored(f"{state.value}_without_mark")


def system(name: str) -> Handler:
    """What the customer or another app did with the thread: shown, but nothing to be answered."""

    def handler(item: Item, part: Part) -> Iterator[Inbound]:
        content = {"type": name, name: dict(part)}
        beside = {"referral": dict(part)} if name == "referral" else {}
        yield _message(item, item.derived_id, Body(MessageKind.SYSTEM, content=content), ours=False, beside=beside)

    return handler


def notice(kind: str) -> Handler:
    """News of the account itself."""

    def handler(item: Item, part: Part) -> Iterator[Inbound]:
        yield AccountNotice(item.account_id, kind, item.at, dict(item.value))

    return handler


def _message(
    item: Item, external_id: str, body: Body, *, ours: bool, reply_to: str | None = None, beside: Part | None = None
) -> Inbound:
    peer = item.peer(ours=ours)
    if peer is None:
        # Nobody to file it under: kept as news of the account, for an administrator to see.
        return AccountNotice(item.account_id, "message.unattributed", item.at, dict(item.value))
    standby = {"standby": True} if item.standby else {}
    return InboundMessage(
        account_id=item.account_id,
        external_id=external_id,
        peer=peer,
        occurred_at=item.at,
        kind=body.kind,
        text=body.text,
        attachments=body.attachments,
        reply_to=reply_to,
        content={**body.content, **(beside or {}), **standby},
        echo=ours,
    )


def _surroundings(part: Part) -> dict[str, Any]:
    """What may stand beside any kind: the advertisement clicked, the story answered, the app that wrote an echo."""
    quoted = mapping(part.get("reply_to"))
    more = {name: value for name, value in quoted.items() if name not in ("mid", "story")}
    return {
        **_referral(part),
        **known(
            story=dict(mapping(quoted.get("story"))) or None,
            quoted=more or None,
            app_id=identifier(part.get("app_id")),
            metadata=optional(part.get("metadata")),
        ),
    }


def _referral(part: Part) -> dict[str, Any]:
    found = dict(mapping(part.get("referral")))
    return {"referral": found} if found else {}


def _quoted(part: Part) -> str | None:
    return identifier(mapping(part.get("reply_to")).get("mid"))


def _tracker(value: Any) -> str | None:
    """Our own reference, if that is what it is: only our sends have one."""
    leg, _, rest = text(value).partition(".")
    written, _, attempt = rest.partition(".")
    is_ours = ids.is_id("leg", leg) and ids.is_id("msg", written) and attempt.isdecimal()
    return text(value) if is_ours else None


def _id(value: Part, side: str) -> str | None:
    return identifier(mapping(value.get(side)).get("id"))


MESSAGING: Mapping[str, Handler] = {
    "message": message,
    "message_edit": edit,
    "postback": postback,
    "reaction": reaction,
    "read": read,
    "referral": system("referral"),
    "optin": system("optin"),
    "pass_thread_control": system("pass_thread_control"),
    "take_thread_control": system("take_thread_control"),
    "request_thread_control": system("request_thread_control"),
    "app_roles": notice("account.app_roles"),
    "policy_enforcement": notice("account.policy"),
}
