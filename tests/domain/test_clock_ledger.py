"""Ledgers: whatever comes first, late or twice, the same is known; and lines tell nothing that is anybody's own."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.clock import intervals
from chalicelib.domain.clock_events import MEASURED_EVENTS, line_of, millis, moment
from chalicelib.domain.clock_ledger import ClockLedger, canonical, whole, with_lines
from chalicelib.domain.events import EVENTS
from chalicelib.domain.measures import measures
from tests.domain.clock_forms import HOURS, ID, Tale, tales

GOLDEN = Path(__file__).parent.parent / "golden" / "events"


@settings(max_examples=20)
@given(tales(), st.data())
def test_any_order_and_repetition_gives_one_ledger_and_the_same_measures(tale: Tale, data: st.DataObject) -> None:
    lines = tale.lines()
    # A line of the same event may have been looked up at another time.
    lines += [{**line, "tier": "plain"} for line in lines[::3]]
    shuffled = data.draw(st.permutations(lines + lines[::2]))
    ledger = ClockLedger(ID)
    place = 0
    while place < len(shuffled):
        size = data.draw(st.integers(1, 6))
        ledger = with_lines(ledger, shuffled[place : place + size])
        place += size
    known = with_lines(ClockLedger(ID), lines)
    assert ledger == known
    assert measures(ledger, HOURS) == measures(known, HOURS)
    assert intervals(ledger, HOURS, tale.now) == intervals(known, HOURS, tale.now)
    # However a ledger was stored, its lines may come back in any order.
    assert measures(ClockLedger(ID, dict(sorted(known.lines.items(), reverse=True))), HOURS) == measures(known, HOURS)


@settings(max_examples=10)
@given(tales(), st.data())
def test_whatever_is_still_missing_there_are_no_gaps_and_nothing_fails(tale: Tale, data: st.DataObject) -> None:
    lines = data.draw(st.lists(st.sampled_from(tale.lines())))
    ledger = with_lines(ClockLedger(ID), lines)
    found = intervals(ledger, HOURS, tale.now)
    assert all(each.start < each.end for each in found)
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))
    assert all(each.value is None or each.value >= (each.business or 0) >= 0 for each in measures(ledger, HOURS))


def test_the_smaller_line_holds_when_two_have_one_id() -> None:
    line = Tale().customer().lines()[0]
    other = {**line, "tier": "a"}
    smaller = min(line, other, key=canonical)
    for both in ([line, other], [other, line]):
        ledger = with_lines(ClockLedger(ID), both)
        assert [whole(ledger, name, bare) for name, bare in ledger.lines.items()] == [smaller]


def test_the_ledger_is_the_same_one_when_nothing_is_new() -> None:
    ledger = Tale().customer().ledger
    assert with_lines(ledger, Tale().customer().lines()) is ledger


def test_a_line_of_another_conversation_is_refused() -> None:
    with pytest.raises(ValueError, match="cnv_other"):
        with_lines(ClockLedger("cnv_other"), Tale().customer().lines())


@pytest.mark.parametrize("kind", MEASURED_EVENTS)
def test_a_line_is_small_and_says_nothing_personal(kind: str) -> None:
    event = json.loads((GOLDEN / f"{kind}.json").read_text())
    line = line_of(event)
    assert line is not None and kind in EVENTS
    assert (line["id"], line["type"], line["at"]) == (event["id"], kind, millis(event["occurred_at"]))
    said = canonical(line)
    personal = ("Look", "photo", "wamid", "con_1", "Lager", "4711", "Needs Italian", "You are number")
    assert len(said) < 450 and not [each for each in personal if each in said]


def test_what_is_not_measured_has_no_line() -> None:
    others = [path for path in GOLDEN.glob("*.json") if path.stem not in MEASURED_EVENTS]
    assert others and all(line_of(json.loads(path.read_text())) is None for path in others)


def test_times_are_cut_to_milliseconds() -> None:
    assert moment(millis("2026-03-02T09:00:00.250999+00:00")).isoformat() == "2026-03-02T09:00:00.250000+00:00"
