"""Every clock against a reckoning second by second."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.business_hours import BusinessHours, is_open
from chalicelib.domain.sla import (
    Clock,
    ClockKind,
    ClockState,
    Policy,
    due,
    elapsed,
    judged,
    matching,
    paused,
    resumed,
    started,
    stopped,
)

START = datetime(2026, 3, 27, 16, 58, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LENGTH = 600
# Opens and shuts within the ten minutes that are looked at.
HOURS = BusinessHours("bhr_1", "Shop", "UTC", {4: ((16 * 60 + 59, 17 * 60), (17 * 60 + 2, 17 * 60 + 5))})

calendars = st.sampled_from((None, HOURS))
changes = st.lists(st.tuples(st.integers(0, LENGTH), st.sampled_from(("pause", "resume"))), max_size=8).map(sorted)


def clock_of(target: int, warn_at: float = 0.5) -> Clock:
    return Clock(ClockKind.FIRST_RESPONSE, "slp_1", 1, START, target, warn_at, "bhr_1")


def played(clock: Clock, story: list[tuple[int, str]]) -> Clock:
    for second, change in story:
        at = START + second * SECOND
        clock = paused(clock, at) if change == "pause" else resumed(clock, at)
    return clock


def seconds_run(story: list[tuple[int, str]], hours: BusinessHours | None) -> list[bool]:
    """Of each second, whether it counts."""
    counts, running = [], True
    changes_at: dict[int, list[str]] = {}
    for second, change in story:
        changes_at.setdefault(second, []).append(change)
    for second in range(LENGTH + 60):
        for change in changes_at.get(second, []):
            running = change == "resume"
        counts.append(running and (hours is None or is_open(hours, START + second * SECOND)))
    return counts


@settings(max_examples=150, deadline=None)
@given(story=changes, hours=calendars, until=st.integers(0, LENGTH))
def test_elapsed_is_the_number_of_seconds_that_count(
    story: list[tuple[int, str]], hours: BusinessHours | None, until: int
) -> None:
    clock = played(clock_of(60), story)
    assert elapsed(clock, START + until * SECOND, hours) == sum(seconds_run(story, hours)[:until]) * SECOND


@settings(max_examples=150, deadline=None)
@given(story=changes, hours=calendars, target=st.integers(1, 300))
def test_it_is_due_after_the_last_second_of_its_target(
    story: list[tuple[int, str]], hours: BusinessHours | None, target: int
) -> None:
    clock = played(clock_of(target), story)
    counted = 0
    expected = None
    for second, counts in enumerate(seconds_run(story, hours)):
        counted += counts
        if counted == target:
            expected = START + (second + 1) * SECOND
            break
    found = due(clock, 1.0, hours)
    if expected is not None:
        assert found == expected
    else:
        assert found is None or found > START + LENGTH * SECOND


@settings(max_examples=100, deadline=None)
@given(story=changes, hours=calendars, target=st.integers(2, 200), looks=st.lists(st.integers(0, LENGTH), max_size=6))
def test_a_breach_has_the_time_it_was_due_whenever_somebody_looks(
    story: list[tuple[int, str]], hours: BusinessHours | None, target: int, looks: list[int]
) -> None:
    clock = played(clock_of(target), story)
    for second in sorted(looks):
        clock = judged(clock, START + second * SECOND, hours)
    clock = judged(clock, START + LENGTH * SECOND, hours)
    breach, warning = due(clock, 1.0, hours), due(clock, 0.5, hours)
    end = START + LENGTH * SECOND
    assert clock.breached_at == (breach if breach is not None and breach <= end else None)
    assert clock.warned_at == (warning if warning is not None and warning <= end else None)


def test_an_answer_in_time_meets_it_and_one_too_late_does_not() -> None:
    on_time = stopped(clock_of(60), START + 59 * SECOND, None)
    late = stopped(clock_of(60), START + 61 * SECOND, None)
    assert (on_time.state, late.state) == (ClockState.MET, ClockState.BREACHED)
    assert late.breached_at == START + 60 * SECOND
    assert stopped(late, START + 90 * SECOND, None) == late


def test_a_clock_that_stands_still_has_no_deadline_until_it_runs_again() -> None:
    clock = paused(clock_of(60), START + 30 * SECOND)
    assert (clock.state, due(clock, 1.0, None)) == (ClockState.PAUSED, None)
    again = resumed(clock, START + 100 * SECOND)
    assert due(again, 1.0, None) == START + 130 * SECOND
    assert resumed(again, START + 110 * SECOND) == again


def test_what_is_cancelled_is_neither_met_nor_breached() -> None:
    clock = stopped(clock_of(60), START + 90 * SECOND, None, cancelled=True)
    assert (clock.state, clock.breached_at) == (ClockState.CANCELLED, None)


def test_the_first_policy_that_applies_is_taken_and_promises_only_what_it_names() -> None:
    gold = Policy("slp_1", "Gold", {ClockKind.FIRST_RESPONSE: 60}, {"field": "contact.tier", "is": "gold"})
    others = Policy("slp_2", "Everybody", {ClockKind.FIRST_RESPONSE: 600, ClockKind.RESOLUTION: 9000})
    assert matching((gold, others), {"contact.tier": "Gold"}) is gold
    assert matching((gold, others), {}) is others
    assert started(gold, ClockKind.RESOLUTION, 1, START) is None
    clock = started(others, ClockKind.RESOLUTION, 2, START)
    assert clock is not None and (clock.target_seconds, clock.episode) == (9000, 2)
