"""What the live board costs: calls of one reading at two sizes of the floor, and of one look at it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.assigning import Counted
from bench.counting import READS, Call
from bench.units import read_units
from chalicelib.aws.stores.floor import FloorRows, FloorStore
from chalicelib.aws.stores.routing import RoutingStore
from chalicelib.aws.stores.waits import Arrivals, WaitStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.capacity import Capacity
from chalicelib.domain.floor import Floor
from chalicelib.domain.ids import digest
from chalicelib.domain.presence import Intent, Presence
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.domain.workload import Workload
from chalicelib.services.board import Board
from chalicelib.services.floor import Known, Looking
from chalicelib.services.floor_watch import FloorReading
from chalicelib.services.waits import Forecasts
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

NOW = datetime(2026, 8, 3, 10, tzinfo=UTC)
BY_KIND = {"by_kind": {"keys": ("kind_key", "kind_sort"), "shown": ["row", "version"]}}
TEAMS = {f"team_{number}": f"Team {number}" for number in range(20)}


@dataclass(frozen=True, slots=True)
class Read:
    """One reading of a floor: its calls, records queued included. `look`: those of looking at it. `kilobytes`: of what
    is kept."""

    calls: int
    look: list[Call]
    kilobytes: float

    @property
    def look_rcu(self) -> float:
        return sum(read_units(call) for call in self.look if call.operation in READS)


class _Rules:
    def policy(self) -> RoutingPolicy:
        return RoutingPolicy()

    def team_ids(self, wanted: str | None = None) -> frozenset[str]:
        return frozenset(TEAMS)

    def hours(self, hours_id: str) -> BusinessHours | None:
        return None


class _Records:
    count = 0

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        self.count += 1


def read(agents: int) -> Read:
    """Of so many agents, all of them there, when the floor was last looked at a minute ago."""
    memory = MemoryDynamoDB({"desk": MemoryTable(BY_KIND), "live": MemoryTable()})
    client, records = Counted(memory), _Records()
    looking = _looking(client, memory, agents)
    floor: Floor = looking.look(NOW)
    look = list(client.calls)
    store = FloorStore(Desk(client, "live"))
    store.put(floor)
    client.calls.clear()
    found, _ = FloorReading(store, records).read(NOW + timedelta(minutes=1))
    if len(found.agents) != agents:
        raise AssertionError("the floor that was read is another one")
    item = memory.tables["live"].items["FLOOR", "~"]
    return Read(len(client.calls) + records.count, look, len(item["floor"]["S"]) / 1024)


def _looking(client: Counted, memory: MemoryDynamoDB, agents: int) -> Looking:
    table, live = Desk(client, "desk"), Desk(client, "live")
    names = [f"agt_{digest(str(number))}" for number in range(agents)]
    people = [Agent(name, f"Ana {n}", "", Role.AGENT, NOW, (f"team_{n % 20}",)) for n, name in enumerate(names)]
    writing = RoutingStore(Desk(memory, "desk"))
    here = Presence(Intent.ONLINE, connected_until=NOW + timedelta(hours=1))
    for number, one in enumerate(people):
        load = Workload(one.id, one.name, one.team_ids, here, Capacity(10), used=number % 9, idle_since=NOW)
        writing.put_workload(load, 0, None)
    known = Known(lambda: people, lambda: TEAMS, lambda: {"ibx_1": "whatsapp", "ibx_2": "email"})
    waits = WaitStore(table)
    return Looking(
        Board(RoutingStore(table), _Rules()),
        FloorRows(table),
        waits,
        Arrivals(live),
        Forecasts(waits, lambda _key, load: load()),
        known,
    )
