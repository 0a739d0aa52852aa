"""Labels over the real store: by agents from the vocabulary, by keyword rules once per message, told in the thread."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.codec_contact import contact_item
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.labels import LabelMarks
from chalicelib.aws.transaction import Put
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.contact import Contact
from chalicelib.domain.errors import ConversationNotFound, InvalidInput
from chalicelib.domain.keyword_rules import KeywordRule
from chalicelib.domain.labels import MAX_LABELS, Label, LabelScope, Vocabulary, relabelled
from chalicelib.domain.reads import ThreadQuery
from chalicelib.services.label_documents import rules_body, rules_from, vocabulary_body, vocabulary_from
from chalicelib.services.labels import KeywordLabels, label_contact, label_conversation
from tests.services.test_routing import START, Floor

CNV, CON = "cnv_0001", "con_en"
ANA = Principal("agent", "agt_ana", "Ana", Role.AGENT)
WORDS = Vocabulary(
    {
        "refund": Label("refund", "Refund", scopes=(LabelScope.CONVERSATION,)),
        "angry": Label("angry", "Angry"),
        "vip": Label("vip", "VIP", scopes=(LabelScope.CONTACT,)),
    }
)
RULES = (
    KeywordRule("Money back", {"field": "text", "contains": "refund"}, ("refund",), ("vip",)),
    KeywordRule("Shouting", {"field": "text", "contains_any": ["refund!", "lawyer"]}, ("refund", "angry")),
)


@dataclass
class Place:
    floor: Floor
    contacts: ContactStore
    keywords: KeywordLabels

    def says(self, text: str | None, name: str = "1", direction: str = "inbound") -> Any:
        snapshot = {"id": f"msg_{name}", "conversation_id": CNV, "direction": direction, "kind": "text", "text": text}
        return self.keywords.react({"type": "message.created", "snapshot": snapshot}, START)

    def labels(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        contact = self.contacts.get(CON)
        assert contact is not None
        return self.floor.conversation(CNV).labels, contact.labels

    def lines(self) -> list[Any]:
        thread = self.floor.desk.thread(ThreadQuery(CNV, 50, None, None))
        assert thread is not None
        return [note.facts for note in thread.notes]


@pytest.fixture
def place() -> Place:
    floor = Floor()
    floor.born(CNV)
    floor.raw.write(Put(contact_item(Contact(CON, START, START, name="Bob"))))
    contacts = ContactStore(floor.raw)
    return Place(floor, contacts, KeywordLabels(floor.desk, contacts, LabelMarks(floor.raw), lambda: RULES))


def test_a_conversation_is_labelled_and_its_thread_tells_of_it(place: Place) -> None:
    store = place.floor.desk
    after = label_conversation(store, ANA, WORDS, CNV, ["refund", "angry"], [], START)
    again = label_conversation(store, ANA, WORDS, CNV, ["angry"], [], START)
    off = label_conversation(store, ANA, Vocabulary(), CNV, [], ["refund"], START + timedelta(seconds=1))

    assert after.labels == ("refund", "angry")
    assert again == after  # nothing changes, nothing is written
    assert off.labels == ("angry",)
    told = sorted((each["added"], each["removed"]) for each in place.lines())
    assert told == [([], ["refund"]), (["refund", "angry"], [])]


def test_a_label_that_is_not_in_the_vocabulary_changes_nothing(place: Place) -> None:
    for keys in (["vip"], ["nothing"], ["refund", "vip"]):
        with pytest.raises(InvalidInput):
            label_conversation(place.floor.desk, ANA, WORDS, CNV, keys, [], START)
    with pytest.raises(InvalidInput):
        label_contact(place.contacts, ANA, WORDS, CON, ["refund"], [], START)
    with pytest.raises(ConversationNotFound):
        label_conversation(place.floor.desk, ANA, WORDS, "cnv_9", ["refund"], [], START)
    assert place.labels() == ((), ())


def test_a_contact_is_labelled(place: Place) -> None:
    label_contact(place.contacts, ANA, WORDS, CON, ["vip", "angry"], [], START)
    label_contact(place.contacts, ANA, WORDS, CON, [], ["vip", "refund"], START)

    assert place.labels() == ((), ("angry",))


def test_a_rule_labels_what_a_customer_writes_and_says_which_it_was(place: Place) -> None:
    place.says("REFUND! Now")

    assert place.labels() == (("refund", "angry"), ("vip",))
    line = place.lines()[0]
    assert line["rules"] == {"refund": "Money back", "angry": "Shouting", "vip": "Money back"}
    assert (line["added"], line["contact_added"], line["message_id"]) == (["refund", "angry"], ["vip"], "msg_1")


def test_a_message_that_is_told_twice_puts_nothing_back_that_was_taken_off(place: Place) -> None:
    place.says("refund please")
    label_conversation(place.floor.desk, ANA, WORDS, CNV, [], ["refund"], START)
    label_contact(place.contacts, ANA, WORDS, CON, [], ["vip"], START)

    assert place.says("refund please") is None
    assert place.labels() == ((), ())
    place.says("a refund, I said", "2")
    assert place.labels() == (("refund",), ("vip",))


def test_a_message_that_found_its_labels_there_counts_as_looked_at(place: Place) -> None:
    place.says("refund")
    place.says("refund again", "2")
    version = place.floor.conversation(CNV).version
    label_conversation(place.floor.desk, ANA, WORDS, CNV, [], ["refund"], START)

    place.says("refund again", "2")

    assert place.labels()[0] == ()
    assert place.floor.conversation(CNV).version == version + 1
    assert len(place.lines()) == 2


def test_what_no_rule_names_and_what_we_say_ourselves_changes_nothing(place: Place) -> None:
    before = place.floor.conversation(CNV)

    assert place.says("hello") is None
    assert place.says(None) is None
    assert place.says("refund", direction="outbound") is None
    assert place.floor.conversation(CNV) == before


def test_labels_of_a_conversation_have_an_end() -> None:
    full = tuple(f"label_{number}" for number in range(MAX_LABELS))

    with pytest.raises(InvalidInput):
        relabelled(full, ["one_more"], [])
    assert len(relabelled(full, ["one_more"], ["label_0"])) == MAX_LABELS


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"labels": [{"key": "A b", "name": "x"}]}, "labels[0].key"),
        ({"labels": [{"key": "a", "name": ""}]}, "labels[0].name"),
        ({"labels": [{"key": "a", "name": "A", "colour": "red"}]}, "labels[0].colour"),
        ({"labels": [{"key": "a", "name": "A", "scopes": []}]}, "labels[0].scopes"),
        ({"labels": [{"key": "a", "name": "A", "scopes": [{}]}]}, "labels[0].scopes"),
        ({"labels": [{"key": "a", "name": "A"}, {"key": "a", "name": "B"}]}, "labels[1].key"),
    ],
)
def test_a_vocabulary_that_breaks_a_rule_is_refused(body: dict, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        vocabulary_from(body, 1)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"condition": {}}, "rules[0].condition"),
        ({"condition": {"field": "labels", "is": "a"}}, "rules[0].condition.field"),
        ({"conversation_labels": []}, "rules[0].conversation_labels"),
        ({"conversation_labels": [1]}, "rules[0].conversation_labels[0]"),
        ({"name": None}, "rules[0].name"),
    ],
)
def test_keyword_rules_that_break_a_rule_are_refused(rule: dict, field: str) -> None:
    sound = {"name": "A", "condition": {"field": "text", "contains": "a"}, "conversation_labels": ["refund"]}

    with pytest.raises(InvalidInput) as refused:
        rules_from({"rules": [{**sound, **rule}]})

    assert refused.value.field == field


def test_documents_are_read_back() -> None:
    assert vocabulary_from(vocabulary_body(WORDS), 0) == WORDS
    assert rules_from(rules_body(RULES)) == RULES
