"""Reports as files: CSV (RFC 4180), JSON, and spreadsheets (`report_xlsx.py`).

The CSV is one long table, a line for each number, with names of columns that stay: for machines. What people call
things may begin like a formula: such cells are escaped.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chalicelib.domain.import_row import escaped
from chalicelib.domain.measure import NONE
from chalicelib.domain.report_schedule import Form, Language
from chalicelib.domain.report_table import value_of

MIMES: Mapping[Form, str] = {
    Form.CSV: "text/csv",
    Form.JSON: "application/json",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# The mark tells spreadsheets that it is UTF-8.
BOM = b"\xef\xbb\xbf"
GROUPS = 2
NUMBERS = ("n", "hits", "value", "low", "high", "total", "p50", "p90", "p99")
COLUMNS = (
    "section",
    *(f"{part}_{place}" for place in range(1, GROUPS + 1) for part in ("dimension", "id", "name")),
    "bucket",
    "metric",
    "unit",
    *NUMBERS,
    "before_n",
    "before_value",
    "before_p50",
    "first",
    "last",
    "zone",
    "as_of",
    "definition",
)
# In what the CSV tells values, by shape: divided by so much.
UNITS: Mapping[str, tuple[str, int]] = {
    "count": ("1", 1),
    "duration": ("seconds", 1000),
    "rate": ("share", 1),
    "amount": ("currency", 1_000_000),
}


def written(form: Form, document: Mapping[str, Any], language: Language) -> bytes:
    """A document in a form of its files."""
    return _WRITERS[form](document, language)


def csv_of(document: Mapping[str, Any]) -> bytes:
    """One line for each number; the totals of a section are its last ones, without a group."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for section in document["sections"]:
        writer.writerows(_lines(section, document))
    return BOM + text.getvalue().encode("utf-8", "replace")


def json_of(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def _lines(section: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[list[Any]]:
    ask, known = section["ask"], {each["name"]: each for each in section["definitions"]}
    tail = [ask["first"], ask["last"], document["zone"], section["as_of"]]
    for row in (*section["rows"], section["totals"]):
        is_total = row is section["totals"]
        groups = [cell for each in row["group"] for cell in _named(each)]
        groups += [""] * (3 * GROUPS - len(groups))
        for metric in ask["metrics"]:
            definition = known[metric]
            unit, parts = UNITS[definition["shape"]]
            figure, before = row["figures"][metric], (row["before"] or {}).get(metric)
            yield [
                escaped(section["title"]),
                *(["total", *groups[1:]] if is_total else groups),
                row["bucket"],
                metric,
                unit,
                *(_number(figure, part, parts) for part in NUMBERS),
                *(_number(before, part, parts) for part in ("n", "value", "p50")),
                *tail,
                escaped(definition.get("meaning", "")),
            ]


def _named(group: Mapping[str, str]) -> tuple[str, str, str]:
    is_none = group["value"] == NONE
    return group["dimension"], "" if is_none else escaped(group["value"]), "" if is_none else escaped(group["name"])


def _number(figure: Mapping[str, Any] | None, part: str, parts: int) -> Any:
    value = value_of(figure, part)
    if value is None:
        return ""
    return value if part in ("n", "hits") or parts == 1 else value / parts


def _xlsx(document: Mapping[str, Any], language: Language) -> bytes:
    from chalicelib.services.report_xlsx import xlsx_of  # noqa: PLC0415  what sends no spreadsheet need not load it

    return xlsx_of(document, language)


_WRITERS: Mapping[Form, Callable[[Mapping[str, Any], Language], bytes]] = {
    Form.CSV: lambda document, _language: csv_of(document),
    Form.JSON: lambda document, _language: json_of(document),
    Form.XLSX: _xlsx,
}
