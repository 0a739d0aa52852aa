"""Buckets of the pacing, in the live table: a lost one lets a burst through, nothing more."""

from datetime import datetime, timedelta

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item, from_attributes, milliseconds, moment
from chalicelib.aws.transaction import Desk, Update
from chalicelib.domain.pacing import SECOND, Rate, due, moved

KEPT_FOR = timedelta(hours=1)
ATTEMPTS = 5


class PaceStore:
    def __init__(self, table: Desk) -> None:
        self._table = table

    def take(self, bucket: str, rate: Rate, now: datetime) -> float:
        """0 where a message may go now (and it is counted), else the seconds to wait. One write where nothing waits."""
        at = milliseconds(now) * (SECOND // 1000)
        known: int | None = None
        for _ in range(ATTEMPTS):
            if due(known, at, rate):
                break
            refused = self._move(bucket, known, moved(known, at, rate), at)
            if refused is None:
                return 0.0
            known = int(refused["next_at"])
        return (due(known, at, rate) or rate.interval) / SECOND

    def _move(self, bucket: str, known: int | None, to: int, at: int) -> Item | None:
        """None: it is moved. The item where somebody else has moved it."""
        values = {":to": to, ":known": at if known is None else known, ":expires": to // SECOND + 3600}
        same = "attribute_not_exists(next_at) OR next_at <= :known" if known is None else "next_at = :known"
        move = Update(keys.pace(bucket), "SET next_at = :to, expires_at = :expires", values, None, same)
        try:
            self._table.write(move)
        except ConditionFailed as failed:
            return from_attributes(failed.item or {})
        return None

    def note(self, inbox_id: str, until: datetime) -> None:
        """Messages of an inbox are held back until then."""
        values = {":until": until, ":expires": int((until + KEPT_FOR).timestamp())}
        held = Update(keys.paced(inbox_id), "SET held_until = :until, expires_at = :expires", values)
        self._table.write(held)

    def held_until(self, inbox_id: str) -> datetime | None:
        """Until when messages of an inbox were last held back; it may be over."""
        item = self._table.get(keys.paced(inbox_id))
        return moment(item["held_until"]) if item else None
