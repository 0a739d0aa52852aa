"""Sections of a report's document as tables: whole for spreadsheets; in mails one for each metric, with less in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.measure import NONE
from chalicelib.domain.report_metric_names import metric_name
from chalicelib.domain.report_said import bucket
from chalicelib.domain.report_schedule import Language
from chalicelib.domain.report_words import words_in

# What is told of a metric, by its shape: in files, and in mails, where there is less room.
WHOLE: Mapping[str, tuple[str, ...]] = {
    "count": ("value",),
    "duration": ("n", "value", "low", "high", "p50", "p90", "p99"),
    "rate": ("n", "value", "low", "high"),
    "amount": ("n", "value"),
}
BRIEF: Mapping[str, tuple[str, ...]] = {
    "count": ("value",),
    "duration": ("n", "p50", "p90"),
    "rate": ("n", "value", "interval"),
    "amount": ("n", "value"),
}
# What of a figure is compared with the period before.
MAIN: Mapping[str, str] = {"count": "value", "duration": "p50", "rate": "value", "amount": "value"}


@dataclass(frozen=True, slots=True)
class Column:
    """`kind`: text, count, duration, rate, amount, change, points (of a share), or interval (a pair of shares)."""

    head: str
    kind: str
    metric: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are raw values, column by column; `totals` too. `main`: the column that bars show, if any."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    totals: tuple[Any, ...]
    main: int | None


def table(section: Mapping[str, Any], zone: str, language: Language, *, brief: bool = False) -> Table:
    words, parts = words_in(language), BRIEF if brief else WHOLE
    ask = section["ask"]
    by: Sequence[str] = ask["by"]
    has_buckets = ask["step"] != "whole" or not by
    shapes = {each["name"]: each["shape"] for each in section["definitions"]}
    head = [Column(words.dimensions[name], "text") for name in by]
    head += [Column(words.bucket, "text")] if has_buckets else []
    columns = [
        column for name in ask["metrics"] for column in _columns(name, shapes[name], parts, ask["compare"], language)
    ]

    def line(row: Mapping[str, Any], first: Sequence[str]) -> tuple[Any, ...]:
        cells = [cell for name in ask["metrics"] for cell in _cells(row, name, shapes[name], parts, ask["compare"])]
        return (*first, *cells)

    def named(row: Mapping[str, Any]) -> list[str]:
        group = [words.none if each["value"] == NONE else each["name"] for each in row["group"]]
        return [*group, bucket(row["bucket"], zone)] if has_buckets else group

    rows = tuple(line(row, named(row)) for row in section["rows"])
    totals = line(section["totals"], [words.total, *[""] * (len(head) - 1)])
    return Table((*head, *columns), rows, totals, _main(len(head), columns, shapes, ask, parts))


def tables(section: Mapping[str, Any], zone: str, language: Language) -> list[tuple[Mapping[str, Any], Table]]:
    """One for each metric, with its definition: narrow enough for a mail."""
    ask, known = section["ask"], {each["name"]: each for each in section["definitions"]}
    return [
        (known[name], table({**section, "ask": {**ask, "metrics": [name]}}, zone, language, brief=True))
        for name in ask["metrics"]
    ]


def value_of(figure: Mapping[str, Any] | None, part: str) -> Any:
    """A part of a figure; quantiles are told by their value."""
    if figure is None:
        return None
    if part == "interval":
        return (figure["low"], figure["high"]) if "low" in figure else None
    found = figure.get(part)
    return found["value"] if isinstance(found, Mapping) else found


def change(shape: str, now: Any, before: Any) -> float | None:
    """Relative to before; of a share the difference. None where there is nothing to compare with."""
    if now is None or before is None:
        return None
    if shape == "rate":
        return float(now - before)
    return float(now / before - 1) if before else None


def _columns(
    metric: str, shape: str, parts: Mapping[str, tuple[str, ...]], compare: bool, language: Language
) -> list[Column]:
    """Where a table has one metric alone, heads need not name it."""
    words = words_in(language)
    before = "" if parts is BRIEF else f"{metric_name(metric, language)}: "
    found = [Column(_head(metric, part, before, shape, language), _kind(part, shape), metric) for part in parts[shape]]
    if compare:
        found.append(Column(f"{before}{words.before}", _kind(MAIN[shape], shape), metric))
        found.append(Column(f"{before}{words.change}", "points" if shape == "rate" else "change", metric))
    return found


def _cells(
    row: Mapping[str, Any], metric: str, shape: str, parts: Mapping[str, tuple[str, ...]], compare: bool
) -> list[Any]:
    figure = row["figures"].get(metric)
    cells = [value_of(figure, part) for part in parts[shape]]
    if compare:
        before = value_of((row["before"] or {}).get(metric), MAIN[shape])
        cells += [before, change(shape, value_of(figure, MAIN[shape]), before)]
    return cells


def _head(metric: str, part: str, before: str, shape: str, language: Language) -> str:
    if shape == "count":
        return metric_name(metric, language)
    words = words_in(language)
    value = {"rate": words.share, "amount": words.sum}.get(shape, words.mean)
    said = {"n": words.n, "value": value, "p50": words.median, "p90": words.p90, "p99": words.p99}
    said |= {"interval": words.interval, "low": f"{words.interval} ↓", "high": f"{words.interval} ↑"}
    return f"{before}{said[part]}"


def _kind(part: str, shape: str) -> str:
    if part == "n":
        return "count"
    return "interval" if part == "interval" else shape


def _main(
    place: int,
    columns: Sequence[Column],
    shapes: Mapping[str, str],
    ask: Mapping[str, Any],
    parts: Mapping[str, tuple[str, ...]],
) -> int | None:
    first = ask["metrics"][0]
    shape = shapes[first]
    return place + parts[shape].index(MAIN[shape]) if columns else None
