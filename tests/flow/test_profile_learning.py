"""What is learned of a customer by the whole way: words of the sign-in, labels of keyword rules, habits."""

from collections.abc import Iterator

import pytest

from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.domain.contact import Contact
from chalicelib.domain.habits import preferences
from chalicelib.services import label_documents
from chalicelib.services.label_documents import LABELS, RULES
from chalicelib.wiring import known_rules, profile, shared
from tests.flow import invariants
from tests.flow.chat import Visitor, add_chats
from tests.flow.scene import Scene, scene, stored

WORDS = {"labels": [{"key": "refund", "name": "Refund"}, {"key": "vip", "name": "VIP"}]}
MONEY = {
    "rules": [
        {
            "name": "Money back",
            "condition": {"field": "text", "contains": "refund"},
            "conversation_labels": ["refund"],
            "contact_labels": ["vip"],
        }
    ]
}


@pytest.fixture
def here() -> Iterator[Scene]:
    with scene() as made:
        add_chats(made)
        made.world.keeps_customers = True
        words = label_documents.put_vocabulary(DocumentStore(shared.desk(), LABELS), WORDS, 0)
        label_documents.put_keyword_rules(DocumentStore(shared.desk(), RULES), words, MONEY, 0)
        known_rules._memory.cache_clear()
        yield made


def contact() -> Contact:
    (found,) = ContactStore(shared.desk()).list(10, None).items
    whole = ContactStore(shared.desk()).get(found.id)
    assert whole is not None
    return whole


def test_what_a_customer_writes_labels_and_teaches(here: Scene) -> None:
    ann = Visitor(here)
    ann.says("I want a refund, please")
    here.world.pump()
    here.now.pass_(seconds=2)
    ann.says("Hello?")
    here.world.pump()

    (conversation,) = invariants.all_conversations(stored(here.world))
    assert conversation.labels == ("refund",)
    assert contact().labels == ("vip",)
    openings, _ = profile.habits().openings(contact().id)
    found = preferences(contact(), openings)
    assert [each.channel for each in openings] == ["web_chat"]
    assert (found.channel, found.learned.openings) == (None, 1)


def test_a_sign_in_that_says_something_new_is_kept_as_its_word(here: Scene) -> None:
    ann = Visitor(here)
    ann.identify(name="Ann Lee", email="ann@example.org")
    before = contact()

    here.now.pass_(seconds=2)
    ann.identify(name="Ann Lee", email="ann.lee@example.org")

    after = contact()
    assert (before.email, after.email, after.sources["email"]) == ("ann@example.org", "ann.lee@example.org", "site")
    assert [(point.value, point.valid_to is not None) for point in after.contact_points] == [("ann@example.org", True)]
    here.now.pass_(seconds=2)
    ann.identify(name="Ann Lee", email="ann.lee@example.org")
    assert contact() == after
