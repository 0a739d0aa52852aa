"""What a report costs to read: the calls of one answer, of a month of days and of a year.

Counted over tables in memory (tests hold those to the service's rules), with the real stores. Every day of the year is
a busy one: 6,500 cases, a hundred agents, six channels. A query gives a megabyte at most, as the service does: what is
more counts as one call more for each.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from bench.budgets import Figure, figure
from bench.units import item_bytes
from chalicelib.aws import keys_numbers
from chalicelib.aws.codec import milliseconds
from chalicelib.aws.stores.rollups import RollupStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.families import family_of
from chalicelib.domain.measure import Dimension, Dims, Measure
from chalicelib.domain.metrics import DEFINITIONS
from chalicelib.domain.numbers import Change, Held, Packed, Place, Run
from chalicelib.domain.periods import Calendar
from chalicelib.domain.report import Ask, Step
from chalicelib.domain.rollup import Grain, Grouping
from chalicelib.domain.tally import Tally
from chalicelib.services.reports import Reports
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

ZONE = "Europe/Berlin"
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
NOW = datetime(2026, 1, 2, tzinfo=UTC)
CASES, QUICK_CASES = 6_500, 300
CHANNELS = ("email", "web_chat", "whatsapp", "messenger", "telegram", "sms")
KIND = "first_response"
QUERY_BYTES = 1024 * 1024
BY: tuple[Grouping, ...] = ((), (Dimension.CHANNEL,), (Dimension.AGENT,))


@dataclass
class Paged:
    """A client that counts calls; a query as often as it would have to be asked."""

    client: MemoryDynamoDB
    calls: int = 0
    read: int = field(default=0)

    def __getattr__(self, name: str) -> Any:
        def call(**request: Any) -> Any:
            answer = getattr(self.client, name)(**request)
            size = sum(item_bytes(item) for item in answer.get("Items", ()))
            self.calls += max(1, ceil(size / QUERY_BYTES))
            self.read += size
            return answer

        return call


def measure(*, quick: bool) -> Iterator[Figure]:
    client = Paged(MemoryDynamoDB({"facts": MemoryTable()}))
    facts = Desk(client, "facts")
    _fill(facts, QUICK_CASES if quick else CASES)
    reports = Reports(RollupStore(facts), None, lambda: Calendar(ZoneInfo(ZONE)), DEFINITIONS)  # type: ignore[arg-type]
    found = {
        (months, by, step): _calls(client, reports, months, by, step)
        for months in (1, 12)
        for by in BY
        for step in (Step.DAY, Step.WHOLE)
        if by != (Dimension.AGENT,) or step is Step.WHOLE
    }
    worst = max(calls for calls, _ in found.values())
    shown = "; ".join(
        f"{'+'.join(by) or 'all'} by {step.value}: {found[1, by, step][0]} of 1 month, {found[12, by, step][0]} of 12 "
        f"({found[12, by, step][1] / 1024:.0f} KB)"
        for months, by, step in found
        if months == 1
    )
    yield figure("page.report.calls", worst, shown)


def _calls(client: Paged, reports: Reports, months: int, by: Grouping, step: Step) -> tuple[int, int]:
    """Calls and bytes of one answer with its comparison to nothing, as a page asks for it."""
    client.calls = client.read = 0
    first = FIRST if months == 12 else date(LAST.year, LAST.month, 1)
    reports.answer(Ask((KIND,), first, LAST, by, step=step), NOW)
    return client.calls, client.read


def _fill(facts: Desk, cases: int) -> None:
    store = RollupStore(facts)
    day = _day(cases)
    run = Run(NOW, ZONE, None, None, 1)
    packed = {by: store.packed(day.table(by)) for by in BY}
    for grain, starts in ((Grain.DAY, _days()), (Grain.MONTH, [each for each in _days() if each.day == 1])):
        for start in starts:
            changes = [
                Change(Place(grain, by, family_of(KIND), start.isoformat(), ZONE), Held(Packed({})), packed[by])
                for by in BY
            ]
            store.put_rollups(changes, run)
    pk, sk = keys_numbers.aggregate_run()
    facts.write_many([{"pk": pk, "sk": sk, "as_of": milliseconds(NOW), "zone": ZONE}])


def _days() -> list[date]:
    return [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]


def _day(cases: int) -> Tally:
    """A case in four is answered several times, a value in three lies outside business hours."""
    chance, tally = random.Random(8), Tally()
    for _ in range(cases):
        agent = chance.randrange(100)
        dims = Dims(CHANNELS[agent % 6], "-", f"team_{agent % 10}", f"agt_{agent:03d}")
        value = int(chance.lognormvariate(12, 1.8))
        tally.add([Measure(KIND, NOW, 1, 0, value, value // chance.choice((1, 1, 3)), dims=dims)])
    return tally
