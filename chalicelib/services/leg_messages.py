"""A message of ours on a way to the customer that may not be a leg of the conversation yet: what is to be written."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.channels import registry
from chalicelib.channels.base import CannotSay
from chalicelib.domain import ids
from chalicelib.domain.contact import ContactIdentity
from chalicelib.domain.conversation import Conversation, LegHead
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.errors import MessageUnfit
from chalicelib.domain.events import ConversationUpdated, MessageQueued
from chalicelib.domain.message import Author, Direction, Message
from chalicelib.domain.note import Note
from chalicelib.domain.switching import Arrival, Switch, begun_leg, continued
from chalicelib.domain.writes import Once, Recorded
from chalicelib.services import newcomers
from chalicelib.services.leg_choice import Surroundings, Way
from chalicelib.services.rendering import RENDERED_AS, rendered, rendering
from chalicelib.services.reply import outgoing
from chalicelib.services.reply_draft import Draft


def message_on(way: Way, conversation: Conversation, draft: Draft, author: Author, now: datetime) -> Message:
    """The message to store, in the form in which the channel takes it. Raises MessageUnfit."""
    identifier = ids.message_id(now, conversation.id, draft.client_id)
    message = Message(
        id=identifier,
        leg_id=way.leg_id,
        conversation_id=conversation.id,
        direction=Direction.OUTBOUND,
        kind=draft.kind,
        occurred_at=ids.message_time(identifier),
        stored_at=now,
        author=author,
        text=draft.text,
        content=draft.content,
        attachments=draft.attachments,
        part=conversation.part,
        client_id=draft.client_id,
        state=DeliveryState.QUEUED,
        marks={DeliveryState.QUEUED.value: now},
    )
    out = outgoing(message, to="", urls=[""] * len(message.attachments))
    try:
        form: Mapping[str, Any] | None = rendering(out, rendered(out, registry.load(way.inbox.channel)))
    except CannotSay as cannot:
        raise MessageUnfit(cannot.reason, field=cannot.field) from cannot
    return message if form is None else replace(message, content={**message.content, RENDERED_AS: form})


def switch_to(
    found: Surroundings,
    way: Way,
    message: Message,
    once: Once,
    recorded: Recorded,
    *,
    moves: bool,
    proven: bool,
    note: Note | None = None,
) -> Switch:
    """All that is written with a message on that way, and what is `recorded` of it: the leg is added where the
    conversation has it not. `proven`: the address is known to be the customer's, and becomes an identity of theirs.
    What was only typed never does: it may be somebody else's, who would be taken for the customer when they write."""
    conversation = found.conversation
    leg = way.leg or begun_leg(_head(found, way, conversation), message, way.said)
    after = continued(conversation, leg, message, moves=moves)
    updated = ConversationUpdated(message_id=message.id)
    queued = MessageQueued(leg_id=message.leg_id, attempt=1)
    return Switch(
        before=conversation,
        after=after,
        recorded=replace(recorded, events=(*recorded.events, updated)),
        message=message,
        message_recorded=newcomers.message_recorded(message, queued),
        once=once,
        note=note,
        arrival=_arrival(found, way, after, message.stored_at, proven=proven),
    )


def _arrival(found: Surroundings, way: Way, after: Conversation, now: datetime, *, proven: bool) -> Arrival | None:
    """None where the leg leads here already."""
    if way.head is not None:
        if way.head.conversation_id == after.id:
            return None
        return Arrival(_head(found, way, after), way.head.conversation_id, way.head.ordinal)
    head = _head(found, way, after)
    if way.identity is not None or not proven:
        return Arrival(head)
    identity = ContactIdentity(head.identity_id, head.channel, head.address, head.contact_id, now)
    return Arrival(head, identity=identity)


def _head(found: Surroundings, way: Way, conversation: Conversation) -> LegHead:
    """The leg's head, leading to this conversation."""
    return replace(
        way.head or _new_head(found, way),
        conversation_id=conversation.id,
        status=conversation.status,
        view_at=conversation.view_at,
        resolved_at=conversation.resolved_at,
    )


def _new_head(found: Surroundings, way: Way) -> LegHead:
    owner = way.identity.identity.contact_id if way.identity else way.known.contact_id
    contact, conversation = found.contacts.get(owner), found.conversation
    return LegHead(
        id=way.leg_id,
        inbox_id=way.inbox.id,
        channel=way.inbox.channel,
        address=way.known.address,
        identity_id=ids.identity_id(way.inbox.channel, way.known.address),
        contact_id=owner,
        conversation_id=conversation.id,
        ordinal=1,
        status=conversation.status,
        view_at=conversation.view_at,
        contact_name=contact.display_name if contact else conversation.contact_name,
    )
