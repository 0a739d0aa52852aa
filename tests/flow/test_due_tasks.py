"""A task's time comes over the whole desk: its event sets the timer, the timer tells it once and wakes what sleeps."""

from datetime import timedelta
from typing import Any

from chalicelib.aws.binding import bind_models
from chalicelib.aws.stores.agents import AgentStore
from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.conversation import Status
from chalicelib.services import desk as desk_service
from chalicelib.services.tasks import NewTask, Tasks
from chalicelib.wiring import together
from tests.flow.later import Later, later
from tests.flow.scene import ANA
from tests.services.together import Staff, Teams

HOUR = timedelta(hours=1)


def told(here: Later) -> list[dict[str, Any]]:
    found = {event["id"]: event for event in here.scene.cloud.events.published if event["type"] == "task.due"}
    return list(found.values())


def make(here: Later, seed: str, **more: Any) -> str:
    agents: Any = Staff({})
    teams: Any = Teams("team_1")
    tasks = Tasks(together.task_store(), here.scene.desk, agents, teams, ANA, here.scene.now())
    about = {"conversation_id": here.conversation.id, **more}
    return tasks.create(NewTask("Call Bob", seed, **about)).id


def test_it_is_told_once_at_its_time_and_wakes_what_sleeps() -> None:
    with later() as here:
        here.answers("It is on its way.", "one")
        case, now = here.conversation.id, here.scene.now()
        desk_service.set_status(here.scene.desk, ANA, case, Status.SNOOZED, now, snoozed_until=now + timedelta(days=3))
        make(here, "wakes", due_at=now + 2 * HOUR, remind_at=now + HOUR, wakes=True)
        own = make(here, "own", due_at=now + HOUR, conversation_id=None)
        here.pass_(seconds=3599)
        assert told(here) == []
        here.pass_(seconds=2)
        assert sorted(event["data"]["reason"] for event in told(here)) == ["due", "reminder"]
        assert here.status() is Status.SNOOZED
        here.pass_(seconds=3600)
        assert [event["data"]["reason"] for event in told(here)][2:] == ["due"]
        assert {event["data"]["conversation_id"] for event in told(here)} == {case, None}
        woken = here.scene.desk.conversation(case)
        assert woken is not None
        assert (woken.status, woken.snoozed_until) == (Status.OPEN, None)
        # The timers come again, as queues may bring them.
        for subject in (own, told(here)[-1]["aggregate"]["id"]):
            here.calls({"kind": "task", "subject": subject, "epoch": 1, "due_at": now.isoformat()})
        here.settle()
        assert len(told(here)) == 3


def test_a_teams_task_is_told_to_its_members() -> None:
    with later() as here:
        here.answers("It is on its way.", "one")
        now = here.scene.now()
        bind_models("desk")
        for name, teams in (("ana", ("team_1",)), ("ben", ()), ("cat", ("team_1", "team_2"))):
            AgentStore().put(Agent(f"agt_{name}", name, f"{name}@x.y", Role.AGENT, now, teams))
        make(here, "team", due_at=now + HOUR, owner_id="team_1")
        here.pass_(seconds=3601)
        (event,) = told(here)
        assert (event["data"]["team_id"], event["data"]["agent_ids"]) == ("team_1", ["agt_ana", "agt_cat"])
