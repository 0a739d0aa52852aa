"""Read units by AWS's rules, from the sizes of what was read.

The emulator bills writes by size, but every read the same; reads are worked out here from the items that came back.
Source: AWS, "DynamoDB item sizes and formats" and "DynamoDB read and write operations".
"""

import math
from collections.abc import Mapping
from typing import Any

from bench.counting import Call

UNIT_BYTES = 4096
COLLECTION_BYTES = 3


def value_bytes(value: Mapping[str, Any]) -> int:
    """The size of one attribute's value."""
    ((kind, inner),) = value.items()
    if kind == "M":
        return COLLECTION_BYTES + sum(len(name.encode()) + value_bytes(part) + 1 for name, part in inner.items())
    if kind == "L":
        return COLLECTION_BYTES + sum(value_bytes(part) + 1 for part in inner)
    if kind == "N":
        return math.ceil(len(inner.lstrip("-").replace(".", "")) / 2) + 1 + inner.startswith("-")
    if kind in ("BOOL", "NULL"):
        return 1
    return len(inner.encode()) if isinstance(inner, str) else len(inner)


def item_bytes(item: Mapping[str, Any]) -> int:
    return sum(len(name.encode()) + value_bytes(value) for name, value in item.items())


def _units(size: int, *, consistent: bool) -> float:
    return max(1, math.ceil(size / UNIT_BYTES)) * (1.0 if consistent else 0.5)


def read_units(call: Call) -> float:
    """What one read costs: each item of a key read is rounded up by itself, a query as a whole."""
    if call.operation == "GetItem":
        size = item_bytes(call.parsed.get("Item", {}))
        return _units(size, consistent=bool(call.params.get("ConsistentRead")))
    if call.operation == "BatchGetItem":
        return sum(_batch_units(call, table, asked) for table, asked in call.params["RequestItems"].items())
    if call.operation == "Query":
        size = sum(item_bytes(item) for item in call.parsed["Items"])
        return _units(size, consistent=bool(call.params.get("ConsistentRead")))
    return 0.0


def _batch_units(call: Call, table: str, asked: Mapping[str, Any]) -> float:
    consistent = bool(asked.get("ConsistentRead"))
    found = call.parsed["Responses"].get(table, [])
    missing = len(asked["Keys"]) - len(found)
    sizes = [item_bytes(item) for item in found] + [0] * missing
    return sum(_units(size, consistent=consistent) for size in sizes)
