"""Live views: tickets for sockets, and what a client missed. docs/live.md is the protocol."""

from datetime import datetime
from http import HTTPStatus

from chalicelib.api.live_schemas import LiveTopic
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Query, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.live import cursor_from
from chalicelib.services.live_following import cursor
from chalicelib.wiring import live as wiring

resource = Resource("live")


class SocketTicket(View, frozen=True, kw_only=True):
    """Connect to `url` with the ticket: it opens one socket, once, before `expires_at`."""

    ticket: str
    url: str
    expires_at: datetime


class LiveQuery(Query, frozen=True, kw_only=True):
    """`after`: the cursor of an earlier answer. `topics`: further ones, separated by commas, each with its place
    behind an `@` where the client has one."""

    after: str = ""
    topics: str = ""


class LiveView(View, frozen=True, kw_only=True):
    """Complete up to `as_of`, where no topic has `more`. `cursor` asks for what comes after this answer."""

    as_of: datetime
    cursor: str
    topics: list[LiveTopic]


@resource.route(
    "POST", "/me/socket-tickets", role=Role.AGENT, people_only=True, status=HTTPStatus.CREATED, gives=SocketTicket
)
def make_socket_ticket(caller: Caller) -> SocketTicket:
    """A ticket for one socket, good for a minute."""
    ticket, until = wiring.live().ticket(caller.principal, caller.now)
    return SocketTicket(ticket=ticket, url=wiring.sockets_url(), expires_at=until)


@resource.route(
    "GET", "/live", role=Role.AGENT, people_only=True, query=LiveQuery, gives=LiveView, refuses=(InvalidInput,)
)
def get_live(caller: Caller, query: LiveQuery) -> LiveView:
    """Exactly what was missed in each topic since the cursor, in order; without one, where each topic is now."""
    wanted: dict[str, str | None] = (
        {topic: str(place) for topic, place in cursor_from(query.after).items()} if query.after else {}
    )
    for named in filter(None, query.topics.split(",")):
        topic, at, place = named.partition("@")
        wanted[topic] = place if at else wanted.get(topic)
    caught = wiring.live().missed(caller.principal, wanted, caller.now)
    views = [LiveTopic(**one.wire(caller.principal)) for one in caught]
    return LiveView(as_of=caller.now, cursor=cursor(caught), topics=views)
