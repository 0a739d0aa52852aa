"""Keys: what is built is parsed back, two things never share one, and sort keys stand in the order they mean."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import keys
from chalicelib.domain import ids
from chalicelib.domain.line_ids import line_id
from tests.domain.values import base32, identifiers, leg_ids, message_ids, texts, times

BUILDERS = (keys.leg, keys.conversation, keys.contact, keys.identity, keys.agent, keys.upload, keys.inbox_health)


@given(identifiers("any"))
def test_an_id_comes_back_out_of_its_key(identifier: str) -> None:
    for build in BUILDERS:
        assert keys.identifier(build(identifier)[0]) == identifier
    assert keys.inbox(identifier) == ("INBOX", identifier)
    assert keys.team(identifier)[1] == keys.api_key(identifier)[1] == identifier


@given(leg_ids, message_ids, st.builds(ids.note_id, times, texts))
def test_a_message_and_a_note_come_back_out_of_their_keys(leg: str, message: str, note: str) -> None:
    pk, sk = keys.message(leg, message)
    assert (keys.identifier(pk), keys.sort_identifier(sk)) == (leg, message)
    assert keys.sort_identifier(keys.note("cnv_1", note)[1]) == note


@given(leg_ids, message_ids, message_ids, st.text())
def test_a_legs_collection_stands_in_order_with_its_head_last(leg: str, one: str, other: str, external: str) -> None:
    (_, first), (_, second) = keys.message(leg, one), keys.message(leg, other)
    assert (first < second) is (one < other)
    assert first < keys.parked(leg, external)[1] < keys.leg(leg)[1]


@given(identifiers("cnv"), st.builds(ids.note_id, times, texts), st.text())
def test_a_conversations_collection_has_its_head_last(conversation: str, note: str, client_id: str) -> None:
    once, line, head = (
        keys.once(conversation, client_id),
        keys.note(conversation, note),
        keys.conversation(conversation),
    )
    assert once[1] < line[1] < head[1]
    assert once[0] == line[0] == head[0]


@given(st.text(), st.text())
def test_what_anybody_may_choose_is_digested_before_it_is_a_key(one: str, other: str) -> None:
    for build in (
        lambda text: keys.parked("leg_1", text),
        lambda text: keys.once("cnv_1", text),
        lambda text: keys.account("whatsapp", text),
        lambda text: keys.seen("ibx_1", text),
        lambda text: keys.rate(text, "202603020900"),
        keys.proof,
    ):
        assert (build(one) == build(other)) is (one == other)
        assert all(character.isalnum() or character in "#~_" for part in build(one) for character in part)


@given(st.text(), st.text(), st.text(), st.text())
def test_templates_of_one_name_stand_together_and_no_two_share_a_key(a: str, b: str, c: str, d: str) -> None:
    one, other = keys.template("ibx_1", a, b), keys.template("ibx_1", c, d)
    assert (one == other) is ((a, b) == (c, d))
    assert one[1].startswith(keys.template_name(c)) is (a == c)
    assert one[1] < keys.template_list("ibx_1")[1]


@given(times)
def test_a_views_time_comes_back_out_of_its_key(at: datetime) -> None:
    assert keys.view_time(keys.view_key(at)) == at


@given(times, times)
def test_views_stand_in_the_order_of_time(one: datetime, other: datetime) -> None:
    assert (keys.view_key(one) < keys.view_key(other)) is (one < other)


@given(base32)
def test_a_conversation_is_always_counted_in_the_same_one_of_the_shards(body: str) -> None:
    conversation = f"cnv_{body:0>20}"
    shard = keys.count_shard(("desk", ""), conversation)
    assert 0 <= shard < keys.COUNT_SHARDS
    assert shard == keys.count_shard(("inbox", "ibx_1"), conversation)
    assert keys.count_shard(("agent", "agt_1"), conversation) == 0


@given(identifiers("leg"), identifiers("leg"))
def test_no_two_kinds_share_a_key(one: str, other: str) -> None:
    made = [build(one) for build in BUILDERS] + [keys.message(one, other), keys.parked(one, other)]
    made += [keys.inbox(one), keys.team(one), keys.api_key(one), keys.account("whatsapp", one), keys.once(one, other)]
    assert len(set(made)) == len(made)


@given(identifiers("con"), times, st.text(), st.from_regex(r"[a-z0-9_]{1,9}(\.[a-z0-9_]{1,9})?", fullmatch=True))
def test_a_timelines_line_comes_back_out_of_its_key(contact: str, at: datetime, seed: str, kind: str) -> None:
    line = line_id(at, seed)
    pk, sk = keys.timeline(contact, line, kind)
    assert (keys.identifier(pk), keys.timeline_line(sk)) == (contact, line)
    assert pk == keys.contact_timeline(contact)[0]
    assert ids.time_part(at) < sk < ids.time_part(at) + "~"


@given(times, times)
def test_a_timeline_stands_in_the_order_of_time(one: datetime, other: datetime) -> None:
    first, second = (keys.timeline("con_1", line_id(at, "x"), "a")[1] for at in (one, other))
    assert (first < second) is (one < other)


@given(st.text(), st.text())
def test_what_events_name_is_digested_before_it_is_a_key(one: str, other: str) -> None:
    for build in (
        lambda text: keys.evidence("email", text, "con_1"),
        lambda text: keys.counted("ibx_1", text),
        lambda text: keys.subject("ibx_1", text),
        lambda text: keys.waiting("ibx_1", text, "tml_1"),
    ):
        assert (build(one) == build(other)) is (one == other)
        assert all(character.isalnum() or character in "#~_" for part in build(one) for character in part)


@pytest.mark.parametrize("text", ["", "tml_", "tml_1", "msg_" + "1" * 29, "tml_" + "1" * 28, "tml_" + "u" * 29])
def test_what_is_no_lines_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no line id"):
        keys.timeline("con_1", text, "a")
