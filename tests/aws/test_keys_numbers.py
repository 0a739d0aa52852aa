"""Keys of the facts table: built, parsed back, in the order they mean; packed forms come back as they were."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws import codec_numbers, keys, keys_numbers
from chalicelib.aws.codec import milliseconds
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.measure import Dims, Measure
from chalicelib.domain.rollup import GROUPINGS, counted
from chalicelib.domain.tally import Tally, replaced
from tests.domain.values import identifiers, times

hours = times.map(lambda at: at.replace(minute=0, second=0, microsecond=0))
words = st.text(max_size=12)


@given(identifiers("cnv"), hours, st.integers(1, 10**7), st.integers(1, 10**7))
def test_slices_stand_by_conversation_and_version(name: str, hour: datetime, one: int, other: int) -> None:
    (pk, first), (_, second) = (keys_numbers.hour_slice(hour, name, version) for version in (one, other))
    assert (first < second) is (one < other)
    assert keys_numbers.slice_parts(first) == (name, one)
    assert keys_numbers.hour_from(pk.removeprefix("HRS#")) == hour
    assert keys.identifier(keys_numbers.clock_ledger(name)[0]) == name


@given(hours, times)
def test_a_mark_names_its_hour_and_time(hour: datetime, at: datetime) -> None:
    _, sk = keys_numbers.dirty_hour(hour, at)
    assert keys_numbers.dirty_parts(sk) == (hour, max(milliseconds(at), 0))


@given(st.lists(words, max_size=2).map(tuple), st.lists(words, max_size=2).map(tuple))
def test_groups_come_back_whatever_is_in_them(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    texts = [keys_numbers.group_text(group) for group in (one, other)]
    assert all("#" not in text for text in texts)
    if one not in ((), ("",)):
        assert keys_numbers.group_from(texts[0]) == one
    if len(one) == len(other):
        assert (texts[0] == texts[1]) is (one == other)


def test_buckets_stand_in_order_with_their_pieces() -> None:
    rows = [keys_numbers.rollup("Europe/Berlin", "day", "all", "flow", day, piece)
            for day in ("2026-03-01", "2026-03-02") for piece in (0, 1, 10)]  # fmt: skip
    assert len({pk for pk, _ in rows}) == 1 and [sk for _, sk in rows] == sorted(sk for _, sk in rows)
    assert [keys_numbers.rollup_parts(sk) for _, sk in rows[:3]] == [("2026-03-01", nth) for nth in (0, 1, 10)]


dims = st.builds(
    Dims,
    channel=st.sampled_from("xy"),
    agent=st.sampled_from(("agt_1", "#|~%")),
    labels=st.lists(st.sampled_from("abc"), unique=True, max_size=3).map(tuple),
)
measures = st.lists(
    st.builds(
        Measure,
        st.sampled_from(("arrivals", "response", "wait_bot", "one_touch")),
        st.just(datetime(2026, 3, 2, 9, 59, 59, 999000, tzinfo=UTC)),
        st.integers(0, 3),
        st.integers(0, 3),
        st.none() | st.integers(0, 10**9),
        st.none() | st.integers(0, 10**9),
        st.none() | st.booleans(),
        dims,
    ),
    max_size=12,
)


@settings(max_examples=25)
@given(measures, measures, measures)
def test_tallies_are_counts_by_hand_and_parts_can_be_exchanged(
    one: list[Measure], other: list[Measure], rest: list[Measure]
) -> None:
    tallies = [Tally(), Tally(), Tally()]
    for tally, held in zip(tallies, ([*one, *rest], [*other, *rest], one), strict=True):
        tally.add(held)
    for grouping in GROUPINGS:
        before, after, part = (tally.table(grouping) for tally in tallies)
        assert before == counted([*one, *rest], grouping)
        assert replaced(before, part, counted(other, grouping)) == after
        text = codec_numbers.table_text(before)
        assert codec_numbers.table_from(text) == before
        assert codec_numbers.changed_back(before, codec_numbers.changes_text(after, before)) == after
    assert codec_numbers.measures_from(codec_numbers.measures_text(one)) == tuple(one)


def test_calendars_come_back_and_go_by_what_counts() -> None:
    weekly, closed = {0: ((540, 1020),), 6: ()}, {date(2026, 12, 25): ()}
    office = BusinessHours("hrs_1", "Office", "Europe/Berlin", weekly, closed, {date(2026, 12, 25): "Christmas"}, 3)
    text = codec_numbers.calendar_text(office)
    assert text == codec_numbers.calendar_text(BusinessHours("hrs_2", "Bureau", "Europe/Berlin", weekly, closed))
    back = codec_numbers.calendar_from("d", text)
    for day in (date(2026, 3, 2) + timedelta(days=nth) for nth in range(7)):
        assert back.of(day) == office.of(day)
    assert back.of(date(2026, 12, 25)) == () and back.zone == office.zone
