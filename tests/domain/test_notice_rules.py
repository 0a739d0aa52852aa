"""Notices: which events are facts for whom, when whom they may disturb, and what they say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.notice import Notice, NoticeKind, Outcome, Tried, Way, notice_id
from chalicelib.domain.notice_facts import TYPES, fact_of, wait_fact
from chalicelib.domain.notice_ways import KINDS, PATIENCE, STALE, Preferences, Urgency, Whereabouts, plan
from chalicelib.domain.notice_words import MAX_BODY, Detail, span, words_of
from chalicelib.domain.quiet_hours import QuietHours, is_quiet, quiet_until, wrong_with
from chalicelib.domain.web_push import subscription
from chalicelib.services.subscriptions import SUBSCRIPTIONS

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
AWAY, LOOKING, OFF = Whereabouts(False, False), Whereabouts(True, False), Whereabouts(False, True)
BERLIN = QuietHours("Europe/Berlin", 22 * 60, 7 * 60)
P256DH, AUTH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "A" * 22


def wire(kind: str, data: dict[str, Any], **given_: Any) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "type": kind,
        "occurred_at": AT.isoformat(),
        "aggregate": {"kind": "conversation", "id": "cnv_1", "version": 1},
        "actor": {"kind": "agent", "id": "agt_sue"},
        "data": data,
        "snapshot": {},
        **given_,
    }


def notice(kind: NoticeKind = NoticeKind.MENTION, **given_: Any) -> Notice:
    return replace(Notice("ntc_1", "agt_ana", kind, AT, AT), **given_)


# --- facts


def test_a_whispers_notice_is_for_its_audience_only() -> None:
    data = {"note_id": "nte_1", "author_id": "agt_sue", "text": "psst", "mentions": ["agt_ana", "agt_ben"]}

    openly, whispered = (fact_of(wire("note.created", data | {"audience": audience})) for audience in ([], ["agt_ben"]))

    assert openly is not None
    assert whispered is not None
    assert openly.agent_ids == ("agt_ana", "agt_ben")
    assert whispered.agent_ids == ("agt_ben",)
    assert "psst" not in str(whispered.about)
    assert fact_of(wire("note.created", data | {"audience": ["agt_eve"]})) is None
    assert fact_of(wire("note.created", data | {"mentions": [], "audience": []})) is None


def test_what_follows_from_an_event_is_what_its_rule_asks_for() -> None:
    """`message.state_changed` is for the radar alone."""
    assert set(SUBSCRIPTIONS["notifications"]) == TYPES | {"message.state_changed"}


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        ("conversation.assigned", {"assignee_id": "agt_ana", "previous_assignee_id": None}, ("agt_ana",)),
        ("conversation.assigned", {"assignee_id": None, "previous_assignee_id": "agt_ana"}, None),
        ("conversation.offered", {"agent_id": "agt_ana", "until": AT.isoformat(), "attempt": 1}, ("agt_ana",)),
        ("message.created", {"conversation_id": "cnv_1", "direction": "outbound"}, None),
        ("task.due", {"task_id": "tsk_1", "agent_ids": ["agt_ana"], "reason": "due"}, ("agt_ana",)),
        ("side_thread.created", {"thread_id": "sth_1", "kind": "email", "agent_ids": ["agt_ana"]}, None),
        ("side_thread.created", {"thread_id": "sth_1", "kind": "colleague", "agent_ids": ["agt_ana"]}, ("agt_ana",)),
        ("contact.returned", {"agent_ids": [], "idle_seconds": 700, "unread": 0}, None),
        ("announcement.created", {"announcement_id": "ann_1", "title": "T", "level": "info"}, None),
        ("report.delivery_failed", {"name": "Weekly", "agent_ids": ["agt_ana"], "state": "failed"}, ("agt_ana",)),
        ("webhook.failing", {"host": "crm.example", "agent_ids": ["agt_ana"], "failing_since": "t"}, ("agt_ana",)),
        ("webhook.disabled", {"host": "crm.example", "agent_ids": ["agt_ana"], "reason": "gone"}, ("agt_ana",)),
        ("conversation.read", {}, None),
    ],
)
def test_a_fact_concerns_who_is_named(kind: str, data: dict[str, Any], told: tuple[str, ...] | None) -> None:
    found = fact_of(wire(kind, data))

    assert (found.agent_ids if found else None) == told


def test_what_a_machine_answers_behind_the_scenes_is_no_news() -> None:
    data = {"thread_id": "sth_1", "message_id": "m", "author_id": "", "author_kind": "outside", "agent_ids": ["agt_a"]}

    assert fact_of(wire("side_thread.replied", data | {"automatic": True})) is None
    found = fact_of(wire("side_thread.replied", data | {"automatic": False}))
    assert found is not None
    assert found.agent_ids == ("agt_a",)


def test_all_that_is_written_within_ten_minutes_of_a_wait_is_one_fact() -> None:
    waits = Conversation("cnv_1", "con_1", "Bob", "ibx_1", "sms", "leg_1", AT, AT, AT, AT, AT, waiting_since=AT)
    facts = [wait_fact(waits, AT + timedelta(minutes=minutes)) for minutes in (-1, 0, 9, 10, 19, 20)]

    assert facts[0] == facts[1] == facts[2] != facts[3] == facts[4] != facts[5]
    assert facts[3] is not None
    assert facts[3][1] == AT + timedelta(minutes=10)
    assert wait_fact(replace(waits, waiting_since=None), AT) is None


def test_a_fact_makes_one_notice_of_each_agent() -> None:
    assert notice_id("agt_a", "evt_1", AT) == notice_id("agt_a", "evt_1", AT) != notice_id("agt_b", "evt_1", AT)
    assert notice_id("agt_a", "evt_1", AT) < notice_id("agt_a", "evt_1", AT + timedelta(seconds=1))


# --- quiet hours


@pytest.mark.parametrize(
    ("at", "quiet", "until"),
    [
        ("2026-03-02T20:59:59+00:00", False, "2026-03-02T20:59:59+00:00"),
        ("2026-03-02T21:00:00+00:00", True, "2026-03-03T06:00:00+00:00"),
        # The night in which an hour is skipped, and the one in which it comes twice.
        ("2026-03-28T23:30:00+00:00", True, "2026-03-29T05:00:00+00:00"),
        ("2026-10-24T20:30:00+00:00", True, "2026-10-25T06:00:00+00:00"),
        ("2026-10-25T06:00:00+00:00", False, "2026-10-25T06:00:00+00:00"),
    ],
)
def test_quiet_hours_follow_the_wall_clock(at: str, quiet: bool, until: str) -> None:
    moment = datetime.fromisoformat(at)

    assert is_quiet(BERLIN, moment) is quiet
    assert quiet_until(BERLIN, moment) == datetime.fromisoformat(until)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    st.integers(0, 1439),
    st.integers(0, 1439),
)
@settings(max_examples=60)
def test_quiet_hours_hold_as_the_clock_on_the_wall_shows(at: datetime, zone: str, start: int, end: int) -> None:
    hours = QuietHours(zone, start, end if end != start else (end + 1) % 1440)
    end = hours.end
    wall = at.astimezone(ZoneInfo(zone))
    shows = wall.hour * 60 + wall.minute
    inside = start <= shows < end if end > start else shows >= start or shows < end

    # Around the moment at which the clocks change, a wall clock shows some times twice and some never.
    shifts = {(at + timedelta(hours=h)).astimezone(ZoneInfo(zone)).utcoffset() for h in (-3, 0, 3)}
    if len(shifts) == 1:
        assert is_quiet(hours, at) is inside
    assert quiet_until(hours, at) >= at


def test_quiet_hours_that_are_none_are_named() -> None:
    wrong = QuietHours("Mars/Base", 1440, -1, (7, 7))

    assert {field for field, _ in wrong_with(wrong)} == {"zone", "start", "end", "days"}
    assert not list(wrong_with(BERLIN))
    assert is_quiet(replace(BERLIN, days=(0,)), datetime(2026, 3, 3, 22, tzinfo=UTC)) is False
    assert [field for field, _ in wrong_with(replace(BERLIN, start=60, end=60))] == ["end"]


# --- ways


def test_who_is_not_looking_gets_a_push_at_once_and_the_rest_later() -> None:
    first = plan(notice(), Preferences("agt_ana"), AWAY, AT)
    pushed = notice(tried={Way.PUSH: Tried(Outcome.SENT, AT)})
    second = plan(pushed, Preferences("agt_ana"), AWAY, AT + PATIENCE)

    assert (first.now, first.again_at) == ((Way.PUSH,), AT + PATIENCE)
    assert first.mail_at == AT + timedelta(minutes=15)
    assert (second.now, second.again_at) == ((Way.SLACK,), None)


def test_who_looks_is_not_disturbed_until_they_have_not_seen_it_for_a_while() -> None:
    first = plan(notice(), Preferences("agt_ana"), LOOKING, AT)

    assert (first.now, first.again_at) == ((), AT + PATIENCE)
    assert plan(notice(), Preferences("agt_ana"), LOOKING, AT + PATIENCE).now == (Way.PUSH, Way.SLACK)


@pytest.mark.parametrize(
    "held", [(Preferences("agt_ana", quiet=QuietHours("UTC", 8 * 60, 10 * 60)), AWAY), (Preferences("agt_ana"), OFF)]
)
def test_quiet_hours_and_leisure_hold_back_what_is_not_urgent(held: tuple[Preferences, Whereabouts]) -> None:
    own, where = held

    assert plan(notice(), own, where, AT).now == ()
    assert plan(notice(NoticeKind.SLA_BREACHED), own, where, AT).now == ()
    pierced = replace(own, pierce=True)
    assert plan(notice(NoticeKind.SLA_BREACHED), pierced, where, AT).now == (Way.PUSH,)
    assert plan(notice(), pierced, where, AT).now == ()


def test_a_mail_waits_for_the_end_of_quiet_hours() -> None:
    own = Preferences("agt_ana", quiet=QuietHours("UTC", 8 * 60, 10 * 60))

    assert plan(notice(), own, AWAY, AT).mail_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
    no_mail = replace(own, ways={NoticeKind.MENTION: frozenset({Way.PUSH})})
    assert plan(notice(), no_mail, AWAY, AT).mail_at is None


@given(
    st.sampled_from(NoticeKind),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.frozensets(st.sampled_from(Way)),
    st.dictionaries(st.sampled_from(Way), st.sampled_from([each for each in Outcome if each is not Outcome.SENDING])),
    st.integers(0, 600),
)
@settings(max_examples=80)
def test_nothing_goes_by_a_way_that_was_not_chosen_or_has_ended(
    kind: NoticeKind,
    looking: bool,
    off: bool,
    pierce: bool,
    chosen: frozenset[Way],
    ended: dict[Way, Outcome],
    seconds: int,
) -> None:
    told = notice(kind, tried={way: Tried(outcome, AT) for way, outcome in ended.items()})
    own = Preferences("agt_ana", ways={kind: chosen}, pierce=pierce)
    todo = plan(told, own, Whereabouts(looking, off), AT + timedelta(seconds=seconds))

    assert set(todo.now) <= chosen - {*ended} - {Way.EMAIL}
    assert not (off and todo.now and not (pierce and KINDS[kind].urgency is Urgency.HIGH))
    assert (todo.mail_at is not None) is (Way.EMAIL in chosen and Way.EMAIL not in ended)


def test_what_is_seen_over_or_old_disturbs_nobody() -> None:
    for over in (
        notice(seen_at=AT),
        notice(until=AT),
        notice(at=AT - STALE - timedelta(seconds=1)),
    ):
        assert plan(over, Preferences("agt_ana"), AWAY, AT) == plan(notice(seen_at=AT), Preferences("a"), OFF, AT)


def test_what_got_stuck_goes_again_and_not_before() -> None:
    stuck = notice(tried={Way.PUSH: Tried(Outcome.SENDING, AT)})
    own = Preferences("agt_ana", ways={NoticeKind.MENTION: frozenset({Way.PUSH})})

    assert plan(stuck, own, AWAY, AT + timedelta(seconds=60)).now == ()
    assert plan(stuck, own, AWAY, AT + timedelta(minutes=2)).now == (Way.PUSH,)


# --- words


def test_the_title_says_who_and_what_and_the_quote_is_apart() -> None:
    detail = Detail("Bob", "Mia", "Look  at\nthis " + "x" * 400)
    said = words_of(notice(), detail)

    assert said.title == "Mia mentioned you: Bob"
    assert said.body.startswith("Look at this x")
    assert len(said.body) == MAX_BODY
    back = notice(NoticeKind.RETURNED, about={"idle_seconds": 52 * 60, "unread": 2})
    assert words_of(back, detail).title == "Bob is back after 52 min, unread: 2"


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_words_even_where_nothing_is_left(kind: NoticeKind) -> None:
    said = words_of(notice(kind), Detail())

    assert said.title
    assert said.body == ""


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "0 s"), (59, "59 s"), (3120, "52 min"), (7200, "2 h"), (11400, "3 h 10 min"), (90000, "1 day")],
)
def test_a_span_is_said_as_people_do(seconds: int, said: str) -> None:
    assert span(seconds) == said


# --- browsers


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://2130706433/x",
        "https://localhost/x",
        "https://metadata.internal/x",
        "https://push.example.com:8443/x",
        "https://user@push.example.com/x",
        "https://push.example.com/\u00e9",
        "https://push.example.com/" + "x" * 1000,
        "ftp://push.example.com",
        "https://[",
        "",
    ],
)
def test_an_address_that_no_push_service_has_is_refused(endpoint: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        subscription("agt_ana", endpoint, P256DH, AUTH, "", AT, frozenset())
    assert refused.value.field == "endpoint"


def test_keys_that_no_browser_has_are_refused() -> None:
    for p256dh, auth, field in (
        ("", AUTH, "keys.p256dh"),
        ("A" * 87, AUTH, "keys.p256dh"),
        (P256DH, "AA", "keys.auth"),
    ):
        with pytest.raises(InvalidInput) as refused:
            subscription("agt_ana", "https://push.example.com/x", p256dh, auth, "", AT, frozenset())
        assert refused.value.field == field
    assert subscription("agt_ana", "http://push:81/x", P256DH, AUTH, "", AT, frozenset({"push:81"})).host == "push"
