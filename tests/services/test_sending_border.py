"""No placeholder of ours is ever sent: whatever is written, by whomever, in whatever form."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.message import Direction, MessageKind
from chalicelib.domain.placeholders import filled, names_in
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft
from tests.services.moves import Moves
from tests.services.room import who

MACHINE = Principal("api", "key_1", "Shop", Role.AGENT)
PIECES = st.sampled_from(
    [
        "Hello ",
        "{{contact.name}}",
        "{{ contact.name | }}",
        "{{contact.first_name|there}}",
        "{{",
        "}}",
        "|",
        "{{1}}",
        "a_b",
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=6).map("".join).filter(lambda text: text.strip() != "")
HOSTILE = st.lists(st.sampled_from(["Bob", "{{", "}}", "{", "}", "contact.name", "|", " "]), max_size=6).map("".join)


def test_what_is_sent_holds_no_placeholder_unless_it_is_meant() -> None:
    hall = Moves()
    where = hall.says("bob", "sms", settled=False)
    sent = 0

    @settings(max_examples=60)
    @given(TEXTS, st.sampled_from([who("ana"), MACHINE]), st.booleans())
    def tried(text: str, principal: Principal, literal: bool) -> None:
        nonlocal sent
        sent += 1
        draft = Draft(f"c{sent}", text, literal=literal)
        before = len(hall.messages())
        try:
            stored = reply(ReplyStore(hall.raw), hall.inboxes, principal, where, draft, hall.now)
        except InvalidInput as refused:
            assert refused.field == "text"
            assert not literal
            assert list(names_in(text))
            assert len(hall.messages()) == before
        else:
            assert literal or not list(names_in(stored.text))

    tried()
    assert any(each.direction is Direction.OUTBOUND for each in hall.messages())


@settings(max_examples=60)
@given(HOSTILE, HOSTILE)
def test_nothing_that_is_known_of_a_customer_makes_a_placeholder(name: str, other: str) -> None:
    text = "{{{contact.name|there}}} {{contact.first_name|}}{{contact.name}}}}"
    done = filled(text, {"contact.name": name, "contact.first_name": other})
    assert [each for _path, each in names_in(done.value)] == list(dict.fromkeys(done.missing))


def test_the_refusal_names_the_place_in_a_template() -> None:
    hall = Moves()
    where = hall.says("bob", "whatsapp", settled=False)
    content = {"name": "order", "language": "en", "components": [{"type": "body", "text": "{{contact.name}}"}]}
    with pytest.raises(InvalidInput) as refused:
        reply(
            ReplyStore(hall.raw),
            hall.inboxes,
            who("ana"),
            where,
            Draft("c", kind=MessageKind.TEMPLATE, content=content),
            hall.now,
        )
    assert refused.value.field == "content.components[0].text"
