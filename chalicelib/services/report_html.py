"""A report as the body of a mail: tables with bars, in HTML that mail programs show, and the same as plain text.

No scripts, no images, nothing from elsewhere; styles stand beside what they are for. A bar is a cell of a colour in a
table of its own, and says nothing that the number beside it does not: screen readers pass it by.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from chalicelib.domain.report_metric_names import metric_name
from chalicelib.domain.report_said import said
from chalicelib.domain.report_schedule import Language
from chalicelib.domain.report_table import Column, Table, tables
from chalicelib.domain.report_words import words_in
from chalicelib.domain.report_words_form import Words
from chalicelib.services.report_text import MAX_ROWS, Around, about, after, defined, state

BAR_WIDTH = 120
_CELL = "padding:4px 8px;border-bottom:1px solid #d9dee5"
_NUMBER = f"{_CELL};text-align:right;white-space:nowrap"
_NAME = "text-align:left;font-weight:normal"
_CAPTION = "text-align:left;font-size:0;line-height:0;color:transparent"
_TABLE = 'style="border-collapse:collapse;font-size:14px;margin:8px 0 4px"'
_PAGE = "font-family:Arial,Helvetica,sans-serif;color:#1c2733;max-width:960px;margin:0;padding:16px;line-height:1.4"
_QUIET = "color:#55606e;font-size:13px;margin:2px 0"


def html_of(document: Mapping[str, Any], language: Language, around: Around) -> str:
    words = words_in(language)
    body = [f'<h1 style="font-size:20px;margin:0 0 8px">{escape(document["name"])}</h1>']
    body += [_quiet(line) for line in state(document, words)]
    for each in document["sections"]:
        body += _section(each, document["zone"], language, words)
    if around.link:
        link = escape(around.link)
        body.append(f'<p>{escape(words.open)}<br><a href="{link}" style="color:#0b5cad">{link}</a></p>')
    body += [_quiet(line) for line in after(around, words)]
    title = escape(document["name"])
    return (
        f'<!DOCTYPE html>\n<html lang="{language.value}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light">'
        f'<title>{title}</title></head>\n<body style="{_PAGE}">\n' + "\n".join(body) + "\n</body></html>\n"
    )


def _section(section: Mapping[str, Any], zone: str, language: Language, words: Words) -> list[str]:
    found = [f'<h2 style="font-size:17px;margin:24px 0 4px">{escape(section["title"])}</h2>']
    found += [_quiet(line) for line in about(section, words)]
    for definition, made in tables(section, zone, language):
        name = metric_name(definition["name"], language)
        found.append(f'<h3 style="font-size:15px;margin:16px 0 2px">{escape(name)}</h3>')
        found += _shown(made, name, words) if made.rows else [_quiet(words.empty)]
        found.append(_quiet(defined(definition)))
    return found


def _shown(made: Table, name: str, words: Words) -> list[str]:
    found = [_table(made, name, words)]
    if made.main is not None and len(made.rows) > 1:
        found.append(_quiet(words.bars.format(column=made.columns[made.main].head)))
    if len(made.rows) > MAX_ROWS:
        found.append(_quiet(words.more_rows.format(n=len(made.rows) - MAX_ROWS)))
    return found


def _table(made: Table, title: str, words: Words) -> str:
    main = made.main if len(made.rows) > 1 else None
    largest = 0 if main is None else max(row[main] or 0 for row in made.rows)
    heads = "".join(_head(column) for column in made.columns)
    heads += "" if main is None else f'<td aria-hidden="true" style="{_CELL}"></td>'
    rows = [_row(made, row, words, "" if main is None else _bar(row[main], largest)) for row in made.rows[:MAX_ROWS]]
    rows.append(_row(made, made.totals, words, "" if main is None else f'<td style="{_CELL}"></td>', bold=True))
    caption = f'<caption style="{_CAPTION}">{escape(title)}</caption>'
    return f"<table {_TABLE}>{caption}<thead><tr>{heads}</tr></thead>\n<tbody>" + "\n".join(rows) + "</tbody></table>"


def _head(column: Column) -> str:
    return f'<th scope="col" style="{_style(column)};text-align:left;white-space:normal">{escape(column.head)}</th>'


def _row(made: Table, row: Sequence[Any], words: Words, bar: str, *, bold: bool = False) -> str:
    """The first cell names the row."""
    cells = []
    for place, (column, value) in enumerate(zip(made.columns, row, strict=True)):
        text = escape(said(column.kind, value, words))
        text = f"<strong>{text}</strong>" if bold else text
        is_name = place == 0 and column.kind == "text"
        start = f'<th scope="row" style="{_CELL};{_NAME}">' if is_name else f'<td style="{_style(column)}">'
        cells.append(f"{start}{text}{'</th>' if is_name else '</td>'}")
    return f"<tr>{''.join(cells)}{bar}</tr>"


def _bar(value: Any, largest: float) -> str:
    width = round(BAR_WIDTH * value / largest) if value and largest else 0
    inside = ""
    if width:
        inside = (
            f'<table role="presentation" cellpadding="0" cellspacing="0" width="{width}"><tr>'
            '<td bgcolor="#3b7dd8" height="10" style="background:#3b7dd8;font-size:1px;line-height:10px">&nbsp;</td>'
            "</tr></table>"
        )
    return f'<td aria-hidden="true" style="{_CELL};width:{BAR_WIDTH}px">{inside}</td>'


def _style(column: Column) -> str:
    return _CELL if column.kind == "text" else _NUMBER


def _quiet(text: str) -> str:
    return f'<p style="{_QUIET}">{escape(text)}</p>'
