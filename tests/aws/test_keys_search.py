"""Keys of what contacts are found by and belong to: built, parsed back, and in the order they mean."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import keys_contact
from chalicelib.domain.search import Kind
from chalicelib.domain.search_words import LONGEST_TEXT
from tests.domain.values import identifiers, times

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=LONGEST_TEXT)


@given(st.sampled_from(Kind), TEXTS, identifiers("con"))
def test_a_text_and_its_contact_come_back_out_of_their_key(kind: Kind, text: str, contact_id: str) -> None:
    pk, sk = keys_contact.found_by(kind.value, text, contact_id)
    assert keys_contact.found_contact(sk) == contact_id
    assert sk.removesuffix(f"#{contact_id}") == text
    begins_pk, begins = keys_contact.found_by(kind.value, text)
    assert sk.startswith(begins)
    assert pk == begins_pk
    assert len(sk.encode()) <= 1024


@given(st.sampled_from([Kind.NAME, Kind.EMAIL]), TEXTS, st.integers(1, LONGEST_TEXT), identifiers("con"))
def test_a_beginning_is_looked_for_where_the_whole_is(kind: Kind, text: str, length: int, contact_id: str) -> None:
    whole, beginning = keys_contact.found_by(kind.value, text, contact_id), text[:length]
    pk, sk = keys_contact.found_by(kind.value, beginning)
    assert pk == whole[0]
    assert whole[1].startswith(sk)


@given(st.text("0123456789", min_size=5, max_size=15), st.integers(5, 15), identifiers("con"))
def test_the_end_of_a_number_is_looked_for_where_the_number_is(digits: str, length: int, contact_id: str) -> None:
    whole = keys_contact.found_by("p", digits[::-1], contact_id)
    pk, sk = keys_contact.found_by("p", digits[-length:][::-1])
    assert pk == whole[0]
    assert whole[1].startswith(sk)


@given(times, identifiers("con"), times, identifiers("con"))
def test_members_stand_in_the_order_in_which_they_were_made(at: object, one: str, later: object, other: str) -> None:
    first, second = keys_contact.member("seg_1", at, one), keys_contact.member("seg_1", later, other)  # type: ignore[arg-type]
    assert (keys_contact.member_id(first[1]), keys_contact.member_id(second[1])) == (one, other)
    assert (first[1][:9] <= second[1][:9]) or at > later  # type: ignore[operator]


@given(identifiers("con"))
def test_a_contact_counts_in_one_of_the_shards(contact_id: str) -> None:
    shard = keys_contact.segment_shard(contact_id)
    assert 0 <= shard < keys_contact.SEGMENT_SHARDS
    assert keys_contact.segment_counts(shard)[1] == f"{shard:02d}"


def test_contacts_are_spread_over_all_shards() -> None:
    found = {keys_contact.segment_shard(f"con_{number}") for number in range(1000)}
    assert len(found) == keys_contact.SEGMENT_SHARDS


@given(st.text(), st.text(), identifiers("con"))
def test_an_orders_number_is_digested_and_stands_under_its_contact(one: str, other: str, contact_id: str) -> None:
    assert (keys_contact.order_number(one) == keys_contact.order_number(other)) is (one == other)
    assert keys_contact.ordered(contact_id, one)[0] == keys_contact.indexed(contact_id)[0]
    assert keys_contact.belonging(contact_id)[0] == keys_contact.indexed(contact_id)[0]
