"""Live views: what is pushed, what is caught up with, and who may follow what."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws.stores.topics import TopicStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors import InvalidInput, NotAuthenticated
from chalicelib.domain.live import MAX_TOPICS, Place, check_topic, cursor_from, cursor_of, follows, place_from
from chalicelib.domain.live_topics import topics_of
from chalicelib.services.live_following import SLOW_BEHIND
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.live_world import ANA, BO, CASE, START, SUE, World, case, said, texts

VISITOR = Principal("visitor", "leg_1", "", Role.AGENT)


@pytest.fixture
def world() -> World:
    return World()


def entries(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [entry for frame in frames if frame["type"] == "entries" for entry in frame["entries"]]


# --- tickets and sockets


def test_a_ticket_opens_one_socket_once(world: World) -> None:
    ticket, until = world.live.ticket(ANA, world.now)
    assert until == world.now + timedelta(seconds=60)

    assert world.live.connect("con-a", ticket, world.now) == ANA
    with pytest.raises(NotAuthenticated):
        world.live.connect("con-b", ticket, world.now)


def test_a_ticket_is_not_good_after_its_minute(world: World) -> None:
    ticket, _ = world.live.ticket(ANA, world.now)
    world.pass_(seconds=61)

    with pytest.raises(NotAuthenticated):
        world.live.connect("con-a", ticket, world.now)


@pytest.mark.parametrize("ticket", ["", "x", "secret-77"])
def test_nobody_connects_without_a_ticket(world: World, ticket: str) -> None:
    with pytest.raises(NotAuthenticated):
        world.live.connect("con-a", ticket, world.now)


def test_a_closed_socket_leaves_nothing_but_leases(world: World) -> None:
    one = world.connect(ANA)
    world.follow(one, CASE)
    world.live.disconnect(one)

    assert {sk.partition("#")[0] for _, sk in world.table.items} == {"D", "E"}


# --- pushed


def test_what_changes_is_pushed_with_the_next_number(world: World) -> None:
    one = world.connect(ANA)
    begun = world.follow(one, CASE)

    world.tell(said("a"))
    world.tell(said("b"), said("c"))

    told = entries(world.sockets.of(one))
    assert [entry["seq"] for entry in told] == [begun["seq"] + 1, begun["seq"] + 2]
    assert texts(told) == ["a", "b", "c"]


def test_nobody_is_told_of_what_they_do_not_follow(world: World) -> None:
    one, other = world.connect(ANA), world.connect(BO)
    world.follow(one, CASE)
    world.follow(other, "conversation:cnv_2")

    assert world.tell(said("a")) == 1
    assert world.sockets.of(other) == []


def test_a_topic_nobody_follows_is_not_written(world: World) -> None:
    before = dict(world.table.items)
    world.tell(said("a"), case(2, team="team_1"))
    assert world.table.items == before


def test_a_whisper_is_for_its_audience_and_supervisors(world: World) -> None:
    ana, bo, sue = world.connect(ANA), world.connect(BO), world.connect(SUE)
    for one in (ana, bo, sue):
        world.follow(one, CASE)

    world.tell(said("psst", audience=(ANA.id,)))

    assert [texts(entries(world.sockets.of(one))) for one in (ana, bo, sue)] == [["psst"], [], ["psst"]]
    # The number is told to all, so that nobody misses one.
    assert len({entry["seq"] for one in (ana, bo, sue) for entry in entries(world.sockets.of(one))}) == 1
    assert "audience" not in str(world.sockets.frames)


def test_a_whisper_is_not_caught_up_with_either(world: World) -> None:
    bo = world.connect(BO)
    place = world.follow(bo, CASE)["place"]
    world.cut(bo)
    world.tell(said("psst", audience=(ANA.id,)), said("for all"))

    again = world.connect(BO)
    assert texts(world.follow(again, CASE, place)["entries"]) == ["for all"]


def test_a_conversation_goes_to_its_owner_its_last_owner_and_its_team(world: World) -> None:
    moved = case(3, "agt_0bo", "team_1", conversation__assigned={"previous_assignee_id": "agt_0ana"})
    assert topics_of(moved) == (CASE, "work:agt_0bo", "work:agt_0ana", "team:team_1", "team:fallback")


def test_the_owner_is_told_of_a_breach_that_does_not_name_them(world: World) -> None:
    world.owners["cnv_1"] = ANA.id
    one = world.connect(ANA)
    world.follow(one, f"work:{ANA.id}")
    breach = {"id": "evt", "type": "sla.breached", "occurred_at": "", "actor": {}, "data": {"conversation_id": "cnv_1"}}
    change = said("x")
    world.tell(type(change)("clock", "cnv_1.1", 2, {}, (breach,)))

    assert [change["kind"] for entry in entries(world.sockets.of(one)) for change in entry["changes"]] == ["clock"]


def test_a_socket_that_is_gone_follows_nothing_any_more(world: World) -> None:
    one = world.connect(ANA)
    world.follow(one, CASE)
    world.cut(one)

    world.tell(said("a"))

    assert world.store.socket(one) is None
    assert world.topics.following(CASE, world.now).listeners == ()


def test_a_large_entry_is_fetched_not_pushed(world: World) -> None:
    one = world.connect(ANA)
    begun = world.follow(one, CASE)
    world.tell(said("x" * 130_000))

    assert world.sockets.of(one) == [{"type": "heads", "heads": {CASE: begun["seq"] + 1}}]
    by_socket = world.follow(one, CASE, begun["place"])
    assert (by_socket["entries"], by_socket["more"]) == ([], True)
    (fetched,) = world.live.missed(ANA, {CASE: begun["place"]}, world.now)
    assert fetched.more is False and len(fetched.entries) == 1


# --- caught up


def test_what_was_missed_is_told_exactly_and_in_order(world: World) -> None:
    one = world.connect(ANA)
    place = world.follow(one, CASE)["place"]
    world.cut(one)
    for text in "abc":
        world.pass_(minutes=5)
        world.tell(said(text))

    back = world.follow(world.connect(ANA), CASE, place)
    assert (texts(back["entries"]), back["reset"], back["more"]) == (["a", "b", "c"], False, False)
    assert world.follow(world.connect(ANA), CASE, back["place"])["entries"] == []


def test_more_than_a_page_comes_in_pages(world: World) -> None:
    one = world.connect(ANA)
    place = world.follow(one, CASE)["place"]
    for number in range(230):
        world.tell(said(str(number)))

    read: list[str] = []
    for _ in range(5):
        told = world.follow(one, CASE, place)
        read, place = read + texts(told["entries"]), told["place"]
        if not told["more"]:
            break
    assert read == [str(number) for number in range(230)]


def test_who_was_away_for_longer_than_a_topic_is_kept_begins_anew(world: World) -> None:
    one = world.connect(ANA)
    place = world.follow(one, CASE)["place"]
    world.cut(one)
    world.pass_(hours=25)
    world.tell(said("nobody wants it"))

    back = world.follow(world.connect(ANA), CASE, place)
    assert (back["reset"], back["entries"]) == (True, [])


def test_a_topic_kept_for_another_is_not_kept_for_who_left_it(world: World) -> None:
    """The numbers go on for Bo; that Ana's are without a hole must not look as if she had missed nothing."""
    place = world.follow(world.connect(ANA), CASE)["place"]
    world.pass_(hours=30)
    world.tell(said("in between"))
    world.follow(world.connect(BO), CASE)
    world.tell(said("later"))

    assert world.follow(world.connect(ANA), CASE, place)["reset"] is True


def test_a_quiet_topic_is_not_begun_anew_for_who_missed_nothing(world: World) -> None:
    one = world.connect(ANA)
    world.follow(one, CASE)
    world.pass_(hours=20)
    place = world.follow(world.connect(ANA), CASE)["place"]
    world.pass_(hours=20)
    for key in [key for key in world.table.items if key[1].startswith("E#")]:
        world.table.remove(key)  # as its time to live does

    back = world.follow(world.connect(ANA), CASE, place)
    assert (back["reset"], back["entries"]) == (False, [])
    world.tell(said("a"))
    assert texts(world.follow(world.connect(ANA), CASE, back["place"])["entries"]) == ["a"]


def test_a_lost_table_is_noticed(world: World) -> None:
    place = world.follow(world.connect(ANA), CASE)["place"]
    world.pass_(seconds=1)
    world.table.items.clear()
    assert world.follow(world.connect(ANA), CASE, place)["reset"] is True


def test_a_place_of_the_future_begins_anew(world: World) -> None:
    seq = world.follow(world.connect(ANA), CASE)["seq"]
    ahead = str(Place(seq + 5, world.now))
    assert world.follow(world.connect(ANA), CASE, ahead)["reset"] is True


# --- pings


def test_a_ping_tells_the_newest_numbers_and_is_a_sign_of_life(world: World) -> None:
    one = world.connect(ANA)
    seq = world.follow(one, CASE)["seq"]
    world.tell(said("a"))

    pong = world.say(one, action="ping", seqs={CASE: seq, "desk": 5}, request="7")

    assert pong["heads"] == {CASE: seq + 1}
    assert (pong["lost"], pong["request"], world.alive) == (["desk"], "7", [ANA.id])


def test_a_client_far_behind_is_told_numbers_until_it_has_caught_up(world: World) -> None:
    one = world.connect(ANA)
    seq = world.follow(one, CASE)["seq"]
    for number in range(SLOW_BEHIND + 1):
        world.tell(said(str(number)))
    world.say(one, action="ping", seqs={CASE: seq})
    world.tell(said("now"))
    assert world.sockets.of(one)[-1]["type"] == "heads"

    newest = world.topics.newest(CASE) or 0
    world.say(one, action="ping", seqs={CASE: newest})
    world.tell(said("again"))
    assert world.sockets.of(one)[-1]["type"] == "entries"


# --- what is said wrongly


@pytest.mark.parametrize(
    ("frame", "field"),
    [
        ("[]", "action"),
        ("{", "action"),
        ('{"action": "jump"}', "action"),
        ('{"action": 3}', "action"),
        ('{"action": "follow"}', "topics"),
        ('{"action": "follow", "topics": 5}', "topics"),
        ('{"action": "follow", "topics": ["room:1"]}', "topics"),
        ('{"action": "follow", "topics": [7]}', "topics"),
        ('{"action": "follow", "topics": {"desk": "x"}}', "topics.desk"),
        ('{"action": "follow", "topics": {"desk": "1.99999999999999999999"}}', "topics.desk"),
        ('{"action": "follow", "after": "%%"}', "after"),
        ('{"action": "follow", "topics": ["desk"], "request": 7}', "request"),
        ('{"action": "leave", "topics": {}}', "topics"),
        ('{"action": "ping", "seqs": {"desk": -1}}', "seqs"),
        ('{"action": "ping", "seqs": {"desk": true}}', "seqs"),
        ("x" * 40_000, "action"),
        ("[" * 30_000, "action"),
    ],
)
def test_a_wrong_frame_is_refused_by_its_field(world: World, frame: str, field: str) -> None:
    one = world.connect(ANA)
    before = dict(world.table.items)
    answer = world.frames.answer(one, frame, world.now)

    assert answer is not None and (answer["type"], answer["field"]) == ("error", field)
    assert world.table.items == before


def test_a_socket_follows_so_many_topics(world: World) -> None:
    one = world.connect(ANA)
    world.say(one, action="follow", topics=[f"conversation:cnv_{number}" for number in range(MAX_TOPICS)])
    answer = world.say(one, action="follow", topics=["desk"])
    assert answer["code"] == "too_many_requests"


@pytest.mark.parametrize(
    ("principal", "topic", "may"),
    [
        (ANA, f"work:{ANA.id}", True),
        (ANA, f"work:{BO.id}", False),
        (SUE, f"work:{BO.id}", True),
        (ANA, "visitor:leg_1", False),
        (SUE, "visitor:leg_1", False),
        (VISITOR, "visitor:leg_1", True),
        (VISITOR, "visitor:leg_2", False),
        (VISITOR, CASE, False),
        (VISITOR, "desk", False),
        (VISITOR, "work:leg_1", False),
        (ANA, "desk", True),
        (ANA, "desk:", False),
        (ANA, "conversation:", False),
        (ANA, "conversation:a#b", False),
        (ANA, "conversation:a\nb", False),
    ],
)
def test_who_may_follow_what(principal: Principal, topic: str, may: bool) -> None:
    if may:
        assert check_topic(topic, principal) == topic
    else:
        with pytest.raises(InvalidInput):
            check_topic(topic, principal)


# --- pure


@given(st.dictionaries(st.text("abc:", min_size=1), st.integers(0, 10**17), max_size=5))
def test_a_cursor_reads_as_it_was_written(seqs: dict[str, int]) -> None:
    places = {topic: Place(seq, START) for topic, seq in seqs.items()}
    assert cursor_from(cursor_of(places)) == places


@given(st.text(max_size=30))
def test_no_place_is_read_from_anything_else(text: str) -> None:
    try:
        assert str(place_from(text)) in (text, str(place_from(text)))
    except InvalidInput as refused:
        assert refused.field == "after"


@settings(max_examples=40)
@given(st.lists(st.sampled_from("abc"), max_size=12), st.integers(0, 11))
def test_appends_of_two_writers_leave_no_hole(order: list[str], after: int) -> None:
    table = Desk(MemoryDynamoDB({"live": MemoryTable()}), "live")
    stores = {who: TopicStore(table) for who in "abc"}
    numbers = [stores[who].append(CASE, [{"by": who}], START).seq for who in order]

    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True
    if numbers:
        begin = numbers[0] + after
        read = stores["a"].entries(CASE, begin, 100)
        assert follows(begin, read) or begin > numbers[-1]
        assert [entry.seq for entry in read] == [number for number in numbers if number >= begin]


def test_all_that_was_missed_is_told_when_the_table_reads_it_in_several_pages() -> None:
    """A page of the table ends at a megabyte, however many entries were asked for."""
    world = World()
    pages = []

    class Small(Desk):
        def query(self, condition: str, values: Any, *, limit: int | None = None, **given: Any) -> Any:
            pages.append(limit)
            return super().query(condition, values, limit=min(limit or 2, 2), **given)

    connection = world.connect(ANA)
    place = world.follow(connection, CASE)["place"]
    for number in range(5):
        world.tell(said(str(number)))
    topics = TopicStore(Small(world.client, "live"))
    (caught,) = replace(world.live, topics=topics).missed(ANA, {CASE: place}, world.now)

    assert texts(caught.wire(ANA)["entries"]) == ["0", "1", "2", "3", "4"]
    assert not caught.more
    assert len(pages) > 2
