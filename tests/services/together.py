"""A desk in memory with colleagues and one conversation, and what they do together in it: the real stores and services,
a time that is moved, timers that are kept, and calls that fail when they are told to."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws.changes import announcements
from chalicelib.aws.stores.agent_drafts import AgentDraftStore
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.followers import FollowerStore
from chalicelib.aws.stores.mentions import MentionStore
from chalicelib.aws.stores.tasks import TaskStore
from chalicelib.aws.stores.writes import put_conversation
from chalicelib.aws.transaction import Desk
from chalicelib.domain.agent import Agent, Principal, Role, Team
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.mention import Mark, MentionKind
from chalicelib.domain.note import Note
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Recorded
from chalicelib.services import desk as desk_service
from chalicelib.services.agent_drafts import AgentDrafts
from chalicelib.services.due_tasks import DueTasks, TaskPlans
from chalicelib.services.followers import Followers
from chalicelib.services.mentions import Mentions, meant, members
from chalicelib.services.tasks import Tasks
from chalicelib.services.timers import TimerCalls
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.test_routing import INDEXES

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
CNV = "cnv_0001"
LEG = "leg_0001"
ANA = Principal("agent", "agt_0ana", "Ana", Role.AGENT)
BEN = Principal("agent", "agt_0ben", "Ben", Role.AGENT)
CAT = Principal("agent", "agt_0cat", "Cat", Role.AGENT)
SUE = Principal("agent", "agt_0sve", "Sue", Role.SUPERVISOR)
GONE = "agt_0gne"
REFUNDS = "team_0refnds"
EMPTY = "team_0empty"
CALLS = ("get_item", "batch_get_item", "put_item", "update_item", "transact_write_items", "query")


def conversation(identifier: str = CNV, **more: Any) -> Conversation:
    return replace(
        Conversation(
            id=identifier,
            contact_id="con_1",
            contact_name="Bob",
            inbox_id="ibx_1",
            channel="whatsapp",
            active_leg_id=LEG,
            opened_at=START,
            status_changed_at=START,
            last_activity_at=START,
            view_at=START,
            created_at=START,
        ),
        **more,
    )


class Staff:
    """Agents' records, by their port."""

    def __init__(self, agents: Mapping[str, Agent]) -> None:
        self.agents = dict(agents)

    def get(self, agent_id: str) -> Agent | None:
        return self.agents.get(agent_id)

    def list(self, limit: int, start: Any) -> Page[Agent]:
        return Page(list(self.agents.values()), None)


class Teams:
    def __init__(self, *team_ids: str) -> None:
        self.teams = {each: Team(each, each, START) for each in team_ids}

    def get(self, team_id: str) -> Team | None:
        return self.teams.get(team_id)


class Failing:
    """A client of which calls fail: `fails` is asked before each; its answer may be lost after it took effect."""

    def __init__(self, client: MemoryDynamoDB) -> None:
        self._client = client
        self.fails: Callable[[str], str | None] = lambda _name: None

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name not in CALLS:
            return call

        def guarded(**request: Any) -> Any:
            how = self.fails(name)
            if how == "before":
                raise StoreUnavailable("told to fail")
            answer = call(**request)
            if how == "after":
                raise StoreUnavailable("told to lose the answer")
            return answer

        return guarded


class Together:
    def __init__(self) -> None:
        self.now = START
        self.table = MemoryTable(INDEXES)
        self.client = Failing(MemoryDynamoDB({"desk": self.table}))
        self.desk = Desk(self.client, "desk")
        people = [
            *((who, (REFUNDS,), True) for who in (ANA, BEN, CAT)),
            (SUE, (), True),
            (Principal("agent", GONE, "Gus", Role.AGENT), (REFUNDS, EMPTY), False),
        ]
        self.agents: Any = Staff(
            {
                who.id: Agent(who.id, who.name, f"{who.name}@x.y", who.role, START, teams, enabled)
                for who, teams, enabled in people
            }
        )
        self.teams: Any = Teams(REFUNDS, EMPTY)
        self.conversations = DeskStore(self.desk)
        self.follower_store, self.mention_store = FollowerStore(self.desk), MentionStore(self.desk)
        self.task_store, self.draft_store = TaskStore(self.desk), AgentDraftStore(self.desk)
        self.followers = Followers(self.follower_store, self.conversations)
        self.mentions = Mentions(self.mention_store)
        # Timers that were set: (kind, subject, epoch, due_at).
        self.timers: list[tuple[str, str, int, datetime]] = []
        self.due = DueTasks(self.task_store, self.conversations, lambda team_id: members(self.agents, team_id))
        self.plans = TaskPlans(self)
        self.opens()

    def opens(self, identifier: str = CNV, **more: Any) -> Conversation:
        made = conversation(identifier, **more)
        self.desk.transact([put_conversation(None, made, Recorded((), SYSTEM, self.now))])
        return made

    def alters(self, identifier: str = CNV, **more: Any) -> Conversation:
        """Somebody has changed the conversation."""
        before = self.conversations.conversation(identifier)
        assert before is not None
        after = replace(before, version=before.version + 1, **more)
        self.desk.transact([put_conversation(before, after, Recorded((), SYSTEM, self.now))])
        return after

    def conversation(self, identifier: str = CNV) -> Conversation:
        found = self.conversations.conversation(identifier)
        assert found is not None
        return found

    def pass_(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        self.timers.append((kind, subject, epoch, due_at))

    # What people do.

    def tasks(self, who: Principal = ANA) -> Tasks:
        return Tasks(self.task_store, self.conversations, self.agents, self.teams, who, self.now)

    def drafts(self, who: Principal = ANA) -> AgentDrafts:
        return AgentDrafts(self.draft_store, self.conversations, who, self.now)

    def note(
        self,
        *marks: str,
        who: Principal = ANA,
        client_id: str = "n1",
        text: str = "Look",
        audience: tuple[str, ...] = (),
        of: str = CNV,
    ) -> Note:
        """`marks`: ids of agents and teams."""
        named = [Mark(MentionKind.AGENT if each.startswith("agt_") else MentionKind.TEAM, each) for each in marks]
        meaning = meant(self.agents, self.teams, self.follower_store, named) if named else None
        return desk_service.add_note(self.conversations, who, of, client_id, text, self.now, audience, meaning)

    # What is told, and what follows.

    def told(self, *types: str) -> list[dict[str, Any]]:
        found = [event for record in self.table.stream for event in announcements(record)]
        return [event for event in found if not types or event["type"] in types]

    def plan(self, *, times: int = 1) -> None:
        """Every event of a task comes to who sets timers, so many times."""
        for event in self.told():
            for _ in range(times):
                self.plans.react(event)

    def ring(self) -> None:
        """Every timer that was set and whose time has come calls, however often it was set."""
        calls = TimerCalls(self, {"task": self.due.due})
        for kind, subject, epoch, due_at in list(self.timers):
            if due_at <= self.now:
                body = {"kind": kind, "subject": subject, "epoch": epoch, "due_at": due_at.isoformat()}
                assert calls.call(body, self.now)
