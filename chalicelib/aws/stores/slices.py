"""Slices of hours: what each conversation's measures were, as they were known at any time since."""

from collections.abc import Iterable, Iterator
from datetime import datetime
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

    def _items(self, hour: datetime) -> Iterator[Any]:
        pk, start = keys_numbers.hour_slice(hour, "", 0)[0], None
        while True:
            items, start = self._facts.query("pk = :pk", {":pk": pk}, start=start, consistent=True)
            yield from items
            if start is None:
                return


def _slice(item: Any, hour: datetime) -> Slice:
    conversation_id, version = keys_numbers.slice_parts(item["sk"])
    return Slice(conversation_id, hour, version, moment(item["r"]), measures_from(item["z"]))
