"""Routing as it is deployed: four agents sign in, 28 customers write at once, agents resolve, go away and come
back, supervisors give by hand. Nobody ever holds more than they can, nothing has two owners, or none while somebody has
room.

A far larger run, with faults and processes that end in the middle, is `python -m bench.routing_storm`.
"""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest

from bench.routing_audit import Auditor, Stream, at_rest
from infra.local.cloud import LocalCloud, eventually
from infra.local.desk import Desk
from infra.local.flows import tag
from infra.local.http_json import Unreachable, call
from infra.local.play import Play
from infra.local.workspace import ADMIN, Person, Workspace, _make_person
from simulators.signing import timestamped_signature

pytestmark = pytest.mark.local_cloud

AGENTS = 4
CUSTOMERS = 28
# Calls at once: each starts a process of its own in the emulator.
AT_ONCE = 3
UNITS = 10
HEARTBEAT_SECONDS = 30.0
SECRET = "a-secret-of-the-storm-with-32-characters"  # pragma: allowlist secret


@dataclass
class Floor:
    """A team with its inbox and its agents, signed in."""

    cloud: LocalCloud
    admin: Desk
    team_id: str
    inbox_id: str
    agents: dict[str, Desk]
    auditor: Auditor
    stream: Stream
    said: list[str] = field(default_factory=list)

    def writes(self, number: int) -> None:
        """A customer's signed message, and the same once more, as providers do."""
        name = f"storm-{number}-{tag()}"
        self.said.append(name)
        at = datetime.now(UTC).isoformat()
        event = {
            "id": f"evt-{name}",
            "type": "message",
            "occurred_at": at,
            "contact": {"external_id": name, "name": name},
            "message": {"external_id": f"ext-{name}", "direction": "in", "kind": "text", "text": "Hello?"},
        }
        raw = json.dumps({"events": [event]}).encode()
        for _copy in range(2):
            # A machine that has too much to do at once may answer 503: the same comes again until it is taken.
            eventually(lambda: self._posted(raw), f"{name} is taken")

    def _posted(self, raw: bytes) -> bool:
        timestamp = str(int(time.time()))
        headers = {"X-Timestamp": timestamp, "X-Signature": timestamped_signature(SECRET, timestamp, raw)}
        url = self.cloud.webhook_url("custom", self.inbox_id)
        try:
            answer = call("POST", url, raw=raw, headers={"Content-Type": "application/json", **headers})
        except Unreachable:  # nor is it answered in time where too much starts at once
            return False
        assert answer.ok or answer.status >= 500, answer.excerpt()
        return answer.ok

    def conversations(self) -> list[Any]:
        rest = at_rest(self.cloud.client("dynamodb"), self.table)
        return [each for each in rest.conversations if each.inbox_id == self.inbox_id]

    @property
    def table(self) -> str:
        return str(self.cloud.outputs["DeskTableName"])

    def owned(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {name: [] for name in self.agents}
        for each in self.conversations():
            if each.assignee_id in found and each.status.value == "open":
                found[each.assignee_id].append(each)
        return found

    def waiting(self) -> list[str]:
        queue = self.admin.call("GET", f"/queues/{self.team_id}?limit=100")
        return [entry["conversation_id"] for entry in queue["entries"]]

    def chooses(self, agent_id: str, intent: str) -> None:
        self.agents[agent_id].call("PUT", "/me/presence", {"intent": intent})

    def beat(self, over: Event) -> None:
        """As their clients do."""
        while not over.wait(HEARTBEAT_SECONDS):
            for desk in self.agents.values():
                desk.ask("POST", "/me/heartbeat")

    def watch(self) -> None:
        """Every change since the last look: nobody ever held too much, and nothing went from one to another."""
        for record in self.stream.read():
            self.auditor.see(record)
        # Of those who work here: others may have been given less room than they had filled.
        assert [one for one in self.auditor.overfull if one.removeprefix("AGT#").split(":")[0] in self.agents] == []
        assert self.auditor.stolen == []


def agent(cloud: LocalCloud, admin: Desk, team_id: str, number: int) -> tuple[str, Desk]:
    person = Person("agent", f"Storm {number}", f"storm{number}-{tag()}@example.test", f"{tag()}{tag()}-Aa1")
    _make_person(admin, cloud.client("cognito-idp"), cloud.outputs["UserPoolId"], person)
    desk = cloud.desk(person.email, person.password)
    me = desk.call("GET", "/me")
    known = admin.call("GET", f"/agents/{me['id']}")
    admin.call("PATCH", f"/agents/{me['id']}", {"version": known["version"], "team_ids": [team_id]})
    return me["id"], desk


def leave_nothing_to_anybody(admin: Desk) -> None:
    """What others have left in the queue that everybody serves would fill the agents."""
    while entries := admin.call("GET", "/queues/fallback?limit=100")["entries"]:
        for entry in entries:
            admin.ask("POST", f"/conversations/{entry['conversation_id']}/status", {"status": "resolved"})


@pytest.fixture
def floor(cloud: LocalCloud, workspace: Workspace, play: Play) -> Iterator[Floor]:
    admin = workspace.desk(cloud, ADMIN)
    team_id = admin.call("POST", "/teams", {"name": f"Storm {tag()}"})["id"]
    body = {"channel": "custom", "name": "Storm", "credentials": {"secret": SECRET}, "team_id": team_id, "check": False}
    inbox_id = admin.call("POST", "/inboxes", body)["id"]
    agents = dict(agent(cloud, admin, team_id, number) for number in range(AGENTS))
    stream = Stream(cloud.client("dynamodbstreams"), cloud.outputs["DeskStreamArn"])
    leave_nothing_to_anybody(admin)
    made = Floor(cloud, admin, team_id, inbox_id, agents, Auditor(), stream)
    over = Event()
    beating = Thread(target=made.beat, args=(over,))
    beating.start()
    yield made
    over.set()
    beating.join()
    for agent_id in agents:
        made.chooses(agent_id, "offline")


def fits() -> int:
    """Conversations of two units that an agent is given, the reserve left free."""
    return (UNITS - 1) // 2


def test_a_rush_is_shared_out_and_nobody_is_given_too_much(floor: Floor) -> None:
    everybody = list(floor.agents)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda agent_id: floor.chooses(agent_id, "online"), everybody))
        rush = pool.map(floor.writes, range(CUSTOMERS))
        away = [pool.submit(floor.chooses, agent_id, "away") for agent_id in everybody[:2]]
        list(rush)
        for each in away:
            each.result()
        list(pool.map(lambda agent_id: floor.chooses(agent_id, "online"), everybody[:2]))
    full = AGENTS * fits()
    eventually(lambda: len(floor.waiting()) == CUSTOMERS - full, "what does not fit waits", 90)
    assert {agent_id: len(found) for agent_id, found in floor.owned().items()} == dict.fromkeys(everybody, fits())
    floor.watch()

    # Two supervisors at once: the reserve has room for one of the two.
    waiting = floor.waiting()[:2]
    body = {"assignee_id": everybody[0], "team_id": floor.team_id}
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda name: floor.admin.ask("POST", f"/conversations/{name}/assignment", body), waiting)
        )
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert next(answer for answer in answers if not answer.ok).body["code"] == "capacity_exceeded"
    floor.watch()

    # All that is held is resolved, by many at once: what waits takes its place.
    def resolve(name: str) -> None:
        answer = floor.admin.ask("POST", f"/conversations/{name}/status", {"status": "resolved"})
        assert answer.status in (200, 409), answer.excerpt()

    held = [each.id for found in floor.owned().values() for each in found]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(resolve, held))
    eventually(lambda: not floor.waiting(), "nothing waits", 90)
    floor.watch()

    conversations = floor.conversations()
    assert sorted(each.contact_name for each in conversations) == sorted(floor.said)
    # Units are what is held, queues hold what belongs there, counters are what a recount gives, nobody waits in vain.
    client, table = floor.cloud.client("dynamodb"), floor.table
    eventually(lambda: not list(at_rest(client, table).problems(datetime.now(UTC), [])), "all is in order", 30)
    run_again(floor)


def run_again(floor: Floor) -> None:
    """The day so far: every decision of it comes out again, in the function that made them."""
    now = datetime.now(UTC)
    source = {"recorded": {"from": (now - timedelta(minutes=10)).isoformat(), "to": now.isoformat()}}
    asked = floor.admin.call("POST", "/routing/replays", {"source": source})
    path = f"/routing/replays/{asked['id']}"
    eventually(lambda: floor.admin.call("GET", path)["state"] in ("done", "failed"), "the replay is done", 60)
    found = floor.admin.call("GET", path)
    assert (found["state"], found["detail"]) == ("done", "")
    assert found["reproduced"]["decisions"] >= CUSTOMERS
    assert (found["reproduced"]["same"], found["reproduced"]["unlike"]) == (found["reproduced"]["decisions"], [])
    assert found["reproduced"]["unrecorded"] == 0
