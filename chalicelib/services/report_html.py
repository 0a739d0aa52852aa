"""A report as the body of a mail: tables with bars, in HTML that mail programs show, and the same as plain text.

No scripts, no images, nothing from elsewhere; styles stand beside what they are for. A bar is a cell of a colour in a
table of its own, and says nothing that the number beside it does not: screen readers pass it by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from chalicelib.domain.report_metric_names import metric_name
from chalicelib.domain.report_said import local_time, said
from chalicelib.domain.report_schedule import Language
from chalicelib.domain.report_table import Column, Table, table
from chalicelib.domain.report_words import words_in
from chalicelib.domain.report_words_form import Words

# So many rows of a section are in the mail; all of them are in its files.
MAX_ROWS = 60
BAR_WIDTH = 120
_CELL = "padding:4px 8px;border-bottom:1px solid #d9dee5"
_NUMBER = f"{_CELL};text-align:right;white-space:nowrap"
_TABLE = 'style="border-collapse:collapse;font-size:14px;margin:8px 0 4px"'
_PAGE = "font-family:Arial,Helvetica,sans-serif;color:#1c2733;max-width:960px;margin:0;padding:16px;line-height:1.4"
_QUIET = "color:#55606e;font-size:13px;margin:2px 0"


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the numbers. `link` "": there is no workspace to point at."""

    link: str
    attached: Sequence[str]
    too_large: Sequence[str]
    owner: str


def html_of(document: Mapping[str, Any], language: Language, around: Around) -> str:
    words = words_in(language)
    body = [f'<h1 style="font-size:20px;margin:0 0 8px">{escape(document["name"])}</h1>']
    body += [_quiet(line) for line in _state(document, words)]
    for each in document["sections"]:
        body += _section(each, document["zone"], language, words)
    if around.link:
        link = escape(around.link)
        body.append(f'<p>{escape(words.open)}<br><a href="{link}" style="color:#0b5cad">{link}</a></p>')
    body += [_quiet(line) for line in _after(around, words)]
    title = escape(document["name"])
    return (
        f'<!DOCTYPE html>\n<html lang="{language.value}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light">'
        f'<title>{title}</title></head>\n<body style="{_PAGE}">\n' + "\n".join(body) + "\n</body></html>\n"
    )


def text_of(document: Mapping[str, Any], language: Language, around: Around) -> str:
    words = words_in(language)
    lines = [document["name"], "=" * min(len(document["name"]), 70), *_state(document, words), ""]
    for section in document["sections"]:
        lines += _section_text(section, document["zone"], language, words)
    lines += [words.open, around.link, ""] if around.link else []
    lines += list(_after(around, words))
    return "\n".join(lines) + "\n"


def _state(document: Mapping[str, Any], words: Words) -> list[str]:
    if document["as_of"] is None:
        return [words.nothing_yet]
    at = local_time(document["as_of"], document["zone"])
    found = [words.as_of.format(at=at, zone=document["zone"])]
    return [*found, words.settling] if document["settling"] else found


def _after(around: Around, words: Words) -> list[str]:
    found = [words.attached.format(files=", ".join(around.attached))] if around.attached else []
    found += [words.too_large.format(files=", ".join(around.too_large))] if around.too_large else []
    return [*found, words.why.format(owner=around.owner)]


def _about(section: Mapping[str, Any], words: Words) -> list[str]:
    """Of which days it is, what it is compared with, and to what it is narrowed."""
    ask, before = section["ask"], section["before"]
    found = [words.period.format(first=ask["first"], last=ask["last"])]
    found += [words.compared.format(first=before["first"], last=before["last"])] if before else []
    where = "; ".join(f"{words.dimensions[name]}: {', '.join(values)}" for name, values in _narrowed(section).items())
    return [*found, words.where.format(where=where)] if where else found


def _narrowed(section: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """Values by what people call them, where that is known."""
    names = section.get("names", {})
    return {
        name: [names.get(name, {}).get(value, value) for value in values]
        for name, values in section["ask"]["where"].items()
    }


def _section(section: Mapping[str, Any], zone: str, language: Language, words: Words) -> list[str]:
    found = [f'<h2 style="font-size:16px;margin:20px 0 4px">{escape(section["title"])}</h2>']
    found += [_quiet(line) for line in _about(section, words)]
    made = table(section, zone, language, brief=True)
    if not made.rows:
        return [*found, _quiet(words.empty)]
    if made.main is not None and len(made.rows) > 1:
        found.append(_quiet(words.bars.format(column=made.columns[made.main].head)))
    found.append(_table(made, section["title"], words))
    if len(made.rows) > MAX_ROWS:
        found.append(_quiet(words.more_rows.format(n=len(made.rows) - MAX_ROWS)))
    return [*found, *_defined(section, language, words)]


def _table(made: Table, title: str, words: Words) -> str:
    has_bars = made.main is not None and len(made.rows) > 1
    largest = max((row[made.main] or 0 for row in made.rows), default=0) if made.main is not None else 0
    heads = "".join(f'<th scope="col" style="{_style(each)};text-align:left">{escape(each.head)}</th>' for each in made.columns)
    heads += f'<td aria-hidden="true" style="{_CELL}"></td>' if has_bars else ""
    rows = [_row(made, row, words, _bar(row[made.main], largest) if has_bars and made.main is not None else "") for row in made.rows[:MAX_ROWS]]
    rows.append(_row(made, made.totals, words, f'<td style="{_CELL}"></td>' if has_bars else "", bold=True))
    caption = f'<caption style="position:absolute;left:-9999px">{escape(title)}</caption>'
    return f"<table {_TABLE}>{caption}<thead><tr>{heads}</tr></thead>\n<tbody>" + "\n".join(rows) + "</tbody></table>"


def _row(made: Table, row: Sequence[Any], words: Words, bar: str, *, bold: bool = False) -> str:
    cells = []
    for place, (column, value) in enumerate(zip(made.columns, row, strict=True)):
        text = escape(shown(column, value, words))
        text = f"<strong>{text}</strong>" if bold else text
        cells.append(f'<th scope="row" style="{_CELL};text-align:left;font-weight:normal">{text}</th>' if place == 0 and column.kind == "text" else f'<td style="{_style(column)}">{text}</td>')
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


def _defined(section: Mapping[str, Any], language: Language, words: Words) -> list[str]:
    lines = [
        f"<li><strong>{escape(metric_name(each['name'], language))}</strong> ({escape(each.get('unit', ''))}): "
        f"{escape(each.get('meaning', ''))}</li>"
        for each in section["definitions"]
    ]
    return [f'<p style="{_QUIET}">{escape(words.definitions)}</p><ul style="{_QUIET};padding-left:20px">{"".join(lines)}</ul>']


def _section_text(section: Mapping[str, Any], zone: str, language: Language, words: Words) -> list[str]:
    lines = [section["title"], "-" * min(len(section["title"]), 70), *_about(section, words)]
    made = table(section, zone, language, brief=True)
    if not made.rows:
        return [*lines, words.empty, ""]
    for row in (*made.rows[:MAX_ROWS], made.totals):
        cells = [shown(column, value, words) for column, value in zip(made.columns, row, strict=True)]
        head = [cell for column, cell in zip(made.columns, cells, strict=True) if column.kind == "text"]
        rest = [f"{each.head} {cell}" for each, cell in zip(made.columns, cells, strict=True) if each.kind != "text"]
        lines.append(f"* {' / '.join(filter(None, head)) or words.total}: {'; '.join(rest)}")
    if len(made.rows) > MAX_ROWS:
        lines.append(words.more_rows.format(n=len(made.rows) - MAX_ROWS))
    lines += ["", f"{words.definitions}:"]
    for each in section["definitions"]:
        lines.append(f"- {metric_name(each['name'], language)} ({each.get('unit', '')}): {each.get('meaning', '')}")
    return [*lines, ""]


def shown(column: Column, value: Any, words: Words) -> str:
    if column.kind == "text":
        return " ".join(str(value).split())
    if column.kind == "interval":
        return "–" if value is None else f"{value[0] * 100:.1f}–{value[1] * 100:.1f} %"
    return said(column.kind, value, words)


def _style(column: Column) -> str:
    return _CELL if column.kind == "text" else _NUMBER


def _quiet(text: str) -> str:
    return f'<p style="{_QUIET}">{escape(text)}</p>'
