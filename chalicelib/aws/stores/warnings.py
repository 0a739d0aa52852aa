"""Early warnings, each an item with its own events; those that stand are listed first, then those that are over."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.aws import keys_work
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec_warning import warned_from, warned_item
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.reads import Page
from chalicelib.domain.warning import Warned
from chalicelib.domain.writes import Recorded, Written


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
