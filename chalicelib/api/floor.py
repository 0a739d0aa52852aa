"""The floor now, as supervisors watch it."""

from chalicelib.api.floor_views import FloorView, floor_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.domain.agent import Role
from chalicelib.domain.floor import seen_by
from chalicelib.wiring import floor as wiring

resource = Resource("floor")


@resource.route("GET", "/floor", role=Role.AGENT, gives=FloorView)
def get_floor(caller: Caller) -> FloorView:
    """Queues, agents, promises of service at risk, channels. Supervisors see everything; agents the queues they work
    for, themselves, and what is theirs."""
    found, refreshing = wiring.reading().read(caller.now)
    return floor_view(seen_by(found, caller.principal), refreshing=refreshing)
