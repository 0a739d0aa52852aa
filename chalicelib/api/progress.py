"""Progress: the milestones of a case from its beginning to its end, and how far it is."""

from datetime import datetime
from typing import Literal

from chalicelib.api.brief import SectionView, SourceView, section_views
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Json, Query, View
from chalicelib.domain.agent import Role
from chalicelib.domain.conversation import Status
from chalicelib.domain.errors import ConversationNotFound
from chalicelib.domain.progress_lines import Milestone
from chalicelib.services.progress import progress
from chalicelib.wiring import customer, escalation

resource = Resource("progress")


class ProgressQuery(Query, frozen=True, kw_only=True):
    include: Literal["summary"] | None = None


class WhoView(View, frozen=True, kw_only=True):
    kind: str
    id: str
    name: str


class MilestoneView(View, frozen=True, kw_only=True):
    """`code`: began, queued, assigned, answered, leg (went on over another channel), moved, escalated, de_escalated,
    taken_over, given_back, promised, promise_kept, promise_broken, promise_cancelled, pending, snoozed, opened,
    resolved, reopened, merged, unmerged or split. `facts`: what the text tells beside it, as data."""

    code: str
    at: datetime
    text: str
    facts: Json
    who: WhoView | None
    source: SourceView


class ProgressStep(View, frozen=True, kw_only=True):
    """received, queued, assigned, answered, resolved: of the episode that is on. `at` is null where the time is not
    known or it has not come to that."""

    name: str
    done: bool
    at: datetime | None


class ProgressView(View, frozen=True, kw_only=True):
    """`summary`: what to know of it now, as `GET /conversations/{id}/brief` tells it; empty where it is not asked
    for."""

    conversation_id: str
    status: Status
    episode: int
    steps: list[ProgressStep]
    milestones: list[MilestoneView]
    summary: list[SectionView]


@resource.route(
    "GET",
    "/conversations/{conversation_id}/progress",
    role=Role.AGENT,
    query=ProgressQuery,
    gives=ProgressView,
    refuses=(ConversationNotFound,),
)
def get_progress(caller: Caller, conversation_id: str, query: ProgressQuery) -> ProgressView:
    """What has happened to this case, who did it and when, from what is stored; nothing is made up, and every milestone
    has its source."""
    found = progress(customer.progress_store(), conversation_id)
    brief = escalation.briefs().of(conversation_id, caller.now) if query.include == "summary" else None
    return ProgressView(
        conversation_id=conversation_id,
        status=found.conversation.status,
        episode=found.conversation.episode,
        steps=[ProgressStep(name=step.name, done=step.done, at=step.at) for step in found.steps],
        milestones=[_view(milestone) for milestone in found.milestones],
        summary=section_views(brief) if brief else [],
    )


def _view(milestone: Milestone) -> MilestoneView:
    who, (kind, identifier) = milestone.who, milestone.source
    return MilestoneView(
        code=milestone.code,
        at=milestone.at,
        text=milestone.text,
        facts=dict(milestone.facts),
        who=WhoView(kind=who.kind, id=who.id, name=who.name) if who else None,
        source=SourceView(kind=kind, id=identifier),
    )
