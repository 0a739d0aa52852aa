"""What a first message brings into being: the stored message itself, its contact, leg and conversation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.channels.base import InboundMessage, Peer
from chalicelib.domain import ids
from chalicelib.domain.contact import Contact, ContactIdentity
from chalicelib.domain.conversation import Conversation, Leg, LegHead, Status, summary
from chalicelib.domain.envelope import Actor
from chalicelib.domain.events import ConversationUpdated, Event, MessageCreated
from chalicelib.domain.events_call import CallEnded, CallStarted
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import SILENT, AttachmentState, Author, Direction, Message, MessageKind
from chalicelib.services.ports import Recorded


def stored_message(
    inbound: InboundMessage, leg_id: str, conversation_id: str, contact_id: str, now: datetime
) -> Message:
    """The message as it is kept; its id comes from leg, provider time and provider id alone."""
    identifier = ids.message_id(inbound.occurred_at, leg_id, inbound.external_id)
    author = Author("api") if inbound.echo else Author("contact", contact_id)
    return Message(
        id=identifier,
        leg_id=leg_id,
        conversation_id=conversation_id,
        direction=Direction.OUTBOUND if inbound.echo else Direction.INBOUND,
        kind=inbound.kind,
        occurred_at=ids.message_time(identifier),
        stored_at=now,
        author=author,
        text=inbound.text,
        external_id=inbound.external_id,
        reply_to=inbound.reply_to,
        content=inbound.content,
        attachments=inbound.attachments,
    )


def actor_of(message: Message) -> Actor:
    return Actor(message.author.kind, message.author.id)


def message_recorded(message: Message, *more: Event) -> Recorded:
    pending = sum(part.state is AttachmentState.PENDING for part in message.attachments)
    created = MessageCreated(
        conversation_id=message.conversation_id,
        leg_id=message.leg_id,
        direction=message.direction.value,
        kind=message.kind.value,
        pending_attachments=pending if message.direction is Direction.INBOUND else 0,
    )
    return Recorded((created, *_of_call(message), *more), actor_of(message), message.stored_at)


def _of_call(message: Message) -> tuple[Event, ...]:
    """A call's first and last word; only the last one tells how long it was."""
    content, place = message.content, {"conversation_id": message.conversation_id, "leg_id": message.leg_id}
    if message.kind is MessageKind.CALL:
        return (CallStarted(direction=message.direction.value, **place),)
    seconds = content.get("duration_seconds")
    if message.kind is MessageKind.CALL_UPDATE and content.get("state") == "ended" and isinstance(seconds, int):
        return (CallEnded(call=content["target"], reason=content.get("reason"), duration_seconds=seconds, **place),)
    return ()


def conversation_recorded(message: Message, *first: Event) -> Recorded:
    updated = ConversationUpdated(message_id=message.id)
    return Recorded((*first, updated), actor_of(message), message.stored_at)


def new_contact(inbox: Inbox, inbound: InboundMessage, now: datetime, *, another: bool = False) -> Contact:
    """Its id is the address's: racing first messages make one contact. `another`: where the contact of that id is not
    the address's owner (any more), as while it is being erased; whoever races for this one fails on the address."""
    profile = inbound.peer.profile
    given: dict[str, Any] = {
        "name": profile.name,
        "username": profile.username,
        "phone": profile.phone,
        "email": profile.email,
        "locale": profile.locale,
        "avatar_url": profile.avatar_url,
    }
    return Contact(
        id=ids.contact_id(inbox.channel, f"{inbound.peer.named}{f'/{ids.time_part(now)}' if another else ''}"),
        created_at=now,
        updated_at=now,
        sources={name: "provider" for name, value in given.items() if value},
        identities=tuple(ids.identity_id(inbox.channel, address) for address in inbound.peer.identities),
        **given,
    )


def new_identities(
    channel: str, addresses: Sequence[str], contact_id: str, now: datetime
) -> tuple[ContactIdentity, ...]:
    return tuple(
        ContactIdentity(ids.identity_id(channel, address), channel, address, contact_id, now) for address in addresses
    )


def new_head(inbox: Inbox, peer: Peer, contact: Contact, cut: LegHead | None = None) -> LegHead:
    """The head of a leg that has no conversation yet (`ordinal` 0, or that of the leg which an erasure has left)."""
    return LegHead(
        id=cut.id if cut else ids.leg_id(inbox.id, peer.primary),
        inbox_id=inbox.id,
        channel=inbox.channel,
        address=peer.named,
        identity_id=ids.identity_id(inbox.channel, peer.named),
        contact_id=contact.id,
        conversation_id="",
        ordinal=cut.ordinal if cut else 0,
        status=Status.RESOLVED,
        view_at=contact.created_at,
        contact_name=contact.display_name,
        cut=cut.cut if cut else None,
    )


def new_leg(head: LegHead, message: Message) -> Leg:
    inbound = message.direction is Direction.INBOUND
    return Leg(
        id=head.id,
        inbox_id=head.inbox_id,
        channel=head.channel,
        address=head.address,
        first_message_id=message.id,
        last_message_id=message.id,
        last_inbound_at=message.occurred_at if inbound else None,
        last_inbound_external_id=message.external_id if inbound else None,
    )


def new_conversation(inbox: Inbox, head: LegHead, message: Message) -> Conversation:
    at = message.occurred_at
    counts = message.direction is Direction.INBOUND and message.kind not in SILENT
    return Conversation(
        id=message.conversation_id,
        contact_id=head.contact_id,
        contact_name=head.contact_name,
        inbox_id=inbox.id,
        channel=inbox.channel,
        active_leg_id=head.id,
        opened_at=at,
        status_changed_at=at,
        last_activity_at=at,
        view_at=at,
        created_at=message.stored_at,
        team_id=inbox.team_id,
        legs={head.id: new_leg(head, message)},
        last_message=summary(message),
        unread=1 if counts else 0,
        waiting_since=at if counts else None,
    )
