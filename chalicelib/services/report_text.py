"""A report as plain text: the other half of its mail, and what is said of it in Slack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.report_metric_names import metric_name
from chalicelib.domain.report_said import local_time, said
from chalicelib.domain.report_schedule import Language
from chalicelib.domain.report_table import Table, tables
from chalicelib.domain.report_words import words_in
from chalicelib.domain.report_words_form import Words

# So many rows of a section are in the mail; all of them are in its files.
MAX_ROWS = 60
# In Slack the totals, and so many rows.
MAX_SAID = 8


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the numbers. `link` "": there is no workspace to point at."""

    link: str
    attached: Sequence[str]
    too_large: Sequence[str]
    owner: str


def text_of(document: Mapping[str, Any], language: Language, around: Around) -> str:
    words = words_in(language)
    lines = [document["name"], "=" * min(len(document["name"]), 70), *state(document, words), ""]
    for section in document["sections"]:
        lines += _section_text(section, document["zone"], language, words)
    lines += [words.open, around.link, ""] if around.link else []
    lines += list(after(around, words))
    return "\n".join(lines) + "\n"


def summary(document: Mapping[str, Any], language: Language) -> list[str]:
    """What is said where there is little room: each metric's first rows and its totals."""
    words = words_in(language)
    lines = state(document, words)
    for section in document["sections"]:
        lines += ["", f"{section['title']} ({section['ask']['first']} – {section['ask']['last']})"]
        for definition, made in tables(section, document["zone"], language):
            lines += [metric_name(definition["name"], language), *_lines(made, MAX_SAID, words)]
    return lines


def state(document: Mapping[str, Any], words: Words) -> list[str]:
    if document["as_of"] is None:
        return [words.nothing_yet]
    at = local_time(document["as_of"], document["zone"])
    found = [words.as_of.format(at=at, zone=document["zone"])]
    return [*found, words.settling] if document["settling"] else found


def after(around: Around, words: Words) -> list[str]:
    found = [words.attached.format(files=", ".join(around.attached))] if around.attached else []
    found += [words.too_large.format(files=", ".join(around.too_large))] if around.too_large else []
    return [*found, words.why.format(owner=around.owner)]


def about(section: Mapping[str, Any], words: Words) -> list[str]:
    """Of which days it is, what it is compared with, and to what it is narrowed."""
    ask, before = section["ask"], section["before"]
    found = [words.period.format(first=ask["first"], last=ask["last"])]
    found += [words.compared.format(first=before["first"], last=before["last"])] if before else []
    where = "; ".join(
        f"{words.dimensions[each['dimension']]}: {', '.join(value['name'] for value in each['values'])}"
        for each in section["where"]
    )
    return [*found, words.where.format(where=where)] if where else found


def defined(definition: Mapping[str, Any]) -> str:
    """What exactly is counted."""
    return str(definition.get("meaning", ""))


def _section_text(section: Mapping[str, Any], zone: str, language: Language, words: Words) -> list[str]:
    lines = [section["title"], "-" * min(len(section["title"]), 70), *about(section, words)]
    for definition, made in tables(section, zone, language):
        lines += ["", metric_name(definition["name"], language), *_lines(made, MAX_ROWS, words), defined(definition)]
    return [*lines, ""]


def _lines(made: Table, most: int, words: Words) -> list[str]:
    if not made.rows:
        return [words.empty]
    lines = [_line(made, row, words) for row in (*made.rows[:most], made.totals)]
    return [*lines, words.more_rows.format(n=len(made.rows) - most)] if len(made.rows) > most else lines


def _line(made: Table, row: Sequence[Any], words: Words) -> str:
    cells = [said(column.kind, value, words) for column, value in zip(made.columns, row, strict=True)]
    head = [cell for column, cell in zip(made.columns, cells, strict=True) if column.kind == "text" and cell]
    rest = [f"{each.head} {cell}" for each, cell in zip(made.columns, cells, strict=True) if each.kind != "text"]
    return f"• {' / '.join(head) or words.total}: {'; '.join(rest)}"
