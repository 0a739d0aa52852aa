"""Topics of live views: who listens, the numbered entries, and who wants them kept."""

import random
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from chalicelib.aws import keys_live
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item, from_json, milliseconds, moment, to_json
from chalicelib.aws.stores.sockets import principal_from, principal_item
from chalicelib.aws.transaction import Delete, Desk, Put
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.live import GRACE, KEPT_FOR, Entry, first_seq
from chalicelib.domain.live_sockets import Following, Lease, Listener

ATTEMPTS = 12
# Listeners of a topic; more than a workspace has agents.
PAGE = 1000
_GRACE = int(GRACE.total_seconds() * 1000)
_STRETCH = "pk = :pk AND sk BETWEEN :first AND :last"


class TopicStore:
    def __init__(self, table: Desk) -> None:
        self._table = table

    def following(self, topic: str, now: datetime) -> Following:
        """One call, whatever was said there."""
        values = {":pk": _pk(topic), ":first": keys_live.LISTENER, ":last": f"{keys_live.LEASE}~"}
        rows, further = self._table.query(_STRETCH, values, limit=PAGE, consistent=True)
        since = milliseconds(now)
        listeners = [row for row in rows if row["sk"].startswith(keys_live.LISTENER) and row["until"] > since]
        # Who has leases is behind the listeners: where those fill the page, there may be some.
        kept = further is not None or any(row["until"] > since - _GRACE for row in rows)
        return Following(tuple(_listener(row) for row in listeners), kept)

    def append(self, topic: str, changes: Sequence[Mapping[str, Any]], now: datetime) -> Entry:
        for attempt in range(ATTEMPTS):
            newest = self.newest(topic)
            seq = first_seq(now) if newest is None else newest + 1
            pk, sk = keys_live.entry(topic, seq)
            item = {"pk": pk, "sk": sk, "at": now, "changes": to_json(list(changes)), "expires_at": _expires(now)}
            try:
                self._table.write(Put(item))
            except ConditionFailed:
                # Somebody else took the number: the next one then.
                time.sleep(random.uniform(0, 0.005 * (attempt + 1)))  # noqa: S311 - jitter, not a secret
                continue
            return Entry(topic, seq, now, changes)
        raise StoreUnavailable("too many writers at once")

    def clear(self, topic: str, now: datetime) -> None:
        """A number is left out, so that whoever has come no further than what goes begins anew."""
        newest = self.newest(topic)
        if newest is None:
            return
        pk, sk = keys_live.entry(topic, newest + 2)
        with suppress(ConditionFailed):
            self._table.write(Put({"pk": pk, "sk": sk, "at": now, "changes": "[]", "expires_at": _expires(now)}))
        values = {":pk": pk, ":first": keys_live.ENTRY, ":last": keys_live.entry(topic, newest)[1]}
        start: Item | None = None
        while True:
            rows, start = self._table.query(_STRETCH, values, start=start, consistent=True)
            for row in rows:
                with suppress(ConditionFailed):
                    self._table.write(Delete((pk, row["sk"]), "attribute_exists(pk)"))
            if start is None:
                return

    def newest(self, topic: str) -> int | None:
        values = {":pk": _pk(topic), ":first": keys_live.ENTRY, ":last": f"{keys_live.ENTRY}~"}
        rows, _ = self._table.query(_STRETCH, values, limit=1, newest_first=True, consistent=True)
        return keys_live.entry_seq(rows[0]["sk"]) if rows else None

    def entries(self, topic: str, after: int, limit: int) -> Sequence[Entry]:
        pk, first = keys_live.entry(topic, after)
        values = {":pk": pk, ":first": first, ":last": f"{keys_live.ENTRY}~"}
        rows: list[Item] = []
        start: Item | None = None
        while len(rows) < limit:
            # A page of the table ends at a megabyte, which few large entries make: fewer than asked for are all.
            page, start = self._table.query(_STRETCH, values, limit=limit - len(rows), start=start, consistent=True)
            rows += page
            if start is None:
                break
        return [_entry(topic, row) for row in rows]

    def lease(self, topic: str, principal_id: str) -> Lease | None:
        row = self._table.get(keys_live.lease(topic, principal_id))
        return Lease(moment(row["since"]), moment(row["until"])) if row else None

    def keep(self, topic: str, principal_id: str, lease: Lease) -> None:
        pk, sk = keys_live.lease(topic, principal_id)
        times = {"since": lease.since, "until": lease.until, "expires_at": _expires(lease.until)}
        self._table.write(Put({"pk": pk, "sk": sk, **times}, condition=None))

    def release(self, topic: str, principal_id: str) -> None:
        with suppress(ConditionFailed):
            self._table.write(Delete(keys_live.lease(topic, principal_id), "attribute_exists(pk)"))

    def listen(self, topic: str, listener: Listener, until: datetime) -> None:
        pk, sk = keys_live.listener(topic, listener.connection_id)
        row = {"pk": pk, "sk": sk, **principal_item(listener.principal), "slow": listener.slow or None}
        self._table.write(Put({**row, "until": until, "expires_at": int(until.timestamp())}, condition=None))

    def leave(self, connection_id: str, topics: Sequence[str]) -> None:
        for topic in topics:
            with suppress(ConditionFailed):
                self._table.write(Delete(keys_live.listener(topic, connection_id), "attribute_exists(pk)"))


def _pk(topic: str) -> str:
    return keys_live.entry(topic, 0)[0]


def _expires(at: datetime) -> int:
    return int((at + KEPT_FOR).timestamp())


def _listener(row: Item) -> Listener:
    connection_id = row["sk"].removeprefix(keys_live.LISTENER)
    return Listener(connection_id, principal_from(row), slow=bool(row.get("slow")))


def _entry(topic: str, row: Item) -> Entry:
    return Entry(topic, keys_live.entry_seq(row["sk"]), moment(row["at"]), from_json(row["changes"]))
