"""Merging's store over tables made from the template: one transaction, whole or nothing, however much it moves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from chalicelib.aws import keys
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.merging import MergingStore
from chalicelib.aws.stores.routing import RoutingStore
from chalicelib.aws.stores.writes import count_writes, put_conversation, put_head
from chalicelib.aws.transaction import Desk, Update
from chalicelib.domain import ids
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.capacity import Capacity
from chalicelib.domain.conversation import Conversation, Leg, LegHead, Priority, Status
from chalicelib.domain.counts import DESK
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import MergeRefused
from chalicelib.domain.merging import MAX_LEGS
from chalicelib.domain.parting import Cut
from chalicelib.domain.presence import Intent, Presence
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.reads import ViewQuery
from chalicelib.domain.workload import Workload
from chalicelib.domain.writes import ConversationChange, Recorded, Written
from chalicelib.services.merging import Rearranging
from tests.flow.world import ENV, create_tables

NOW = datetime(2026, 8, 1, 10, tzinfo=UTC)
ANA = Principal("agent", "agt_ana", "Ana", Role.AGENT)
ONE, OTHER = "cnv_0001", "cnv_0002"


def leg(number: int) -> Leg:
    message = ids.message_id(NOW + timedelta(seconds=number), str(number))
    return Leg(ids.leg_id("ibx_1", str(number)), "ibx_1", "whatsapp", str(number), message, message, NOW)


class Place:
    """Two conversations of Bob's, the second of them Ana's."""

    def __init__(self, legs: int = 1) -> None:
        self.desk = Desk(boto3.client("dynamodb"), "desk")
        self.store, self.routing, self.reads = MergingStore(self.desk), RoutingStore(self.desk), DeskStore(self.desk)
        presence = Presence(Intent.ONLINE, "", NOW, NOW + timedelta(seconds=90))
        self.routing.put_workload(Workload(ANA.id, "Ana", ("team_1",), presence, Capacity()), 0, None)
        self.put(ONE, range(legs), Priority.LOW, None)
        self.put(OTHER, range(legs, 2 * legs), Priority.HIGH, ANA.id)

    def put(self, name: str, numbers: range, priority: Priority, owner: str | None) -> None:
        legs = {each.id: each for each in map(leg, numbers)}
        made = Conversation(
            id=name,
            contact_id="con_1",
            contact_name="Bob",
            inbox_id="ibx_1",
            channel="whatsapp",
            active_leg_id=next(iter(legs)),
            opened_at=NOW,
            status_changed_at=NOW,
            last_activity_at=NOW,
            view_at=NOW,
            created_at=NOW,
            priority=priority,
            team_id="team_1",
            assignee_id=owner,
            weight=2 if owner else 0,
            legs=legs,
            waiting_since=NOW + timedelta(seconds=numbers.start),
            unread=len(legs),
        )
        self.desk.transact([put_conversation(None, made, Recorded((), SYSTEM, NOW)), *count_writes(None, made)])
        if owner:
            self.desk.write(Update(keys.workload(owner), "ADD used :two", {":two": 2}))
        for each in legs.values():
            head = LegHead(each.id, "ibx_1", "whatsapp", each.address, "idn_1", "con_1", name, 1, Status.OPEN, NOW)
            self.desk.write(put_head(head))

    def found(self, name: str) -> Conversation:
        found = self.store.conversation(name)
        assert found is not None
        return found

    def used(self) -> int:
        found = self.routing.workload(ANA.id)
        assert found is not None
        return found.used

    def rearranging(self) -> Rearranging:
        return Rearranging(self.store, ANA, NOW + timedelta(minutes=1))

    def listed(self, kind: str, key: str, status: str) -> set[str]:
        return {row.id for row in self.reads.list_view(ViewQuery(kind, key, status, 50)).items}


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Place]]:
    for name, value in ENV.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        create_tables(boto3.client("dynamodb"))
        yield Place


def test_the_source_leaves_lists_counters_queue_and_its_agents_units(place: type[Place]) -> None:
    here = place()
    source = replace(here.found(OTHER), assignee_id=None)
    here.routing.put_entry(QueueEntry(ONE, "team_1", "whatsapp", NOW, NOW), None)
    assert (here.used(), here.reads.counts([DESK])[DESK]["open"]) == (2, 2)

    here.rearranging().merge(ONE, OTHER)

    assert here.used() == 0
    counts = here.reads.counts([DESK, ("team", "team_1"), ("agent", ANA.id), ("inbox", "ibx_1")])
    assert [(each["open"], each["resolved"]) for each in counts.values()] == [(1, 0), (1, 0), (0, 0), (1, 0)]
    for status in ("open", "resolved"):
        for kind, key in (("all", ""), ("owner", ANA.id), ("unassigned", ""), ("inbox", "ibx_1"), ("team", "team_1")):
            assert OTHER not in here.listed(kind, key, status)
    assert [entry.conversation_id for entry in here.routing.queue("team_1", 10).items] == [ONE]
    assert {head.conversation_id for head in here.store.heads(sorted(source.legs)).values()} == {ONE}
    target = here.found(ONE)
    assert (target.priority, target.unread, target.waiting_since) == (Priority.HIGH, 2, NOW)


def test_a_source_that_waits_leaves_its_queue(place: type[Place]) -> None:
    here = place()
    here.routing.put_entry(QueueEntry(ONE, "team_1", "whatsapp", NOW, NOW), None)

    here.rearranging().merge(OTHER, ONE)

    assert list(here.routing.queue("team_1", 10).items) == []
    assert (here.used(), here.found(OTHER).assignee_id) == (2, ANA.id)


def test_what_a_merge_was_made_of_is_kept_to_the_letter(place: type[Place]) -> None:
    here = place()
    before, target = here.found(OTHER), here.found(ONE)

    here.rearranging().merge(ONE, OTHER)

    merger = here.store.merger(ONE, OTHER)
    assert merger is not None
    assert merger.source == before
    assert (merger.priority, merger.waiting_since, merger.by) == (target.priority, target.waiting_since, ANA.id)
    assert here.store.merger(OTHER, ONE) is None


def test_as_many_legs_as_may_be_move_in_one_transaction_and_more_are_refused(place: type[Place]) -> None:
    here = place(MAX_LEGS // 2)
    merged = here.rearranging().merge(ONE, OTHER).target

    assert len(merged.legs) == MAX_LEGS
    assert {head.conversation_id for head in here.store.heads(sorted(merged.legs)).values()} == {ONE}
    here.put("cnv_0003", range(500, 501), Priority.NORMAL, None)
    with pytest.raises(MergeRefused) as refused:
        here.rearranging().merge(ONE, "cnv_0003")
    assert refused.value.facts["because"] == "legs"


def test_nothing_of_a_merge_is_written_where_one_side_has_changed(place: type[Place]) -> None:
    here = place()
    rearranging, real = here.rearranging(), here.store.heads

    def meanwhile(leg_ids: list[str]) -> object:
        found, now = real(leg_ids), here.found(OTHER)
        if now.priority is Priority.HIGH:
            after = replace(now, priority=Priority.URGENT, version=now.version + 1)
            change = ConversationChange(now, after, Recorded((), SYSTEM, NOW))
            assert here.reads.change(change) is Written.DONE
        return found

    here.store.heads = meanwhile  # type: ignore[assignment,method-assign]
    merged = rearranging.merge(ONE, OTHER).target

    assert merged.priority is Priority.URGENT
    assert here.found(ONE).version == 2
    assert here.found(OTHER).version == 3


def test_a_leg_that_is_split_off_counts_and_waits_by_itself(place: type[Place]) -> None:
    here = place()
    here.rearranging().merge(ONE, OTHER)
    moved = next(leg_id for leg_id in here.found(OTHER).legs)
    assert here.store.messages(here.found(ONE), 10) == []
    put_messages(here)

    done = here.rearranging().split(ONE, Cut(leg_id=moved))

    counts = here.reads.counts([DESK])[DESK]
    assert (counts["open"], counts["unassigned"]) == (2, 2)
    assert here.listed("unassigned", "", "open") == {ONE, done.source.id}
    assert here.store.heads([moved])[moved].conversation_id == done.source.id
    assert here.store.heads([moved])[moved].ordinal == 3


def put_messages(here: Place) -> None:
    """The messages that the legs' bounds name."""
    from chalicelib.aws.codec_message import message_item
    from chalicelib.aws.transaction import Put
    from chalicelib.domain.message import Author, Direction, Message, MessageKind

    for number, name in enumerate((ONE, OTHER)):
        own = leg(number)
        at = ids.message_time(own.first_message_id)
        said = Message(
            own.first_message_id, own.id, name, Direction.INBOUND, MessageKind.TEXT, at, at, Author("contact"), "Hello"
        )
        here.desk.write(Put(message_item(said)))
