"""A ledger stays small, and what it drops changes none of the clocks it still tells of."""

import random
from datetime import UTC, datetime, timedelta

from chalicelib.domain.conversation import Status
from chalicelib.domain.sla import Clock, ClockKind, Policy
from chalicelib.domain.sla_clocks import clock_id, clocks
from chalicelib.domain.sla_ledger import KEPT_WAITS, LOOSE, Ledger, Turn, episodes, waits, with_said, with_turn

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CHAT = Policy("slp_1", "Chat", {ClockKind.FIRST_RESPONSE: 60, ClockKind.NEXT_RESPONSE: 60, ClockKind.RESOLUTION: 9000})


def turn(version: int, second: int, status: Status, episode: int, opened: int) -> Turn:
    return Turn(version, START + second * SECOND, status, episode, START + opened * SECOND)


def told(ledger: Ledger) -> dict[str, Clock]:
    return {clock_id(clock): clock for clock in clocks(ledger, lambda _: None)}


def test_facts_in_any_order_give_one_ledger() -> None:
    facts = [(second, second % 3 == 0) for second in range(1, 60)]
    ledgers = set()
    for seed in range(20):
        random.Random(seed).shuffle(facts)
        ledger = Ledger("cnv_1")
        for second, answer in facts:
            ledger = with_said(with_said(ledger, START + second * SECOND, answer=answer), START, answer=False)
        ledgers.add((ledger.said, ledger.turns))
    assert len(ledgers) == 1


def test_a_long_conversation_keeps_its_first_wait_and_its_newest_ones() -> None:
    ledger = with_turn(Ledger("cnv_1", policies={1: CHAT}), turn(1, 0, Status.OPEN, 1, 0))
    everything = ledger
    for second in range(0, 4000, 2):
        ledger = with_said(ledger, START + second * SECOND, answer=second % 8 == 6)
    assert len(ledger.said) <= LOOSE
    found = waits(ledger, 1)
    assert found[0] == (START, START + 6 * SECOND)
    assert len(found) >= KEPT_WAITS
    assert found[-1][0] == START + 3992 * SECOND
    everything = Ledger(
        "cnv_1",
        turns=everything.turns,
        said=tuple((START + second * SECOND, second % 8 == 6) for second in range(0, 4000, 2)),
        policies={1: CHAT},
    )
    kept, all_of_them = told(ledger), told(everything)
    assert {name: all_of_them[name] for name in kept} == kept
    # What is settled is not begun anew by what comes after it.
    assert ledger.floor is not None and ledger.floor > START


def test_two_episodes_are_kept_and_a_late_word_of_an_older_one_changes_nothing() -> None:
    ledger = Ledger("cnv_1")
    for episode in range(1, 6):
        opened = episode * 100
        ledger = with_turn(ledger, turn(episode * 10, opened, Status.OPEN, episode, opened))
        ledger = with_turn(ledger, turn(episode * 10 + 1, opened + 50, Status.RESOLVED, episode, opened))
    assert list(episodes(ledger)) == [4, 5]
    assert with_turn(ledger, turn(12, 130, Status.PENDING, 1, 100)) == ledger
