"""DynamoDB's expressions, as far as the desk uses them, over items in typed form ({"S": "x"}).

Unlike the service this one raises on anything it does not know: a new kind of expression has to be added here first.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

Attributes = dict[str, Any]
RESERVED = frozenset(ReservedKeywords.get_reserved_keywords())
Path = list[str | int]

_TOKEN = re.compile(r"\s*(<>|<=|>=|[=<>(),+.\[\]-]|:\w+|#\w+|\w+)")
_KEYWORDS = {"AND", "OR", "NOT", "IN", "BETWEEN", "SET", "REMOVE", "ADD"}
_FUNCTIONS = {"attribute_exists", "attribute_not_exists", "begins_with", "if_not_exists"}


class Invalid(Exception):
    """What DynamoDB answers with ValidationException."""


@cache
def tokens_of(expression: str) -> list[str]:
    found, at = [], 0
    expression = expression.rstrip()
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        if match is None:
            raise Invalid(f"syntax error near {expression[at : at + 20]!r}")
        found.append(match[1])
        at = match.end()
    return found


class _Reader:
    """Tokens with names and values filled in."""

    def __init__(self, expression: str, request: Mapping[str, Any]) -> None:
        self.tokens = tokens_of(expression)
        self.at = 0
        self.names: Mapping[str, str] = request.get("ExpressionAttributeNames") or {}
        self.values: Mapping[str, Any] = request.get("ExpressionAttributeValues") or {}
        self.used: set[str] = set()

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str | None = None) -> str:
        token = self.peek()
        if not token or (wanted is not None and token.upper() != wanted):
            raise Invalid(f"syntax error: {token!r} instead of {wanted}")
        self.at += 1
        return token

    def may_take(self, wanted: str) -> bool:
        if self.peek().upper() != wanted:
            return False
        self.at += 1
        return True

    def path(self) -> Path:
        steps: Path = [self._name(self.take())]
        while self.peek() in (".", "["):
            if self.take() == ".":
                steps.append(self._name(self.take()))
            else:
                steps.append(int(self.take()))
                self.take("]")
        return steps

    def _name(self, token: str) -> str:
        if token.startswith("#"):
            if token not in self.names:
                raise Invalid(f"{token} is not defined")
            self.used.add(token)
            return self.names[token]
        if token.upper() in RESERVED or not token[0].isalpha():
            raise Invalid(f"reserved word or no name: {token}")
        return token

    def value(self) -> Any:
        token = self.take()
        if token not in self.values:
            raise Invalid(f"{token} is not defined")
        self.used.add(token)
        return self.values[token]


def get(item: Attributes, path: Path) -> Any:
    """The attribute at a path, or None."""
    here: Any = {"M": item}
    for step in path:
        if isinstance(step, int):
            parts = here.get("L") if here else None
            here = parts[step] if parts is not None and step < len(parts) else None
        else:
            here = (here.get("M") or {}).get(step) if here else None
        if here is None:
            return None
    return here


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(part) for name, part in value.items()}
    return [_copied(part) for part in value] if isinstance(value, list) else value


def _holder(item: Attributes, path: Path) -> Any:
    holder = {"M": item} if len(path) == 1 else get(item, path[:-1])
    if holder is None or ("L" if isinstance(path[-1], int) else "M") not in holder:
        raise Invalid("The document path provided in the update expression is invalid for update")
    return holder


def comparable(value: Any) -> tuple[str, Any]:
    (kind, inner), *_ = value.items()
    return kind, Decimal(inner) if kind == "N" else inner


# --- conditions --------------------------------------------------------------------------------------------------

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class Condition:
    """One condition over one item."""

    def __init__(self, expression: str, request: Mapping[str, Any]) -> None:
        self._reader = _Reader(expression, request)

    def holds(self, item: Attributes) -> bool:
        self._reader.at = 0
        answer = self._any_of(item)
        if self._reader.peek():
            raise Invalid(f"syntax error near {self._reader.peek()}")
        return answer

    @property
    def used(self) -> set[str]:
        return self._reader.used

    def _any_of(self, item: Attributes) -> bool:
        answer = self._all_of(item)
        while self._reader.may_take("OR"):
            answer = self._all_of(item) or answer
        return answer

    def _all_of(self, item: Attributes) -> bool:
        answer = self._one(item)
        while self._reader.may_take("AND"):
            answer = self._one(item) and answer
        return answer

    def _one(self, item: Attributes) -> bool:
        reader = self._reader
        if reader.may_take("NOT"):
            return not self._one(item)
        if reader.may_take("("):
            answer = self._any_of(item)
            reader.take(")")
            return answer
        if reader.peek() in _FUNCTIONS:
            return self._function(item)
        return self._comparison(item)

    def _function(self, item: Attributes) -> bool:
        reader = self._reader
        name = reader.take()
        reader.take("(")
        found = get(item, reader.path())
        prefix = reader.value() if reader.may_take(",") else None
        reader.take(")")
        if name == "begins_with":
            return found is not None and "S" in found and found["S"].startswith(prefix["S"])  # type: ignore[index]
        return (found is not None) is (name == "attribute_exists")

    def _comparison(self, item: Attributes) -> bool:
        reader = self._reader
        left = self._operand(item)
        operator = reader.take().upper()
        if operator == "BETWEEN":
            low = self._operand(item)
            reader.take("AND")
            high = self._operand(item)
            return self._ordered(">=", left, low) and self._ordered("<=", left, high)
        if operator == "IN":
            reader.take("(")
            among = [self._operand(item)]
            while reader.may_take(","):
                among.append(self._operand(item))
            reader.take(")")
            return left is not None and any(comparable(left) == comparable(each) for each in among)
        right = self._operand(item)
        if operator in ("=", "<>"):
            same = left is not None and right is not None and comparable(left) == comparable(right)
            return same is (operator == "=")
        return self._ordered(operator, left, right)

    def _ordered(self, operator: str, left: Any, right: Any) -> bool:
        if left is None or right is None:
            return False
        (left_kind, low), (right_kind, high) = comparable(left), comparable(right)
        return left_kind == right_kind and _ORDER[operator](low, high)

    def _operand(self, item: Attributes) -> Any:
        return self._reader.value() if self._reader.peek().startswith(":") else get(item, self._reader.path())


# --- updates -----------------------------------------------------------------------------------------------------


class Update:
    """An update expression, carried out on a copy: every right-hand side sees the item as it was."""

    def __init__(self, expression: str, request: Mapping[str, Any]) -> None:
        self._reader = _Reader(expression, request)

    @property
    def used(self) -> set[str]:
        return self._reader.used

    def apply(self, item: Attributes) -> Attributes:
        reader, before, after = self._reader, item, _copied(item)
        reader.at = 0
        touched: list[Path] = []
        while reader.peek():
            clause = reader.take().upper()
            action = {"SET": self._set, "REMOVE": self._remove, "ADD": self._add}.get(clause)
            if action is None:
                raise Invalid(f"syntax error near {clause}")
            touched.append(action(before, after))
            while reader.may_take(","):
                touched.append(action(before, after))
        _check_apart(touched)
        return after

    def _set(self, before: Attributes, after: Attributes) -> Path:
        reader = self._reader
        path = reader.path()
        reader.take("=")
        value = self._operand(before)
        while reader.peek() in ("+", "-"):
            sign = 1 if reader.take() == "+" else -1
            value = _sum(value, self._operand(before), sign)
        _put(after, path, value)
        return path

    def _operand(self, before: Attributes) -> Any:
        reader = self._reader
        if reader.peek().startswith(":"):
            return reader.value()
        if reader.may_take("IF_NOT_EXISTS"):
            reader.take("(")
            found = get(before, reader.path())
            reader.take(",")
            otherwise = self._operand(before)
            reader.take(")")
            return otherwise if found is None else found
        found = get(before, reader.path())
        if found is None:
            raise Invalid("The provided expression refers to an attribute that does not exist in the item")
        return found

    def _remove(self, before: Attributes, after: Attributes) -> Path:
        path = self._reader.path()
        holder = _holder(after, path)
        if isinstance(path[-1], int):
            del holder["L"][path[-1]]
        else:
            holder["M"].pop(path[-1], None)
        return path

    def _add(self, before: Attributes, after: Attributes) -> Path:
        path = self._reader.path()
        _put(after, path, _sum(get(before, path) or {"N": "0"}, self._reader.value(), 1))
        return path


def _sum(left: Any, right: Any, sign: int) -> Any:
    if "N" not in left or "N" not in right:
        raise Invalid("An operand in the update expression has an incorrect data type")
    return {"N": str(Decimal(left["N"]) + sign * Decimal(right["N"]))}


def _put(item: Attributes, path: Path, value: Any) -> None:
    holder, value = _holder(item, path), _copied(value)
    if isinstance(path[-1], int):
        parts = holder["L"]
        parts[path[-1] : path[-1] + 1] = [value]
    else:
        holder["M"][path[-1]] = value


def _check_apart(paths: list[Path]) -> None:
    for place, path in enumerate(paths):
        for other in paths[place + 1 :]:
            shorter = min(len(path), len(other))
            if path[:shorter] == other[:shorter]:
                raise Invalid("Two document paths overlap with each other")
