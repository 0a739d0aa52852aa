"""Who is calling, and what they have chosen for themselves."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Scalar, View
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors import InvalidInput
from chalicelib.services.own_settings import MOST, Value
from chalicelib.wiring import api as wiring
from chalicelib.wiring.own_settings import own_settings

Settings = Annotated[
    dict[str, Scalar],
    Meta(description="What they chose in their workspace, by name: kept for them on every machine, and not looked at."),
]
Changes = Annotated[
    dict[str, Scalar | None], Meta(min_length=1, max_length=MOST, description="Null forgets one; others stay.")
]

resource = Resource("me")


class MeView(View, frozen=True, kw_only=True):
    """The caller: an agent (`kind` agent) or an API key (`kind` api), which has no settings. `listed`: whether they are
    among the agents of the desk. The first administrator is not, until they add themselves: they have no presence, and
    no name here."""

    kind: str
    id: str
    name: str
    role: Role
    listed: bool
    settings: Settings


class MyChanges(Body, frozen=True, kw_only=True):
    settings: Changes


@resource.route("GET", "/me", role=Role.AGENT, gives=MeView)
def get_me(caller: Caller) -> MeView:
    """Who the token or key is."""
    principal = caller.principal
    return _view(principal, own_settings().of(principal.id) if principal.kind == "agent" else {})


@resource.route(
    "PATCH",
    "/me",
    role=Role.AGENT,
    people_only=True,
    body=MyChanges,
    gives=MeView,
    refuses=(InvalidInput,),
    example={"settings": {"shortcut.resolve": "y", "pane.list": 360, "shortcut.assign": None}},
)
def change_me(caller: Caller, body: MyChanges) -> MeView:
    """Change settings of one's own; two that change different ones at the same time are both kept."""
    return _view(caller.principal, own_settings().change(caller.principal.id, body.settings))


def _view(principal: Principal, settings: Mapping[str, Value]) -> MeView:
    return MeView(
        kind=principal.kind,
        id=principal.id,
        name=principal.name,
        role=principal.role,
        listed=principal.kind == "agent" and wiring.agents().get(principal.id) is not None,
        settings=dict(settings),
    )
