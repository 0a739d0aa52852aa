"""Escalation: the administrators' paths, a conversation's way up and back, and a supervisor's taking over."""

from typing import Annotated

from msgspec import Meta

from chalicelib.api.conversation_views import ConversationView, TierView, tier_view, view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Json, TeamId, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ConversationNotFound, InvalidInput, TransitionRefused, VersionConflict
from chalicelib.domain.escalation import BELOW, EscalationRefused
from chalicelib.services import desk, escalation_documents
from chalicelib.services.assignment import MAX_REASON
from chalicelib.services.escalation import Wish
from chalicelib.wiring import escalation as wiring
from chalicelib.wiring import work

Reason = Annotated[str, Meta(min_length=1, max_length=MAX_REASON, pattern=r"\S")]
HandOver = Annotated[str, Meta(max_length=desk.NOTE_LENGTH)]

resource = Resource("escalation")


class PathsView(View, frozen=True, kw_only=True):
    """The first path whose condition holds is taken. `version` 0: there never were any."""

    paths: list[Json]
    version: int


class PathsBody(Body, frozen=True, kw_only=True):
    version: Annotated[int, Meta(ge=0, le=2**53 - 1, description="The version that was read; 0 where there is none")]
    paths: Annotated[list[Json], Meta(max_length=escalation_documents.MAX_PATHS)]


class EscalateBody(Body, frozen=True, kw_only=True):
    """`note`: what the next one has to know; people cannot leave it out. `tier`: how far up, by its name; without it
    the next one. Name it, and a request that is repeated goes up once."""

    reason: Reason
    note: HandOver = ""
    tier: Annotated[str, Meta(min_length=1, max_length=escalation_documents.MAX_NAME)] | None = None


class DeEscalateBody(Body, frozen=True, kw_only=True):
    reason: Reason
    note: HandOver = ""


class TakeOverBody(Body, frozen=True, kw_only=True):
    reason: Reason


class GiveBackBody(Body, frozen=True, kw_only=True):
    reason: Annotated[str, Meta(max_length=MAX_REASON)] = ""


class StepView(View, frozen=True, kw_only=True):
    """One tier of a path. `ticket`: answered when there is time, whatever the channel. `reply_seconds`: without an
    answer for so long it goes to the next tier by itself (0: never)."""

    name: str
    team_id: TeamId | None
    skills: dict[str, int]
    ticket: bool
    reply_seconds: int


class EscalationView(View, frozen=True, kw_only=True):
    """`path` None: none applies. `place`: which of `tiers` it is on, from 0, or None; one that nobody escalated is on
    its team's. `tier`: the one that it was escalated to."""

    path: str | None
    tiers: list[StepView]
    place: int | None
    tier: TierView | None
    may_escalate: bool
    may_de_escalate: bool


@resource.route("GET", "/escalations", role=Role.SUPERVISOR, gives=PathsView)
def get_escalations(caller: Caller) -> PathsView:
    """The paths in force. A change holds everywhere within 15 seconds."""
    found, version = escalation_documents.published(wiring.documents())
    return PathsView(paths=list(escalation_documents.paths_body(found)["paths"]), version=version)


@resource.route(
    "PUT",
    "/escalations",
    role=Role.ADMIN,
    body=PathsBody,
    gives=PathsView,
    refuses=(InvalidInput, VersionConflict),
    example={
        "version": 0,
        "paths": [
            {
                "name": "Orders",
                "condition": {"field": "labels", "is": "order"},
                "after_breach": True,
                "tiers": [
                    {"name": "First line", "reply_seconds": 900},
                    {"name": "Experts", "skills": {"orders": 4}},
                    {"name": "Ticket", "ticket": True},
                ],
            }
        ],
    },
)
def put_escalations(caller: Caller, body: PathsBody) -> PathsView:
    """Replace the paths. What stands on a tier keeps its place."""
    found = escalation_documents.put_published(wiring.documents(), work.team_names(), body.paths, body.version)
    return PathsView(paths=list(escalation_documents.paths_body(found)["paths"]), version=body.version + 1)


@resource.route(
    "GET",
    "/conversations/{conversation_id}/escalation",
    role=Role.AGENT,
    gives=EscalationView,
    refuses=(ConversationNotFound,),
)
def get_escalation(caller: Caller, conversation_id: str) -> EscalationView:
    """The path that a conversation is on, and where it stands."""
    found = wiring.escalating().where(conversation_id, caller.now)
    tiers = found.path.tiers if found.path is not None else ()
    bodies = [escalation_documents.tier_body(tier) for tier in tiers]
    return EscalationView(
        path=found.path.name if found.path is not None else None,
        tiers=[StepView(**body) for body in bodies],
        place=None if found.place == BELOW else found.place,
        tier=tier_view(found.conversation),
        may_escalate=found.place + 1 < len(tiers),
        may_de_escalate=found.place > 0,
    )


@resource.route(
    "POST",
    "/conversations/{conversation_id}/escalate",
    role=Role.AGENT,
    body=EscalateBody,
    gives=ConversationView,
    refuses=(ConversationNotFound, EscalationRefused, TransitionRefused),
    example={
        "reason": "Needs the warehouse",
        "note": "Two parcels, one is lost. Bob has sent photos.",
        "tier": "Experts",
    },
)
def escalate_conversation(caller: Caller, conversation_id: str, body: EscalateBody) -> ConversationView:
    """To the next tier, with a note for whoever gets it. It keeps its place in time.

    By an API key it is a bot's hand-over: it needs no note, begins at the first tier, and where there is no such tier
    the conversation waits in everybody's queue."""
    wish = Wish(body.reason.strip(), body.note, body.tier)
    return view(wiring.escalating().escalate(caller.principal, conversation_id, wish, caller.now), caller.now)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/de-escalate",
    role=Role.AGENT,
    body=DeEscalateBody,
    gives=ConversationView,
    refuses=(ConversationNotFound, EscalationRefused, TransitionRefused),
    example={"reason": "A question for the first line"},
)
def de_escalate_conversation(caller: Caller, conversation_id: str, body: DeEscalateBody) -> ConversationView:
    """Back to the tier before, and to who handed it up where they are there."""
    wish = Wish(body.reason.strip(), body.note)
    return view(wiring.escalating().de_escalate(caller.principal, conversation_id, wish, caller.now), caller.now)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/take-over",
    role=Role.SUPERVISOR,
    people_only=True,
    body=TakeOverBody,
    gives=ConversationView,
    refuses=(ConversationNotFound, TransitionRefused),
    example={"reason": "The customer asked for a manager"},
)
def take_over_conversation(caller: Caller, conversation_id: str, body: TakeOverBody) -> ConversationView:
    """Yours at once, whatever you hold already. Who had it is told."""
    taken = wiring.take_over().take(caller.principal, conversation_id, body.reason.strip(), caller.now)
    return view(taken, caller.now)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/give-back",
    role=Role.SUPERVISOR,
    body=GiveBackBody,
    gives=ConversationView,
    refuses=(ConversationNotFound, TransitionRefused),
    example={"reason": "Solved; please send the label"},
)
def give_back_conversation(caller: Caller, conversation_id: str, body: GiveBackBody) -> ConversationView:
    """What was taken over goes back to its agent, if they are there and have room; else to the queue."""
    given = wiring.take_over().give_back(caller.principal, conversation_id, body.reason.strip(), caller.now)
    return view(given, caller.now)
