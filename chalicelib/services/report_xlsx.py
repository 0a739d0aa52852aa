"""Reports as spreadsheets: numbers, shares and lengths of time are numbers with a format, texts are never formulas.

Rows are written one after the other into a temporary file (XlsxWriter's `constant_memory`). Source: XlsxWriter,
"Working with Memory and Performance"; Excel's limits on names of sheets.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from chalicelib.domain.report_metric_names import metric_name
from chalicelib.domain.report_schedule import Language
from chalicelib.domain.report_table import Table, table
from chalicelib.domain.report_words import words_in

DEFINITIONS = "Definitions"
DAY_MILLISECONDS = 86_400_000
MAX_NAME = 31
MAX_TEXT = 32_000
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
_FORMATS = {
    "head": {"bold": True, "text_wrap": True, "valign": "top"},
    "bold": {"bold": True},
    "count": {"num_format": "#,##0"},
    "duration": {"num_format": "[h]:mm:ss"},
    "rate": {"num_format": "0.0%"},
    "change": {"num_format": "+0.0%;-0.0%;0.0%"},
    "points": {"num_format": '+0.0" pp";-0.0" pp";0.0" pp"'},
    "amount": {"num_format": "#,##0.00"},
}


def xlsx_of(document: Mapping[str, Any], language: Language) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.xlsx"
        book = xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": folder})
        formats = {name: book.add_format(given) for name, given in _FORMATS.items()}
        taken = {DEFINITIONS.casefold(), "history"}
        for section in document["sections"]:
            sheet = book.add_worksheet(_sheet_name(section["title"], taken))
            _fill(sheet, table(section, document["zone"], language), formats)
        _define(book, document, language, formats)
        book.close()
        return path.read_bytes()


def _fill(sheet: Worksheet, made: Table, formats: Mapping[str, Format]) -> None:
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(made.columns):
        sheet.set_column(place, place, 24 if column.kind == "text" else 14)
        sheet.write_string(0, place, _text(column.head), formats["head"])
    for number, row in enumerate((*made.rows, made.totals), 1):
        for place, (column, value) in enumerate(zip(made.columns, row, strict=True)):
            _write(sheet, number, place, column.kind, value, formats)


def _write(sheet: Worksheet, row: int, place: int, kind: str, value: Any, formats: Mapping[str, Format]) -> None:
    if value is None:
        return
    if kind == "text":
        sheet.write_string(row, place, _text(value))
        return
    parts = {"duration": DAY_MILLISECONDS, "amount": 1_000_000, "points": 0.01}.get(kind, 1)
    sheet.write_number(row, place, value if parts == 1 else value / parts, formats[kind])


def _define(book: Workbook, document: Mapping[str, Any], language: Language, formats: Mapping[str, Format]) -> None:
    """What each number means, of which days it is, in which zone, and as of when it holds."""
    words, sheet = words_in(language), book.add_worksheet(DEFINITIONS)
    sheet.set_column(0, 1, 28)
    sheet.set_column(2, 7, 40)
    heads = ("section", "metric", "name", "unit", "definition", "first", "last", "zone", "as_of")
    shown = {"metric": words.metric, "unit": words.unit, "definition": words.meaning}
    for place, name in enumerate(heads):
        sheet.write_string(0, place, shown.get(name, name), formats["head"])
    row = 0
    for section in document["sections"]:
        for definition in section["definitions"]:
            row += 1
            cells = (
                section["title"],
                definition["name"],
                metric_name(definition["name"], language),
                definition.get("unit", ""),
                definition.get("meaning", ""),
                section["ask"]["first"],
                section["ask"]["last"],
                document["zone"],
                section["as_of"] or "",
            )
            for place, value in enumerate(cells):
                sheet.write_string(row, place, _text(value))


def _text(value: Any) -> str:
    """As a cell can hold it: of some length, without halves of characters."""
    return str(value)[:MAX_TEXT].encode("utf-8", "replace").decode()


def _sheet_name(title: str, taken: set[str]) -> str:
    """Unique whatever the case, without what Excel forbids."""
    plain = " ".join("".join(each for each in title if each.isprintable()).translate(_FORBIDDEN).split())
    plain = plain[:MAX_NAME].strip() or "Report"
    name, place = plain, 1
    while name.casefold() in taken:
        place += 1
        name = f"{plain[: MAX_NAME - len(str(place)) - 1]} {place}"
    taken.add(name.casefold())
    return name
