"""Runs of the aggregation: which hours it has to look at, who is at it, as of when roll-ups hold."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.aws import keys_numbers
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import milliseconds, moment
from chalicelib.aws.transaction import Desk, Update
from chalicelib.domain.numbers import Mark, Run, Standing

HOURS = 24


class RunStore:
    def __init__(self, facts: Desk) -> None:
        self._facts = facts

    def begin(self, now: datetime, as_of: datetime, zone: str, until: datetime) -> Run | None:
        taken = Update(
            keys_numbers.aggregate_run(),
            "SET lease_until = :until ADD epoch :one",
            {":until": until, ":one": 1, ":now": now, ":as_of": as_of},
            None,
            "(attribute_not_exists(lease_until) OR lease_until <= :now)"
            " AND (attribute_not_exists(as_of) OR as_of < :as_of)",
        )
        try:
            item = self._facts.write(taken, give="ALL_NEW")
        except ConditionFailed:
            return None
        settled = Standing(moment(item["as_of"]), item["zone"]) if "as_of" in item else None
        return Run(as_of, zone, settled, item.get("filling"), item["epoch"])

    def fill(self, run: Run, *, mark_all: bool) -> Run:
        """The marks first: a run that breaks off here marks them again."""
        # They are as old as can be: whoever looks at them may take them away.
        oldest = moment(0)
        marks = (keys_numbers.dirty_hour(hour, oldest) for hour in (self._hours() if mark_all else ()))
        self._facts.write_many({"pk": pk, "sk": sk} for pk, sk in marks)
        noted = Update(keys_numbers.aggregate_run(), "SET filling = :zone", {":zone": run.zone})
        self._facts.write(noted)
        return replace(run, filling=run.zone)

    def _hours(self) -> Iterator[datetime]:
        """Of every day that has slices."""
        for item in self._items(keys_numbers.counted_day(date.min)[0]):
            start = keys_numbers.hour_from(f"{item['sk']}T00:00Z")
            yield from (start + timedelta(hours=nth) for nth in range(HOURS))

    def marks(self) -> Sequence[Mark]:
        pk, _ = keys_numbers.dirty_hour(moment(0), moment(0))
        found = (keys_numbers.dirty_parts(item["sk"]) for item in self._items(pk))
        return [Mark(hour, moment(at)) for hour, at in found]

    def clear(self, marks: Iterable[Mark]) -> None:
        self._facts.write_many((), (keys_numbers.dirty_hour(mark.hour, mark.at) for mark in marks))

    def end(self, run: Run, *, settled: bool) -> bool:
        expression, values = "REMOVE lease_until", {":epoch": run.number}
        if settled:
            expression = "SET as_of = :as_of, #z = :zone REMOVE lease_until, filling"
            values |= {":as_of": milliseconds(run.as_of), ":zone": run.zone}  # type: ignore[dict-item]
        names = {"#z": "zone"} if settled else None
        over = Update(keys_numbers.aggregate_run(), expression, values, names, "epoch = :epoch")
        try:
            self._facts.write(over)
        except ConditionFailed:
            return False
        return True

    def _items(self, pk: str) -> Iterator[Any]:
        start = None
        while True:
            items, start = self._facts.query("pk = :pk", {":pk": pk}, start=start, consistent=True)
            yield from items
            if start is None:
                return
