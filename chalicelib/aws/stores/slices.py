"""Slices of hours: what each conversation's measures were, as they were known at any time since."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.aws import keys_numbers
from chalicelib.aws.codec import milliseconds, moment
from chalicelib.aws.codec_numbers import measures_from
from chalicelib.aws.transaction import Desk
from chalicelib.domain.measure import Slice


class SliceStore:
    def __init__(self, facts: Desk) -> None:
        self._facts = facts

    def of_hour(self, hour: datetime, as_of: datetime) -> Iterator[Slice]:
        """Versions of a conversation stand together, the newest last."""
        limit, newest = milliseconds(as_of), dict[str, Any]()
        for item in self._items(hour):
            if newest and item["sk"].partition("#")[0] != newest["sk"].partition("#")[0]:
                yield _slice(newest, hour)
                newest = {}
            # One that was superseded and removed leaves nothing but the time of its end.
            if "r" in item and item["r"] <= limit:
                newest = item
        if newest:
            yield _slice(newest, hour)

    def of_hours(self, hours: Iterable[datetime], as_of: datetime) -> Iterator[Slice]:
        for hour in hours:
            yield from self.of_hour(hour, as_of)

    def days(self, first: date, last: date) -> frozenset[date]:
        """A day is noted before its first slice is written."""
        (pk, begin), (_, end) = keys_numbers.counted_day(first), keys_numbers.counted_day(last)
        values = {":pk": pk, ":begin": begin, ":end": end}
        items = self._all("pk = :pk AND sk BETWEEN :begin AND :end", values)
        return frozenset(date.fromisoformat(item["sk"]) for item in items)

    def _items(self, hour: datetime) -> Iterator[Any]:
        return self._all("pk = :pk", {":pk": keys_numbers.hour_slice(hour, "", 0)[0]})

    def _all(self, condition: str, values: Mapping[str, str]) -> Iterator[Any]:
        start = None
        while True:
            items, start = self._facts.query(condition, values, start=start, consistent=True)
            yield from items
            if start is None:
                return


def _slice(item: Any, hour: datetime) -> Slice:
    conversation_id, version = keys_numbers.slice_parts(item["sk"])
    return Slice(conversation_id, hour, version, moment(item["r"]), measures_from(item["z"]))
