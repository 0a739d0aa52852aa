"""A report as one JSON document: frozen when it was counted, and what every other form is made of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from chalicelib.domain.measure import NONE, Dimension
from chalicelib.domain.report import Figure, Report, Row
from chalicelib.domain.report_asks import as_json

# The version of the form, for whoever reads it by machine.
FORM = 1
# What people call agents, teams and inboxes, by dimension and id.
NameOf = Callable[[Dimension, str], str]


def document(head: Mapping[str, Any], sections: Sequence[tuple[str, Report]], name_of: NameOf) -> dict[str, Any]:
    """`head`: name, ids and times of the report."""
    reports = [report for _title, report in sections]
    known = [report.as_of for report in reports if report.as_of is not None]
    return {
        "form": FORM,
        **{name: plain(value) for name, value in head.items()},
        "zone": reports[0].zone if reports else "UTC",
        "as_of": plain(min(known)) if known else None,
        "settling": any(report.settling for report in reports),
        "sections": [section(title, report, name_of) for title, report in sections],
    }


def section(title: str, report: Report, name_of: NameOf) -> dict[str, Any]:
    before = report.before
    return {
        "title": title,
        "ask": as_json(report.ask),
        "as_of": plain(report.as_of),
        "settling": report.settling,
        "where": [
            {"dimension": dimension.value, "values": [_valued(dimension, each, name_of) for each in values]}
            for dimension, values in report.ask.where.items()
        ],
        "before": None if before is None else {"first": plain(before.first), "last": plain(before.last)},
        "definitions": [_defined(definition) for definition in report.definitions],
        "rows": [_row(row, report.ask.by, name_of) for row in report.rows],
        "totals": _row(report.totals, (), name_of),
    }


def values_in(reports: Iterable[Report]) -> dict[Dimension, set[str]]:
    """All values that are named, by dimension: what names are wanted of."""
    found: dict[Dimension, set[str]] = {}
    for report in reports:
        for dimension, wanted in report.ask.where.items():
            found.setdefault(dimension, set()).update(value for value in wanted if value != NONE)
        for row in report.rows:
            for dimension, value in zip(report.ask.by, row.group, strict=False):
                if value != NONE:
                    found.setdefault(dimension, set()).add(value)
    return found


def plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(name)): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return value


def _row(row: Row, by: Sequence[Dimension], name_of: NameOf) -> dict[str, Any]:
    named = [
        {"dimension": dimension.value, **_valued(dimension, value, name_of)}
        for dimension, value in zip(by, row.group, strict=False)
    ]
    before = row.before
    return {
        "group": named,
        "bucket": row.bucket,
        "figures": {name: _figure(figure) for name, figure in row.figures.items()},
        "before": None if before is None else {name: _figure(figure) for name, figure in before.items()},
    }


def _defined(definition: Any) -> dict[str, Any]:
    """With what is printed beside the number: the formula, and what it leaves out."""
    told: dict[str, Any] = plain(definition)
    said = [_sentence(told.get("formula", "")), _sentence(told.get("exclusions", ""), "Not counted: ")]
    return {**told, "meaning": " ".join(filter(None, said))}


def _sentence(text: str, before: str = "") -> str:
    plain_text = text.strip().rstrip(".")
    said = f"{before}{plain_text}" if plain_text else ""
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _valued(dimension: Dimension, value: str, name_of: NameOf) -> dict[str, str]:
    return {"value": value, "name": value if value == NONE else name_of(dimension, value)}


def _figure(figure: Figure) -> dict[str, Any]:
    return {name: value for name, value in asdict(figure).items() if value is not None or name in ("n", "value")}
