"""Which events are facts that an agent is told of, and who is concerned: one table, from the events' wire form alone.

Nobody is told of what they did themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.conversation import Conversation
from chalicelib.domain.notice import NoticeKind

# Somebody who goes on writing while they wait is one fact for so long.
SAME_FACT = timedelta(minutes=10)
# Of one fact so many agents are told.
MOST_CONCERNED = 500
# Levels of announcements that do not wait until somebody looks.
LOUD = frozenset({"important", "critical"})

Wire = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """`agent_ids`: who is concerned. `to_owner`: whoever has the conversation is, and it has to be read for that.
    `of_wait`: the fact is that the customer waits, whatever message told of it (see `wait_fact`). `to_all`: everybody
    is, or who is in one of `team_ids`, where there are any."""

    kind: NoticeKind
    id: str
    at: datetime
    conversation_id: str | None
    agent_ids: tuple[str, ...] = ()
    to_owner: bool = False
    of_wait: bool = False
    to_all: bool = False
    team_ids: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    until: datetime | None = None
    actor_id: str | None = None


def fact_of(event: Wire) -> Fact | None:
    """What an event tells agents of; None where it concerns nobody in this way."""
    make = _FACTS.get(event["type"])
    return make(event) if make else None


def wait_fact(found: Conversation, said_at: datetime) -> tuple[str, datetime] | None:
    """The fact that a customer waits for an answer: its id and time, the same for all that they write within ten
    minutes. None where nobody waits (any more)."""
    since = found.waiting_since
    if since is None:
        return None
    place = max(0, (said_at - since) // SAME_FACT)
    return f"wait/{found.id}/{since.isoformat()}/{place}", since + place * SAME_FACT


def _fact(event: Wire, kind: NoticeKind, **given: Any) -> Fact:
    data, actor = event["data"], event["actor"]
    conversation_id = data.get("conversation_id") or event.get("snapshot", {}).get("conversation_id")
    if event["aggregate"]["kind"] == "conversation":
        conversation_id = event["aggregate"]["id"]
    given.setdefault("id", event["id"])
    given["agent_ids"] = tuple(dict.fromkeys(given.get("agent_ids", ())))[:MOST_CONCERNED]
    return Fact(
        kind=kind,
        at=datetime.fromisoformat(event["occurred_at"]),
        conversation_id=conversation_id,
        actor_id=actor["id"] if actor["kind"] == "agent" else None,
        **given,
    )


def _mentioned(event: Wire) -> Fact | None:
    """A whisper's notice is for its audience, whoever else is named in it."""
    data = event["data"]
    mentioned, audience = data.get("mentions") or (), data.get("audience") or ()
    told = [agent_id for agent_id in mentioned if not audience or agent_id in audience]
    if not told:
        return None
    about = {"note_id": data["note_id"], "author_id": data["author_id"]}
    return _fact(event, NoticeKind.MENTION, agent_ids=told, about=about)


def _assigned(event: Wire) -> Fact | None:
    data = event["data"]
    owner = data.get("assignee_id")
    if owner is None or owner == data.get("previous_assignee_id"):
        return None
    return _fact(event, NoticeKind.ASSIGNED, agent_ids=(owner,))


def _offered(event: Wire) -> Fact:
    data = event["data"]
    until = datetime.fromisoformat(data["until"])
    return _fact(event, NoticeKind.OFFERED, agent_ids=(data["agent_id"],), until=until)


def _written(event: Wire) -> Fact | None:
    if event["data"]["direction"] != "inbound":
        return None
    return _fact(event, NoticeKind.MESSAGE, to_owner=True, of_wait=True)


def _clock(kind: NoticeKind) -> Callable[[Wire], Fact]:
    def make(event: Wire) -> Fact:
        return _fact(event, kind, to_owner=True, about={"clock": event.get("snapshot", {}).get("kind", "")})

    return make


def _closing(event: Wire) -> Fact:
    data = event["data"]
    until = datetime.fromisoformat(data["closes_at"])
    about = {"closes_at": data["closes_at"]}
    return _fact(event, NoticeKind.WINDOW_CLOSING, to_owner=True, about=about, until=until)


def _for_those_named(kind: NoticeKind, *names: str) -> Callable[[Wire], Fact | None]:
    """`names`: of what the event tells, what the words need."""

    def make(event: Wire) -> Fact | None:
        data = event["data"]
        told = data.get("agent_ids") or ()
        about = {name: data[name] for name in names if data.get(name) is not None}
        return _fact(event, kind, agent_ids=told, about=about) if told else None

    return make


def _asked(event: Wire) -> Fact | None:
    """A colleague is asked; what goes out of the house is news for nobody in it."""
    told = event["data"].get("agent_ids") or ()
    if event["data"]["kind"] != "colleague" or not told:
        return None
    return _fact(
        event, NoticeKind.SIDE_THREAD, agent_ids=told, about={"thread_id": event["data"]["thread_id"], "asked": True}
    )


def _answered(event: Wire) -> Fact | None:
    """What a machine answers is no news."""
    data = event["data"]
    told = data.get("agent_ids") or ()
    if data.get("automatic") or not told:
        return None
    about = {"thread_id": data["thread_id"], "message_id": data["message_id"]}
    actor = data["author_id"] if data.get("author_kind") == "agent" else None
    return _fact(event, NoticeKind.SIDE_THREAD, agent_ids=[each for each in told if each != actor], about=about)


def _announced(event: Wire) -> Fact | None:
    """What is only for information waits until it is looked for."""
    data = event["data"]
    if data["level"] not in LOUD:
        return None
    about = {"announcement_id": data["announcement_id"], "title": data["title"]}
    until = datetime.fromisoformat(data["ends_at"]) if data.get("ends_at") else None
    teams = tuple(data.get("team_ids") or ())
    return _fact(event, NoticeKind.ANNOUNCEMENT, to_all=True, team_ids=teams, about=about, until=until)


_FACTS: Mapping[str, Callable[[Wire], Fact | None]] = {
    "note.created": _mentioned,
    "conversation.assigned": _assigned,
    "conversation.offered": _offered,
    "message.created": _written,
    "sla.warned": _clock(NoticeKind.SLA_WARNED),
    "sla.breached": _clock(NoticeKind.SLA_BREACHED),
    "conversation.window_closing": _closing,
    "task.due": _for_those_named(NoticeKind.TASK_DUE, "task_id", "reason"),
    "side_thread.created": _asked,
    "side_thread.replied": _answered,
    "announcement.created": _announced,
    "contact.returned": _for_those_named(NoticeKind.RETURNED, "idle_seconds", "unread"),
    "floor.warning": _for_those_named(NoticeKind.FLOOR_WARNING, "warning_id", "said", "action"),
    "floor.warning_ended": _for_those_named(NoticeKind.FLOOR_CALM, "warning_id", "said"),
    "webhook.failing": _for_those_named(NoticeKind.WEBHOOK, "host", "failing_since"),
    "webhook.disabled": _for_those_named(NoticeKind.WEBHOOK, "host", "reason"),
    "report.delivery_failed": _for_those_named(NoticeKind.REPORT, "schedule_id", "name", "state"),
}
TYPES = frozenset(_FACTS)
