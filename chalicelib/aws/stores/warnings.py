"""Early warnings, each an item with its own events; those that stand are listed first, then those that are over."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.aws import keys_work
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item, events_of, moment, moment_or_none
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.ids import time_part
from chalicelib.domain.reads import Page
from chalicelib.domain.warning import KEPT_FOR, Rule, Warned
from chalicelib.domain.writes import Recorded, Written

_STANDS, _OVER = "1", "0"


class WarningStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def list(self, limit: int, start: Mapping[str, Any] | None = None) -> Page[Warned]:
        """The newest first of those that stand, then of those that are over. One query, a moment behind."""
        rows, after = self._desk.of_kind(keys_work.WARNINGS, limit, start)
        return Page([warned_from(row) for row in rows], after)

    def get_many(self, warning_ids: Sequence[str]) -> Mapping[str, Warned]:
        """By key, as they are this moment; at most 100. One read."""
        found = self._desk.get_many([keys_work.warning(name) for name in warning_ids]) if warning_ids else {}
        return {one.key: one for one in map(warned_from, found.values())}

    def put(self, warned: Warned, recorded: Recorded) -> Written:
        """CONFLICT: somebody else has told the same, or that it is over."""
        first = warned.version == 1
        condition = "attribute_not_exists(pk)" if first else "version = :read"
        item = warned_item(warned, recorded)
        try:
            self._desk.write(Put(item, condition, None if first else {":read": warned.version - 1}))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE


def warned_item(warned: Warned, recorded: Recorded) -> Item:
    pk, sk = keys_work.warning(warned.id)
    row = {
        "r": warned.rule.value,
        "j": warned.subject,
        "s": warned.said,
        "b": warned.since,
        "t": warned.team_id,
        "n": dict(warned.numbers),
        "a": warned.action,
        "l": warned.lend,
        "w": warned.told,
        "x": warned.ended_at,
        "e": warned.epoch,
    }
    place = f"{_STANDS if warned.stands else _OVER}{time_part(warned.since)}{warned.id}"
    listed = {"kind_key": keys_work.WARNINGS, "kind_sort": place}
    expires = {"expires_at": int((warned.ended_at + KEPT_FOR).timestamp())} if warned.ended_at else {}
    return {
        "pk": pk,
        "sk": sk,
        "version": warned.version,
        "row": row,
        "events": events_of(recorded),
        **listed,
        **expires,
    }


def warned_from(item: Item) -> Warned:
    row = item["row"]
    return Warned(
        rule=Rule(row["r"]),
        subject=row["j"],
        said=row["s"],
        since=moment(row["b"]),
        team_id=row.get("t"),
        numbers={name: float(value) for name, value in row.get("n", {}).items()},
        action=row["a"],
        lend=tuple(row.get("l", ())),
        told=tuple(row.get("w", ())),
        ended_at=moment_or_none(row.get("x")),
        epoch=row["e"],
        version=item["version"],
    )
