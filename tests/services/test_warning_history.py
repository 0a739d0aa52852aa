"""What roll-ups tell early warnings, and the settings of all of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.domain.errors import InvalidInput, VersionConflict
from chalicelib.domain.rollup import Cell
from chalicelib.domain.warning import Rule, Tell
from chalicelib.domain.warning_policy import WarningPolicy
from chalicelib.services.warning_documents import policy_body, policy_from, published, put_published
from chalicelib.services.warning_history import BY_CHANNEL, BY_TEAM
from tests.services.test_early_warning import Watcher


@pytest.fixture
def desk() -> Watcher:
    return Watcher()


def hours_back(desk: Watcher, count: int) -> Sequence[datetime]:
    this = desk.now.replace(minute=0)
    return [this - timedelta(hours=ago) for ago in range(count)]


def test_a_budget_that_burns_is_told_by_team_and_clock(desk: Watcher) -> None:
    desk.now += timedelta(minutes=20)
    desk.rolled.as_of = desk.now - timedelta(minutes=2)
    for hour in hours_back(desk, 4):
        desk.rolled.cells[BY_TEAM, hour, "team_1", "sla_first_response"] = Cell(n=20, hits=12)
        desk.rolled.cells[BY_TEAM, hour, "team_2", "sla_first_response"] = Cell(n=20, hits=19)
        desk.rolled.cells[BY_TEAM, hour, "-", "sla_resolution"] = Cell(n=3, hits=0)

    desk.minute()

    (event,) = desk.events()
    assert (event["data"]["rule"], event["data"]["subject"]) == ("sla_burn", "team_1/first_response")
    assert event["snapshot"]["numbers"]["burn_rate"] == 4.0
    assert event["data"]["said"] == (
        "Chat: 40 % of promises (first answer) were broken in the last hours, 32 of 80; 10 % may be."
    )


def test_what_stopped_burning_is_not_told(desk: Watcher) -> None:
    desk.now += timedelta(minutes=20)
    desk.rolled.as_of = desk.now
    for place, hour in enumerate(hours_back(desk, 6)):
        desk.rolled.cells[BY_TEAM, hour, "team_1", "sla_first_response"] = Cell(n=20, hits=20 if place < 2 else 5)
    desk.minute()
    assert desk.events() == []


@pytest.mark.parametrize(("count", "said"), [(160, True), (130, False), (40, False)])
def test_more_customers_than_in_this_hour_of_other_weeks_are_told(desk: Watcher, count: int, said: bool) -> None:
    desk.now += timedelta(minutes=30)
    desk.rolled.as_of = desk.now
    this = desk.now.replace(minute=0)
    for week in range(1, 9):
        desk.rolled.cells[BY_CHANNEL, this - timedelta(weeks=week), "whatsapp", "arrivals"] = Cell(n=98 + week % 4)
    desk.rolled.cells[BY_CHANNEL, this, "whatsapp", "arrivals"] = Cell(n=count)

    desk.minute()

    assert [event["data"]["subject"] for event in desk.events()] == (["whatsapp"] if said else [])


def test_a_channel_that_falls_silent_is_told_once_its_hour_is_over(desk: Watcher) -> None:
    this = desk.now
    for week in range(1, 9):
        for hour in (this, this - timedelta(hours=1)):
            desk.rolled.cells[BY_CHANNEL, hour - timedelta(weeks=week), "whatsapp", "arrivals"] = Cell(n=50)
    desk.rolled.cells[BY_CHANNEL, this - timedelta(hours=1), "whatsapp", "arrivals"] = Cell(n=2)
    desk.rolled.as_of = this - timedelta(seconds=1)
    desk.minute()
    assert desk.events() == []

    desk.now += timedelta(minutes=5)
    desk.rolled.as_of = desk.now
    desk.minute()
    (event,) = desk.events()
    assert "50 are usual" in event["data"]["said"]
    assert event["snapshot"]["numbers"]["hour_at"] == (this - timedelta(hours=1)).timestamp()
    assert "inbox" in event["data"]["action"]


def test_new_desks_have_no_usual_hours(desk: Watcher) -> None:
    desk.rolled.as_of = desk.now
    for week in range(1, 4):
        desk.rolled.cells[BY_CHANNEL, desk.now - timedelta(weeks=week), "whatsapp", "arrivals"] = Cell(n=50)
    desk.rolled.cells[BY_CHANNEL, desk.now, "whatsapp", "arrivals"] = Cell(n=500)
    desk.minute()
    assert desk.events() == []


def test_old_rollups_tell_nothing_and_new_ones_are_read_every_five_minutes(desk: Watcher) -> None:
    desk.minute()
    assert desk.rolled.readings == 0
    desk.rolled.as_of = desk.now - timedelta(hours=2)
    desk.now += timedelta(minutes=10)
    desk.minute()
    assert desk.rolled.readings == 0

    desk.rolled.as_of = desk.now
    desk.now += timedelta(minutes=10)
    desk.depth = 1
    desk.minute()
    once = desk.rolled.readings
    assert once == 3 + 1 + 2 * 8
    desk.minute()
    assert desk.rolled.readings == once


def test_settings_come_back_as_they_were_given_and_every_change_names_a_version(desk: Watcher) -> None:
    documents = DocumentStore(desk.raw, "warnings")
    assert published(documents) == (WarningPolicy(), 0)
    rules = {"queue_wait": {"targets": {"team_1": 60}, "tell": "admins"}, "volume": {"enabled": False}}
    made = put_published(documents, {"team_1"}, rules, 0)

    assert published(documents) == (made, 1)
    assert policy_from(policy_body(made)) == made
    assert made.queue_wait.target("team_1") == timedelta(seconds=60)
    assert (made.tell(Rule.QUEUE_WAIT), made.volume.enabled) == (Tell.ADMINS, False)
    with pytest.raises(VersionConflict):
        put_published(documents, {"team_1"}, rules, 0)


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"sound": {}}, "rules.sound"),
        ({"volume": {"sound": 1}}, "rules.volume.sound"),
        ({"volume": []}, "rules.volume"),
        ({"volume": {"deviations": 1}}, "rules.volume.deviations"),
        ({"volume": {"deviations": True}}, "rules.volume.deviations"),
        ({"sla_burn": {"objective_percent": 100}}, "rules.sla_burn.objective_percent"),
        ({"sla_burn": {"tell": ["me"]}}, "rules.sla_burn.tell"),
        ({"queue_wait": {"targets": {"team_9": 60}}}, "rules.queue_wait.targets.team_9"),
        ({"queue_wait": {"targets": {"team_1": 0}}}, "rules.queue_wait.targets.team_1"),
        ({"queue_wait": {"targets": 3}}, "rules.queue_wait.targets"),
        ({"promises": {"enabled": 1}}, "rules.promises.enabled"),
    ],
)
def test_wrong_settings_are_refused_by_name_and_change_nothing(
    desk: Watcher, rules: dict[str, Any], field: str
) -> None:
    documents = DocumentStore(desk.raw, "warnings")
    with pytest.raises(InvalidInput) as refused:
        put_published(documents, {"team_1"}, rules, 0)
    assert refused.value.field == field
    assert published(documents)[1] == 0
