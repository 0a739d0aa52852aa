"""Offers' store over tables made from the template: each write is whole or nothing, and holds only where it may."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from chalicelib.aws import keys
from chalicelib.aws.codec import from_attributes, to_attributes
from chalicelib.aws.codec_routing import entry_from, entry_item, offer_from, offer_item
from chalicelib.aws.stores.offers import OfferStore
from chalicelib.aws.stores.routing import RoutingStore
from chalicelib.aws.stores.units import leave_queue
from chalicelib.aws.stores.writes import put_conversation
from chalicelib.aws.transaction import Desk
from chalicelib.domain.capacity import Capacity
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.events import ConversationOffered, ConversationOfferEnded
from chalicelib.domain.giving import Ended, Offered
from chalicelib.domain.presence import Intent, Presence
from chalicelib.domain.queue import QueueEntry, refused
from chalicelib.domain.routing_offer import ASK_AGAIN, Ending, Offer
from chalicelib.domain.routing_values import Decision, Outcome
from chalicelib.domain.workload import Workload
from chalicelib.domain.writes import ConversationChange, Recorded, Written
from tests.flow.world import ENV, create_tables

NOW = datetime(2026, 8, 1, 10, tzinfo=UTC)
NAME, ANA = "cnv_0001", "agt_ana"
OFFER = Offer(NAME, ANA, "Ana", NOW, NOW + timedelta(seconds=30), epoch=2, attempt=1, weight=2)
ENTRY = QueueEntry(NAME, "team_1", "whatsapp", NOW, NOW, declined=("agt_x",), facts={"channel": "whatsapp"})


class Place:
    """A conversation that waits, and Ana, who is there with four of ten units in use."""

    def __init__(self) -> None:
        self.desk = Desk(boto3.client("dynamodb"), "desk")
        self.offers, self.store = OfferStore(self.desk), RoutingStore(self.desk)
        presence = Presence(Intent.ONLINE, "", NOW, NOW + timedelta(seconds=90))
        self.store.put_workload(Workload(ANA, "Ana", ("team_1",), presence, Capacity()), 0, None)
        self.before = Conversation(
            id=NAME,
            contact_id="con_1",
            contact_name="Bob",
            inbox_id="ibx_1",
            channel="whatsapp",
            active_leg_id="leg_1",
            opened_at=NOW,
            status_changed_at=NOW,
            last_activity_at=NOW,
            view_at=NOW,
            created_at=NOW,
            waiting_since=NOW,
        )
        self.desk.write(put_conversation(None, self.before, Recorded((), SYSTEM, NOW)))
        self.store.put_entry(ENTRY, None)

    def offered(self, *, limit: int = 7, offer: Offer = OFFER) -> Written:
        told = ConversationOffered(agent_id=ANA, until=offer.until.isoformat(), attempt=1)
        before = self.found()
        decision = Decision(NAME, NOW, Outcome.OFFERED, ANA, (), (), 0, (), False, "Ana is offered it.")
        return self.offers.offer(
            Offered(
                before=before,
                after=replace(before, version=before.version + 1),
                recorded=Recorded((told,), SYSTEM, NOW),
                offer=offer,
                limit=limit,
                decision=decision,
                entry=replace(ENTRY, offer=offer, attempts=1),
            )
        )

    def ended(self, ending: Ending, *, offer: Offer = OFFER) -> Written:
        before, entry = self.store.queued(NAME)
        assert before is not None and entry is not None
        after = replace(before, version=before.version + 1)
        if ending is Ending.ACCEPTED:
            after = replace(after, assignee_id=ANA, weight=offer.weight)
        told = ConversationOfferEnded(agent_id=ANA, outcome=ending.value)
        left = refused(entry, ANA, NOW) if ending in (Ending.DECLINED, Ending.EXPIRED) else entry
        change = ConversationChange(before, after, Recorded((told,), SYSTEM, NOW))
        return self.offers.end(Ended(change=change, offer=offer, ending=ending, entry=left))

    def found(self) -> Conversation:
        found = self.store.conversation(NAME)
        assert found is not None
        return found

    def entry(self) -> QueueEntry:
        found = self.store.entry(NAME)
        assert found is not None
        return found

    def ana(self) -> Workload:
        found = self.store.workload(ANA)
        assert found is not None
        return found


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    for name, value in ENV.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        create_tables(boto3.client("dynamodb"))
        yield Place()


def test_an_offer_is_read_back() -> None:
    assert offer_from(from_attributes(to_attributes(offer_item(OFFER)))) == OFFER
    entry = replace(ENTRY, offer=OFFER, attempts=3, declined_until=NOW + ASK_AGAIN)
    assert entry_from(from_attributes(to_attributes(entry_item(entry)))) == entry
    assert keys.offer(ANA, NAME) == ("AGT#agt_ana", "O#cnv_0001")


def test_an_offer_keeps_its_units_and_its_place_in_the_queue(place: Place) -> None:
    assert place.offered() is Written.DONE
    assert place.offers.offers(ANA) == [OFFER]
    assert (place.ana().used, place.ana().epoch, place.found().version) == (2, 1, 2)
    assert place.entry() == replace(ENTRY, offer=OFFER, attempts=1)
    assert [each.offer for each in place.store.queue("team_1", 10).items] == [OFFER]
    assert place.offers.conversations([NAME])[NAME] == place.found()
    (decision,) = place.store.decisions(NAME, 5)
    assert (decision.outcome, decision.sentence) == (Outcome.OFFERED, "Ana is offered it.")


def test_nobody_is_offered_what_they_have_no_room_for_or_while_away(place: Place) -> None:
    place.offered(limit=7)
    place.ended(Ending.DECLINED)
    assert place.offered(limit=-1) is Written.CONFLICT
    known = place.ana()
    away = replace(known, presence=replace(known.presence, intent=Intent.AWAY), version=known.version + 1)
    place.store.put_workload(away, known.version, None)
    assert place.offered() is Written.CONFLICT
    assert (place.ana().used, place.offers.offers(ANA)) == (0, [])


def test_what_is_offered_is_offered_to_nobody_else_and_waits_as_it_did(place: Place) -> None:
    place.offered()
    again = replace(OFFER, agent_id="agt_ben", epoch=3)
    assert place.offered(offer=again) is Written.CONFLICT
    assert place.store.put_entry(ENTRY, None) is Written.CONFLICT
    before = place.found()
    change = ConversationChange(before, replace(before, version=before.version + 1), Recorded((), SYSTEM, NOW))
    assert place.store.give_back(change, ENTRY) is Written.CONFLICT
    assert place.entry().offer == OFFER


def test_points_may_change_under_an_offer_and_only_under_the_one_that_was_read(place: Place) -> None:
    place.offered()
    read = place.entry()
    assert place.store.rescore(replace(read, points=5)) is Written.DONE
    assert (place.entry().points, place.entry().offer) == (5, OFFER)
    assert place.store.rescore(replace(read, offer=None, points=9)) is Written.CONFLICT
    assert place.store.rescore(replace(read, offer=replace(OFFER, epoch=9))) is Written.CONFLICT
    place.ended(Ending.DECLINED)
    assert place.entry().points == 5
    assert place.store.rescore(read) is Written.CONFLICT


def test_an_accepted_offer_is_the_agents_with_the_units_that_were_kept(place: Place) -> None:
    place.offered()
    assert place.ended(Ending.ACCEPTED) is Written.DONE
    assert (place.found().assignee_id, place.found().weight) == (ANA, 2)
    assert (place.ana().used, place.ana().idle_since) == (2, NOW)
    assert (place.entry().waits, place.entry().offer) == (False, None)
    assert place.offers.offers(ANA) == []
    assert place.ended(Ending.EXPIRED) is Written.CONFLICT
    assert place.ana().used == 2


@pytest.mark.parametrize(
    ("ending", "missed", "declined"),
    [(Ending.DECLINED, 0, ("agt_x", ANA)), (Ending.EXPIRED, 2, ("agt_x", ANA)), (Ending.WITHDRAWN, 1, ("agt_x",))],
)
def test_an_offer_that_ends_gives_its_units_back_once(
    place: Place, ending: Ending, missed: int, declined: tuple[str, ...]
) -> None:
    place.offered()
    place.ended(Ending.EXPIRED)
    assert place.offered(offer=replace(OFFER, epoch=4)) is Written.DONE
    assert (place.ana().used, place.ana().missed) == (2, 1)
    # An end of the first offer, which is long over.
    assert place.ended(ending) is Written.CONFLICT
    assert place.ended(ending, offer=replace(OFFER, epoch=4)) is Written.DONE
    assert (place.ana().used, place.ana().missed, place.offers.offers(ANA)) == (0, missed, [])
    assert place.entry().offer is None
    assert set(declined) <= set(place.entry().declined)
    assert place.ended(ending, offer=replace(OFFER, epoch=4)) is Written.CONFLICT
    assert place.ana().used == 0


def test_what_left_its_queue_is_neither_accepted_nor_declined_but_withdrawn(place: Place) -> None:
    place.offered()
    place.desk.write(leave_queue(NAME))
    for ending in (Ending.ACCEPTED, Ending.DECLINED, Ending.EXPIRED):
        assert place.ended(ending) is Written.CONFLICT
    assert place.ana().used == 2
    assert place.ended(Ending.WITHDRAWN) is Written.DONE
    assert (place.ana().used, place.found().status) == (0, Status.OPEN)


def test_who_stands_down_begins_the_count_anew(place: Place) -> None:
    place.offered()
    place.ended(Ending.EXPIRED)
    known = place.ana()
    after = replace(known, presence=replace(known.presence, intent=Intent.AWAY), version=known.version + 1)
    assert place.offers.stand_down(after, known.version, None) is Written.DONE
    assert (place.ana().missed, place.ana().presence.intent) == (0, Intent.AWAY)
    assert place.offers.stand_down(after, known.version, None) is Written.CONFLICT
