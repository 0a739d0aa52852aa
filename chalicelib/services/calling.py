"""Calling a customer from the desk: the agent's own phone rings first, then the customer's.

A call is an outbound message of kind `call`: stored once under the client's own id, queued, claimed before the provider
is asked, and never placed twice blindly.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.channels.voice_settings import PHONE, Options
from chalicelib.domain.agent import Principal
from chalicelib.domain.call import CallState
from chalicelib.domain.conversation import Conversation, Leg
from chalicelib.domain.errors import ConversationNotFound, InvalidInput
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import Direction, Message, MessageKind
from chalicelib.services.ports import InboxDirectory, ReplyStore
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft

VOICE = "voice"


@dataclass(frozen=True, slots=True)
class CallRequest:
    """`agent_phone`: which phone rings first, the caller's own if left out. `about` is read to whoever picks it up."""

    client_id: str
    agent_phone: str | None = None
    leg_id: str | None = None
    about: str = ""


def place(
    store: ReplyStore,
    inboxes: InboxDirectory,
    principal: Principal,
    conversation_id: str,
    request: CallRequest,
    now: datetime,
) -> Message:
    """Store a call and queue it; a repeat gives the one stored first.

    Raises ConversationNotFound, InvalidInput, MessageUnfit, InboxDisabled, ClientIdReused."""
    conversation = store.conversation(conversation_id)
    if conversation is None:
        raise ConversationNotFound("There is no such conversation.")
    leg = _phone_leg(conversation, request.leg_id)
    inbox = inboxes.inbox(leg.inbox_id)
    if inbox is None:
        raise InvalidInput("The inbox of this leg is gone.", field="leg_id")
    content = {
        "direction": Direction.OUTBOUND.value,
        "from": inbox.account_id,
        "to": leg.address,
        "state": CallState.RINGING.value,
        "agent_phone": _agent_phone(inbox, principal, request.agent_phone),
    }
    draft = Draft(request.client_id, request.about, MessageKind.CALL, content, leg_id=leg.id)
    return reply(store, inboxes, principal, conversation_id, draft, now)


def _phone_leg(conversation: Conversation, leg_id: str | None) -> Leg:
    """The leg asked for, else the conversation's active one where it is a phone's, else the last of its phones."""
    phones = {leg.id: leg for leg in conversation.legs.values() if leg.channel == VOICE}
    wanted = leg_id or conversation.active_leg_id
    leg = phones.get(wanted) or (None if leg_id else _last(phones.values()))
    if leg is None:
        raise InvalidInput("The customer has not been on the phone in this conversation.", field="leg_id")
    if not PHONE.fullmatch(leg.address):
        raise InvalidInput("This caller has withheld the number and cannot be called back.", field="leg_id")
    return leg


def _last(legs: Iterable[Leg]) -> Leg | None:
    return max(legs, key=lambda leg: leg.last_message_id, default=None)


def _agent_phone(inbox: Inbox, principal: Principal, asked: str | None) -> str:
    """A phone of the inbox's, so that nobody makes the company call whom they like."""
    options = Options(inbox)
    known = [phone.address for phone in options.phones]
    if asked is None:
        own = [phone.address for phone in options.phones if phone.owner == principal.id]
        if not own:
            raise InvalidInput("The inbox knows no phone of yours: name one.", field="agent_phone")
        return own[0]
    if asked not in known and not options.wants("any_agent_phone"):
        raise InvalidInput("This phone is none of the inbox's: an administrator has to add it.", field="agent_phone")
    return asked
