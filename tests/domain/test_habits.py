"""Habits: each opening counts once, whatever the order; hours are the contact's own."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.contact import Contact
from chalicelib.domain.habits import ENOUGH, KEPT, BusyHour, Opening, learned, preferences, with_opening
from chalicelib.services.habits import opening_of

MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
WEEK = timedelta(weeks=1)
openings = st.builds(
    Opening,
    key=st.text("abcdef", min_size=1, max_size=2),
    at=st.integers(0, 500).map(lambda hours: MONDAY + timedelta(hours=hours)),
    channel=st.sampled_from(("email", "sms", "web_chat")),
)


def opened(count: int, channel: str = "sms", first: datetime = MONDAY) -> list[Opening]:
    return [Opening(f"{channel}{number}", first + number * WEEK, channel) for number in range(count)]


def folded(found: list[Opening]) -> tuple[Opening, ...]:
    kept: tuple[Opening, ...] = ()
    for each in found:
        kept = with_opening(kept, each)
    return kept


@given(st.lists(openings, max_size=20, unique_by=lambda each: each.key), st.randoms(use_true_random=False))
def test_the_same_is_kept_when_openings_come_in_any_order_and_twice(found: list[Opening], chance: object) -> None:
    shuffled = [*found, *found[:4]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert folded(shuffled) == folded(found)
    assert set(folded(found)) == set(found)


def test_only_the_newest_are_kept() -> None:
    found = opened(KEPT + 5)

    assert folded(found[::-1]) == folded(found) == tuple(found[5:])


@given(st.lists(openings, max_size=30, unique_by=lambda each: each.key))
def test_nothing_is_concluded_from_fewer_than_enough(found: list[Opening]) -> None:
    habits = learned(found, None)
    counts = {channel: sum(each.channel == channel for each in found) for channel in ("email", "sms", "web_chat")}

    assert habits.openings == len(found)
    assert all(hour.count >= ENOUGH for hour in habits.hours)
    assert (habits.channel is None) == (max(counts.values()) < ENOUGH)
    if habits.channel is not None:
        assert counts[habits.channel] == habits.channel_count == max(counts.values())


def test_hours_of_the_week_are_those_of_the_contacts_own_zone_in_summer_and_winter() -> None:
    """Each Monday at 9:30 in Berlin, across the change of the clocks: by UTC that is two hours of the day."""
    winter, summer = opened(3), opened(3, "email", datetime(2026, 4, 6, 7, 30, tzinfo=UTC))

    assert learned(winter + summer, "Europe/Berlin").hours == (BusyHour(0, 9, 6),)
    assert learned(winter + summer, None).hours == (BusyHour(0, 7, 3), BusyHour(0, 8, 3))


def test_the_hour_of_the_day_is_learned_when_no_weekday_stands_out() -> None:
    found = [Opening(str(day), MONDAY + timedelta(days=day), "sms") for day in range(4)]

    assert learned(found, None).hours == (BusyHour(None, 8, 4),)


def test_what_was_declared_comes_first_and_what_was_learned_is_shown_beside_it() -> None:
    bob = Contact("con_1", MONDAY, MONDAY, preferred_channel="email", contact_hours={0: ((540, 720),)})

    found = preferences(bob, opened(4))

    assert (found.channel, found.channel_source, found.hours_source) == ("email", "declared", "declared")
    assert (found.learned.channel, found.learned.channel_count) == ("sms", 4)
    unsaid = preferences(Contact("con_1", MONDAY, MONDAY), opened(4))
    assert (unsaid.channel, unsaid.channel_source, unsaid.hours_source) == ("sms", "learned", "learned")
    unknown = preferences(Contact("con_1", MONDAY, MONDAY), opened(2))
    assert (unknown.channel, unknown.channel_source, unknown.hours_source) == (None, None, None)


def told(kind: str, actor: str, **data: str) -> dict:
    snapshot = {"id": "cnv_1", "episode": 2, "opened_at": MONDAY.isoformat(), "channel": "sms", "contact_id": "con_1"}
    return {"type": kind, "actor": {"kind": actor, "id": None}, "data": data, "snapshot": snapshot}


def test_only_what_the_customer_begins_is_an_opening() -> None:
    began = opening_of(told("conversation.created", "contact", message_id="msg_1"))
    took_up = opening_of(told("conversation.status_changed", "contact", reason="reopened"))

    assert began == took_up  # one episode of one conversation
    assert began is not None and (began.at, began.channel) == (MONDAY, "sms")
    assert opening_of(told("conversation.created", "api", message_id="msg_1")) is None
    assert opening_of(told("conversation.status_changed", "agent", reason="reopened")) is None
    assert opening_of(told("conversation.status_changed", "contact", reason="customer_wrote")) is None
    assert opening_of(told("message.created", "contact")) is None
