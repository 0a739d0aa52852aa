"""What the numbers cost: calls and write units for a thousand events, events for a second of processor time, and the
memory of making numbers anew.

A morning of conversations is told as the bus would tell it, in batches of up to 500 events, and counted by one run.
DynamoDB is the one in memory that the tests use; write units are worked out from the items, a transaction's twice.
"""

import json
import math
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bench.budgets import Figure, figure
from bench.units import item_bytes
from infra.parts import ROOT
from tests.domain.clock_forms import START, Tale
from tests.services.numbers_desk import Numbers, retold

CONVERSATIONS, QUICK = 400, 60
BATCH = 500
AGENTS, LABELS = 40, ("refund", "parcel", "account", "other")
REBUILDS = (2, 20)


@dataclass
class Meter:
    """Stands before every call: counts it, and what it writes."""

    calls: int = 0
    units: float = 0.0
    by_name: dict[str, int] = field(default_factory=dict)

    def watch(self, client: Any) -> Any:
        return _Watched(client, self)

    def note(self, name: str, request: Mapping[str, Any]) -> None:
        self.calls += 1
        self.by_name[name] = self.by_name.get(name, 0) + 1
        if name == "batch_write_item":
            writes = [each for held in request["RequestItems"].values() for each in held]
            self.units += sum(_units(each.get("PutRequest", {}).get("Item", {})) for each in writes)
        elif name == "transact_write_items":
            writes = [next(iter(each.values())) for each in request["TransactItems"]]
            self.units += sum(2 * _units(each.get("Item", {})) for each in writes)
        elif name in ("put_item", "update_item"):
            self.units += _units(request.get("Item", {}))


class _Watched:
    def __init__(self, client: Any, meter: Meter) -> None:
        self._client, self._meter = client, meter

    def __getattr__(self, name: str) -> Callable[..., Any]:
        real = getattr(self._client, name)

        def call(**request: Any) -> Any:
            self._meter.note(name, request)
            return real(**request)

        return call


def measure(*, quick: bool) -> Iterator[Figure]:
    events = morning(QUICK if quick else CONVERSATIONS)
    numbers, meter = Numbers(), Meter()
    for nth in range(len({each["snapshot"].get("contact_id") for each in events})):
        numbers.contact(f"con_{nth}", "de")
    watched(numbers, meter)
    started = time.process_time()
    for place in range(0, len(events), BATCH):
        numbers.take(events[place : place + BATCH])
    taken, taken_calls = time.process_time() - started, meter.calls
    numbers.run()
    spent = time.process_time() - started
    thousand = len(events) / 1000
    note = f"{len(events)} events, {meter.by_name}; {taken_calls} calls until slices are written"
    yield figure("aggregate.calls_per_1000_events", meter.calls / thousand, note)
    yield figure("aggregate.wcu_per_1000_events", meter.units / thousand, "slices and ledgers are most of it")
    yield figure(
        "aggregate.cpu_ms_per_event",
        spent * 1000 / len(events),
        f"{len(events) / spent:.0f} events a second; {taken * 1000 / len(events):.2f} ms until slices are written",
    )
    few, many = (rebuilt_mb(size) for size in REBUILDS)
    yield figure(
        "aggregate.rebuild_memory_ratio",
        many / few,
        f"peak {few:.0f} MB and {many:.0f} MB: an archive of {REBUILDS[0]} objects and of {REBUILDS[1]}",
    )


def watched(numbers: Numbers, meter: Meter) -> None:
    """Calls of the desk's own code are counted."""
    cloud = numbers.cloud
    for service in ("dynamodb", "s3"):
        cloud.raw[service] = meter.watch(cloud.raw[service])
    numbers.forget()


def morning(conversations: int) -> list[dict[str, Any]]:
    """Customers write over three hours, by the order in which it happens."""
    chance = random.Random(1)
    events: list[Any] = []
    for nth in range(conversations):
        tale = Tale(now=START + timedelta(minutes=chance.randrange(180)))
        agent = f"agt_{chance.randrange(AGENTS)}"
        tale.customer(inbox=chance.choice(("ibx_wa", "ibx_em"))).later(chance.randrange(9)).assign(agent)
        for _ in range(chance.randint(1, 4)):
            tale.later(chance.randrange(20)).says("agent", agent).later(chance.randrange(15)).customer()
        tale.label(chance.choice(LABELS)).later(3).says("agent", agent).later(1).resolve()
        events += retold(tale, f"m{nth}", f"con_{nth}")
    return sorted(events, key=lambda each: str(each["occurred_at"]))


def _units(attributes: Mapping[str, Any]) -> int:
    return max(1, math.ceil(item_bytes(attributes) / 1024))


# --- memory of making numbers anew --------------------------------------------------------------------------------


def rebuilt_mb(objects: int) -> float:
    """In a process of its own: an archive of so many objects, each with its own conversations, folded as by the job."""
    done = subprocess.run(
        [sys.executable, "-c", f"from bench.aggregate import rebuild; rebuild({objects})"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(json.loads(done.stdout.splitlines()[-1]))


class _Nowhere:
    """Ledgers that are never known: what is kept is the table's memory, not the function's."""

    def read(self, names: Any) -> Any:
        from chalicelib.domain.clock_ledger import ClockLedger
        from chalicelib.domain.numbers import Kept

        return {name: Kept(ClockLedger(name), {}) for name in names}

    def mark_hours(self, hours: Any, at: Any) -> None:
        pass

    def changes(self, kept: Any, measures: Any) -> Any:
        from chalicelib.aws.codec_numbers import measures_text

        return [(hour, measures_text(held)) for hour, held in measures.items()]

    def put_folds(self, folds: Any, at: Any) -> tuple[str, ...]:
        return ()


def rebuild(objects: int) -> None:
    """Writes the peak of resident memory, in MB."""
    from dataclasses import replace

    from chalicelib.domain.clock_events import line_of

    numbers = Numbers()
    lines = [line for each in morning(QUICK) if (line := line_of(each)) is not None][:BATCH]
    folding = replace(numbers.folding, ledgers=_Nowhere())
    for nth in range(objects):
        told = [
            {**line, "id": f"{line['id']}{nth}", "conversation_id": f"{line['conversation_id']}x{nth}"}
            for line in lines
        ]
        folding.fold(told, numbers.now)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(peak / 1024))
