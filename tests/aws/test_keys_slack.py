"""Keys of the company's Slack: built, parsed back, and never shared."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import keys, keys_work
from tests.domain.values import identifiers

CHANNELS = st.from_regex(r"[CG][A-Z0-9]{1,12}", fullmatch=True)
TIMES = st.from_regex(r"[0-9]{10}\.[0-9]{6}", fullmatch=True)


@given(identifiers("cnv"), identifiers("agt"), CHANNELS)
def test_ids_come_back_out_of_their_keys(conversation: str, agent: str, channel: str) -> None:
    pk, sk = keys_work.slack_thread(conversation, channel)
    assert (keys.identifier(pk), sk.removeprefix(keys_work.SLACK_THREAD)) == (conversation, channel)
    # A page of a thread begins with the notes, and the conversation's head comes last.
    assert sk < keys.NOTE < keys.HEAD
    assert keys.identifier(keys_work.slack_link(agent)[0]) == agent


@given(CHANNELS, TIMES, CHANNELS, TIMES)
def test_two_threads_never_share_a_place(channel: str, ts: str, other: str, later: str) -> None:
    one = keys_work.slack_place(channel, ts)
    assert (one == keys_work.slack_place(other, later)) is ((channel, ts) == (other, later))


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_was_posted_is_digested(name: str, other: str) -> None:
    assert (keys_work.slack_post(name) == keys_work.slack_post(other)) is (name == other)
    assert keys_work.slack_post(name)[0].isascii()


def test_a_person_is_a_persons_of_one_workspace() -> None:
    assert keys_work.slack_user("T1", "U1") != keys_work.slack_user("T1U", "1")
    assert keys_work.slack_user("T1", "U1") != keys_work.slack_user("T2", "U1")
