"""Keys and items of watched windows, questions and the lists of contacts' conversations."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.codec import from_attributes, to_attributes
from chalicelib.aws.codec_windows import question_from, question_item, watch_from, watch_item
from chalicelib.aws.stores.joining import OpenedStore
from chalicelib.aws.stores.window_guard import GuardStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.envelope import Actor
from chalicelib.domain.question import Question, QuestionKind, QuestionState
from chalicelib.domain.window_guard import Watch, WatchState
from chalicelib.domain.writes import Recorded, Written
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.domain.values import identifiers, texts, times

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NEWS = Recorded((), Actor("system"), NOW)
conversations, legs, contacts = identifiers("cnv"), identifiers("leg"), identifiers("con")


def made() -> tuple[MemoryTable, Desk]:
    table = MemoryTable({"by_kind": {"keys": ("kind_key", "kind_sort"), "shown": ["row", "version"]}})
    return table, Desk(MemoryDynamoDB({"desk": table}), "desk")


@given(conversations, legs)
def test_what_belongs_to_a_conversation_stands_before_its_notes_and_comes_back_out_of_its_key(
    conversation: str, leg: str
) -> None:
    for build in (keys_contact.window, keys_contact.question):
        pk, sk = build(conversation, leg)
        assert (keys.identifier(pk), keys.sort_identifier(sk)) == (conversation, leg)
        assert sk < keys.NOTE < keys.conversation(conversation)[1]
    assert keys_contact.window(conversation, leg) != keys_contact.question(conversation, leg)


@given(contacts, times, conversations, times, conversations)
def test_a_contacts_conversations_stand_in_the_order_in_which_they_began(
    contact: str, first: datetime, one: str, second: datetime, other: str
) -> None:
    (pk, sk), (same, later) = keys_contact.opened(contact, first, one), keys_contact.opened(contact, second, other)
    assert pk == same == keys_contact.opened_by(contact)
    assert keys_contact.opened_id(sk) == one
    if second - first >= timedelta(milliseconds=1):
        assert sk < later


@given(
    st.builds(
        Watch,
        conversation_id=conversations,
        leg_id=legs,
        closes_at=times.map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)),
        state=st.sampled_from(WatchState),
        owed=st.lists(texts, max_size=3).map(tuple),
        refs=st.lists(texts, max_size=3).map(tuple),
        value=st.integers(-(10**6), 10**6),
        contact_id=contacts,
        version=st.integers(1, 10**6),
    )
)
def test_a_window_comes_back_as_it_was_and_is_listed_only_while_it_closes(watch: Watch) -> None:
    item = from_attributes(to_attributes(watch_item(watch, None)))
    assert watch_from(item) == watch
    assert ("kind_key" in item) is (watch.state is WatchState.CLOSING)


@given(
    st.sampled_from(QuestionKind),
    st.lists(texts, max_size=3).map(tuple),
    st.dictionaries(texts, texts, max_size=3),
    st.sampled_from(QuestionState),
    st.none() | texts,
)
def test_a_question_comes_back_as_it_was(
    kind: QuestionKind, options: tuple[str, ...], about: dict[str, str], state: QuestionState, choice: str | None
) -> None:
    asked = Question(
        "qst_1", "cnv_1", "leg_1", kind, options, NOW, Actor("rule", "joining"), "en", "join", about, "?", state, choice
    )
    assert question_from(from_attributes(to_attributes(question_item(asked, NEWS)))) == asked


def test_of_two_writers_one_wins_and_the_board_lists_by_time_up_to_its_bound() -> None:
    _table, desk = made()
    store = GuardStore(desk)
    for place in range(5):
        at = NOW + timedelta(minutes=place)
        watch = Watch(f"cnv_{place}", "leg_1", at, WatchState.CLOSING, contact_id=f"con_{place}")
        assert store.put(watch, None) is Written.DONE
        assert store.put(watch, None) is Written.CONFLICT
    found = store.closing(NOW + timedelta(minutes=1), NOW + timedelta(minutes=3), 500)
    assert [each.conversation_id for each in found] == ["cnv_1", "cnv_2", "cnv_3"]
    assert len(store.closing(NOW, NOW + timedelta(hours=1), 2)) == 2
    assert store.closing(NOW + timedelta(hours=1), NOW + timedelta(hours=2), 500) == []


def test_a_contacts_newest_conversations_are_given_and_a_repeat_adds_none() -> None:
    table, desk = made()
    store = OpenedStore(desk)
    for _ in range(2):
        for place in range(4):
            store.add("con_1", f"cnv_{place}", NOW + timedelta(minutes=place))
    assert len(table.items) == 4
    assert store.of(["con_1", "con_2"], 3) == ["cnv_3", "cnv_2", "cnv_1"]
