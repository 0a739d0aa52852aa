"""What routing reads in one call: a conversation with its entry and contact, an agent with the pools they stand in."""

from collections.abc import Iterator
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from chalicelib.aws.codec_contact import contact_item
from chalicelib.aws.transaction import Put
from chalicelib.domain.contact import Contact
from tests.aws.test_offers import ANA, ENTRY, NAME, NOW, Place
from tests.flow.world import ENV, create_tables

BOB = Contact("con_1", NOW, NOW, name="Bob", locale="de-DE")


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    for name, value in ENV.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        create_tables(boto3.client("dynamodb"))
        yield Place()


def test_a_conversation_is_read_with_its_entry_and_its_contact(place: Place) -> None:
    place.desk.write(Put(contact_item(BOB)))
    place.desk.write(Put(contact_item(Contact("con_2", NOW, NOW, name="Eve"))))
    assert place.store.queued_by(NAME, BOB.id) == (place.before, ENTRY, BOB)
    assert place.store.queued_by(NAME, None) == (place.before, ENTRY, None)
    # Who asks may be behind: since then the conversation has become somebody else's.
    assert place.store.queued_by(NAME, "con_2") == (place.before, ENTRY, None)
    assert place.store.queued_by(NAME, "con_9") == (place.before, ENTRY, None)
    assert place.store.queued_by("cnv_9", BOB.id) == (None, None, None)


def test_an_agent_is_read_with_the_teams_in_whose_pools_they_stand(place: Place) -> None:
    assert place.store.standing(ANA) == (place.ana(), [])
    assert place.store.standing("agt_9") == (None, [])
    place.offered()
    ana, places = place.store.standing(ANA)
    assert ana is not None and ana.used == 2
    place.store.refresh_places(ana, NOW, there=True, places=places)
    assert place.store.standing(ANA) == (place.ana(), ["fallback", "team_1"])
    assert [each.used for each in place.store.pool("team_1", 5).items] == [2]
    # Gone: out of every pool that they stood in, whichever teams they have now.
    place.store.refresh_places(ana, NOW + timedelta(hours=1), there=False)
    assert list(place.store.pool("team_1", 5).items) == list(place.store.pool("fallback", 5).items) == []
