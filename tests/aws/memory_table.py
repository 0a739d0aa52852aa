"""A DynamoDB client that keeps its tables in memory: as strict as the service where the desk could go wrong, and a
hundred times faster than moto. `test_memory_table.py` holds it to moto. Items are never changed in place, so they are
given out as they are.
"""

from collections.abc import Callable, Iterable, Mapping
from threading import RLock
from typing import Any

from botocore.exceptions import ClientError

from tests.aws.expressions import Attributes, Condition, Invalid, Update

MAX_ITEM = 400 * 1024
MAX_TRANSACTION = 100
CONDITION_FAILED = "ConditionalCheckFailed"
KeyOf = tuple[str, str]


class _Failed(Exception):
    """A condition that did not hold, and the item as it is."""

    def __init__(self, item: Attributes | None) -> None:
        super().__init__()
        self.item = item


class MemoryTable:
    """Items by key, its indexes' keys, and the stream of its changes."""

    def __init__(self, indexes: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.items: dict[KeyOf, Attributes] = {}
        self.indexes = indexes or {}
        self.stream: list[dict[str, Any]] = []

    def record(self, key: KeyOf, before: Attributes | None, after: Attributes) -> None:
        if before == after:
            return  # DynamoDB streams no write that changes nothing
        images = {"NewImage": after} | ({"OldImage": before} if before else {})
        number = f"{len(self.stream):021d}"
        keys = {"pk": {"S": key[0]}, "sk": {"S": key[1]}}
        name = "MODIFY" if before else "INSERT"
        self.stream.append({"eventName": name, "dynamodb": {"Keys": keys, "SequenceNumber": number, **images}})

    def remove(self, key: KeyOf) -> None:
        before = self.items.pop(key, None)
        if before is None:
            return
        number, keys = f"{len(self.stream):021d}", {"pk": {"S": key[0]}, "sk": {"S": key[1]}}
        image = {"Keys": keys, "SequenceNumber": number, "OldImage": before}
        self.stream.append({"eventName": "REMOVE", "dynamodb": image})


class MemoryDynamoDB:
    """The calls of the low-level client that the desk makes. Each is atomic."""

    def __init__(self, tables: Mapping[str, MemoryTable]) -> None:
        self.tables = tables
        self._lock = RLock()

    def get_item(self, **request: Any) -> dict[str, Any]:
        with self._lock:
            item = self.tables[request["TableName"]].items.get(_key(request["Key"]))
            return {"Item": item} if item else {}

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        with self._lock:
            answers: dict[str, list[Attributes]] = {}
            for table, asked in request["RequestItems"].items():
                wanted = [_key(key) for key in asked["Keys"]]
                if len(set(wanted)) != len(wanted) or not 0 < len(wanted) <= 100:
                    raise _validation("BatchGetItem", "1 to 100 different keys are needed")
                held = self.tables[table].items
                answers[table] = [held[key] for key in wanted if key in held]
            return {"Responses": answers, "UnprocessedKeys": {}}

    def batch_write_item(self, **request: Any) -> dict[str, Any]:
        with self._lock:
            for name, asked in request["RequestItems"].items():
                keys = [_key(each.get("PutRequest", {}).get("Item") or each["DeleteRequest"]["Key"]) for each in asked]
                if len(set(keys)) != len(keys) or not 0 < len(keys) <= 25:
                    raise _validation("BatchWriteItem", "1 to 25 different keys are needed")
                table = self.tables[name]
                for key, each in zip(keys, asked, strict=True):
                    if "PutRequest" not in each:
                        table.remove(key)
                        continue
                    _check(each["PutRequest"]["Item"], table)
                    before, table.items[key] = table.items.get(key), each["PutRequest"]["Item"]
                    table.record(key, before, table.items[key])
            return {"UnprocessedItems": {}}

    def put_item(self, **request: Any) -> dict[str, Any]:
        return self._single("PutItem", request)

    def update_item(self, **request: Any) -> dict[str, Any]:
        return self._single("UpdateItem", request)

    def delete_item(self, **request: Any) -> dict[str, Any]:
        with self._lock:
            try:
                table, key, before, _after = self._planned(request)
            except _Failed:
                raise _condition_failed("DeleteItem", None) from None
            table.remove(key)
            return {"Attributes": before} if before and request.get("ReturnValues") == "ALL_OLD" else {}

    def _single(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            try:
                table, key, before, after = self._planned(request)
            except _Failed as failed:
                old = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and failed.item
                raise _condition_failed(operation, failed.item if old else None) from None
            except Invalid as invalid:
                raise _validation(operation, str(invalid)) from invalid
            table.items[key] = after
            table.record(key, before, after)
            shown = {"ALL_NEW": after, "ALL_OLD": before}.get(request.get("ReturnValues", "NONE"))
            return {"Attributes": shown} if shown else {}

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        with self._lock:
            verbs = [next(iter(entry)) for entry in request["TransactItems"]]
            requests = [next(iter(entry.values())) for entry in request["TransactItems"]]
            if not 0 < len(requests) <= MAX_TRANSACTION:
                raise _validation("TransactWriteItems", "1 to 100 items are needed")
            keys = [(each["TableName"], _key(each.get("Key") or each["Item"])) for each in requests]
            if len(set(keys)) != len(keys):
                raise _validation("TransactWriteItems", "cannot include multiple operations on one item")
            for verb, (table, key, before, after) in zip(verbs, self._all_planned(requests), strict=True):
                if verb == "Delete":
                    table.remove(key)
                elif after is not None:
                    table.items[key] = after
                    table.record(key, before, after)
            return {}

    def _all_planned(self, requests: list[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        planned, reasons = [], []
        for request in requests:
            try:
                planned.append(self._planned(request))
                reasons.append({"Code": "None"})
            except _Failed:
                reasons.append({"Code": CONDITION_FAILED, "Message": "The conditional request failed"})
            except Invalid as invalid:
                reasons.append({"Code": "ValidationError", "Message": str(invalid)})
        if len(planned) < len(requests):
            error = {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"}
            answer: Any = {"Error": error, "CancellationReasons": reasons}
            raise ClientError(answer, "TransactWriteItems")
        return planned

    def _planned(self, request: Mapping[str, Any]) -> tuple[MemoryTable, KeyOf, Attributes | None, Any]:
        """What a write would do; of a condition check nothing. Raises _Failed, Invalid."""
        table = self.tables[request["TableName"]]
        key = _key(request.get("Key") or request["Item"])
        before = table.items.get(key)
        used: set[str] = set()
        if request.get("ConditionExpression"):
            condition = Condition(request["ConditionExpression"], request)
            holds = condition.holds(before or {})
            used |= condition.used
            if not holds:
                raise _Failed(before)
        after: Attributes | None = None
        if "Item" in request:
            after = request["Item"]
        elif "UpdateExpression" in request:
            update = Update(request["UpdateExpression"], request)
            after = update.apply(before or {"pk": {"S": key[0]}, "sk": {"S": key[1]}})
            used |= update.used
        given = {*(request.get("ExpressionAttributeNames") or {}), *(request.get("ExpressionAttributeValues") or {})}
        if given - used:
            raise Invalid(f"unused in expressions: {sorted(given - used)}")
        if after is not None:
            _check(after, table)
        return table, key, before, after

    def query(self, **request: Any) -> dict[str, Any]:
        with self._lock:
            table = self.tables[request["TableName"]]
            index = table.indexes[request["IndexName"]] if "IndexName" in request else None
            condition = Condition(request["KeyConditionExpression"], request)
            place = _place(index)
            name, _, value = request["KeyConditionExpression"].strip("()").split()[:3]
            name = request.get("ExpressionAttributeNames", {}).get(name, name)
            wanted = request["ExpressionAttributeValues"][value]
            rows = [item for item in table.items.values() if item.get(name) == wanted]
            rows = sorted((item for item in rows if _inside(item, index, condition)), key=place)
            if not request.get("ScanIndexForward", True):
                rows.reverse()
            return _page(rows, request, place, index)


def _inside(item: Attributes, index: Mapping[str, Any] | None, condition: Condition) -> bool:
    keys = index["keys"] if index else ("pk", "sk")
    return all(key in item for key in keys) and condition.holds(item)


def _place(index: Mapping[str, Any] | None) -> Callable[[Attributes], tuple[str, ...]]:
    names = (index["keys"][1], "pk", "sk") if index else ("sk",)
    return lambda item: tuple(item[name]["S"] for name in names)


def _page(
    rows: list[Attributes],
    request: Mapping[str, Any],
    place: Callable[[Attributes], Any],
    index: Mapping[str, Any] | None,
) -> dict[str, Any]:
    if request.get("ExclusiveStartKey"):
        start, forward = place(request["ExclusiveStartKey"]), request.get("ScanIndexForward", True)
        rows = [row for row in rows if (place(row) > start if forward else place(row) < start)]
    limit = request.get("Limit") or len(rows)
    page, more = rows[:limit], len(rows) > limit
    answer: dict[str, Any] = {"Count": len(page), "ScannedCount": len(page)}
    if more or (request.get("Limit") and len(page) == limit):
        names = {"pk", "sk", *(index["keys"] if index else ())}
        answer["LastEvaluatedKey"] = {name: page[-1][name] for name in names}
    if request.get("FilterExpression"):
        passed = Condition(request["FilterExpression"], request)
        page = [row for row in page if passed.holds(row)]
    shown = None if index is None or index["shown"] is None else {"pk", "sk", *index["keys"], *index["shown"]}
    answer["Items"] = [{name: value for name, value in row.items() if shown is None or name in shown} for row in page]
    return answer


def _key(attributes: Attributes) -> KeyOf:
    return attributes["pk"]["S"], attributes["sk"]["S"]


def _check(item: Attributes, table: MemoryTable) -> None:
    if sum(len(name.encode()) + _size(value) for name, value in item.items()) > MAX_ITEM:
        raise Invalid("Item size has exceeded the maximum allowed size")
    for index in table.indexes.values():
        for name in index["keys"]:
            if name in item and not item[name].get("S"):
                raise Invalid(f"index key {name} must be a non-empty string")


def _size(value: Mapping[str, Any]) -> int:
    """Bytes, as DynamoDB counts them; a lone surrogate is refused (the service answers SerializationException)."""
    (kind, inner), *_ = value.items()
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _size(part) for name, part in inner.items())
    if kind == "L":
        return 3 + sum(1 + _size(part) for part in inner)
    try:
        return len(str(inner).encode())
    except UnicodeEncodeError as error:
        raise Invalid("no UTF-8") from error


def _condition_failed(operation: str, item: Attributes | None) -> ClientError:
    error = {"Code": "ConditionalCheckFailedException", "Message": "The conditional request failed"}
    answer: Any = {"Error": error, **({"Item": item} if item else {})}
    return ClientError(answer, operation)


def _validation(operation: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationException", "Message": message}}, operation)


def tables_from(resources: Mapping[str, Any], names: Iterable[tuple[str, str]]) -> dict[str, MemoryTable]:
    """The template's tables, under short names."""
    made = {}
    for name, logical in names:
        properties = resources[logical]["Properties"]
        indexes = {}
        for index in properties.get("GlobalSecondaryIndexes", ()):
            projection = index["Projection"]
            shown = None if projection["ProjectionType"] == "ALL" else projection.get("NonKeyAttributes", [])
            keys = tuple(part["AttributeName"] for part in index["KeySchema"])
            indexes[index["IndexName"]] = {"keys": keys, "shown": shown}
        made[name] = MemoryTable(indexes)
    return made
