"""The desk table's verbs over the low-level client: one AWS call each, under a condition that makes repeating safe."""

import random
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from chalicelib.aws.border import TransactionRefused, store_errors
from chalicelib.aws.codec import Item, from_attributes, key_attributes, to_attribute, to_attributes
from chalicelib.aws.keys import Key

ABSENT = "attribute_not_exists(pk)"
# Another transaction held one of the items: the same one, a moment later, is likely to pass.
CONTENTION_WAITS = (0.02, 0.06)
# What one BatchWriteItem takes.
MOST_WRITES = 25


@dataclass(frozen=True, slots=True)
class Put:
    """Write a whole item where `condition` holds (by default: where there is none)."""

    verb: ClassVar = "Put"
    item: Item
    condition: str | None = ABSENT
    values: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """Change an item by expression. `names` are for reserved words and paths (`#a`), `values` for `:b`."""

    verb: ClassVar = "Update"
    key: Key
    expression: str
    values: Mapping[str, Any]
    names: Mapping[str, str] | None = None
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove an item where `condition` holds."""

    verb: ClassVar = "Delete"
    key: Key
    condition: str
    values: Mapping[str, Any] | None = None
    names: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """Part of a transaction that writes nothing: the others hold only where this item is as `condition` says."""

    verb: ClassVar = "ConditionCheck"
    key: Key
    condition: str
    values: Mapping[str, Any] | None = None
    names: Mapping[str, str] | None = None


Write = Put | Update | Delete


class Desk:
    """One table. Raises ConditionFailed, TransactionRefused (see `border`) and StoreUnavailable."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self.table = table

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        with store_errors():
            answer = self._client.get_item(TableName=self.table, Key=key_attributes(key), ConsistentRead=consistent)
        return from_attributes(answer["Item"]) if "Item" in answer else None

    def get_many(self, wanted: Sequence[Key]) -> dict[Key, Item]:
        """Up to 100 items by key, strongly consistent; missing ones are left out."""
        keys = [key_attributes(key) for key in dict.fromkeys(wanted)]
        found: dict[Key, Item] = {}
        while keys:
            request = {self.table: {"Keys": keys, "ConsistentRead": True}}
            with store_errors():
                answer = self._client.batch_get_item(RequestItems=request)
            for attributes in answer["Responses"].get(self.table, ()):
                item = from_attributes(attributes)
                found[item["pk"], item["sk"]] = item
            keys = answer.get("UnprocessedKeys", {}).get(self.table, {}).get("Keys", [])
        return found

    def write_many(self, items: Iterable[Item], gone: Iterable[Key] = ()) -> None:
        """Whole items and removals under no condition, some of them perhaps before a failure; each key once."""
        puts = [{"PutRequest": {"Item": to_attributes(item)}} for item in items]
        left: list[dict[str, Any]] = [*puts, *({"DeleteRequest": {"Key": key_attributes(key)}} for key in gone)]
        while left:
            with store_errors():
                answer = self._client.batch_write_item(RequestItems={self.table: left[:MOST_WRITES]})
            left = [*answer.get("UnprocessedItems", {}).get(self.table, []), *left[MOST_WRITES:]]

    def write(self, write: Write, *, give: str = "NONE") -> Item:
        """One put, update or removal; `give` ALL_NEW or ALL_OLD returns the item after or before it."""
        request = self._request(write) | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        with store_errors():
            if isinstance(write, Put):
                answer = self._client.put_item(**request, ReturnValues=give)
            elif isinstance(write, Delete):
                answer = self._client.delete_item(**request, ReturnValues=give)
            else:
                answer = self._client.update_item(**request, ReturnValues=give)
        return from_attributes(answer.get("Attributes", {}))

    def transact(self, writes: Iterable[Write | Check]) -> None:
        """All of them or none."""
        items = [{write.verb: self._request(write)} for write in writes]
        for wait in CONTENTION_WAITS:
            try:
                return self._transact(items)
            except TransactionRefused as refused:
                if not refused.only_contended:
                    raise
                time.sleep(wait * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret
        return self._transact(items)

    def _transact(self, items: list[dict[str, Any]]) -> None:
        with store_errors():
            self._client.transact_write_items(TransactItems=items)

    def query(
        self,
        condition: str,
        values: Mapping[str, Any],
        *,
        index: str | None = None,
        limit: int | None = None,
        newest_first: bool = False,
        start: Mapping[str, Any] | None = None,
        filter_expression: str | None = None,
        consistent: bool = False,
    ) -> tuple[list[Item], Item | None]:
        """One page of a collection or index, and the key to start the next page after."""
        request: dict[str, Any] = {
            "TableName": self.table,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": _values(values),
            "ScanIndexForward": not newest_first,
        }
        optional = {
            "IndexName": index,
            "Limit": limit,
            "ExclusiveStartKey": to_attributes(start) if start else None,
            "FilterExpression": filter_expression,
            "ConsistentRead": consistent or None,
        }
        request |= {name: value for name, value in optional.items() if value is not None}
        with store_errors():
            answer = self._client.query(**request)
        last = answer.get("LastEvaluatedKey")
        return [from_attributes(item) for item in answer["Items"]], from_attributes(last) if last else None

    def of_kind(
        self, kind: str, limit: int, start: Mapping[str, Any] | None = None, *, newest_first: bool = True
    ) -> tuple[list[Item], Item | None]:
        """One page of what index `by_kind` lists of a kind, with what it projects, and where the next begins."""
        return self.query(
            "kind_key = :kind", {":kind": kind}, index="by_kind", limit=limit, newest_first=newest_first, start=start
        )

    def whole_of_kind(
        self, kind: str, limit: int, start: Mapping[str, Any] | None = None
    ) -> tuple[list[Item], Item | None]:
        """The same, newest first, with the whole items: one query and one read."""
        rows, after = self.of_kind(kind, limit, start)
        wanted = [(row["pk"], row["sk"]) for row in rows]
        found = self.get_many(wanted) if wanted else {}
        return [found[key] for key in wanted if key in found], after

    def _request(self, write: Write | Check) -> dict[str, Any]:
        request: dict[str, Any] = {"TableName": self.table}
        if isinstance(write, Put):
            request["Item"] = to_attributes(write.item)
        else:
            request["Key"] = key_attributes(write.key)
            if isinstance(write, Update):
                request["UpdateExpression"] = write.expression
            if write.names:
                request["ExpressionAttributeNames"] = dict(write.names)
        if write.condition:
            request["ConditionExpression"] = write.condition
        if write.values:
            request["ExpressionAttributeValues"] = _values(write.values)
        return request


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: to_attribute(value) for name, value in values.items()}
