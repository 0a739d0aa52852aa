"""Settings of one's own: two browsers that change different ones at the same time lose none."""

from collections.abc import Mapping

import pytest

from chalicelib.domain.document import Document
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.writes import Written
from chalicelib.services.own_settings import OwnSettings, Value


class _Shelf:
    """Another browser writes before so many of ours."""

    def __init__(self, races: int) -> None:
        self.kept: dict[str, Document] = {}
        self.races, self.writes = races, 0

    def get(self, identifier: str) -> Document | None:
        return self.kept.get(identifier)

    def put(self, document: Document, read_version: int) -> Written:
        if self.races:
            self.races -= 1
            self._write(document.id, {f"theirs{self.races}": True})
        before = self.kept.get(document.id)
        if (before.version if before else 0) != read_version:
            return Written.CONFLICT
        self.writes += 1
        self.kept[document.id] = document
        return Written.DONE

    def _write(self, identifier: str, changes: Mapping[str, Value]) -> None:
        before = self.kept.get(identifier)
        body = {**(before.body if before else {}), **changes}
        self.kept[identifier] = Document(identifier, body, before.version + 1 if before else 1)


def test_nothing_is_lost_to_another_browser() -> None:
    shelf = _Shelf(races=3)

    after = OwnSettings(shelf).change("agt_1", {"mine": 1})

    assert after == shelf.kept["agt_1"].body == {"theirs2": True, "theirs1": True, "theirs0": True, "mine": 1}


def test_who_is_never_first_is_told_to_come_again() -> None:
    with pytest.raises(StoreUnavailable):
        OwnSettings(_Shelf(races=100)).change("agt_1", {"mine": 1})


def test_what_changes_nothing_is_not_written() -> None:
    shelf = _Shelf(races=0)
    settings = OwnSettings(shelf)
    settings.change("agt_1", {"mine": 1})

    assert settings.change("agt_1", {"mine": 1, "gone": None}) == {"mine": 1}
    assert shelf.writes == 1
