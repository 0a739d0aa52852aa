"""Ledgers and clocks: whatever is written is read back equal; keys stand where they mean."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws import keys
from chalicelib.aws.codec import Item, from_attributes, to_attributes
from chalicelib.aws.codec_sla import clock_from, clock_item, ledger_from, ledger_item
from chalicelib.domain.conversation import Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.sla import Clock, ClockKind, Pause, Policy
from chalicelib.domain.sla_ledger import Ledger, Told, Turn
from chalicelib.domain.writes import Recorded
from chalicelib.domain.writes_sla import ClockWrite
from tests.domain import values

few = settings(max_examples=60, deadline=None)
# As they are stored: to the millisecond.
times = values.times.map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000))
maybe = st.none() | times
targets = st.dictionaries(st.sampled_from(ClockKind), st.integers(1, 10**6), min_size=1)
percents = st.integers(1, 100).map(lambda percent: percent / 100)
policies = st.builds(
    Policy,
    id=st.just("slp_1"),
    name=st.text(min_size=1, max_size=20),
    targets=targets,
    hours_id=st.none() | st.just("hrs_1"),
    pauses_in=st.frozensets(st.sampled_from((Status.PENDING, Status.SNOOZED))),
    warn_at=percents,
    version=st.integers(1, 99),
)
turns = st.builds(Turn, st.integers(1, 10**6), times, st.sampled_from(Status), st.integers(1, 999), times)
ledgers = st.builds(
    Ledger,
    conversation_id=st.just("cnv_1"),
    turns=st.lists(turns, max_size=5).map(tuple),
    said=st.lists(st.tuples(times, st.booleans()), max_size=5).map(tuple),
    policies=st.dictionaries(st.integers(1, 9), st.none() | policies, max_size=2),
    told=st.dictionaries(
        st.sampled_from(("00001-resolution", "00001-first_response")),
        st.builds(Told, st.integers(1, 99), st.sampled_from(("", "s", "swb")), st.just("abc")),
    ),
    floor=maybe,
    judged_at=maybe,
    timer=maybe,
    epoch=st.integers(0, 99),
    version=st.integers(1, 99),
)
pauses = st.tuples(times, maybe).map(lambda pair: Pause(*pair))
clocks = st.builds(
    Clock,
    kind=st.sampled_from(ClockKind),
    policy_id=st.just("slp_1"),
    episode=st.integers(1, 999),
    started_at=times,
    target_seconds=st.integers(1, 10**6),
    warn_at=percents,
    hours_id=st.none() | st.just("hrs_1"),
    pauses=st.lists(pauses, max_size=3).map(tuple),
    stopped_at=maybe,
    cancelled=st.booleans(),
    warned_at=maybe,
    breached_at=maybe,
)


def stored(item: Item) -> Any:
    return from_attributes(to_attributes(item))


@few
@given(ledgers)
def test_a_ledger_is_read_back(ledger: Ledger) -> None:
    assert ledger_from(stored(ledger_item(ledger))) == ledger


@few
@given(clocks)
def test_a_clock_is_read_back(clock: Clock) -> None:
    item = clock_item(ClockWrite("cnv_1", "00001-resolution", clock, 1, Recorded((), SYSTEM, clock.started_at)))
    assert clock_from(stored(item)) == clock
    assert "events" not in item


@few
@given(times, st.integers(0, 30))
def test_ledger_and_clocks_stand_before_the_notes_that_a_page_begins_with(at: Any, days: int) -> None:
    names = ("00001-first_response", f"00002-next_response-{keys.view_key(at + timedelta(days=days))}")
    sorts = [keys.ledger("cnv_1")[1], *(keys.clock("cnv_1", name)[1] for name in names)]
    assert sorts == sorted(sorts)
    assert all(sort < keys.NOTE for sort in sorts)
    assert [keys.sort_identifier(sort) for sort in sorts[1:]] == list(names)
