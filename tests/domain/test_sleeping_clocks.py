"""A customer who writes into a snooze that waits for its time: their clock is kept, as the policy says."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from chalicelib.domain.conversation import Status
from chalicelib.domain.sla import Clock, ClockKind, ClockState, Policy, due
from chalicelib.domain.sla_clocks import clocks
from chalicelib.domain.sla_ledger import Ledger, with_said, with_turn
from tests.domain.test_sla_ledger import START, turn

SECOND = timedelta(seconds=1)


def clock(pauses: Sequence[Status], until: int, *, answered: int | None = None) -> Clock:
    """Of the customer who wrote at 100, into a snooze from 60 on; it is looked at in second `until`."""
    policy = Policy("slp_1", "Chat", {ClockKind.NEXT_RESPONSE: 60}, pauses_in=frozenset(pauses))
    ledger = Ledger("cnv_1", policies={1: policy}, judged_at=START + until * SECOND)
    for version, second, status in ((1, 0, Status.OPEN), (3, 60, Status.SNOOZED), (5, 200, Status.OPEN)):
        if second <= until:
            ledger = with_turn(ledger, turn(version, second, status, 1, 0))
    for second, answer in ((0, False), (30, True), (100, False), *([(answered, True)] if answered else [])):
        ledger = with_said(ledger, START + second * SECOND, answer=answer)
    (found,) = clocks(ledger, lambda _: None)
    return found


def test_it_stands_still_where_the_policy_pauses_and_runs_on_when_the_snooze_is_over() -> None:
    asleep = clock([Status.SNOOZED], 190)
    assert (asleep.started_at, asleep.state) == (START + 100 * SECOND, ClockState.PAUSED)
    awake = clock([Status.SNOOZED], 259)
    assert awake.state is ClockState.RUNNING
    assert due(awake, 1.0, None) == START + 260 * SECOND
    assert clock([Status.SNOOZED], 261).breached_at == START + 260 * SECOND
    assert clock([Status.SNOOZED], 300, answered=259).state is ClockState.MET


@pytest.mark.parametrize("pauses", [(), (Status.PENDING,)])
def test_it_runs_where_the_policy_does_not_pause(pauses: Sequence[Status]) -> None:
    assert clock(pauses, 159).state is ClockState.RUNNING
    breached = clock(pauses, 190)
    assert (breached.breached_at, breached.state) == (START + 160 * SECOND, ClockState.BREACHED)
