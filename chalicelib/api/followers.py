"""Followers of a conversation."""

from datetime import datetime
from http import HTTPStatus

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import AgentId, Body, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ConversationNotFound, FollowersTooMany, InvalidInput
from chalicelib.wiring import api as wiring
from chalicelib.wiring import together

resource = Resource("followers")


class FollowBody(Body, frozen=True, kw_only=True):
    """`agent_id`: who is to follow; you, if left out. For somebody else a supervisor asks."""

    agent_id: AgentId | None = None


class FollowerView(View, frozen=True, kw_only=True):
    agent_id: str
    since: datetime


class FollowerList(View, frozen=True, kw_only=True):
    """In the order in which they came."""

    items: list[FollowerView]


@resource.route(
    "GET",
    "/conversations/{conversation_id}/followers",
    role=Role.AGENT,
    gives=FollowerList,
    refuses=(ConversationNotFound,),
)
def list_followers(caller: Caller, conversation_id: str) -> FollowerList:
    """Who is told of what happens here besides the owner, also of what was merged into it."""
    return _list(conversation_id)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/followers",
    role=Role.AGENT,
    body=FollowBody,
    gives=FollowerList,
    refuses=(ConversationNotFound, FollowersTooMany),
    example={},
)
def follow(caller: Caller, conversation_id: str, body: FollowBody) -> FollowerList:
    """Follow a conversation. Who is mentioned in a note follows too, until they leave."""
    agent_id = body.agent_id or caller.principal.id
    if body.agent_id is None and caller.principal.kind != "agent":
        raise InvalidInput("A machine follows nothing: name an agent.", field="agent_id")
    together.followers().follow(wiring.agents(), caller.principal, conversation_id, agent_id, caller.now)
    return _list(conversation_id)


@resource.route(
    "DELETE",
    "/conversations/{conversation_id}/followers/{agent_id}",
    role=Role.AGENT,
    status=HTTPStatus.NO_CONTENT,
    refuses=(ConversationNotFound,),
)
def unfollow(caller: Caller, conversation_id: str, agent_id: str) -> None:
    """Follow no longer. Again, or of somebody who does not follow, it changes nothing."""
    together.followers().unfollow(caller.principal, conversation_id, agent_id, caller.now)


def _list(conversation_id: str) -> FollowerList:
    found = together.followers().list(conversation_id)
    return FollowerList(items=[FollowerView(agent_id=each.agent_id, since=each.since) for each in found])
