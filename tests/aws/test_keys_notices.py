"""Keys of notices: an agent's collection stands in the order that its list reads it in; ids come back out of them."""

from hypothesis import given

from chalicelib.aws import keys, keys_work
from tests.domain.values import identifiers


@given(identifiers("agt"), identifiers("ntc"), identifiers("ntc"))
def test_what_is_unseen_stands_behind_what_is_seen(agent: str, one: str, other: str) -> None:
    seen, unseen = keys_work.notice(agent, one, seen=True), keys_work.notice(agent, other, seen=False)

    assert seen[1] < unseen[1]
    assert seen[0] == unseen[0] == keys_work.notice_digest(agent)[0]
    assert keys.identifier(seen[0]) == agent
    assert (keys.sort_identifier(seen[1]), keys.sort_identifier(unseen[1])) == (one, other)
    assert keys_work.notice_preferences(agent)[1] < seen[1]
    assert keys_work.push_subscription(agent, "psh_1")[1] > unseen[1]


@given(identifiers("cnv"))
def test_a_return_stands_before_the_notes_of_its_conversation(conversation: str) -> None:
    pk, sk = keys_work.returned(conversation)

    assert pk == keys.conversation(conversation)[0]
    assert sk < keys.NOTE
    assert keys.identifier(keys_work.signs(conversation)[0]) == conversation
