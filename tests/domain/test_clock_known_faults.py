"""Faults that other desks' numbers are known for, as cases: the numbers a manager would reckon."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.clock import intervals
from chalicelib.domain.clock_events import line_of
from chalicelib.domain.clock_ledger import ClockLedger, with_lines
from chalicelib.domain.conversation import Status
from chalicelib.domain.measure import Measure
from chalicelib.domain.measures import measures
from tests.domain.clock_forms import HOURS, ID, MINUTE, START, Tale, looked_up


def values(tale: Tale, kind: str) -> list[int | bool | None]:
    """Minutes of durations, whether rates were hit."""
    found = [each for each in measures(tale.ledger, HOURS) if each.kind == kind]
    return [each.hit if each.value is None else each.value // 60_000 for each in found]


def one(tale: Tale, kind: str) -> Measure:
    (found,) = (each for each in measures(tale.ledger, HOURS) if each.kind == kind)
    return found


def holders(tale: Tale) -> list[tuple[str, int]]:
    found = intervals(tale.ledger, HOURS, tale.now)
    return [(each.holder.value, each.length // 60_000) for each in found]


def test_a_first_response_waits_for_a_person_when_a_bot_writes_first() -> None:
    tale = Tale().customer().later(1).says("bot", "bot_1").later(9).assign(None).later(3).assign("agt_1")
    tale.later(2).says("agent")
    assert values(tale, "first_response") == [15]
    assert values(tale, "first_response_any") == [1]
    assert values(tale, "first_response_without_bot") == [5]
    assert values(tale, "wait_bot") == [9]
    assert one(tale, "first_response").dims.agent == "agt_1"


def test_a_first_response_does_not_begin_before_the_customer_writes_when_a_bot_or_an_agent_opens() -> None:
    for kind, who in (("bot", "bot_1"), ("agent", "agt_1")):
        tale = Tale().says(kind, who).later(600).customer().later(4).says("agent")
        assert values(tale, "first_response") == [4]


def test_each_episode_has_its_own_first_response_when_it_is_opened_again() -> None:
    tale = Tale().customer().later(3).says("agent").later(1).resolve().later(7000).customer().later(6).says("agent")
    assert values(tale, "first_response") == [3, 6]
    assert values(tale, "resolution") == [4]
    assert values(tale, "reopened") == [True]


def test_a_second_answer_is_no_response_when_nobody_has_written_since() -> None:
    tale = Tale().customer().later(3).says("agent").later(50).says("agent")
    assert values(tale, "response") == [3]
    assert values(tale, "messages_out") == [None, None]


def test_a_later_answer_is_a_next_response_and_never_the_first() -> None:
    tale = Tale().customer().later(3).says("agent").later(2).customer().later(8).says("agent")
    assert (values(tale, "first_response"), values(tale, "next_response")) == ([3], [8])


def test_a_rules_word_answers_nobody() -> None:
    tale = Tale().customer().says("rule", "welcome").later(20).says("agent")
    assert values(tale, "first_response") == [20]
    assert values(tale, "first_response_any") == [0]


def test_nothing_is_measured_of_an_answer_that_never_came_but_that_it_did_not_come() -> None:
    tale = Tale().customer().later(30).resolve()
    assert values(tale, "first_response") == []
    assert values(tale, "answered") == [False]
    assert values(tale, "abandoned") == [True]


def test_a_hold_is_not_counted_against_the_agent_when_it_is_resolved_from_there() -> None:
    tale = Tale().customer().assign("agt_1").later(5).says("agent").status(Status.PENDING).later(300).resolve()
    assert values(tale, "handling") == [5]
    assert values(tale, "held_customer") == [300]
    assert values(tale, "resolution") == [305]


def test_a_pending_conversation_is_ours_again_when_the_customer_writes() -> None:
    tale = Tale().customer().assign("agt_1", None).says("agent").status(Status.PENDING).later(10).customer().later(7)
    assert holders(tale) == [("customer", 10), ("agent", 7)]


def test_a_snoozed_conversation_is_put_aside_though_an_answer_is_owed() -> None:
    tale = Tale().customer().assign("agt_1", None).later(1).status(Status.SNOOZED).later(30).status(Status.OPEN)
    assert holders(tale.later(2)) == [("agent", 1), ("snoozed", 30), ("agent", 2)]


def test_a_snooze_ended_when_the_customer_wrote_though_it_is_known_later() -> None:
    tale = Tale().customer().assign("agt_1", None).later(1).status(Status.SNOOZED).later(30).customer(late=2).later(3)
    assert holders(tale) == [("agent", 1), ("snoozed", 28), ("agent", 5)]


def test_who_gets_it_has_to_look_at_it_though_they_had_when_it_was_anothers() -> None:
    tale = Tale().customer().assign("agt_1", None).later(1).says("agent").read("agt_2").later(1).assign("agt_2", None)
    tale.later(1).customer().later(7).read("agt_2").later(4).says("agent", "agt_2")
    assert values(tale, "wait_pick_up") == [1, 7]
    assert values(tale, "wait_agent") == [4]


def test_the_business_hours_of_a_night_are_left_out() -> None:
    tale = Tale(now=datetime(2026, 3, 2, 15, 50, tzinfo=UTC))
    # Ten minutes before five; the answer comes at five past nine.
    tale.customer().assign(None, "tea_1").later(16 * 60 + 15).says("agent")
    found = one(tale, "first_response")
    assert (found.value, found.business) == (975 * 60_000, 15 * 60_000)
    assert values(tale, "wait_closed") == [16 * 60]


@pytest.mark.parametrize(
    ("day", "night"), [((2026, 3, 28), 15 * 60), ((2026, 10, 24), 17 * 60), ((2026, 6, 6), 16 * 60)]
)
def test_a_night_is_as_long_as_it_is_when_the_clocks_change(day: tuple[int, int, int], night: int) -> None:
    """Open every day from nine to five in Berlin: from five until nine it is closed."""
    every = {"all": BusinessHours("hrs_3", "All", "Europe/Berlin", dict.fromkeys(range(7), ((540, 1020),)))}
    tale = Tale(now=datetime(*day, 12, tzinfo=UTC)).customer().later(24 * 60)
    found = intervals(with_lines(ClockLedger(ID), [{**line, "hours": "all"} for line in tale.lines()]), every, tale.now)
    assert [(each.holder.value, each.under) for each in found] == [
        ("queue", None),
        ("closed", "queue"),
        ("queue", None),
    ]
    assert [each.length // 60_000 for each in found][1] == night
    assert sum(each.length for each in found) == 24 * 60 * 60_000


def test_a_part_of_another_is_no_case_and_is_one_again_when_the_merge_is_undone() -> None:
    tale = Tale().customer().later(5).assign("agt_1").later(5)
    alone = {each.kind for each in measures(tale.ledger, HOURS)}
    tale.goes_away().later(10)
    assert {each.kind for each in measures(tale.ledger, HOURS)} == {"messages_in"}
    assert sum(minutes for _, minutes in holders(tale)) == 10
    tale.comes_back("agt_1").later(4).says("agent")
    assert alone < {each.kind for each in measures(tale.ledger, HOURS)}
    assert values(tale, "first_response") == [24]


def test_the_wait_of_a_merged_customer_is_the_targets() -> None:
    tale = Tale().customer().assign("agt_1", None).later(2).says("agent").later(10).takes_in(30).later(6).says("agent")
    assert values(tale, "next_response") == [36]
    # Before the merge nobody here owed anything.
    assert holders(tale) == [("agent", 2), ("customer", 10), ("agent", 6)]


def test_what_is_split_off_waits_as_its_customer_did() -> None:
    tale = Tale().customer().later(9)
    (created,) = (event for event in tale.events if event["type"] == "conversation.created")
    moved = {**created, "occurred_at": tale.now.isoformat()}
    split = {**moved, "id": "evt_2", "type": "conversation.split", "data": {"source_id": "cnv_old", "new_id": ID}}
    tale.events = [moved, split]
    tale.later(4).says("agent")
    assert values(tale, "first_response") == [13]
    assert holders(tale) == [("queue", 13)]


def test_an_erased_case_was_not_resolved() -> None:
    tale = Tale().customer().later(5).resolve()
    tale.events[-1]["data"]["reason"] = "erased"
    assert values(tale, "resolution") == []


def test_the_question_to_a_colleague_is_not_the_agents_time() -> None:
    tale = Tale().customer().assign("agt_1", None).later(3).ask().later(20).reply(who="agt_1").later(5)
    tale.reply(who="agt_7").later(2).says("agent")
    # The asker's own second word still waits for an answer.
    assert holders(tale) == [("agent", 3), ("colleague", 25), ("agent", 2)]


def test_an_offer_is_over_when_its_time_is_up() -> None:
    tale = Tale().customer()
    tale.later(1).offer("agt_2", 3).later(10).assign("agt_1", None).later(1)
    assert holders(tale) == [("queue", 1), ("offered", 3), ("queue", 7), ("agent", 1)]
    assert values(tale, "queue_time") == [11]


def test_who_hands_over_is_counted_and_the_bot_is_not() -> None:
    tale = Tale().customer().says("bot", "bot_1").assign("bot_1").later(1).assign("agt_1").later(1).assign("agt_2")
    tale.later(1).assign(None)
    found = [each.dims.agent for each in measures(tale.ledger, HOURS) if each.kind == "handovers"]
    assert found == ["agt_1", "agt_2"]


def test_a_contact_that_comes_back_elsewhere_within_a_week_was_not_helped_the_first_time() -> None:
    tale = Tale().customer().says("agent").later(1).resolve()
    assert values(tale, "first_contact") == [True]
    back = {"id": "evt_back", "type": "contact.came_back", "conversation_id": ID, "v": 0}
    for days, helped in ((6, False), (8, True)):
        at = int((tale.now + days * 24 * 60 * MINUTE - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
        ledger = with_lines(tale.ledger, [{**back, "at": at}])
        assert [each.hit for each in measures(ledger, HOURS) if each.kind == "first_contact"] == [helped]


def test_an_answer_counts_for_the_channel_on_which_it_was_given() -> None:
    tale = Tale().customer().later(1).customer(inbox="ibx_em").later(1).says("agent", inbox="ibx_em")
    assert one(tale, "first_response").dims.channel == "email"
    assert one(tale, "arrivals").dims.channel == "whatsapp"


def test_labels_are_the_newest() -> None:
    tale = Tale().customer().later(1).says("agent").later(5).label("refund")
    assert {each.dims.labels for each in measures(tale.ledger, HOURS)} == {("refund",)}


def wire(kind: str, of: str, version: int, **data: Any) -> dict[str, Any]:
    family = kind.split(".", maxsplit=1)[0]
    return {
        "id": f"evt_{kind}_{of}_{version}",
        "type": kind,
        "occurred_at": START.isoformat(),
        "aggregate": {"kind": family, "id": of, "version": version},
        "actor": {"kind": "system", "id": None},
        "data": {"conversation_id": ID, **data},
        "snapshot": {},
    }


def test_clocks_and_promises_are_as_their_newest_word_says() -> None:
    tale = Tale().customer()
    at = START.isoformat()
    tale.events += [
        wire("sla.breached", "clock_1", 3, clock="first_response", breached_at=at),
        wire("sla.met", "clock_1", 2, clock="first_response", met_at=at),
        wire("sla.met", "clock_2", 2, clock="resolution", met_at=at),
        wire("promise.kept", "prm_1", 2, kept_at=at, promise="wait"),
        wire("promise.broken", "prm_2", 2, broken_at=at, promise="wait"),
    ]
    assert values(tale, "sla_first_response") == [False]
    assert values(tale, "sla_resolution") == [True]
    assert sorted(values(tale, "promise"), key=str) == [False, True]


def test_a_message_is_delivered_unless_its_newest_mark_says_that_it_failed() -> None:
    tale = Tale().customer().says("agent")
    sent = tale.events[-1]

    def mark(version: int, state: str) -> dict[str, Any]:
        kind, aggregate = "message.state_changed", {**sent["aggregate"], "version": version}
        return {**sent, "id": f"evt_{version}", "type": kind, "aggregate": aggregate, "data": {"state": state}}

    assert values(tale, "delivered") == []
    tale.events += [mark(4, "failed"), mark(3, "sent"), mark(2, "uncertain")]
    assert values(tale, "delivered") == [False]
    tale.events.append(mark(7, "delivered"))
    assert values(tale, "delivered") == [True]
    assert one(tale, "delivered").dims.agent == "agt_1"


def test_fees_of_an_hour_are_one_sum() -> None:
    tale = Tale().customer().later(10).says("agent").later(70).says("agent")
    words = [looked_up(line) for event in tale.events if (line := line_of(event)) and "said" in line]
    lines = [{**line, "fees": {"provider": 1000, "aws": 7}} for line in words]
    found = measures(with_lines(tale.ledger, lines), HOURS)
    ledger = with_lines(ClockLedger(ID), lines)
    assert sorted(each.value or 0 for each in measures(ledger, HOURS) if each.kind == "cost_provider") == [1000, 2000]
    # The lines that were known first have no fees, and are smaller or not: one of the two holds, everywhere.
    assert found == measures(with_lines(with_lines(ClockLedger(ID), lines), tale.lines()), HOURS)
