"""A person's timeline is the timelines of its contacts, merged: every line once, in order, whatever the pages."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import keys
from chalicelib.aws.codec_timeline import line_item
from chalicelib.aws.stores import timeline as stores
from chalicelib.aws.stores.timeline import TimelineStore
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.line_ids import line_id
from chalicelib.domain.timeline import Line, TimelineQuery
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
MEMBERS = ("con_a", "con_b", "con_c")
KINDS = ("order.paid", "order.placed", "page_view", "conversation")


def line(place: int, contact_id: str, minute: int, kind: str, seed: int) -> Line:
    at = T0 + timedelta(minutes=minute)
    title = f"{kind} shoes" if place % 2 else kind
    return Line(line_id(at, str(seed)), contact_id, "ibx_1", "events", kind, title, at, T0, data={"n": place})


def made(lines: Sequence[Line]) -> TimelineStore:
    desk = Desk(MemoryDynamoDB({"desk": MemoryTable()}), "desk")
    for each in lines:
        desk.write(Put(line_item(each), None))
    return TimelineStore(desk)


def order(each: Line) -> tuple[str, str]:
    """Newest first, of one key by contact."""
    return keys.timeline(each.contact_id, each.id, each.kind)[1], each.contact_id


def sorted_lines(lines: Sequence[Line]) -> list[Line]:
    unique = {(order(each)): each for each in lines}.values()
    return sorted(sorted(unique, key=lambda each: each.contact_id), key=lambda each: order(each)[0], reverse=True)


# Few moments and few seeds, so that several contacts have lines of the very same key.
drawn = st.lists(
    st.tuples(st.sampled_from(MEMBERS), st.integers(0, 6), st.sampled_from(KINDS), st.integers(0, 2)), max_size=40
)


@given(
    drawn=drawn,
    limit=st.integers(1, 7),
    looked_at=st.integers(1, 9),
    kind=st.sampled_from([None, "order", *KINDS]),
    words=st.sampled_from([None, "SHOES"]),
    after=st.none() | st.integers(0, 7),
    before=st.none() | st.integers(0, 7),
)
def test_every_line_comes_once_and_in_order_whatever_the_pages(
    drawn: list[tuple[str, int, str, int]],
    limit: int,
    looked_at: int,
    kind: str | None,
    words: str | None,
    after: int | None,
    before: int | None,
) -> None:
    lines = [line(place, *each) for place, each in enumerate(drawn)]
    # The last one put under a key is the one that stands.
    stands = list({order(each): each for each in lines}.values())
    asked = TimelineQuery(
        "con_a",
        limit,
        kind,
        words,
        T0 + timedelta(minutes=after) if after is not None else None,
        T0 + timedelta(minutes=before) if before is not None else None,
    )
    store = made(lines)
    wanted = [
        each
        for each in sorted_lines(stands)
        if asked.wants(each)
        and (asked.after is None or each.occurred_at >= asked.after)
        and (asked.before is None or each.occurred_at < asked.before)
    ]
    found: list[Line] = []
    start, pages = None, 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stores, "LOOKED_AT", looked_at)
        while pages == 0 or start is not None:
            page = store.together(MEMBERS, TimelineQuery("con_a", limit, kind, words, asked.after, asked.before, start))
            assert len(page.items) <= limit
            found += page.items
            start, pages = page.next, pages + 1
            assert pages <= 2 * len(lines) + 2
    assert found == wanted


@given(drawn=drawn, limit=st.integers(1, 7))
def test_a_page_that_was_read_joins_those_of_others_as_if_all_were_read_at_once(
    drawn: list[tuple[str, int, str, int]], limit: int
) -> None:
    store = made([line(place, *each) for place, each in enumerate(drawn)])
    query = TimelineQuery("con_b", limit)
    assert store.joined(store.page(query), ("con_a", "con_c"), query) == store.together(MEMBERS, query)


def test_who_joins_between_two_pages_is_seen_from_there_on() -> None:
    lines = [line(place, MEMBERS[place % 3], place, "page_view", place) for place in range(12)]
    store = made(lines)
    first = store.together(("con_a", "con_b"), TimelineQuery("con_a", 3))
    rest = store.together(MEMBERS, TimelineQuery("con_a", 50, start=first.next))
    newest = [each.data["n"] for each in first.items]
    assert newest == [10, 9, 7]
    assert [each.data["n"] for each in rest.items] == [6, 5, 4, 3, 2, 1, 0]
    assert rest.next is None


@pytest.mark.parametrize("size", [10, 2000])
def test_a_page_looks_at_as_many_lines_however_many_there_are(size: int) -> None:
    asked: list[int] = []

    class Counting(MemoryDynamoDB):
        def query(self, **request: object) -> dict[str, object]:
            answer = super().query(**request)
            asked.append(len(answer["Items"]))
            return answer

    desk = Desk(Counting({"desk": MemoryTable()}), "desk")
    for place in range(size):
        desk.write(Put(line_item(line(place, MEMBERS[place % 2], place, "page_view", place)), None))
    page = TimelineStore(desk).together(("con_a", "con_b"), TimelineQuery("con_a", 5))
    assert len(page.items) == 5
    assert sorted(asked) == [5, 5]
