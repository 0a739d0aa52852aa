"""Which topics a change belongs to: told by the change alone, so that nobody is looked up who is not concerned."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain.live import CONTACT, CONVERSATION, DESK, NO_TEAM, TEAM, VISITOR, WORK, Change

# What the owner of the conversation is told of, although the change itself does not say who that is.
FOR_THE_OWNER = frozenset(
    {"sla.warned", "sla.breached", "conversation.window_closing", "promise.broken", "task.due", "contact.returned"}
)
TASK = "task"
# Told to the whole desk.
FOR_ALL = frozenset({"inbox_health", "announcement"})


def topics_of(change: Change) -> tuple[str, ...]:
    """Each topic once, the conversation's first."""
    return tuple(dict.fromkeys(_topics(change)))


def needs_owner(change: Change) -> str | None:
    """The conversation whose owner is concerned too; None where there is none, or the change names its agents."""
    for event in change.happened:
        if event["type"] in FOR_THE_OWNER and not event["data"].get("agent_ids"):
            found: str | None = event["data"].get("conversation_id")
            return found
    return None


def _topics(change: Change) -> Iterator[str]:
    yield from _BY_KIND.get(change.kind, _others)(change)
    for event in change.happened:
        data = event["data"]
        yield from (f"{WORK}:{agent}" for agent in (*(data.get("agent_ids") or ()), *(data.get("mentions") or ())))
        if change.kind == TASK and data.get("team_id"):
            yield f"{TEAM}:{data['team_id']}"


def _conversation(change: Change) -> Iterator[str]:
    yield f"{CONVERSATION}:{change.id}"
    agents, teams = [change.view["assignee_id"]], [change.view["team_id"] or NO_TEAM]
    for event in change.happened:
        data = event["data"]
        agents += [data.get("previous_assignee_id"), data.get("agent_id")]
        if event["type"] == "conversation.assigned":
            teams.append(data.get("previous_team_id") or NO_TEAM)
    yield from (f"{WORK}:{agent}" for agent in agents if agent)
    yield from (f"{TEAM}:{team}" for team in teams)


def _message(change: Change) -> Iterator[str]:
    yield f"{CONVERSATION}:{change.view['conversation_id']}"


def _agent(change: Change) -> Iterator[str]:
    yield f"{WORK}:{change.id}"
    yield from (f"{TEAM}:{team}" for team in {**dict.fromkeys(change.view["team_ids"]), **change.view["lent_until"]})


def _others(change: Change) -> Iterator[str]:
    named = (event["data"] for event in change.happened)
    yield from (f"{CONVERSATION}:{data['conversation_id']}" for data in named if data.get("conversation_id"))
    if change.kind == CONTACT:
        yield f"{CONTACT}:{change.id}"
    if change.kind in FOR_ALL:
        yield from _audience(change.view)


def _audience(view: Mapping[str, Any]) -> Iterator[str]:
    teams = view.get("team_ids") or ()
    yield from (f"{TEAM}:{team}" for team in teams)
    if not teams:
        yield DESK


def visitor_topic(leg_id: str) -> str:
    """What the visitor of a web chat follows: nothing but the messages of their own leg."""
    return f"{VISITOR}:{leg_id}"


def redacted_in(change: Change) -> Iterator[str]:
    """Topics whose entries hold what was made unreadable: they are not to be caught up with any more. A note changes by
    nothing else."""
    if change.kind == "note" and change.version > 1:
        yield f"{CONVERSATION}:{change.view['conversation_id']}"
    for event in change.happened:
        if event["type"] == "message.redacted":
            yield f"{CONVERSATION}:{change.id}"
            yield visitor_topic(event["data"]["leg_id"])


_BY_KIND = {"conversation": _conversation, "message": _message, "note": _message, "agent": _agent}
