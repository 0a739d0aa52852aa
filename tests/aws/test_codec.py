"""Item forms: whatever is written is read back equal, and small."""

from typing import Any

from hypothesis import given, settings

from chalicelib.aws.codec import Item, from_attributes, milliseconds, moment, to_attributes
from chalicelib.aws.codec_contact import contact_from, contact_item, identity_item
from chalicelib.aws.codec_conversation import alias_item, conversation_from, conversation_item, head_from, head_item
from chalicelib.aws.codec_message import message_from, message_item, note_from, note_item
from chalicelib.domain.contact import Contact, ContactIdentity
from chalicelib.domain.conversation import Conversation, LegHead
from chalicelib.domain.message import Message
from chalicelib.domain.note import Note
from tests.domain import values

few = settings(max_examples=60, deadline=None)


def stored(item: Item) -> Item:
    """As it comes back from the table."""
    return from_attributes(to_attributes(item))


@few
@given(values.conversations())
def test_a_conversation_is_read_back(conversation: Conversation) -> None:
    assert conversation_from(stored(conversation_item(conversation))) == conversation


@few
@given(values.conversations())
def test_a_list_row_tells_all_but_legs_and_clocks(conversation: Conversation) -> None:
    item = stored(conversation_item(conversation))
    row = conversation_from({name: item[name] for name in ("pk", "row", "version", "view_key")})
    for name in ("status", "unread", "last_message", "assignee_id", "team_id", "waiting_since", "labels", "priority"):
        assert getattr(row, name) == getattr(conversation, name)
    assert row.legs == {}


@few
@given(values.messages())
def test_a_message_is_read_back(message: Message) -> None:
    assert message_from(stored(message_item(message))) == message


@few
@given(values.heads)
def test_a_legs_head_is_read_back(head: LegHead) -> None:
    assert head_from(stored(head_item(head))) == head


@few
@given(values.contacts)
def test_a_contact_is_read_back(contact: Contact) -> None:
    assert contact_from(stored(contact_item(contact))) == contact


@few
@given(values.notes)
def test_a_note_is_read_back(note: Note) -> None:
    assert note_from(stored(note_item(note))) == note


@few
@given(values.contact_identities)
def test_an_identity_names_its_contact(identity: ContactIdentity) -> None:
    item = stored(identity_item(identity))
    assert (item["contact"], item["channel"], item["address"]) == (
        identity.contact_id,
        identity.channel,
        identity.address,
    )


@given(values.times)
def test_a_time_is_read_back(at: Any) -> None:
    assert moment(milliseconds(at)) == at


def test_an_alias_holds_nothing_but_where_it_leads() -> None:
    place = {"kind_key": "held#leg_2", "kind_sort": "LEG#leg_1"}
    assert stored(alias_item("leg_1", "leg_2")) == {"pk": "LEG#leg_1", "sk": "~", "alias_of": "leg_2", **place}
