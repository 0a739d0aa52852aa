"""Tiers: up one by one and back one by one, never past the ends; a ticket weighs as one exactly while it is one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.capacity import ChannelClass, class_now, class_of
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.errors import InvalidInput, TransitionRefused
from chalicelib.domain.escalation import (
    BELOW,
    EscalationRefused,
    Path,
    Tier,
    down,
    first,
    moved,
    path_of,
    place_on,
    unanswered_at,
    up,
)
from chalicelib.domain.routing_policy import RouteRule, RoutingPolicy, queued
from chalicelib.domain.routing_values import FALLBACK
from chalicelib.domain.transitions import reopened

NOW = datetime(2026, 8, 1, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LINE = Path(
    "Orders",
    (
        Tier("First line", "team_1", reply_seconds=600),
        Tier("Experts", "team_2", {"orders": 4}, reply_seconds=900),
        Tier("Ticket", ticket=True),
    ),
    {"field": "channel", "is": "web_chat"},
)
OTHER = Path("Rest", (Tier("Anybody"),))


def conversation(**more: Any) -> Conversation:
    given: dict[str, Any] = {
        "id": "cnv_1",
        "contact_id": "con_1",
        "contact_name": "Bob",
        "inbox_id": "ibx_1",
        "channel": "web_chat",
        "active_leg_id": "leg_1",
        **dict.fromkeys(("opened_at", "status_changed_at", "last_activity_at", "view_at", "created_at"), NOW),
        "waiting_since": NOW,
    }
    return Conversation(**(given | more))


def test_it_goes_up_tier_by_tier_and_is_refused_at_the_last() -> None:
    found = conversation(assignee_id="agt_ana", weight=3)
    names = []
    for _ in LINE.tiers:
        found = moved(found, up(LINE, found), NOW)
        names.append((found.tier.tier if found.tier else None, found.team_id, found.assignee_id, found.weight))
    assert names == [("First line", "team_1", None, 0), ("Experts", "team_2", None, 0), ("Ticket", "team_2", None, 0)]
    with pytest.raises(EscalationRefused) as refused:
        up(LINE, found)
    assert refused.value.facts == {"path": "Orders", "tier": "Ticket"}


def test_what_is_its_teams_is_on_that_tier_already() -> None:
    assert place_on(LINE, conversation(team_id="team_1")) == 0
    assert place_on(LINE, conversation(team_id="team_9")) == BELOW
    assert up(LINE, conversation(team_id="team_1")).tier.name == "Experts"


def test_a_tier_may_be_named_where_it_is_higher() -> None:
    found = moved(conversation(), up(LINE, conversation(), "Experts"), NOW)
    assert place_on(LINE, found) == 1
    for lower in ("First line", "Experts"):
        with pytest.raises(EscalationRefused):
            up(LINE, found, lower)
    with pytest.raises(InvalidInput) as unknown:
        up(LINE, found, "Nobody")
    assert unknown.value.field == "tier"


@pytest.mark.parametrize("status", [Status.PENDING, Status.SNOOZED, Status.RESOLVED])
def test_only_an_open_conversation_moves(status: Status) -> None:
    found = conversation(status=status, team_id="team_2")
    for move in (lambda: up(LINE, found), lambda: down(LINE, found)):
        with pytest.raises(TransitionRefused):
            move()


def test_nothing_is_below_the_first_tier() -> None:
    for team in (None, "team_1"):
        with pytest.raises(EscalationRefused):
            down(LINE, conversation(team_id=team))


def test_a_path_is_kept_though_its_condition_holds_no_longer() -> None:
    found = moved(conversation(), up(LINE, conversation()), NOW)
    assert path_of([OTHER, LINE], found, {"channel": "email"}) is LINE
    assert path_of([LINE, OTHER], conversation(), {"channel": "email"}) is OTHER
    assert path_of([LINE], conversation(), {"channel": "email"}) is None


def test_a_tier_that_was_renamed_keeps_its_place_and_one_that_moved_its_name() -> None:
    found = moved(conversation(), up(LINE, conversation(), "Experts"), NOW)
    renamed = Path("Orders", (Tier("A"), Tier("B"), Tier("C")))
    reordered = Path("Orders", (Tier("Experts"), Tier("Ticket")))
    shorter = Path("Orders", (Tier("A"),))
    assert [place_on(path, found) for path in (renamed, reordered, shorter)] == [1, 0, 0]


def test_a_new_episode_begins_anew() -> None:
    found = conversation()
    for _ in LINE.tiers:
        found = moved(found, up(LINE, found), NOW)
    assert class_now(found) is ChannelClass.ASYNCHRONOUS
    again = reopened(replace(found, status=Status.RESOLVED), NOW)
    assert again.standing is None
    assert class_now(again) is ChannelClass.LIVE
    # It is still its team's, so it stands where that team does.
    assert up(LINE, again).tier.name == "Ticket"


def test_a_machines_hand_over_begins_at_the_first_tier_and_knows_no_other() -> None:
    step = first(LINE, conversation(team_id="team_1"))
    assert step is not None and step.tier.name == "First line"
    named = first(LINE, conversation(), "Experts")
    assert named is not None and named.tier.name == "Experts"
    assert first(LINE, conversation(), "Nobody") is None
    on = moved(conversation(), up(LINE, conversation()), NOW)
    further = first(LINE, on)
    assert further is not None and further.tier.name == "Experts"


def test_what_a_tier_asks_for_goes_before_the_rules_while_it_is_that_teams() -> None:
    found = moved(conversation(), up(LINE, conversation(), "Experts"), NOW)
    rules = RoutingPolicy(routes=(RouteRule("All", team_id="team_3", skills={"orders": 2, "lang:de": 3}),))
    teams = frozenset({"team_1", "team_2", "team_3"})
    entry = queued(rules, found, {}, NOW, teams=teams)
    assert (entry.team_id, entry.requirements.required) == ("team_2", {"orders": 4, "lang:de": 3})
    elsewhere = queued(rules, replace(found, team_id="team_1"), {}, NOW, teams=teams)
    assert (elsewhere.team_id, elsewhere.requirements.required) == ("team_3", {"orders": 2, "lang:de": 3})
    gone = queued(RoutingPolicy(), found, {}, NOW, teams=frozenset())
    assert (gone.team_id, gone.reason) == (FALLBACK, "unknown team team_2")


def test_patience_counts_from_the_wait_or_from_the_tier_whichever_is_later() -> None:
    found = conversation(team_id="team_1")
    assert unanswered_at(LINE, found) == NOW + 10 * MINUTE
    later = moved(found, up(LINE, found), NOW + 30 * MINUTE)
    assert unanswered_at(LINE, later) == NOW + 45 * MINUTE
    assert unanswered_at(LINE, replace(later, waiting_since=None)) is None
    assert unanswered_at(LINE, replace(later, status=Status.PENDING)) is None
    assert unanswered_at(LINE, moved(later, up(LINE, later), NOW)) is None
    assert unanswered_at(LINE, conversation()) is None


paths = st.lists(
    st.builds(
        Tier,
        name=st.uuids().map(str),
        team_id=st.none() | st.sampled_from(("team_1", "team_2")),
        ticket=st.booleans(),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda tier: tier.name,
).map(lambda tiers: Path("Any", tuple(tiers)))


@given(
    path=paths,
    channel=st.sampled_from(("web_chat", "whatsapp", "email", "voice")),
    ways=st.lists(st.sampled_from(("up", "down", "given", "resolved")), max_size=25),
)
def test_no_tier_is_left_out_and_a_ticket_weighs_as_one_exactly_while_it_is_one(
    path: Path, channel: str, ways: list[str]
) -> None:
    found = conversation(channel=channel)
    for way in ways:
        place = place_on(path, found)
        if way in ("up", "down"):
            try:
                found = moved(found, up(path, found) if way == "up" else down(path, found), NOW)
            except EscalationRefused:
                assert place == len(path.tiers) - 1 if way == "up" else place <= 0
                continue
            assert place_on(path, found) == place + (1 if way == "up" else -1)
            assert (found.assignee_id, found.weight) == (None, 0)
        elif way == "given":
            found = replace(found, assignee_id="agt_ana", weight=2)
        else:
            found = reopened(replace(found, status=Status.RESOLVED), NOW)
        on = found.standing
        is_ticket = on is not None and path.tiers[on.place].ticket
        assert class_now(found) is (ChannelClass.ASYNCHRONOUS if is_ticket else class_of(channel))
