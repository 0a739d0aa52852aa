"""What giving one conversation to one agent costs, and that it costs the same whatever the size of the floor.

The real service over the real store, on a table in memory that is filled directly: the calls and the items are those
of the service, the units follow AWS's rules from their sizes.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import days
from bench.budgets import Figure, figure
from bench.counting import READS, WRITES, Call, described
from bench.desk import BenchError
from bench.units import item_bytes, read_units
from chalicelib.aws.codec import to_attributes
from chalicelib.aws.codec_contact import contact_item
from chalicelib.aws.codec_routing import entry_item, place_item, workload_item
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.offers import OfferStore
from chalicelib.aws.stores.trail import Trail, TrailedRoutingStore
from chalicelib.aws.stores.writes import put_conversation
from chalicelib.aws.transaction import Desk
from chalicelib.domain.capacity import Capacity
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.presence import Intent, Presence
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_policy import RouteRule, RoutingPolicy
from chalicelib.domain.routing_values import FALLBACK
from chalicelib.domain.skills import Requirements
from chalicelib.domain.snapshots import conversation_snapshot, conversation_told
from chalicelib.domain.workload import Workload
from chalicelib.domain.writes import Recorded
from chalicelib.services.arrivals import Arrivals
from chalicelib.services.offers import Offers
from chalicelib.services.replay import Replayed, replay
from chalicelib.services.replay_figures import percentile
from chalicelib.services.routing import Routing
from chalicelib.services.rule_facts import RuleFacts
from infra.parts import PARTS, load
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable, tables_from

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
TEAM = "team_5h2vq8w0c4n1x7r3k9mt"
CONVERSATION = "cnv_7k3n9mt5h2vq8w0c4n1x"
CONTACT = "con_4n1x7k3n9mt5h2vq8w0c"
SMALL, LARGE, QUICK_LARGE = (10, 10), (10_000, 100_000), (500, 2_000)
QUERY_BYTES = 1024 * 1024
OPERATIONS = {
    "get_item": "GetItem",
    "batch_get_item": "BatchGetItem",
    "query": "Query",
    "put_item": "PutItem",
    "update_item": "UpdateItem",
    "transact_write_items": "TransactWriteItems",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one assignment called, and what it is billed: until the commit, and afterwards."""

    before: list[Call]
    after: list[Call]
    read: float
    written: float
    written_after: float


class Rules:
    def __init__(self, *, skilled: bool) -> None:
        skills = RouteRule("German", skills={"lang:de": 3})
        self._policy = RoutingPolicy(routes=(skills,) if skilled else (), version=1)

    def policy(self) -> RoutingPolicy:
        return self._policy

    def team_ids(self, wanted: str | None = None) -> frozenset[str]:
        return frozenset({TEAM})

    def hours(self, hours_id: str) -> None:
        return None


class NoTimers:
    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        raise BenchError("the conversation had to wait")


class Counted:
    """A client that notes what is asked and answered. A query gives at most a megabyte, as the service does."""

    def __init__(self, client: MemoryDynamoDB) -> None:
        self._client = client
        self.calls: list[Call] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        operation = OPERATIONS[name]

        def call(**request: Any) -> Any:
            answer = getattr(self._client, name)(**request)
            if operation == "Query":
                answer = {**answer, "Items": list(_first_megabyte(answer["Items"]))}
            self.calls.append(Call("dynamodb", operation, request, "POST", "/", "", b"", 200, b"", answer))
            return answer

        return call


def _first_megabyte(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    size = 0
    for item in items:
        size += item_bytes(item)
        if size > QUERY_BYTES:
            return
        yield item


def measure(*, quick: bool) -> Iterator[Figure]:
    large = QUICK_LARGE if quick else LARGE
    usual = {size: assignment(*size, skilled=False) for size in (SMALL, large)}
    skilled = {size: assignment(*size, skilled=True) for size in (SMALL, large)}
    one = usual[large]
    followed = f"then {len(one.after)} more: {described(one.after)}"
    yield figure("assign.calls", len(one.before), f"until the commit: {described(one.before)}; {followed}")
    yield figure(
        "assign.rcu", one.read, f"with what follows the commit; {skilled[large].read:g} where skills are asked for"
    )
    more = f"and {one.written_after:g} afterwards, for the agent's places and the trail"
    yield figure("assign.wcu", one.written, f"of the commit; {more}")
    yield _growth(usual, skilled, large)
    yield from _decisions(quick=quick)


def _growth(
    usual: Mapping[tuple[int, int], Cost], skilled: Mapping[tuple[int, int], Cost], large: tuple[int, int]
) -> Figure:
    """The worse of both kinds."""
    ratios = {name: _sum(found[large]) / _sum(found[SMALL]) for name, found in (("usual", usual), ("skills", skilled))}
    size = f"{large[0]:,} agents and {large[1]:,} queued over {SMALL[0]} and {SMALL[1]}"
    note = f"{size}: {ratios['usual']:.2f} for the usual one, {ratios['skills']:.2f} where skills are asked for"
    return figure("assign.growth_ratio", max(ratios.values()), note)


def _sum(cost: Cost) -> float:
    return len(cost.before) + len(cost.after) + cost.read + cost.written + cost.written_after


def assignment(agents: int, queued: int, *, skilled: bool) -> Cost:
    """One assignment on a floor of this size. Agents are half full; what is queued waits for a skill nobody has."""
    table = tables_from(load(PARTS / "tables.yaml")["Resources"], [("desk", "DeskTable")])["desk"]
    for number in range(agents):
        workload = _agent(number)
        _fill(table, workload_item(workload))
        for team_id in (TEAM, FALLBACK):
            _fill(table, place_item(workload, team_id, there=True))
    for number in range(queued):
        _fill(table, entry_item(_entry(number)))
    _fill(table, contact_item(Contact(CONTACT, NOW, NOW, name="Ana Lopez", locale="de-DE", phone="+15550001111")))
    live = MemoryTable({})
    client = Counted(MemoryDynamoDB({"desk": table, "live": live}))
    desk = Desk(client, "desk")
    desk.transact([put_conversation(None, _conversation(), Recorded((), SYSTEM, NOW))])
    client.calls.clear()
    table.stream.clear()
    store, rules, timers = TrailedRoutingStore(desk, Trail(Desk(client, "live"))), Rules(skilled=skilled), NoTimers()
    offers = Offers(OfferStore(desk), store, rules, timers)
    routing = Routing(store, rules, RuleFacts(ContactStore(desk)), timers, offers)
    decision = Arrivals(routing).arrive(conversation_told(conversation_snapshot(_conversation()), 1), NOW)
    if decision is None or decision.agent_id is None:
        raise BenchError("the conversation was not assigned")
    return _cost(client.calls, table, live)


def _cost(calls: list[Call], table: MemoryTable, live: MemoryTable) -> Cost:
    commit = next(place for place, call in enumerate(calls) if call.operation in WRITES)
    before, after = calls[: commit + 1], calls[commit + 1 :]
    count = len(before[-1].params["TransactItems"])
    changes = [change["dynamodb"] for change in table.stream]
    trail = sum(_kilobytes(item) for item in live.items.values())
    return Cost(
        before,
        after,
        read=sum(read_units(call) for call in calls if call.operation in READS),
        written=sum(_write_units(change, table, factor=2) for change in changes[:count]),
        written_after=sum(_write_units(change, table, factor=1) for change in changes[count:]) + trail,
    )


def _write_units(change: Mapping[str, Any], table: MemoryTable, *, factor: int) -> float:
    """Of one item's change: twice in a transaction; each index row that changes once, twice where it moves."""
    old, new = change.get("OldImage", {}), change["NewImage"]
    units = factor * max(_kilobytes(old), _kilobytes(new))
    for index in table.indexes.values():
        before, after = _row(old, index), _row(new, index)
        moves = [before.get(name) for name in index["keys"]] != [after.get(name) for name in index["keys"]]
        if before != after:
            units += _kilobytes(before) + _kilobytes(after) if moves else max(_kilobytes(before), _kilobytes(after))
    return units


def _row(item: Mapping[str, Any], index: Mapping[str, Any]) -> Mapping[str, Any]:
    """The item's row in an index; nothing where it is not listed."""
    if not all(name in item for name in index["keys"]):
        return {}
    names = {"pk", "sk", *index["keys"], *(index["shown"] or ())}
    return {name: value for name, value in item.items() if name in names or index["shown"] is None}


def _kilobytes(item: Mapping[str, Any]) -> int:
    return math.ceil(item_bytes(item) / 1024)


def _fill(table: MemoryTable, item: Mapping[str, Any]) -> None:
    attributes = to_attributes(item)
    table.items[attributes["pk"]["S"], attributes["sk"]["S"]] = attributes


def _agent(number: int) -> Workload:
    presence = Presence(Intent.ONLINE, "", NOW - timedelta(hours=1), NOW + timedelta(seconds=80))
    idle = NOW - timedelta(seconds=10 + number)
    skills = {"lang:en": 5, **({"lang:de": 4} if number % 5 == 0 else {})}
    name = f"agt_{number:020d}"
    return Workload(name, f"Agent {number}", (TEAM,), presence, Capacity(), skills, 4, 7, idle)


def _entry(number: int) -> QueueEntry:
    at = NOW - timedelta(seconds=number)
    wanted = Requirements({"lang:yue": 3})
    facts = {"channel": "whatsapp", "team_id": TEAM, "contact.language": "yue", "episode": 1}
    return QueueEntry(f"cnv_{number:020d}", TEAM, "whatsapp", at, at, requirements=wanted, facts=facts)


def _conversation() -> Conversation:
    return Conversation(
        id=CONVERSATION,
        contact_id=CONTACT,
        contact_name="Ana Lopez",
        inbox_id="ibx_5h2vq8w0c4n1x7r3k9mt",
        channel="whatsapp",
        active_leg_id="leg_5h2vq8w0c4n1x7r3k9mt0c4n1x7r3k9mt5h2vq8w",
        opened_at=NOW,
        status_changed_at=NOW,
        last_activity_at=NOW,
        view_at=NOW,
        created_at=NOW,
        team_id=TEAM,
        waiting_since=NOW,
    )


# --- deciding, in memory ---------------------------------------------------------------------------------------------


def _decisions(*, quick: bool) -> Iterator[Figure]:
    """A generated day of forty agents with and without room for everybody."""
    made = days.day(7, 40, 500 if quick else 3000)
    started = time.process_time()
    day = replay(days.POLICY, made.staff, made.arrivals)
    spent = time.process_time() - started
    rate = len(day.decisions) / spent
    hours = "CPU, with the whole simulation around it"
    yield figure("assign.decision_us", spent / len(day.decisions) * 1e6, f"{rate:,.0f} decisions a second; {hours}")
    yield figure("assign.wait_p99_seconds", *_wait_with_room(quick=quick))


def _wait_with_room(*, quick: bool) -> tuple[float, str]:
    """From queued to assigned, in the time of the decisions, where there always is room: nobody may wait at all."""
    made = days.day(8, 40, 300 if quick else 2000)
    roomy = [replace(each, capacity=Capacity(1000, 1), shifts=((days.MORNING, days.NIGHT),)) for each in made.staff]
    day: Replayed = replay(replace(days.POLICY, routes=()), roomy, made.arrivals)
    waits = sorted(each.waited_seconds(day.ended_at) for each in day.served)
    return percentile(waits, 99), f"{len(waits)} conversations of a simulated day with room for all"
