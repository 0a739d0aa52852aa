"""Side threads over the real store: started and carried on, answered once, behind the customer's back."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws.stores.personal_places import PersonalPlaces
from chalicelib.domain.erasure import Case, Survey
from chalicelib.domain.errors import ClientIdReused, ConversationIsMerged, InvalidInput, RetryRefused
from chalicelib.domain.errors_side_threads import SideMessageNotFound, SideThreadFull, SideThreadNotFound
from chalicelib.domain.message import Attachment, AttachmentState, Message
from chalicelib.domain.note import Note
from chalicelib.domain.side_thread import MAX_TEXT, MAX_THREADS, SideMessage, ThreadKind, ThreadState, Whom
from chalicelib.domain.side_thread_words import quoted
from chalicelib.services import desk
from chalicelib.services.reply import outgoing
from chalicelib.services.side_quotes import Quoting
from chalicelib.services.side_threads import Opening, Words
from tests.services.aside_room import ANA, BEN, CAROL, CNV, TARGET, AsideRoom, conversation


@pytest.fixture
def room() -> AsideRoom:
    return AsideRoom()


def test_a_thread_is_started_once_when_it_is_asked_for_twice(room: AsideRoom) -> None:
    thread = room.start()

    room.later(minutes=1)
    assert room.start() == thread
    assert [each["type"] for each in room.events()] == ["side_thread.created", "side_thread.said"]
    assert [message.text for message in room.messages(thread)] == ["When is it back?"]
    with pytest.raises(ClientIdReused):
        room.start(subject="Another thing")


def test_what_is_said_is_kept_once_when_it_is_sent_twice(room: AsideRoom) -> None:
    thread = room.start()

    first = room.threads.say(ANA, thread, Words("w1", "And in blue?"), room.now)
    # With the thread as it was before: somebody else was faster.
    again = room.threads.say(ANA, thread, Words("w1", "And in blue?"), room.later(minutes=1))

    assert (again, first.number) == (first, 2)
    with pytest.raises(ClientIdReused):
        room.threads.say(ANA, thread, Words("w1", "And in red?"), room.now)
    with pytest.raises(ClientIdReused):
        room.threads.say(BEN, thread, Words("w1", "And in blue?"), room.now)
    for text in ("", " \n", "x" * (MAX_TEXT + 1)):
        with pytest.raises(InvalidInput):
            room.threads.say(ANA, thread, Words("w2", text), room.now)


def test_colleagues_talk_and_each_sees_what_is_new(room: AsideRoom) -> None:
    thread = room.start(ThreadKind.COLLEAGUE)
    (created,) = room.events()
    assert set(created["data"]["agent_ids"]) == {BEN.id, CAROL.id}
    assert (thread.unread(ANA.id), thread.unread(BEN.id), thread.unread(CAROL.id)) == (0, 1, 0)

    answer = room.threads.say(BEN, thread, Words("b1", "On Friday."), room.later(minutes=1))
    (replied,) = room.events()
    assert (replied["type"], replied["data"]["author_kind"]) == ("side_thread.replied", "agent")
    assert set(replied["data"]["agent_ids"]) == {ANA.id, CAROL.id}
    assert answer.state is None
    assert (room.again(thread).unread(ANA.id), room.again(thread).unread(BEN.id)) == (1, 0)

    seen = room.threads.seen(ANA, thread, answer, room.now)
    assert (seen.unread(ANA.id), room.events()) == (0, [])
    # What was seen stays seen, whoever asks for less.
    opening = room.threads.message(thread, room.messages(thread)[0].id)
    assert room.threads.seen(ANA, seen, opening, room.now).unread(ANA.id) == 0


def test_who_joins_is_told_from_then_on(room: AsideRoom) -> None:
    thread = room.start()
    joined = room.threads.join(ANA, thread, (BEN.id, ANA.id), room.now)

    assert room.events()[-1]["data"]["added"] == [BEN.id]
    assert joined.unread(BEN.id) == 1
    assert room.threads.join(ANA, joined, (BEN.id,), room.now) == joined
    with pytest.raises(SideThreadFull):
        room.threads.join(ANA, joined, tuple(f"agt_{place}" for place in range(50)), room.now)
    assert room.again(thread) == joined


def test_an_answer_is_kept_once_and_told_to_those_concerned(room: AsideRoom) -> None:
    thread = room.start()
    room.events()

    assert room.threads.replied(thread.id, room.said())
    room.later(minutes=5)
    assert room.threads.replied(thread.id, room.said())

    (replied,) = room.events()
    assert (replied["type"], set(replied["data"]["agent_ids"])) == ("side_thread.replied", {ANA.id, CAROL.id})
    assert "supplier.example" not in str(replied)
    assert [message.text for message in room.messages(thread)] == ["When is it back?", "On Friday."]
    assert room.again(thread).unread(ANA.id) == 1
    assert not room.threads.replied("sth_0000", room.said())


def test_the_conversation_shows_a_line_of_an_answer_and_nothing_else(room: AsideRoom) -> None:
    thread = room.start()
    room.threads.say(ANA, thread, Words("w1", "Hello?"), room.now)
    room.threads.replied(thread.id, room.said(text="A secret price"))

    page = desk.thread(room.conversations, CNV, limit=50, reader=ANA)

    (line,) = page.entries
    assert isinstance(line, Note)
    assert (line.kind, line.facts["type"], line.facts["thread_id"]) == ("activity", "side_thread.replied", thread.id)
    assert "secret" not in str(line)


def test_a_closed_thread_is_opened_by_an_answer_but_not_by_a_machine(room: AsideRoom) -> None:
    thread = room.start()
    closed = room.threads.set_state(ANA, thread, ThreadState.CLOSED, room.now)
    assert room.threads.set_state(ANA, closed, ThreadState.CLOSED, room.now) == closed

    room.threads.replied(thread.id, room.said("a", "I am away", automatic="auto-submitted"))
    after = room.again(thread)
    assert (after.state, after.count, after.unread(ANA.id)) == (ThreadState.CLOSED, 2, 0)
    assert desk.thread(room.conversations, CNV, limit=50).entries == []

    room.threads.replied(thread.id, room.said("b"))
    assert room.again(thread).state is ThreadState.OPEN
    types = [each["type"] for each in room.events()]
    assert types[2:] == ["side_thread.closed", "side_thread.replied", "side_thread.replied"]


def test_an_answer_of_an_agent_elsewhere_is_theirs_and_goes_nowhere(room: AsideRoom) -> None:
    thread = room.start(ThreadKind.SLACK)
    room.send()
    who = {"author_kind": "agent", "author_id": BEN.id, "author_name": BEN.name}

    room.threads.replied(thread.id, room.said(**who))
    told = room.send()

    assert [each["type"] for each in told][-1] == "side_thread.replied"
    assert [message.number for message in room.posts.posted] == [1]
    assert BEN.id in room.again(thread).participants


def test_there_is_an_end_to_threads_of_a_conversation(room: AsideRoom) -> None:
    for place in range(MAX_THREADS):
        room.start(ThreadKind.COLLEAGUE, f"ask-{place}")
    with pytest.raises(SideThreadFull):
        room.start(ThreadKind.COLLEAGUE, "one more")
    assert len(room.threads.of(CNV)) == MAX_THREADS


def test_a_merged_conversation_is_shown_with_its_threads_and_begins_no_more(room: AsideRoom) -> None:
    thread = room.start()
    room.put(replace(conversation(), merged_into=TARGET))
    room.put(conversation(TARGET, absorbed=(CNV,), assignee_id=BEN.id))

    assert [each.id for each in room.threads.of(TARGET)] == [thread.id]
    assert room.threads.get(TARGET, thread.id).conversation_id == CNV
    room.events()
    room.threads.replied(thread.id, room.said())
    assert set(room.events()[-1]["data"]["agent_ids"]) == {ANA.id, BEN.id}
    with pytest.raises(ConversationIsMerged):
        room.start(client_id="late")
    with pytest.raises(SideThreadNotFound):
        room.threads.get(TARGET, "sth_0000")


def test_nothing_of_it_can_be_sent_to_a_customer(room: AsideRoom) -> None:
    """It is neither a message by its type nor by where it is kept."""
    thread = room.start()
    (message,) = room.messages(thread)

    assert not issubclass(SideMessage, Message)
    with pytest.raises(AttributeError):
        outgoing(message, to="bob@customer.example", urls=[])  # type: ignore[arg-type]
    assert not [key for key in room.table.items if key[0].startswith("LEG#")]
    assert {key[1].partition("#")[0] for key in room.table.items if key[0] == f"CNV#{CNV}"} == {"KT", "KM", "KO", "~"}


def test_an_erasure_takes_all_of_it(room: AsideRoom) -> None:
    thread = room.start()
    file = Attachment("text/plain", "a.txt", object_key="attachments/x/0", state=AttachmentState.STORED)
    content = {"object_key": "inbound/mail-1"}
    room.threads.replied(thread.id, room.said(attachments=(file,), content=content))
    places: Any = PersonalPlaces(room.desk, room.desk, None)  # type: ignore[arg-type]

    found = {(place.pk, place.sk) for place, _ in places.conversation(CNV, Survey(Case(())))}

    assert {("attachments/x/0", ""), ("inbound/mail-1", ""), (f"STH#{thread.id}", "~")} <= found
    assert {key for key in room.table.items if "#K" in f"#{key[1]}"} <= found
    for key in found:
        room.table.items.pop(key, None)
    assert not room.threads.replied(thread.id, room.said("late"))
    assert not [key for key in room.table.items if key[1].startswith("K")]


def test_messages_are_quoted_with_their_files(room: AsideRoom) -> None:
    thread = room.start()
    file = Attachment("text/plain", "a.txt", 3, object_key="attachments/x/0", state=AttachmentState.STORED)
    room.later(minutes=1)
    room.threads.replied(thread.id, room.said(text="On Friday.\n\nNot before.", attachments=(file,)))
    lent: list[Any] = []

    class Lending:
        def lend(self, object_key: str, upload: Any) -> None:
            lent.append((object_key, upload.id))

        def put(self, upload: Any) -> None:
            lent.append(upload)

        def new(self, prefix: str) -> str:
            return f"{prefix}_1"

    quoting = Quoting(room.store, Lending, Lending())  # type: ignore[arg-type]
    _, answer = room.messages(thread)
    quote = quoting.quote(ANA, thread, [answer.id, answer.id], room.now)

    assert quote.text == "Lager, 2026-03-02 09:01 UTC:\n> On Friday.\n>\n> Not before.\n> [a.txt]"
    assert lent[0] == ("attachments/x/0", "upl_1")
    assert (lent[1].owner_id, lent[1].size_bytes, quote.left_out) == (ANA.id, 3, 0)
    both = quoted(room.messages(thread)[::-1])
    assert both.index("When is it back?") < both.index("On Friday.")
    with pytest.raises(SideMessageNotFound):
        quoting.quote(ANA, thread, [answer.id, f"sdm_{'0' * 24}"], room.now)


def test_only_what_failed_is_sent_again(room: AsideRoom) -> None:
    thread = room.start()
    (message,) = room.messages(thread)
    with pytest.raises(RetryRefused):
        room.threads.retry(ANA, thread, message, room.now)


names = st.integers(0, 5)
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["say", "reply", "machine"]), names),
        st.tuples(st.sampled_from(["close", "open", "seen"]), st.just(0)),
    ),
    max_size=12,
)


@settings(max_examples=25)
@given(steps, st.booleans())
def test_whatever_happens_each_thing_is_there_once_and_in_its_place(done: list[tuple[str, int]], stale: bool) -> None:
    """`stale`: everybody works with the thread as it was at first."""
    room = AsideRoom()
    first = thread = room.start(ThreadKind.COLLEAGUE)
    expected, is_open, unread = [("agent", "When is it back?")], True, 0
    for step, name in done:
        room.later(minutes=1)
        thread = first if stale else room.again(first)
        word = f"{step}{name}"
        if step in ("close", "open"):
            state = ThreadState.CLOSED if step == "close" else ThreadState.OPEN
            if thread.state is not state or not stale:
                room.threads.set_state(ANA, thread, state, room.now)
                is_open = step == "open"
        elif step == "seen":
            room.threads.seen(ANA, room.again(first), None, room.now)
            unread = 0
        elif step == "say":
            room.threads.say(BEN, thread, Words(word, word), room.now)
        else:
            why = "auto-submitted" if step == "machine" else None
            assert room.threads.replied(thread.id, room.said(word, word, automatic=why))
        kind = "agent" if step == "say" else "outside"
        if step in ("say", "reply", "machine") and (kind, word) not in expected:
            expected.append((kind, word))
            is_open, unread = (is_open, unread) if step == "machine" else (True, unread + 1)
    messages = room.messages(first)
    after = room.again(first)
    assert [(message.author.kind, message.text) for message in messages] == expected
    assert [message.number for message in messages] == [*range(1, len(expected) + 1)]
    assert (after.state is ThreadState.OPEN, after.unread(ANA.id)) == (is_open, unread)


def test_an_opening_is_another_when_anything_of_it_is(room: AsideRoom) -> None:
    one = Opening(ThreadKind.COLLEAGUE, "Stock", Whom((BEN.id,)), (BEN.id,), Words("c", "Text"))
    others = [
        replace(one, subject="Other"),
        replace(one, whom=Whom((), (BEN.id,))),
        replace(one, words=Words("c", "Other")),
    ]
    assert len({each.digest for each in (one, *others)}) == 4
