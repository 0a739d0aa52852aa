"""Calling a customer."""

from http import HTTPStatus
from typing import Annotated

from msgspec import Meta

from chalicelib.api.drafts import ClientId
from chalicelib.api.message_views import MessageView, message_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, LegId
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import (
    ClientIdReused,
    ConversationNotFound,
    InboxDisabled,
    MessageUnfit,
)
from chalicelib.services import calling
from chalicelib.wiring import api as wiring

resource = Resource("calls")

AgentPhone = Annotated[
    str,
    Meta(
        max_length=200,
        pattern=r"^(\+[1-9][0-9]{5,14}|client:[A-Za-z0-9_.+@-]{1,120}|sip:[A-Za-z0-9_.+@:;=-]{3,200})\Z",
        examples=["+15550100010"],
    ),
]


class CallBody(Body, frozen=True, kw_only=True):
    """`agent_phone`: which phone rings first (the caller's own at the inbox, if left out). `leg_id`: whom to call,
    where the customer has several numbers. `about` is read to whoever picks the phone up."""

    client_id: ClientId
    agent_phone: AgentPhone | None = None
    leg_id: LegId | None = None
    about: Annotated[str, Meta(max_length=300)] = ""


@resource.route(
    "POST",
    "/conversations/{conversation_id}/calls",
    role=Role.AGENT,
    body=CallBody,
    gives=MessageView,
    status=HTTPStatus.ACCEPTED,
    refuses=(ConversationNotFound, ClientIdReused, InboxDisabled, MessageUnfit),
    example={"client_id": "0199c2f4-7d0e-7c8a-b6d1-9a3f5e2c4b11", "agent_phone": "+15550100010"},
)
def place_call(caller: Caller, conversation_id: str, body: CallBody) -> MessageView:
    """Call the customer: first the agent's phone rings, and who picks it up is put through.

    The same `client_id` with the same content answers the call stored first: nobody is called twice."""
    request = calling.CallRequest(body.client_id, body.agent_phone, body.leg_id, body.about)
    stored = calling.place(wiring.replies(), wiring.directory(), caller.principal, conversation_id, request, caller.now)
    return message_view(stored)
