"""Offers: what is held out to the caller, to accept or decline."""

from datetime import datetime

from chalicelib.api.conversation_views import ConversationView, view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ConversationNotFound, OfferOver
from chalicelib.wiring import work

resource = Resource("queues")


class OfferView(View, frozen=True, kw_only=True):
    """`until`: to accept or decline by. `attempt` counts the agents asked since it was queued. `units` are kept for it,
    and count among those in use."""

    conversation_id: str
    offered_at: datetime
    until: datetime
    attempt: int
    units: int
    conversation: ConversationView


class OfferList(View, frozen=True, kw_only=True):
    items: list[OfferView]


class DeclineBody(Body, frozen=True, kw_only=True):
    reason: str = ""


@resource.route("GET", "/me/offers", role=Role.AGENT, people_only=True, gives=OfferList)
def list_my_offers(caller: Caller) -> OfferList:
    """What is offered to the caller now, the oldest first."""
    mine = work.offers().mine(caller.principal.id, caller.now)
    return OfferList(
        items=[
            OfferView(
                conversation_id=offer.conversation_id,
                offered_at=offer.offered_at,
                until=offer.until,
                attempt=offer.attempt,
                units=offer.weight,
                conversation=view(conversation, caller.now),
            )
            for offer, conversation in mine
        ]
    )


@resource.route(
    "POST",
    "/conversations/{conversation_id}/offer/accept",
    role=Role.AGENT,
    people_only=True,
    gives=ConversationView,
    refuses=(ConversationNotFound, OfferOver),
)
def accept_offer(caller: Caller, conversation_id: str) -> ConversationView:
    """The conversation is the caller's. Asked again once it is, nothing changes."""
    return view(work.offers().accept(caller.principal, conversation_id, caller.now), caller.now)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/offer/decline",
    role=Role.AGENT,
    people_only=True,
    body=DeclineBody,
    gives=ConversationView,
    refuses=(ConversationNotFound, OfferOver),
    example={"reason": "Needs somebody who speaks Italian"},
)
def decline_offer(caller: Caller, conversation_id: str, body: DeclineBody) -> ConversationView:
    """Somebody else is asked at once; the caller is not asked again for two minutes."""
    declined = work.offers().decline(caller.principal, conversation_id, body.reason, caller.now)
    return view(declined, caller.now)
