"""Ledgers of conversations that are merged and split: in whatever order facts come, the waits are those of a reckoning
moment by moment, and so they stay when a ledger is made small."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws.codec import from_attributes, to_attributes
from chalicelib.aws.codec_sla import ledger_from, ledger_item
from chalicelib.domain.conversation import Status
from chalicelib.domain.sla import Clock, ClockKind, ClockState, Policy
from chalicelib.domain.sla_clocks import clock_id, clocks
from chalicelib.domain.sla_ledger import Ledger, Turn, waits, with_away, with_restated, with_said, with_turn

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
CHAT = Policy("slp_1", "Chat", {ClockKind.FIRST_RESPONSE: 60, ClockKind.NEXT_RESPONSE: 60, ClockKind.RESOLUTION: 9000})
OPENED = Turn(1, START, Status.OPEN, 1, START)

# What happens in each second: the customer writes, the business answers, or a merge states the wait anew (for how long
# the customer has waited by then; None: nobody waits).
happenings = st.lists(
    st.sampled_from(("wrote", "answered", "quiet")) | st.none() | st.integers(0, 50), min_size=1, max_size=40
)


def at(second: int) -> datetime:
    return START + timedelta(seconds=second)


def reckoned(happened: list[str | int | None]) -> list[tuple[datetime, datetime | None]]:
    """The waits as somebody would note them who looks on."""
    done: list[tuple[datetime, datetime | None]] = []
    since: datetime | None = at(0)
    for second, what in enumerate(happened, 1):
        if what == "wrote":
            since = since or at(second)
        elif what == "answered" and since is not None:
            done.append((since, at(second)))
            since = None
        elif what is None or isinstance(what, int):
            since = None if what is None else at(second - what)
    return done if since is None else [*done, (since, None)]


def told(ledger: Ledger, second: int, what: str | int | None) -> Ledger:
    if what in ("wrote", "answered"):
        return with_said(ledger, at(second), answer=what == "answered")
    if what is None or isinstance(what, int):
        return with_restated(ledger, at(second), None if what is None else at(second - what))
    return ledger


@settings(max_examples=300)
@given(happened=happenings, data=st.data())
def test_waits_are_those_of_a_reckoning_in_whatever_order_they_are_told(
    happened: list[str | int | None], data: st.DataObject
) -> None:
    ledger = with_said(with_turn(Ledger("cnv_1"), OPENED), START, answer=False)
    for second in data.draw(st.permutations(range(1, len(happened) + 1))):
        ledger = told(ledger, second, happened[second - 1])
        ledger = ledger_from(from_attributes(to_attributes(ledger_item(ledger))))

    assert waits(ledger, 1) == reckoned(happened)


@settings(max_examples=30, deadline=None)
@given(happened=happenings)
def test_a_ledger_that_was_made_small_knows_of_the_newest_waits_what_it_knew(happened: list[str | int | None]) -> None:
    before: list[str | int | None] = ["answered" if second % 4 == 3 else "wrote" for second in range(1, 600)]
    ledger = with_said(with_turn(Ledger("cnv_1"), OPENED), START, answer=False)
    for second, what in enumerate([*before, *happened], 1):
        ledger = told(ledger, second, what)

    assert len(ledger.said) < len(before)
    assert waits(ledger, 1)[-20:] == reckoned([*before, *happened])[-20:]


def all_clocks(ledger: Ledger) -> dict[str, Clock]:
    return {clock_id(clock).split("-")[1]: clock for clock in clocks(ledger, lambda _: None)}


def test_the_clocks_of_what_was_merged_are_cancelled_and_go_on_when_that_is_undone() -> None:
    ledger = with_said(with_turn(Ledger("cnv_1", policies={1: CHAT}), OPENED), START, answer=False)
    running = all_clocks(ledger)
    assert {clock.state for clock in running.values()} == {ClockState.RUNNING}

    gone = all_clocks(with_away(ledger, 5, at(20)))
    assert {clock.state for clock in gone.values()} == {ClockState.CANCELLED}
    assert {clock.stopped_at for clock in gone.values()} == {at(20)}

    # A breach that was before the merge stays one.
    late = all_clocks(with_away(ledger, 5, at(90)))
    assert {name: clock.state for name, clock in late.items()} == {
        "first_response": ClockState.BREACHED,
        "resolution": ClockState.CANCELLED,
    }
    # The newest of the two facts holds, whichever comes first.
    assert all_clocks(with_away(with_away(ledger, 6, None), 5, at(20))) == running
    assert all_clocks(with_away(with_away(ledger, 5, at(20)), 6, None)) == running


def test_a_wait_that_is_taken_over_keeps_its_time_though_the_target_was_answered_since() -> None:
    ledger = with_said(with_turn(Ledger("cnv_1", policies={1: CHAT}), OPENED), START, answer=False)
    ledger = with_said(ledger, at(30), answer=True)
    taken = with_restated(ledger, at(40), at(10))

    following = [clock for clock in clocks(taken, lambda _: None) if clock.kind is ClockKind.NEXT_RESPONSE]
    assert [(clock.started_at, clock.state) for clock in following] == [(at(10), ClockState.RUNNING)]
    answered = clocks(with_said(taken, at(69), answer=True), lambda _: None)
    assert [clock.state for clock in answered if clock.kind is ClockKind.NEXT_RESPONSE] == [ClockState.MET]
