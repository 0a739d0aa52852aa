"""Keys and items of side threads."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws import keys, keys_work
from chalicelib.aws.codec import from_attributes, to_attributes
from chalicelib.aws.codec_side_thread import side_message_from, side_message_item, side_thread_from, side_thread_item
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import Attachment, AttachmentState
from chalicelib.domain.side_thread import (
    Origin,
    SideAuthor,
    SideMessage,
    SideThread,
    ThreadKind,
    ThreadState,
    Whom,
    message_id,
    message_number,
    thread_id,
    thread_of_message,
)
from tests.domain.values import identifiers

numbers = st.integers(0, 32**4 - 1)
names = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
moments = st.integers(0, 2**40).map(lambda seconds: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(milliseconds=seconds))
lists = st.lists(names.filter(bool), max_size=3).map(tuple)


@given(identifiers("cnv"), names, numbers, numbers)
def test_messages_of_a_thread_stand_together_in_their_order(conversation: str, client: str, a: int, b: int) -> None:
    thread, other = thread_id(conversation, client), thread_id(conversation, f"{client}.")
    (pk, one), (_, two) = (keys_work.side_message(conversation, message_id(thread, each)) for each in (a, b))
    assert (one < two, one == two) == (a < b, a == b)
    assert message_number(thread, keys.sort_identifier(one)) == a
    assert thread_of_message(keys.sort_identifier(one)) == thread
    assert message_number(other, keys.sort_identifier(one)) is None
    head = keys_work.side_thread(conversation, thread)
    assert (head[0], keys.sort_identifier(head[1])) == (pk, thread) == (keys.conversation(conversation)[0], thread)
    # A page of the conversation's own thread reads from the notes to the head.
    for sk in (one, head[1], keys_work.side_once(conversation, thread, client)[1]):
        assert sk < keys.NOTE
    assert keys.identifier(keys_work.side_place(thread)[0]) == thread


@settings(max_examples=30)
@given(
    st.builds(Whom, lists, lists, lists, lists, st.none() | st.just("ibx_1"), st.none() | st.just("C1")),
    st.sampled_from(ThreadKind), st.sampled_from(ThreadState), moments, lists,
    st.dictionaries(st.just("agt_1"), numbers), st.none() | names.filter(bool), names,
)  # fmt: skip
def test_a_thread_comes_back_out_of_its_item(
    whom: Whom,
    kind: ThreadKind,
    state: ThreadState,
    at: datetime,
    agents: tuple[str, ...],
    seen: dict[str, int],
    reference: str | None,
    words: str,
) -> None:
    thread = SideThread(
        *(thread_id("cnv_1", words), "cnv_1", kind, f"s{words}", whom, "agt_1", at, at, ("agt_1", *agents), "d", state),
        count=3,
        news=2,
        preview=words,
        seen=seen,
        reference=reference,
        version=4,
    )
    assert side_thread_from(from_attributes(to_attributes(side_thread_item(thread)))) == thread


@settings(max_examples=30)
@given(
    st.sampled_from(["agent", "outside", "system"]), names, moments, st.none() | st.sampled_from(DeliveryState),
    st.sampled_from(Origin), st.booleans(), st.none() | names.filter(bool), numbers.filter(bool),
)  # fmt: skip
def test_a_message_comes_back_out_of_its_item(
    who: str,
    text: str,
    at: datetime,
    state: DeliveryState | None,
    origin: Origin,
    came: bool,
    word: str | None,
    number: int,
) -> None:
    file = Attachment("text/plain", word, 3, object_key="attachments/x", state=AttachmentState.STORED)
    message = SideMessage(
        *(thread_id("cnv_1", text), "cnv_1", number, SideAuthor(who, f"i{text}", f"n{text}"), text, at, (file,)),
        external_id=word,
        state=state,
        reason=word,
        attempt=2,
        moved_at=at,
        news=number,
        automatic=word,
        origin=origin,
        came=came,
        content={"hidden": text},
        digest="d",
        version=3,
    )
    assert side_message_from(from_attributes(to_attributes(side_message_item(message)))) == message
