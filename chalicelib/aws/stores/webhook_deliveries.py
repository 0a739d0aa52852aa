"""The log of outbound webhooks: an item for each event and endpoint, with what is sent and every attempt."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.aws import keys_work
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import Item, from_attributes, milliseconds
from chalicelib.aws.codec_webhook import delivery_from, delivery_item, delivery_state
from chalicelib.aws.keys import Key, view_key
from chalicelib.aws.transaction import Desk, Put, Update
from chalicelib.domain.ids import body_of, time_part
from chalicelib.domain.reads import Page
from chalicelib.domain.webhook_delivery import LEASE, Delivery, DeliveryKey, DeliveryState
from chalicelib.domain.webhook_turns import Claim, Claimed


class WebhookDeliveryStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        """One transaction; where some are there already, one read and those that are missing one by one."""
        puts = [Put(delivery_item(each)) for each in deliveries]
        try:
            self._desk.transact(puts)
        except TransactionRefused:
            return self._added_singly(deliveries)
        return deliveries

    def _added_singly(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        found = self._desk.get_many([_key(each.key) for each in deliveries])
        as_they_are = []
        for each in deliveries:
            item = found.get(_key(each.key))
            if item is not None:
                as_they_are.append(delivery_from(item))
                continue
            try:
                self._desk.write(Put(delivery_item(each)))
                as_they_are.append(each)
            except ConditionFailed as failed:
                as_they_are.append(delivery_from(from_attributes(failed.item or {})))
        return as_they_are

    def claim(self, key: DeliveryKey, turn: int, now: datetime) -> Claimed | Claim:
        """One write, which gives the delivery."""
        until = now + LEASE
        names = {"#state": "state"}
        values = {":until": until, ":view": view_key(until), ":now": now, ":turn": turn, ":waiting": "waiting"}
        free = "#state = :waiting AND turn = :turn AND (attribute_not_exists(lease) OR lease < :now)"
        try:
            item = self._desk.write(
                Update(_key(key), "SET lease = :until, view_key = :view", values, names, free), give="ALL_OLD"
            )
        except ConditionFailed as failed:
            there = from_attributes(failed.item or {})
            is_held = there.get("state") == DeliveryState.WAITING.value and there.get("turn") == turn
            return Claim.HELD if is_held else Claim.OVER
        return Claimed(replace(delivery_from(item), leased_until=until), is_stale="lease" in item)

    def settle(self, delivery: Delivery, read: Delivery) -> bool:
        """Its body and what it is stay as they are: those of an erased or redacted one do not come back."""
        after = delivery_state(delivery)
        given = {name: value for name, value in after.items() if value is not None}
        names = {f"#{name}": name for name in after}
        gone = ", ".join(f"#{name}" for name in after if name not in given)
        expression = "SET " + ", ".join(f"#{name} = :{name}" for name in given) + (f" REMOVE {gone}" if gone else "")
        values = {**{f":{name}": value for name, value in given.items()}, ":read": read.turn}
        condition = "#turn = :read"
        if read.leased_until is not None:
            values[":mine"] = milliseconds(read.leased_until)
            condition += " AND #lease = :mine"
        try:
            self._desk.write(Update(_key(delivery.key), expression, values, names, condition))
        except ConditionFailed:
            return False
        return True

    def find(self, endpoint_id: str, delivery_id: str) -> Delivery | None:
        """One query of the index, then the item as it is."""
        values = {":kind": keys_work.webhook_deliveries(endpoint_id), ":place": _place(delivery_id)}
        rows, _ = self._desk.query("kind_key = :kind AND kind_sort = :place", values, index="by_kind", limit=1)
        item = self._desk.get((rows[0]["pk"], rows[0]["sk"])) if rows else None
        return delivery_from(item) if item else None

    def of_endpoint(
        self, endpoint_id: str, state: DeliveryState | None, limit: int, start: Mapping[str, Any] | None
    ) -> Page[Delivery]:
        if state in (DeliveryState.WAITING, DeliveryState.EXHAUSTED):
            return self._pending(endpoint_id, state, None, limit, start)
        items, after = self._desk.whole_of_kind(keys_work.webhook_deliveries(endpoint_id), limit, start)
        found = [delivery_from(item) for item in items]
        return Page([each for each in found if state is None or each.state is state], after)

    def between(
        self, endpoint_id: str, since: datetime, until: datetime, limit: int, start: Mapping[str, Any] | None
    ) -> Page[Delivery]:
        values = {
            ":kind": keys_work.webhook_deliveries(endpoint_id),
            ":since": time_part(since),
            ":until": time_part(until),
        }
        rows, after = self._desk.query(
            "kind_key = :kind AND kind_sort BETWEEN :since AND :until",
            values,
            index="by_kind",
            limit=limit,
            start=start,
        )
        return Page(self._whole(rows), after)

    def waiting(
        self, endpoint_id: str, until: datetime | None, limit: int, start: Mapping[str, Any] | None
    ) -> Page[Delivery]:
        return self._pending(endpoint_id, DeliveryState.WAITING, until, limit, start)

    def of_owner(self, owner: str) -> Sequence[Delivery]:
        pk, _ = keys_work.webhook_delivery(owner)
        found: list[Delivery] = []
        start: Item | None = None
        while True:
            rows, start = self._desk.query("pk = :pk", {":pk": pk}, start=start, consistent=True)
            found += map(delivery_from, rows)
            if start is None:
                return found

    def rewrite(self, key: DeliveryKey, body: bytes) -> None:
        try:
            self._desk.write(
                Update(_key(key), "SET body = :body", {":body": body.decode()}, None, "attribute_exists(pk)")
            )
        except ConditionFailed:
            return  # it is gone

    def _pending(
        self,
        endpoint_id: str,
        state: DeliveryState,
        until: datetime | None,
        limit: int,
        start: Mapping[str, Any] | None,
    ) -> Page[Delivery]:
        values: dict[str, Any] = {":state": keys_work.webhook_pending(endpoint_id, state.value)}
        condition = "status_key = :state"
        if until is not None:
            condition, values = f"{condition} AND view_key <= :until", values | {":until": f"{view_key(until)}~"}
        rows, after = self._desk.query(condition, values, index="by_status", limit=limit, start=start)
        return Page(self._whole(rows), after)

    def _whole(self, rows: Sequence[Item]) -> Sequence[Delivery]:
        wanted = [(row["pk"], row["sk"]) for row in rows]
        found = self._desk.get_many(wanted) if wanted else {}
        return [delivery_from(found[key]) for key in wanted if key in found]


def _key(key: DeliveryKey) -> Key:
    return keys_work.webhook_delivery(key.owner, key.event_id, key.endpoint_id)


def _place(delivery_id: str) -> str:
    """What stands for it in the index; of an id that is none, what stands for nothing."""
    try:
        return body_of(delivery_id)
    except ValueError:
        return "-"
