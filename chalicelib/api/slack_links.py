"""Which person of the company's Slack an agent is."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from msgspec import Meta

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import AgentNotFound
from chalicelib.domain.errors_slack import SlackLinkNotFound, SlackNotConnected, SlackRefused, SlackUserTaken
from chalicelib.domain.slack_app import SlackLink
from chalicelib.services import administration
from chalicelib.wiring import api as wiring
from chalicelib.wiring import team_slack as made

resource = Resource("slack-links")


class SlackLinkBody(Body, frozen=True, kw_only=True):
    user_id: Annotated[str, Meta(pattern=r"^[UW][A-Z0-9]{1,40}\Z", examples=["U0123456789"])]


class SlackLinkView(View, frozen=True, kw_only=True):
    """`linked_by`: the agent who said so."""

    agent_id: str
    user_id: str
    name: str
    linked_by: str
    linked_at: datetime


@resource.route(
    "GET", "/me/slack", role=Role.AGENT, gives=SlackLinkView, refuses=(SlackLinkNotFound,), people_only=True
)
def get_my_slack(caller: Caller) -> SlackLinkView:
    """Who the caller is in Slack."""
    return _link_view(made.setup().link_of(caller.principal.id))


@resource.route(
    "PUT",
    "/me/slack",
    role=Role.AGENT,
    gives=SlackLinkView,
    refuses=(AgentNotFound, SlackNotConnected, SlackRefused, SlackUserTaken),
    people_only=True,
)
def link_my_slack(caller: Caller) -> SlackLinkView:
    """The person with the caller's e-mail address is the caller. It may be repeated."""
    agent = administration.get_agent(wiring.agents(), caller.principal.id)
    return _link_view(made.setup().link_by_email(agent, caller.principal, caller.now))


@resource.route(
    "DELETE",
    "/me/slack",
    role=Role.AGENT,
    status=HTTPStatus.NO_CONTENT,
    refuses=(SlackLinkNotFound,),
    people_only=True,
)
def unlink_my_slack(caller: Caller) -> None:
    """What the caller writes in Slack reaches no customer any more."""
    made.setup().unlink(caller.principal.id)


@resource.route(
    "GET",
    "/agents/{agent_id}/slack",
    role=Role.ADMIN,
    gives=SlackLinkView,
    refuses=(AgentNotFound, SlackLinkNotFound),
)
def get_agent_slack(caller: Caller, agent_id: str) -> SlackLinkView:
    """Who an agent is in Slack."""
    administration.get_agent(wiring.agents(), agent_id)
    return _link_view(made.setup().link_of(agent_id))


@resource.route(
    "PUT",
    "/agents/{agent_id}/slack",
    role=Role.ADMIN,
    body=SlackLinkBody,
    gives=SlackLinkView,
    refuses=(AgentNotFound, SlackNotConnected, SlackRefused, SlackUserTaken),
)
def link_agent_slack(caller: Caller, agent_id: str, body: SlackLinkBody) -> SlackLinkView:
    """Say who an agent is in Slack, where the addresses differ."""
    agent = administration.get_agent(wiring.agents(), agent_id)
    return _link_view(made.setup().link(agent, body.user_id, caller.principal, caller.now))


@resource.route(
    "DELETE",
    "/agents/{agent_id}/slack",
    role=Role.ADMIN,
    status=HTTPStatus.NO_CONTENT,
    refuses=(AgentNotFound, SlackLinkNotFound),
)
def unlink_agent_slack(caller: Caller, agent_id: str) -> None:
    """The agent is nobody in Slack any more."""
    administration.get_agent(wiring.agents(), agent_id)
    made.setup().unlink(agent_id)


def _link_view(link: SlackLink) -> SlackLinkView:
    return SlackLinkView(
        agent_id=link.agent_id, user_id=link.user_id, name=link.name, linked_by=link.linked_by, linked_at=link.at
    )
