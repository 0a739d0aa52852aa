"""Conditions over facts: the one language in which administrators say when a rule applies.

A condition is JSON: {"all": [...]}, {"any": [...]}, {"not": {...}}, or a comparison {"field": ..., <operator>: value}
with one operator of `OPERATORS`. Facts are a flat mapping of names to JSON values; a field that is not among them has
no value, and only `exists: false`, `is_not` and `not` hold of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.domain.errors import InvalidInput

MAX_DEPTH = 8
MAX_PARTS = 200
MAX_VALUE = 500
_DAY = len("2026-01-31")

Facts = Mapping[str, Any]


def _same(found: Any, wanted: Any) -> bool:
    return bool(_folded(found) == _folded(wanted)) and isinstance(found, bool) == isinstance(wanted, bool)


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _is(found: Any, wanted: Any) -> bool:
    """Of a list: one of its values is."""
    return any(_same(each, wanted) for each in found) if _is_list(found) else _same(found, wanted)


def _in(found: Any, wanted: Any) -> bool:
    return any(_is(found, each) for each in wanted)


def _contains(found: Any, wanted: Any) -> bool:
    """Of a text: it has this text in it, upper or lower case."""
    if _is_list(found):
        return _is(found, wanted)
    return isinstance(found, str) and wanted.casefold() in found.casefold()


def _starts_with(found: Any, wanted: Any) -> bool:
    return isinstance(found, str) and found.casefold().startswith(wanted.casefold())


def _at_least(found: Any, wanted: Any) -> bool:
    return _is_number(found) and found >= wanted


def _at_most(found: Any, wanted: Any) -> bool:
    return _is_number(found) and found <= wanted


def _before(found: Any, wanted: str) -> bool:
    return _is_day(found) and found[:_DAY] < wanted


def _since(found: Any, wanted: str) -> bool:
    return _is_day(found) and found[:_DAY] >= wanted


def _is_day(value: Any) -> bool:
    """A date, or a time of which the day counts."""
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value[:_DAY])) and value[4:5] == "-"
    except ValueError:
        return False


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_scalar(value: Any) -> bool:
    return (
        value is None or isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= MAX_VALUE)
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_VALUE


def _is_scalars(value: Any) -> bool:
    return _is_list(value) and 0 < len(value) <= MAX_PARTS and all(_is_scalar(each) for each in value)


# Each operator: what it does, what its value must be, and the sentence for a value that is not.
_Operator = tuple[Callable[[Any, Any], bool], Callable[[Any], bool], str]
OPERATORS: Mapping[str, _Operator] = {
    "is": (_is, _is_scalar, "a text, number, true, false or null"),
    "is_not": (lambda found, wanted: not _is(found, wanted), _is_scalar, "a text, number, true, false or null"),
    "in": (_in, _is_scalars, "a list of texts or numbers"),
    "contains": (_contains, _is_text, "a text"),
    "contains_any": (
        lambda found, wanted: any(_contains(found, each) for each in wanted),
        _is_scalars,
        "a list of texts",
    ),
    "starts_with": (_starts_with, _is_text, "a text"),
    "at_least": (_at_least, _is_number, "a number"),
    "at_most": (_at_most, _is_number, "a number"),
    "before": (_before, lambda value: _is_day(value) and len(value) == _DAY, "a date such as 2026-01-31"),
    "since": (_since, lambda value: _is_day(value) and len(value) == _DAY, "a date such as 2026-01-31"),
    "exists": (
        lambda found, wanted: (found is not None) is wanted,
        lambda value: isinstance(value, bool),
        "true or false",
    ),
}
GROUPS = ("all", "any")


def holds(condition: Mapping[str, Any], facts: Facts) -> bool:
    """Whether a checked condition holds. The empty condition always does."""
    if not condition:
        return True
    if "all" in condition:
        return all(holds(part, facts) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, facts) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], facts)
    operator = next(name for name in condition if name != "field")
    return OPERATORS[operator][0](facts.get(condition["field"]), condition[operator])


def asked_of(condition: Mapping[str, Any]) -> Iterator[str]:
    """The fields that a condition asks for, some maybe twice."""
    for name, part in condition.items():
        if name == "field":
            yield part
        elif name == "not":
            yield from asked_of(part)
        elif name in GROUPS:
            for each in part:
                yield from asked_of(each)


def check(condition: Any, fields: frozenset[str], at: str = "condition") -> None:
    """Raise InvalidInput, with the path of what is wrong, unless `holds` can use it. `fields` may end in `.*`."""
    for count, (path, problem) in enumerate(_problems(condition, fields, at, 0)):
        if problem:
            raise InvalidInput(problem, field=path)
        if count >= MAX_PARTS:
            raise InvalidInput(f"At most {MAX_PARTS} parts.", field=at)


def _problems(condition: Any, fields: frozenset[str], at: str, depth: int) -> Iterator[tuple[str, str]]:
    """Every part by its path, with what is wrong with it ("" where nothing is)."""
    if not isinstance(condition, Mapping):
        yield at, "A condition is an object."
    elif depth > MAX_DEPTH:
        yield at, f"Conditions nest at most {MAX_DEPTH} deep."
    elif not condition:
        yield at, ""
    elif len(condition) == 1 and (group := next(iter(condition))) in (*GROUPS, "not"):
        yield from _group_problems(group, condition[group], fields, f"{at}.{group}", depth)
    else:
        yield from _comparison_problems(condition, fields, at)


def _group_problems(group: str, parts: Any, fields: frozenset[str], at: str, depth: int) -> Iterator[tuple[str, str]]:
    if group == "not":
        yield from _problems(parts, fields, at, depth + 1)
        return
    if not _is_list(parts) or not parts:
        yield at, "Give a list of conditions."
        return
    for place, part in enumerate(parts):
        yield from _problems(part, fields, f"{at}[{place}]", depth + 1)


def _comparison_problems(condition: Mapping[str, Any], fields: frozenset[str], at: str) -> Iterator[tuple[str, str]]:
    named = condition.get("field")
    operators = [name for name in condition if name != "field"]
    if not isinstance(named, str) or not _is_known(named, fields):
        yield f"{at}.field", f"There is no such field; there are: {', '.join(sorted(fields))}."
    elif len(operators) != 1 or operators[0] not in OPERATORS:
        yield at, f"Give one operator: {', '.join(OPERATORS)}."
    elif not OPERATORS[operators[0]][1](condition[operators[0]]):
        yield f"{at}.{operators[0]}", f"This has to be {OPERATORS[operators[0]][2]}."
    else:
        yield at, ""


def _is_known(name: str, fields: frozenset[str]) -> bool:
    prefix, dot, rest = name.partition(".")
    return name in fields or bool(dot and rest and f"{prefix}.*" in fields)
