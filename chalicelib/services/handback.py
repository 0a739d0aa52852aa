"""Back to the queue: an agent gives up what they hold, and it waits for somebody else."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.agent import Principal
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import InvalidInput, StoreUnavailable, TransitionRefused
from chalicelib.domain.events import ConversationAssigned
from chalicelib.domain.writes import Written
from chalicelib.services import desk
from chalicelib.services.assignment import MAX_REASON
from chalicelib.services.ports import DeskStore
from chalicelib.services.routing import Routing


def hand_back(
    store: DeskStore, routing: Routing, principal: Principal, conversation_id: str, reason: str, now: datetime
) -> Conversation:
    """It keeps its place in time; its agent is not given it again by itself.

    Raises ConversationNotFound, TransitionRefused, InvalidInput."""
    if len(reason) > MAX_REASON:
        raise InvalidInput(f"A reason has at most {MAX_REASON} characters.", field="reason")
    actor = Actor(principal.kind, principal.id)
    for _attempt in range(desk.ATTEMPTS):
        before = desk.get(store, conversation_id)
        if before.assignee_id is None:
            raise TransitionRefused("The conversation is nobody's: there is nothing to return.")
        if before.status is not Status.OPEN:
            raise TransitionRefused(f"Only an open conversation waits for somebody; this one is {before.status.value}.")
        after = replace(before, assignee_id=None, weight=0, version=before.version + 1)
        told = ConversationAssigned(
            previous_assignee_id=before.assignee_id,
            assignee_id=None,
            previous_team_id=before.team_id,
            team_id=before.team_id,
        )
        line = desk.activity_line(before, after, principal, now, "assignment", told)
        line = replace(line, facts={**line.facts, "returned": True, **({"reason": reason} if reason else {})})
        given_back = routing.give_back(
            before, reason or "returned", now, declined_by=before.assignee_id, by=actor, note=line
        )
        if given_back is Written.DONE:
            return after
    raise StoreUnavailable("too many writers at once")
