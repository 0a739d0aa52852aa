"""Packed forms of ledgers, slices and roll-ups: the same values make the same text, byte by byte."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from chalicelib.aws.codec import milliseconds, moment
from chalicelib.aws.keys_numbers import group_from, group_text
from chalicelib.aws.packed import packed, unpacked
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.clock_ledger import ClockLedger
from chalicelib.domain.ids import digest
from chalicelib.domain.measure import Dims, Measure
from chalicelib.domain.rollup import Cell, Group
from chalicelib.domain.spread import Spread
from chalicelib.domain.tally import Table

MARK_LENGTH = 8


def mark_of(text: str) -> str:
    """A short name for a packed text, by which a change of it is noticed; "" for none."""
    return digest(text)[:MARK_LENGTH] if text else ""


# --- ledgers -----------------------------------------------------------------------------------------------------


def ledger_text(ledger: ClockLedger, written: Mapping[str, tuple[str, int]]) -> str:
    """With the slices that are written: by hour, the mark of the newest and its version."""
    return packed([{key: ledger.lines[key] for key in sorted(ledger.lines)}, dict(sorted(written.items()))])


def ledger_from(conversation_id: str, text: str, version: int) -> tuple[ClockLedger, dict[str, tuple[str, int]]]:
    lines, written = unpacked(text, Any)
    return ClockLedger(conversation_id, lines, version), {hour: (mark, nth) for hour, (mark, nth) in written.items()}


# --- slices ------------------------------------------------------------------------------------------------------


def measures_text(measures: Iterable[Measure]) -> str:
    """Each as a row; what several are counted under stands once."""
    places: dict[Dims, int] = {}
    rows = [
        [
            each.kind,
            milliseconds(each.at),
            each.episode,
            each.place,
            each.value,
            each.business,
            each.hit,
            places.setdefault(each.dims, len(places)),
        ]
        for each in measures
    ]
    return packed([[_dims_row(dims) for dims in places], rows]) if rows else ""


def measures_from(text: str) -> tuple[Measure, ...]:
    if not text:
        return ()
    dims_rows, rows = unpacked(text, Any)
    dims = [_dims(*row) for row in dims_rows]
    return tuple(
        Measure(kind, moment(at), episode, place, value, business, hit, dims[under])
        for kind, at, episode, place, value, business, hit, under in rows
    )


def _dims_row(dims: Dims) -> list[Any]:
    return [dims.channel, dims.inbox, dims.team, dims.agent, list(dims.labels), dims.tier, dims.language]


def _dims(channel: str, inbox: str, team: str, agent: str, labels: list[str], tier: str, language: str) -> Dims:
    return Dims(channel, inbox, team, agent, tuple(labels), tier, language)


# --- roll-ups ----------------------------------------------------------------------------------------------------


def table_text(table: Table) -> str:
    return packed(table_row(table)) if table else ""


def table_from(text: str) -> dict[Group, dict[str, Cell]]:
    return table_of(unpacked(text, Any)) if text else {}


def table_row(table: Table) -> dict[str, Any]:
    return {
        group_text(group): {kind: _cell_row(cell) for kind, cell in sorted(table[group].items())}
        for group in sorted(table)
    }


def table_of(row: Mapping[str, Any]) -> dict[Group, dict[str, Cell]]:
    return {
        group_from(group): {kind: _cell(cell) for kind, cell in cells.items() if cell is not None}
        for group, cells in row.items()
    }


def changes_text(before: Table, after: Table) -> str:
    """What turns `after` back into `before`: cells that differ, None for those that were not there."""
    found: dict[str, Any] = {}
    for group in sorted({*before, *after}):
        old, new = before.get(group, {}), after.get(group, {})
        kinds = [kind for kind in sorted({*old, *new}) if old.get(kind) != new.get(kind)]
        if kinds:
            found[group_text(group)] = {kind: _cell_row(old[kind]) if kind in old else None for kind in kinds}
    return packed(found) if found else ""


def changed_back(after: Table, text: str) -> dict[Group, dict[str, Cell]]:
    """What was there before `changes_text`."""
    found = {group: dict(cells) for group, cells in after.items()}
    for group, cells in (unpacked(text, Any) if text else {}).items():
        kept = found.setdefault(group_from(group), {})
        for kind, cell in cells.items():
            if cell is None:
                kept.pop(kind, None)
            else:
                kept[kind] = _cell(cell)
    return {group: cells for group, cells in found.items() if cells}


def _cell_row(cell: Cell) -> list[Any]:
    """What is at the end and nothing is left out."""
    row = [cell.n, cell.hits, cell.total, cell.business_total, _flat(cell.spread), _flat(cell.business_spread)]
    while row and not row[-1]:
        row.pop()
    return row


def _flat(spread: Spread) -> list[int]:
    return [number for place in sorted(spread) for number in (place, spread[place])]


def _cell(row: list[Any]) -> Cell:
    nothing: list[Any] = [0, 0, 0, 0, [], []]
    n, hits, total, business, spread, business_spread = row + nothing[len(row) :]
    return Cell(n, hits, total, business, _spread(spread), _spread(business_spread))


def _spread(flat: list[int]) -> dict[int, int]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


# --- calendars ---------------------------------------------------------------------------------------------------


def calendar_text(hours: BusinessHours) -> str:
    """What counts of it: neither its name nor its version."""
    weekly = {str(day): [list(span) for span in spans] for day, spans in sorted(hours.weekly.items()) if spans}
    dated = {day.isoformat(): [list(span) for span in spans] for day, spans in sorted(hours.exceptions.items())}
    return packed([hours.zone, weekly, dated])


def calendar_from(name: str, text: str) -> BusinessHours:
    zone, weekly, dated = unpacked(text, Any)
    return BusinessHours(
        name,
        name,
        zone,
        {int(day): tuple((start, end) for start, end in spans) for day, spans in weekly.items()},
        {date.fromisoformat(day): tuple((start, end) for start, end in spans) for day, spans in dated.items()},
    )
