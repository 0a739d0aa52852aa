"""Events of the custom channel: what another system tells of its contacts' messages.

The contract is ours (docs/channels/custom.md). Each event gives exactly one item, at its own place
in the list, so that the answer can tell what became of it; an event that makes no sense is
`Ignored` with what is wrong with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.channels.base import (
    Ignored,
    Inbound,
    InboundMessage,
    Peer,
    PeerTyping,
    Profile,
    ProviderError,
    StatusUpdate,
)
from chalicelib.channels.custom_messages import (
    MESSAGE_KINDS,
    Invalid,
    external_id,
    files,
    text_of,
)
from chalicelib.channels.untrusted import (
    identifier,
    iso_time,
    known,
    label,
    mapping,
    optional,
    text,
)
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import MessageKind

MAX_FUTURE = timedelta(minutes=5)
_STATES = {
    state.value: state
    for state in (
        DeliveryState.SENT,
        DeliveryState.DELIVERED,
        DeliveryState.READ,
        DeliveryState.FAILED,
    )
}


@dataclass(frozen=True, slots=True)
class Event:
    """An event whose common fields are sound."""

    id: str
    account_id: str
    peer: Peer
    at: datetime
    body: Mapping[str, Any]

    def part(self, name: str) -> Mapping[str, Any]:
        found = self.body.get(name)
        if not isinstance(found, Mapping):
            raise Invalid(f"{name} is missing")
        return found

    def message(self, kind: MessageKind, said: str, content: Mapping[str, Any]) -> InboundMessage:
        """A message that is known by the event's own id: it changes another one."""
        return InboundMessage(self.account_id, self.id, self.peer, self.at, kind, said, content=content)


def item_of(given: Any, account_id: str, now: datetime) -> Inbound:
    """The one item that an event makes."""
    body = mapping(given)
    handler = EVENT_TYPES.get(text(body.get("type")))
    event_id = identifier(body.get("id"))
    if handler is None:
        return Ignored(f"type.{label(body.get('type'))}", item_id=event_id)
    try:
        return handler(_event(body, event_id, account_id, now))
    except Invalid as invalid:
        return Ignored(f"invalid: {text(body.get('type'))}", item_id=event_id, detail=str(invalid))


def _event(body: Mapping[str, Any], event_id: str | None, account_id: str, now: datetime) -> Event:
    if event_id is None:
        raise Invalid("id is missing")
    at = iso_time(body.get("occurred_at"))
    if at is None:
        raise Invalid("occurred_at is no ISO 8601 time with a zone")
    if at > now + MAX_FUTURE:
        raise Invalid("occurred_at is in the future")
    return Event(event_id, account_id, _peer(mapping(body.get("contact"))), at, body)


def _peer(contact: Mapping[str, Any]) -> Peer:
    known_as = identifier(contact.get("external_id"))
    if known_as is None:
        raise Invalid("contact.external_id is missing")
    named = {name: optional(contact.get(name)) for name in ("name", "username", "phone", "email", "locale")}
    return Peer((known_as,), Profile(**named, avatar_url=optional(contact.get("avatar_url"))))


def _message(event: Event) -> Inbound:
    part = event.part("message")
    direction = text(part.get("direction")) or "in"
    if direction not in ("in", "out"):
        raise Invalid("message.direction is in or out")
    read = MESSAGE_KINDS.get(text(part.get("kind")))
    if read is None:
        raise Invalid(f"message.kind is one of {', '.join(MESSAGE_KINDS)}")
    kind, content = read(part)
    conversation = optional(mapping(event.body.get("conversation")).get("external_id"))
    return InboundMessage(
        account_id=event.account_id,
        external_id=external_id(part),
        peer=event.peer,
        occurred_at=event.at,
        kind=kind,
        text=text_of(part, needed=kind is MessageKind.TEXT) or text(content.get("title")),
        attachments=files(part),
        reply_to=identifier(part.get("reply_to")),
        content={**content, **known(conversation=conversation)},
        echo=direction == "out",
    )


def _edited(event: Event) -> Inbound:
    part = event.part("message")
    content = {"target": external_id(part), "kind": MessageKind.TEXT.value}
    return event.message(MessageKind.EDIT, text_of(part, needed=True), content)


def _deleted(event: Event) -> Inbound:
    return event.message(MessageKind.REVOKE, "", {"target": external_id(event.part("message"))})


def _reaction(event: Event) -> Inbound:
    part = event.part("reaction")
    target = identifier(part.get("message_external_id"))
    if target is None:
        raise Invalid("reaction.message_external_id is missing")
    return event.message(MessageKind.REACTION, "", {"target": target, "emoji": text(part.get("emoji"))})


def _typing(event: Event) -> Inbound:
    active = mapping(event.body.get("typing")).get("active", True)
    if not isinstance(active, bool):
        raise Invalid("typing.active is true or false")
    return PeerTyping(event.account_id, event.peer, event.at, active)


def _status(event: Event) -> Inbound:
    part = event.part("status")
    state = _STATES.get(text(part.get("state")))
    external, tracker = (
        identifier(part.get("message_external_id")),
        identifier(part.get("tracker")),
    )
    if state is None:
        raise Invalid(f"status.state is one of {', '.join(_STATES)}")
    if external is None and tracker is None:
        raise Invalid("status needs message_external_id or tracker")
    return StatusUpdate(
        account_id=event.account_id,
        state=state,
        occurred_at=event.at,
        external_id=external,
        tracker=tracker,
        peer=event.peer,
        error=_error(mapping(part.get("error"))) if state is DeliveryState.FAILED else None,
    )


def _error(part: Mapping[str, Any]) -> ProviderError:
    """A failure is final unless it says `permanent: false`."""
    failure = FailureClass.RETRY if part.get("permanent") is False else failure_named(part) or FailureClass.CONTENT
    detail = text(part.get("message")) or "The connected system could not deliver the message."
    return ProviderError(text(part.get("code")) or "unknown", failure, detail[:300])


def failure_named(part: Mapping[str, Any]) -> FailureClass | None:
    """The class that the other system names itself; it knows best."""
    named = text(part.get("class"))
    return FailureClass(named) if named in set(FailureClass) else None


EVENT_TYPES: Mapping[str, Callable[[Event], Inbound]] = {
    "message": _message,
    "message.edited": _edited,
    "message.deleted": _deleted,
    "reaction": _reaction,
    "typing": _typing,
    "status": _status,
}
