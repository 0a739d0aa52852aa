"""Announcements over the real store: told once, in their time, whatever comes late or twice; receipts that stay."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws.changes import announcements
from chalicelib.aws.stores.announcements import AnnouncementStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.announcement import Announcement, Level
from chalicelib.domain.errors import ClientIdReused, InvalidInput, StoreUnavailable, VersionConflict
from chalicelib.domain.errors_texts import AnnouncementNotFound, AnnouncementOver
from chalicelib.domain.text_scope import Reader
from chalicelib.services.announcements import TELL, Announcements, announcement_id_of
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.room import Brittle, Crash
from tests.services.test_routing import INDEXES

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SUE = Principal("agent", "agt_sue", "Sue", Role.SUPERVISOR)
ANA = Reader(Principal("agent", "agt_ana", "Ana", Role.AGENT), ("team_1",))
BEN = Reader(Principal("agent", "agt_ben", "Ben", Role.AGENT), ("team_2",))
HOUR = timedelta(hours=1)


class Timers:
    def __init__(self) -> None:
        self.set_for: list[tuple[str, str, int, datetime]] = []

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        self.set_for.append((kind, subject, epoch, due_at))


class Place:
    def __init__(self) -> None:
        self.table = MemoryTable(INDEXES)
        self.brittle = Brittle(MemoryDynamoDB({"desk": self.table}))
        self.store = AnnouncementStore(Desk(self.brittle, "desk"))
        self.timers = Timers()
        self.service = Announcements(self.store, lambda: self.timers)

    def make(self, client_id: str = "1", **more: Any) -> Announcement:
        return self.service.create(SUE, wanted(client_id, **more), AT)

    def told(self) -> list[Mapping[str, Any]]:
        return [json.loads(json.dumps(event)) for record in self.table.stream for event in announcements(record)]

    def titles(self, reader: Reader, now: datetime = AT, *, everything: bool = False) -> list[str]:
        found = self.service.for_reader(reader, now, everything=everything)
        return [announcement.title for announcement, _receipt in found]


def wanted(client_id: str = "1", **more: Any) -> Announcement:
    identifier = announcement_id_of(SUE, client_id)
    made = Announcement(identifier, f"News {client_id}", "Text", AT, AT + 24 * HOUR, SUE.id, SUE.name, AT)
    return replace(made, **more)


@pytest.fixture
def place() -> Place:
    return Place()


def test_what_begins_now_is_told_with_its_writing_and_once(place: Place) -> None:
    made = place.make(team_ids=("team_1",), level=Level.CRITICAL)
    assert place.make(team_ids=("team_1",)) == made
    (event,) = place.told()
    assert (event["type"], event["data"]["team_ids"]) == ("announcement.created", ["team_1"])
    assert event["aggregate"] == {"kind": "announcement", "id": made.id, "version": 1}
    assert event["snapshot"]["body"] == "Text"
    assert place.timers.set_for == []
    with pytest.raises(ClientIdReused):
        place.make(title="Other")


def test_what_begins_later_is_told_by_its_timer_once(place: Place) -> None:
    later = AT + HOUR
    made = place.make(starts_at=later)
    assert place.timers.set_for == [(TELL, made.id, 1, later)]
    place.service.due(made.id, 1, AT + timedelta(minutes=59))
    assert (place.told(), place.titles(ANA)) == ([], [])
    for _ in range(2):
        place.service.due(made.id, 1, later)
    assert [event["type"] for event in place.told()] == ["announcement.created"]
    assert place.titles(ANA, later) == ["News 1"]
    place.service.due("ann_gone", 1, later)


def test_another_time_sets_another_timer_and_the_old_one_does_nothing(place: Place) -> None:
    made = place.make(starts_at=AT + HOUR)
    moved = place.service.change(SUE, made.id, 1, {"starts_at": AT + 2 * HOUR}, AT)
    assert place.timers.set_for[-1] == (TELL, made.id, 2, AT + 2 * HOUR)
    place.service.due(made.id, 1, AT + HOUR)
    assert place.told() == []
    place.service.due(made.id, 2, AT + 2 * HOUR)
    assert len(place.told()) == 1
    with pytest.raises(VersionConflict):
        place.service.change(SUE, made.id, moved.version, {"title": "Late"}, AT)
    with pytest.raises(InvalidInput):
        place.service.change(SUE, made.id, 3, {"starts_at": AT + 3 * HOUR}, AT + 2 * HOUR)


def test_what_is_brought_forward_is_told_at_once(place: Place) -> None:
    made = place.make(starts_at=AT + HOUR)
    place.service.change(SUE, made.id, 1, {"starts_at": AT}, AT)
    place.service.due(made.id, 1, AT + HOUR)
    assert len(place.told()) == 1


def test_what_was_ended_before_it_began_is_never_told(place: Place) -> None:
    made = place.make(starts_at=AT + HOUR)
    ended = place.service.end(made.id, AT + timedelta(minutes=1))
    assert place.service.end(made.id, AT + HOUR) == ended
    place.service.due(made.id, 1, AT + HOUR)
    assert place.told() == []
    with pytest.raises(AnnouncementOver):
        place.service.change(SUE, made.id, ended.version, {"title": "Again"}, AT + HOUR)


def test_an_agent_sees_what_is_for_them_until_they_have_read_it(place: Place) -> None:
    place.make("1", team_ids=("team_1",))
    place.make("2", level=Level.IMPORTANT, requires_ack=True)
    place.make("3", starts_at=AT + HOUR)
    place.make("4", ends_at=AT + HOUR)
    assert place.titles(ANA) == ["News 2", *sorted(place.titles(ANA)[1:])]
    assert set(place.titles(ANA)) == {"News 1", "News 2", "News 4"}
    assert set(place.titles(BEN)) == {"News 2", "News 4"}
    assert set(place.titles(BEN, AT + 2 * HOUR)) == {"News 2", "News 3"}

    first = place.service.read(ANA, announcement_id_of(SUE, "1"), AT, acknowledged=False)
    again = place.service.read(ANA, announcement_id_of(SUE, "1"), AT + HOUR, acknowledged=True)
    place.service.read(ANA, announcement_id_of(SUE, "2"), AT, acknowledged=False)

    assert (again.read_at, again.acknowledged_at) == (first.read_at, AT + HOUR)
    # Reading is not enough where it has to be confirmed.
    assert set(place.titles(ANA)) == {"News 2", "News 4"}
    place.service.read(ANA, announcement_id_of(SUE, "2"), AT, acknowledged=True)
    assert place.titles(ANA) == ["News 4"]
    assert set(place.titles(ANA, everything=True)) == {"News 1", "News 2", "News 4"}
    assert place.service.figures(announcement_id_of(SUE, "2")) == (1, 1, frozenset({"agt_ana"}))
    for reader, number in ((BEN, "1"), (ANA, "3"), (ANA, "9")):
        with pytest.raises(AnnouncementNotFound):
            place.service.read(reader, announcement_id_of(SUE, number), AT, acknowledged=True)


def test_what_cannot_be_announced_is_refused_with_its_field(place: Place) -> None:
    for more, field in (
        ({"title": " "}, "title"),
        ({"body": "x" * 5001}, "body"),
        ({"ends_at": AT}, "ends_at"),
        ({"starts_at": AT - 2 * HOUR, "ends_at": AT - HOUR}, "ends_at"),
        ({"starts_at": AT + timedelta(days=367), "ends_at": AT + timedelta(days=368)}, "ends_at"),
    ):
        with pytest.raises(InvalidInput) as refused:
            place.make(**more)
        assert refused.value.field == field
    assert place.table.items == {}


def test_all_of_them_are_listed_page_by_page(place: Place) -> None:
    for number in range(5):
        place.make(str(number), ends_at=AT + (number + 1) * HOUR)
    page = place.store.page(2, None)
    rest = place.store.page(9, page.next)
    assert [each.title for each in [*page.items, *rest.items]] == [f"News {number}" for number in (4, 3, 2, 1, 0)]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=4), st.booleans())
def test_whatever_call_fails_it_is_told_exactly_once(faults: list[tuple[int, bool]], later: bool) -> None:
    place = Place()
    starts_at = AT + HOUR if later else AT
    for fails_at, after in [*faults, (99, False)]:
        place.brittle.fails_at, place.brittle.after = fails_at, after
        with suppress(Crash, StoreUnavailable):
            place.make(starts_at=starts_at)
    for fails_at, after in [*faults, (99, False)]:
        place.brittle.fails_at, place.brittle.after = fails_at, after
        for kind, subject, epoch, due_at in list(place.timers.set_for):
            assert kind == TELL
            with suppress(Crash, StoreUnavailable):
                place.service.due(subject, epoch, due_at)
    place.brittle.fails_at = None
    assert [event["type"] for event in place.told()] == ["announcement.created"]
    assert len(place.store.page(9, None).items) == 1
