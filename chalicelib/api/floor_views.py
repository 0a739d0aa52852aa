"""How the floor is shown, by the REST API and on sockets."""

from datetime import datetime
from typing import Any

import msgspec

from chalicelib.api.queue_views import ArrivalsView
from chalicelib.api.schemas import Moment, View
from chalicelib.domain.floor import SPANS, AtRisk, Floor, FloorAgent, FloorChannel, FloorQueue


class FloorWaitView(View, frozen=True, kw_only=True):
    """Half of the like before waited no longer than `p50_seconds`, nine of ten no longer than `p90_seconds`; from so
    many `samples` of the last seven days."""

    p50_seconds: int
    p90_seconds: int
    samples: int


class FloorQueueView(View, frozen=True, kw_only=True):
    """`depth_is_more`: more than `depth` wait. `arrivals`: joined a minute. `taken_today`, `left_today`: waits that
    ended since midnight UTC, by somebody's taking it or without; `abandoned_percent`: the share of the latter.
    `due_soon`, `breached`: of its conversations' clocks in `at_risk`."""

    team_id: str
    name: str
    depth: int
    depth_is_more: bool
    oldest_waiting_since: Moment | None
    agents_available: int
    free_units: int
    arrivals: ArrivalsView
    taken_today: int
    left_today: int
    abandoned_percent: float | None
    expected_wait: FloorWaitView | None
    due_soon: int
    breached: int


class FloorAgentView(View, frozen=True, kw_only=True):
    """`team_ids`: those they work for now. `because`: why new work may come, or not. `held`: open and pending
    conversations; `used` of `units` are taken. `idle_since`: when they were last given something."""

    agent_id: str
    name: str
    team_ids: list[str]
    intent: str
    connected: bool
    on_shift: bool
    available: bool
    because: str
    units: int
    used: int
    free_units: int
    held: int
    idle_since: Moment | None


class AtRiskView(View, frozen=True, kw_only=True):
    """A promise of service that is broken, or is due within half an hour, and not answered yet."""

    id: str
    conversation_id: str
    clock: str
    channel: str
    team_id: str | None
    owner_id: str | None
    started_at: Moment
    due_at: Moment
    breached: bool


class FloorChannelView(View, frozen=True, kw_only=True):
    """`open`: open and pending conversations; `waiting`: open ones of nobody's."""

    channel: str
    open: int
    waiting: int
    oldest_waiting_since: Moment | None
    arrivals: ArrivalsView


class FloorListsView(View, frozen=True, kw_only=True):
    queues: list[FloorQueueView]
    agents: list[FloorAgentView]
    at_risk: list[AtRiskView]
    channels: list[FloorChannelView]


class FloorGoneView(View, frozen=True, kw_only=True):
    """Ids of what is there no more; of queues the team's, of channels their name."""

    queues: list[str]
    agents: list[str]
    at_risk: list[str]
    channels: list[str]


class FloorView(FloorListsView, frozen=True, kw_only=True):
    """The floor `as_of` a moment (null: nobody has looked yet). `refreshing`: it is older than five seconds, and is
    looked at anew just now: ask again, or follow the topic `floor`. `agents_are_more`, `at_risk_is_more`: there are
    more than are listed."""

    as_of: datetime | None
    refreshing: bool
    agents_are_more: bool
    at_risk_is_more: bool


class FloorFrame(View, frozen=True, kw_only=True, tag_field="type", tag="floor"):
    """What has changed on the floor, whole things by their ids, for who has it as of `since`; whoever has another one,
    or is told to `fetch`, reads it by the REST API. At most every five seconds."""

    topic: str
    as_of: Moment
    since: Moment | None
    fetch: bool
    agents_are_more: bool
    at_risk_is_more: bool
    changed: FloorListsView
    gone: FloorGoneView


def floor_view(floor: Floor, *, refreshing: bool) -> FloorView:
    return FloorView(
        as_of=floor.as_of,
        refreshing=refreshing,
        agents_are_more=floor.agents_are_more,
        at_risk_is_more=floor.at_risk_is_more,
        queues=[queue_view(one) for one in floor.queues],
        agents=[agent_view(one) for one in floor.agents],
        at_risk=[risk_view(one) for one in floor.at_risk],
        channels=[channel_view(one) for one in floor.channels],
    )


def queue_view(queue: FloorQueue) -> FloorQueueView:
    expected = queue.expected_wait
    values = _values(queue, FloorQueueView) | {
        "arrivals": _arrivals(queue.arrivals),
        "expected_wait": FloorWaitView(
            p50_seconds=expected.p50_seconds, p90_seconds=expected.p90_seconds, samples=expected.samples
        )
        if expected
        else None,
    }
    return FloorQueueView(**values)


def agent_view(agent: FloorAgent) -> FloorAgentView:
    return FloorAgentView(**_values(agent, FloorAgentView) | {"team_ids": list(agent.team_ids)})


def risk_view(risk: AtRisk) -> AtRiskView:
    return AtRiskView(**_values(risk, AtRiskView))


def channel_view(channel: FloorChannel) -> FloorChannelView:
    return FloorChannelView(**_values(channel, FloorChannelView) | {"arrivals": _arrivals(channel.arrivals)})


def _arrivals(rates: Any) -> ArrivalsView:
    return ArrivalsView(**{f"last_{span}": rates.get(f"last_{span}", 0.0) for span in SPANS})


def _values(thing: Any, view: type[msgspec.Struct]) -> dict[str, Any]:
    """What has the same name in both."""
    return {name: getattr(thing, name) for name in view.__struct_fields__ if hasattr(thing, name)}
