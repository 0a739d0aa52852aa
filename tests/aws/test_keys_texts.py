"""Keys of canned responses, macros, views, announcements: built, parsed back, and in the order they mean."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import keys, keys_work
from tests.domain.values import identifiers, times


@given(identifiers("can"), identifiers("cnv"), identifiers("mrn"), identifiers("ann"), identifiers("agt"))
def test_ids_come_back_out_of_their_keys(text: str, conversation: str, run: str, announcement: str, agent: str) -> None:
    assert keys.identifier(keys_work.text(text)[0]) == text
    pk, sk = keys_work.macro_run(conversation, run)
    assert (keys.identifier(pk), keys.sort_identifier(sk)) == (conversation, run)
    # A page of a thread begins with the notes.
    assert sk < keys.NOTE
    assert not sk.startswith(keys_work.SLACK_THREAD)
    pk, sk = keys_work.receipt(announcement, agent)
    assert (keys.identifier(pk), keys.sort_identifier(sk)) == (announcement, agent)
    assert pk == keys_work.announcement(announcement)[0]


@given(st.text(max_size=40), st.text(max_size=40), identifiers("agt"))
def test_a_name_is_one_whatever_its_case_and_each_owners(name: str, other: str, owner: str) -> None:
    key = keys_work.text_name("canned", "personal", owner, name)
    assert (key == keys_work.text_name("canned", "personal", owner, other)) is (name.casefold() == other.casefold())
    assert key != keys_work.text_name("macro", "personal", owner, name)
    assert key[0] != keys_work.text_name("canned", "all", "", name)[0]


@given(times, times, identifiers("ann"))
def test_announcements_stand_by_when_they_end(one: datetime, other: datetime, announcement: str) -> None:
    first, second = sorted((one, other))
    assert keys_work.announcement_place(first, announcement) <= keys_work.announcement_place(second, announcement)
