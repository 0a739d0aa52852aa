"""What closes by itself, and what wakes a snooze: over the whole desk, with the provider, in a time that passes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.aws.codec import from_attributes
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.domain.conversation import Conversation, Status, WakeOn
from chalicelib.domain.message import Direction
from chalicelib.domain.scheduled import ScheduledState
from chalicelib.services import promises
from chalicelib.services.closing import CLOSE
from chalicelib.wiring import waits
from tests.flow import invariants
from tests.flow.later import Later, later
from tests.flow.scene import ANA, stored
from tests.flow.test_later import Spoiler

HOUR = 3600
DAY = 24 * HOUR
FAREWELL = "We close this for now. Just write when you need us."
SILENT = {"name": "Silent for two hours", "after_seconds": 2 * HOUR, "farewell": FAREWELL}
QUIET = {"name": "Silent for two days", "after_seconds": 2 * DAY, "farewell": FAREWELL}


def told(here: Later) -> list[tuple[str, str]]:
    """Changes of status as they were announced: to what, and why."""
    published = [each for each in here.scene.cloud.events.published if each["type"] == "conversation.status_changed"]
    return [(each["data"]["status"], each["data"]["reason"]) for each in published]


def test_who_stays_silent_after_our_answer_is_told_goodbye_and_closed() -> None:
    with later(closings=[SILENT]) as here:
        here.answers("It is on its way.", "one")
        here.pass_(seconds=2 * HOUR - 10)
        assert here.status() is Status.OPEN
        here.pass_(seconds=20)
        closed = here.conversation
        assert (closed.status, closed.episode) == (Status.RESOLVED, 1)
        assert here.screen()[1:] == ["It is on its way.", FAREWELL]
        farewell = here.scene.messages(closed.id)[-1]
        assert (farewell.author.kind, farewell.author.id) == ("rule", SILENT["name"])
        assert closed.first_response_at == here.scene.messages(closed.id)[1].occurred_at
        assert here.lines()[-1] == {
            "type": "conversation.status_changed",
            "previous": "open",
            "status": "resolved",
            "reason": "customer_silent",
            "closing": SILENT["name"],
            "farewell": "sent",
        }
        assert told(here) == [("resolved", "customer_silent")]
        here.says("Oh, one more thing")
        assert (here.conversation.status, here.conversation.episode) == (Status.OPEN, 2)


def test_where_the_window_is_closed_nothing_is_said_and_the_line_says_so() -> None:
    with later(closings=[QUIET]) as here:
        here.answers("It is on its way.", "one")
        here.pass_(seconds=2 * DAY + 10)
        assert here.status() is Status.RESOLVED
        assert here.screen()[1:] == ["It is on its way."]
        line = here.lines()[-1]
        assert (line["farewell"], "whatsapp" in line["detail"]) == ("window_closed", True)


def test_the_first_rule_that_holds_decides_and_where_none_does_it_stays() -> None:
    urgent = {"name": "Urgent stays", "after_seconds": 90 * DAY, "condition": {"field": "priority", "is": "urgent"}}
    mail = {"name": "Mail", "after_seconds": 60, "condition": {"field": "channel", "is": "email"}}
    with later(closings=[mail, urgent, {**SILENT, "farewell": None}]) as here:
        here.answers("It is on its way.", "one")
        here.pass_(seconds=2 * HOUR + 10)
        assert here.status() is Status.RESOLVED
        assert "farewell" not in here.lines()[-1]
    with later(closings=[mail]) as here:
        here.answers("It is on its way.", "one")
        here.pass_(seconds=30 * DAY)
        assert here.status() is Status.OPEN


def test_who_waits_is_never_closed_and_whose_answer_comes_late_begins_a_new_silence() -> None:
    with later(closings=[SILENT]) as here:
        here.pass_(seconds=5 * HOUR)
        assert here.status() is Status.OPEN
        here.answers("It is on its way.", "one")
        here.pass_(seconds=HOUR)
        here.says("When?")
        here.pass_(seconds=9 * HOUR)
        assert here.status() is Status.OPEN
        here.answers("Tomorrow.", "two")
        here.pass_(seconds=2 * HOUR - 10)
        assert here.status() is Status.OPEN
        here.reacts()
        here.pass_(seconds=HOUR)
        assert here.status() is Status.OPEN
        here.pass_(seconds=HOUR + 10)
        assert here.status() is Status.RESOLVED


def test_pending_and_sleeping_ones_are_closed_and_a_snooze_with_a_time_is_left_alone() -> None:
    with later(closings=[SILENT], hibernate_seconds=600) as here:
        here.answers("It is on its way.", "one")
        here.becomes(Status.PENDING)
        here.pass_(seconds=2 * HOUR + 10)
        assert here.status() is Status.RESOLVED
    with later(closings=[SILENT]) as here:
        here.answers("It is on its way.", "one")
        here.snoozes(hours=30)
        here.pass_(seconds=29 * HOUR)
        assert here.status() is Status.SNOOZED
        here.pass_(seconds=2 * HOUR)
        # Its agent wanted to see it again: the silence begins anew.
        assert here.status() is Status.OPEN
        here.pass_(seconds=HOUR + 60)
        assert here.status() is Status.RESOLVED
        assert told(here)[-2:] == [("open", "snooze_over"), ("resolved", "customer_silent")]


def test_what_is_scheduled_goes_out_before_anything_is_closed() -> None:
    with later(closings=[SILENT]) as here:
        here.answers("It is on its way.", "one")
        made = here.schedules("Did it arrive?", 5 * HOUR)
        here.pass_(seconds=5 * HOUR + 60)
        assert here.scheduled(made.id).state is ScheduledState.SENT
        assert here.status() is Status.OPEN
        here.pass_(seconds=2 * HOUR + 60)
        assert here.status() is Status.RESOLVED
        assert here.screen()[1:] == ["It is on its way.", "Did it arrive?", FAREWELL]


def test_what_was_promised_is_not_closed_before_it_is_done_or_due() -> None:
    with later(closings=[SILENT]) as here:
        here.answers("I look into it and come back to you.", "one")
        due_at = here.scene.now() + timedelta(hours=9)
        store = waits.promise_store()
        made = promises.promise(store, ANA, here.conversation.id, "A call back", due_at, here.scene.now())
        here.settle()
        here.pass_(seconds=9 * HOUR - 60)
        assert here.status() is Status.OPEN
        promises.keep(store, ANA, made.conversation_id, made.id, here.scene.now())
        here.pass_(seconds=HOUR)
        assert here.status() is Status.OPEN
        here.pass_(seconds=HOUR + 120)
        assert here.status() is Status.RESOLVED


@pytest.mark.parametrize("kind", ["crash", "lost", "again"])
def test_a_closing_that_is_cut_short_anywhere_is_finished_and_says_goodbye_once(kind: str) -> None:
    for place in range(1, 20):
        with later(closings=[SILENT]) as here:
            here.answers("It is on its way.", "one")
            here.meanwhile = Spoiler(here, kind, [place])
            here.pass_(seconds=3 * HOUR)
            assert (here.conversation.status, here.screen().count(FAREWELL)) == (Status.RESOLVED, 1), place


def test_who_writes_in_the_middle_of_it_is_answered() -> None:
    for place in range(1, 20):
        with later(closings=[SILENT]) as here:
            here.answers("It is on its way.", "one")
            spoiler = here.meanwhile = Spoiler(here, "writes", [place])
            here.pass_(seconds=3 * HOUR)
            assert here.status() is (Status.OPEN if spoiler.spoken else Status.RESOLVED), place
            assert here.conversation.unread == spoiler.spoken
            assert here.screen().count(FAREWELL) <= 1


# --- snoozes -----------------------------------------------------------------------------------------------------

VIP = {"any": [{"field": "text", "contains": "urgent"}, {"field": "priority", "is": "urgent"}]}


def test_a_snooze_that_waits_for_its_time_lets_the_wait_grow_and_ends_at_its_time() -> None:
    with later(vip=VIP) as here:
        here.answers("I look at it tomorrow.", "one")
        here.snoozes(WakeOn.TIME, hours=20)
        here.pass_(seconds=HOUR)
        here.says("Very urgent!")
        asleep = here.conversation
        assert (asleep.status, asleep.unread, asleep.waiting_since) == (Status.SNOOZED, 1, here.scene.now())
        here.pass_(seconds=19 * HOUR + 60)
        awake = here.conversation
        assert (awake.status, awake.unread, awake.waiting_since) == (Status.OPEN, 1, asleep.waiting_since)
        assert awake.wake_on is WakeOn.ANY_INBOUND
        assert told(here) == [("snoozed", "agent"), ("open", "snooze_over")]


def test_a_snooze_that_waits_for_those_who_may_not_wait_is_woken_by_them_alone() -> None:
    with later(vip=VIP) as here:
        here.answers("I look at it tomorrow.", "one")
        here.snoozes(WakeOn.VIP_INBOUND, hours=20)
        here.pass_(seconds=60)
        here.says("No hurry")
        assert here.status() is Status.SNOOZED
        here.says("Now it is URGENT")
        here.settle()
        assert (here.conversation.status, here.conversation.unread) == (Status.OPEN, 2)
        assert told(here)[-1] == ("open", "vip_wrote")
        here.pass_(seconds=21 * HOUR)
        assert told(here)[-1] == ("open", "vip_wrote")


def test_where_no_rule_names_anybody_nobody_wakes_it() -> None:
    with later() as here:
        here.snoozes(WakeOn.VIP_INBOUND, hours=20)
        here.says("URGENT")
        assert here.status() is Status.SNOOZED
    with later() as here:
        here.snoozes(hours=20)
        here.says("Hello?")
        assert here.status() is Status.OPEN


# --- whatever happens --------------------------------------------------------------------------------------------

STEPS = st.tuples(
    st.sampled_from(
        ("says", "reacts", "answers", "pending", "snooze", "sleep", "resolve", "open", "schedule", "nothing")
    ),
    st.sampled_from((1, 50, 500, 4000, 8000)),
)
TARGETS = {"pending": Status.PENDING, "resolve": Status.RESOLVED, "open": Status.OPEN}


def carry_out(here: Later, steps: list[tuple[str, int]]) -> None:
    for place, (what, seconds) in enumerate(steps):
        here.pass_(seconds=seconds)
        status = here.conversation.status
        if what == "says":
            here.says(f"word {place}")
        elif what == "reacts":
            here.reacts()
        elif what == "answers":
            here.answers(f"answer {place}", f"answer {place}")
        elif what in TARGETS and TARGETS[what] is not status:
            here.becomes(TARGETS[what])
        elif what in ("snooze", "sleep") and status is not Status.RESOLVED:
            here.snoozes(WakeOn.TIME if what == "sleep" else None, seconds=5000)
        elif what == "schedule" and status is not Status.RESOLVED:
            here.schedules(f"later {place}", 3000, f"later {place}")


def versions(here: Later) -> list[tuple[Conversation, dict[str, Any]]]:
    """The conversation at each of its versions, with the record of it."""
    records = [record["dynamodb"] for record in here.scene.cloud.tables["desk"].stream]
    images = [from_attributes(record["NewImage"]) for record in records if "NewImage" in record]
    return [(conversation_from(item), item) for item in images if item["pk"].startswith("CNV#") and item["sk"] == "~"]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(STEPS, min_size=1, max_size=8),
    st.sampled_from(("writes", "crash", "lost", "again")),
    st.lists(st.integers(1, 16), min_size=1, max_size=3),
    st.lists(st.sampled_from((0, 0, 7, 900)), min_size=1, max_size=2),
)
def test_whatever_happens_only_who_is_silent_is_closed_and_in_time(
    steps: list[tuple[str, int]], kind: str, places: list[int], lateness: list[int]
) -> None:
    with later(closings=[SILENT], hibernate_seconds=1200) as here:
        here.lateness = lambda: lateness
        here.meanwhile = Spoiler(here, kind, places)
        carry_out(here, steps)
        here.pass_(seconds=5 * HOUR)
        before: Conversation | None = None
        for state, item in versions(here):
            if before is not None and "customer_silent" in item["events"] and state.status is Status.RESOLVED:
                check_closing(before, state.status_changed_at, here)
            before = state
        last = here.conversation
        assert before == last
        answered = last.waiting_since is None and last.last_message is not None
        if answered and last.last_message and last.last_message.direction is Direction.OUTBOUND:
            assert last.status is Status.RESOLVED
        check_farewells(here)
        items = stored(here.scene.world)
        invariants.check_counts(items)
        invariants.check_legs(items)
        invariants.check_messages(items)


def check_closing(before: Conversation, at: datetime, here: Later) -> None:
    """Nobody waited, it was not put aside until a time, and the silence was long enough."""
    assert before.waiting_since is None
    assert before.status is not Status.SNOOZED or before.snoozed_until is None
    people = [each for each in here.scene.messages(before.id) if each.author.kind != "rule" and each.stored_at <= at]
    assert at - max(each.occurred_at for each in people) >= timedelta(seconds=2 * HOUR)


def check_farewells(here: Later) -> None:
    """One an episode at most, and each is followed by the end of the episode or by the customer."""
    closed = sum(status == "resolved" and why == "customer_silent" for status, why in told(here))
    assert here.screen().count(FAREWELL) <= here.conversation.episode
    assert here.screen().count(FAREWELL) <= closed + here.screen().count("just now 1") + 2


def test_a_call_for_what_is_not_there_does_nothing() -> None:
    with later(closings=[SILENT]) as here:
        at = here.scene.now().isoformat()
        here.calls({"kind": CLOSE, "subject": "cnv_0000", "epoch": 0, "due_at": at})
        assert CLOSE not in [timer.body["kind"] for timer in here.agenda]
