"""Announcements, with who has read them beside each. Those that have not ended are one query of the index."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.aws import keys, keys_work
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item, events_of, moment, moment_or_none
from chalicelib.aws.codec_announcement import announcement_from, announcement_item
from chalicelib.aws.transaction import Desk, Put, Update
from chalicelib.domain.announcement import Announcement, Receipt
from chalicelib.domain.ids import time_part
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Recorded, Written


class AnnouncementStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, announcement_id: str) -> Announcement | None:
        item = self._desk.get(keys_work.announcement(announcement_id))
        return announcement_from(item) if item else None

    def add(self, announcement: Announcement, recorded: Recorded | None) -> Written:
        """DUPLICATE: it is there already. `recorded`: what is told with it."""
        try:
            self._desk.write(Put(_with(announcement_item(announcement), recorded)))
        except ConditionFailed:
            return Written.DUPLICATE
        return Written.DONE

    def replace(self, announcement: Announcement, read_version: int, recorded: Recorded | None) -> Written:
        item = _with(announcement_item(announcement), recorded)
        try:
            self._desk.write(Put(item, "version = :read", {":read": read_version}))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def current(self, now: datetime) -> Sequence[Announcement]:
        """Those that have not ended, the next to end first, as they were a moment ago. One query for each megabyte."""
        found: list[Announcement] = []
        start: Item | None = None
        while True:
            rows, start = self._desk.query(
                "kind_key = :kind AND kind_sort >= :now",
                {":kind": keys_work.ANNOUNCEMENTS, ":now": time_part(now)},
                index="by_kind",
                start=start,
            )
            found += [announcement_from(row) for row in rows]
            if start is None:
                return found

    def page(self, limit: int, start: Mapping[str, Any] | None) -> Page[Announcement]:
        """All of them, the last to end first. One query."""
        rows, after = self._desk.of_kind(keys_work.ANNOUNCEMENTS, limit, start)
        return Page([announcement_from(row) for row in rows], after)

    def receipts_of(self, agent_id: str, announcement_ids: Sequence[str]) -> Mapping[str, Receipt]:
        """An agent's receipts, by announcement. One read for each hundred."""
        found: dict[str, Receipt] = {}
        for first in range(0, len(announcement_ids), 100):
            wanted = [keys_work.receipt(each, agent_id) for each in announcement_ids[first : first + 100]]
            for item in self._desk.get_many(wanted).values():
                receipt = _receipt(item)
                found[receipt.announcement_id] = receipt
        return found

    def receipts(self, announcement_id: str, limit: int, start: Mapping[str, Any] | None) -> Page[Receipt]:
        """All of an announcement, by agent. One query."""
        pk, first = keys_work.receipt(announcement_id, "")
        rows, after = self._desk.query(
            "pk = :pk AND begins_with(sk, :first)",
            {":pk": pk, ":first": first},
            limit=limit,
            start=start,
            consistent=True,
        )
        return Page([_receipt(row) for row in rows], after)

    def mark(self, receipt: Receipt) -> Receipt:
        """Note that it was read, and confirmed; the first time of each stays. Gives what stands."""
        sets = "#name = :name, read_at = if_not_exists(read_at, :read)"
        values: dict[str, Any] = {":name": receipt.agent_name, ":read": receipt.read_at}
        if receipt.acknowledged_at is not None:
            sets += ", acknowledged_at = if_not_exists(acknowledged_at, :confirmed)"
            values[":confirmed"] = receipt.acknowledged_at
        key = keys_work.receipt(receipt.announcement_id, receipt.agent_id)
        return _receipt(self._desk.write(Update(key, f"SET {sets}", values, {"#name": "name"}), give="ALL_NEW"))


def _with(item: Item, recorded: Recorded | None) -> Item:
    return item | {"events": events_of(recorded)} if recorded else item


def _receipt(item: Item) -> Receipt:
    return Receipt(
        announcement_id=keys.identifier(item["pk"]),
        agent_id=keys.sort_identifier(item["sk"]),
        agent_name=item["name"],
        read_at=moment(item["read_at"]),
        acknowledged_at=moment_or_none(item.get("acknowledged_at")),
    )
