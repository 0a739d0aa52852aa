"""Roll-ups: read as of the last run that ended, whatever a run is doing at the moment.

An item holds what was counted last (`z`), when that was (`at`), and what was different before, as of the run that held
then (`was`, `base`). So what a run has written already is not seen until the whole run is done.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.aws import keys_numbers
from chalicelib.aws.codec import milliseconds, moment
from chalicelib.aws.codec_numbers import (
    changed_back,
    changes_text,
    mark_of,
    table_from,
    table_row,
    table_text,
)
from chalicelib.aws.keys import Key
from chalicelib.aws.transaction import Desk
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.families import families_of
from chalicelib.domain.numbers import Change, Held, Packed, Place, Run, Standing
from chalicelib.domain.periods import first_hour
from chalicelib.domain.rollup import Cells, Grain, Group, Grouping
from chalicelib.domain.tally import Table

AT_ONCE = 100
# A piece's groups make so long a text at most before it is packed: an item takes 400 KB, and may hold it twice.
MOST_TEXT = 350_000
# So few groups always fit into one.
FEW = 40
# Hours are UTC's, whatever the zone.
HOURS_ZONE = "UTC"


class RollupReader:
    """For whoever reads and writes nothing."""

    def __init__(self, facts: Desk) -> None:
        self._facts = facts

    def standing(self) -> Standing | None:
        item = self._facts.get(keys_numbers.aggregate_run())
        if item is None or "as_of" not in item:
            return None
        return Standing(moment(item["as_of"]), item["zone"], item.get("filling", item["zone"]) != item["zone"])

    def settled(self) -> Any:
        found = self.standing()
        return found.as_of if found else None

    def read(
        self,
        grain: Grain,
        grouping: Grouping,
        group: Group | None,
        first: date,
        last: date,
        kinds: Collection[str] | None = None,
        standing: Standing | None = None,
    ) -> Mapping[tuple[str, Group], Cells]:
        held = standing or self.standing()
        if held is None:
            return {}
        found: dict[tuple[str, Group], dict[str, Any]] = {}
        begin, end = _bounds(grain, first, last, held.zone)
        for family in families_of(kinds):
            pk = _partition(_zone(grain, held.zone), grain, grouping, family)
            for item in self._items(pk, begin, end):
                bucket, _ = keys_numbers.rollup_parts(item["sk"])
                for each, cells in _as_of(item, milliseconds(held.as_of)).items():
                    if group is None or each == group:
                        wanted = {kind: cell for kind, cell in cells.items() if kinds is None or kind in kinds}
                        found.setdefault((bucket, each), {}).update(wanted)
        return {key: dict(sorted(found[key].items())) for key in sorted(found) if found[key]}

    def _items(self, pk: str, begin: str, end: str) -> Iterator[Any]:
        values, start = {":pk": pk, ":begin": begin, ":end": f"{end}~"}, None
        while True:
            items, start = self._facts.query("pk = :pk AND sk BETWEEN :begin AND :end", values, start=start)
            yield from items
            if start is None:
                return


class RollupStore(RollupReader):
    """For a run, which writes too."""

    def held(self, places: Sequence[Place]) -> dict[Place, Held]:
        """As they were written last, settled or not."""
        firsts = {_key(place): place for place in places}
        items = self._get(list(firsts))
        more = [_key(firsts[key], nth) for key, item in items.items() for nth in range(1, item.get("n", 1))]
        items |= self._get(more)
        found: dict[Place, Held] = {}
        for key, place in firsts.items():
            count = items[key].get("n", 1) if key in items else 0
            pieces = [items[_key(place, nth)] for nth in range(count)]
            tables = [table_from(piece["z"]) for piece in pieces]
            table = {group: cells for part in tables for group, cells in part.items()}
            mark = mark_of("".join(piece["z"] for piece in pieces))
            of = dict(pieces[0].get("of", {})) if pieces else {}
            found[place] = Held(
                Packed(table, mark, [(part, piece["z"]) for part, piece in zip(tables, pieces, strict=True)]),
                of,
                pieces,
            )
        return found

    def packed(self, table: Table) -> Packed:
        pieces = [(piece, table_text(piece)) for piece in _pieces(table)]
        return Packed(table, mark_of("".join(text for _, text in pieces)), pieces)

    def put_rollups(self, changes: Iterable[Change], run: Run) -> None:
        self._facts.write_many(item for change in changes for item in _written(change, run))

    def _get(self, wanted: Sequence[Key]) -> dict[Key, Any]:
        found: dict[Key, Any] = {}
        for start in range(0, len(wanted), AT_ONCE):
            found |= self._facts.get_many(wanted[start : start + AT_ONCE])
        return found


def name_of(grouping: Grouping) -> str:
    return "+".join(grouping) or "all"


def _key(place: Place, piece: int = 0) -> Key:
    pk = _partition(_zone(place.grain, place.zone), place.grain, place.grouping, place.family)
    return pk, keys_numbers.rollup("", "", "", "", place.bucket, piece)[1]


@lru_cache(maxsize=2000)
def _partition(zone: str, grain: Grain, grouping: Grouping, family: str) -> str:
    return keys_numbers.rollup(zone, grain, name_of(grouping), family, "")[0]


def _zone(grain: Grain, zone: str) -> str:
    return HOURS_ZONE if grain is Grain.HOUR else zone


def _bounds(grain: Grain, first: date, last: date, zone: str) -> tuple[str, str]:
    if grain is not Grain.HOUR:
        return first.isoformat(), last.isoformat()
    begin, end = (first_hour(day, ZoneInfo(zone)) for day in (first, last + timedelta(days=1)))
    return keys_numbers.hour_text(begin), keys_numbers.hour_text(end - timedelta(hours=1))


def _as_of(item: Any, settled: int) -> Table:
    table = table_from(item["z"])
    if item["at"] <= settled:
        return table
    if item.get("base", 0) > settled:
        raise StoreUnavailable("the roll-ups have moved on")
    return changed_back(table, item.get("was", ""))


def _pieces(table: Table) -> Sequence[Table]:
    """The same groups make the same pieces."""
    sizes = {group: len(str(table_row({group: table[group]}))) for group in sorted(table)} if len(table) > FEW else {}
    if sum(sizes.values()) <= MOST_TEXT:
        return [table]
    found: list[dict[Group, Cells]] = [{}]
    length = 0
    for group, size in sizes.items():
        if found[-1] and length + size > MOST_TEXT:
            found.append({})
            length = 0
        found[-1][group] = table[group]
        length += size
    return found


def _written(change: Change, run: Run) -> Iterator[dict[str, Any]]:
    held, pieces = change.held.items, change.packed.pieces
    # A piece that is not needed any more stays, empty, for what it held before.
    count = max(len(pieces), len(held))
    settled = milliseconds(run.settled.as_of) if run.settled else 0
    for nth in range(count):
        after, text = pieces[nth] if nth < len(pieces) else ({}, "")
        before = _settled(held[nth] if nth < len(held) else None, settled)
        pk, sk = _key(change.place, nth)
        item = {
            "pk": pk,
            "sk": sk,
            "at": milliseconds(run.as_of),
            "base": settled,
            "z": text,
            "was": changes_text(before, after) or None,
        }
        yield item if nth else {**item, "n": count, "of": dict(change.of)}


def _settled(item: Any, settled: int) -> Table:
    """What readers see of an item until this run is done."""
    if item is None:
        return {}
    table = table_from(item["z"])
    return table if item["at"] <= settled else changed_back(table, item.get("was", ""))
