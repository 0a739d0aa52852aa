"""Service levels: the administrators' policies, and the clocks of a conversation."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Json, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ConversationNotFound, InvalidInput, VersionConflict
from chalicelib.domain.sla import Clock, ClockKind, ClockState, due, elapsed
from chalicelib.services import desk as desk_service
from chalicelib.services import sla_documents
from chalicelib.wiring import api as wiring
from chalicelib.wiring import service_levels as levels

CLOCKS = 50

resource = Resource("service_levels")


class PauseView(View, frozen=True, kw_only=True):
    since: datetime
    until: datetime | None


class ClockView(View, frozen=True, kw_only=True):
    """A promise of one episode. `due_at`: when its time is up, None while it stands still or where its hours never
    bring it about; `elapsed_seconds`: what has run of `target_seconds` by now, or by its end."""

    kind: ClockKind
    state: ClockState
    episode: int
    policy_id: str
    target_seconds: int
    elapsed_seconds: int
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    warned_at: datetime | None
    breached_at: datetime | None
    pauses: list[PauseView]


class ClockList(View, frozen=True, kw_only=True):
    items: list[ClockView]


class Policies(View, frozen=True, kw_only=True):
    """In this order the first that applies is taken. `version` 0: there never were any."""

    policies: list[Json]
    version: int


class PoliciesBody(Body, frozen=True, kw_only=True):
    version: Annotated[int, Meta(ge=0, le=2**53 - 1, description="The version that was read; 0 where there is none")]
    policies: Annotated[list[Json], Meta(max_length=sla_documents.MAX_POLICIES)]


@resource.route(
    "GET",
    "/conversations/{conversation_id}/clocks",
    role=Role.AGENT,
    gives=ClockList,
    refuses=(ConversationNotFound,),
)
def list_clocks(caller: Caller, conversation_id: str) -> ClockList:
    """A conversation's newest clocks, as they are now."""
    desk_service.look(wiring.desk(), conversation_id)
    found = levels.clock_store().clocks(conversation_id, CLOCKS)
    return ClockList(items=[_clock_view(clock, caller.now) for clock in found.values()])


@resource.route("GET", "/sla/policies", role=Role.ADMIN, gives=Policies)
def get_sla_policies(caller: Caller) -> Policies:
    """The policies in force."""
    found, version = sla_documents.published(levels.policies())
    return Policies(policies=[dict(sla_documents.policy_body(policy)) for policy in found], version=version)


@resource.route(
    "PUT",
    "/sla/policies",
    role=Role.ADMIN,
    body=PoliciesBody,
    gives=Policies,
    refuses=(InvalidInput, VersionConflict),
    example={
        "version": 0,
        "policies": [
            {
                "id": "gold",
                "name": "Gold customers",
                "condition": {"field": "contact.tier", "is": "gold"},
                "targets": {"first_response": 300, "next_response": 600, "resolution": 86400},
                "pauses_in": ["pending", "snoozed"],
                "warn_percent": 80,
            }
        ],
    },
)
def publish_sla_policies(caller: Caller, body: PoliciesBody) -> Policies:
    """Put policies in force. Clocks that run keep what was promised when their episode began."""
    found = sla_documents.put_published(levels.policies(), levels.hours(), body.policies, body.version)
    return Policies(policies=[dict(sla_documents.policy_body(policy)) for policy in found], version=body.version + 1)


def _clock_view(clock: Clock, now: datetime) -> ClockView:
    hours = levels.level_rules().hours(clock.hours_id) if clock.hours_id else None
    return ClockView(
        kind=clock.kind,
        state=clock.state,
        episode=clock.episode,
        policy_id=clock.policy_id,
        target_seconds=clock.target_seconds,
        elapsed_seconds=int(elapsed(clock, now, hours).total_seconds()),
        started_at=clock.started_at,
        due_at=due(clock, 1.0, hours),
        stopped_at=clock.stopped_at,
        warned_at=clock.warned_at,
        breached_at=clock.breached_at,
        pauses=[PauseView(since=pause.since, until=pause.until) for pause in clock.pauses],
    )
