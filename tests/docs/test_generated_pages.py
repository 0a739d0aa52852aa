"""Generated pages are what the code says, and written tables name what the code has."""

import inspect
import json
import re

from chalicelib.aws import keys, keys_contact, keys_live, keys_numbers, keys_work
from chalicelib.domain.counters import COUNTERS
from chalicelib.domain.events import EVENTS
from chalicelib.services.subscriptions import SUBSCRIPTIONS
from functions.webhook_intake.handler import WATCHED
from infra.docs import DOCS, stale
from infra.parts import PARTS, load


def test_generated_pages_are_fresh() -> None:
    assert stale() == [], "run `make docs`"


def test_every_key_builder_has_a_row() -> None:
    page = (DOCS / "access_patterns.md").read_text()
    builders = [
        f"{room.__name__.rpartition('.')[2]}.{name}"
        for room in (keys, keys_contact, keys_live, keys_numbers, keys_work)
        for name, function in inspect.getmembers(room, inspect.isfunction)
        if function.__module__ == room.__name__ and inspect.signature(function).return_annotation == keys.Key
    ]
    assert [name for name in builders if f"`{name}`" not in page] == []


def test_every_index_has_a_row() -> None:
    page = (DOCS / "access_patterns.md").read_text()
    indexes = load(PARTS / "tables.yaml")["Resources"]["DeskTable"]["Properties"]["GlobalSecondaryIndexes"]
    assert [index["IndexName"] for index in indexes if f"`{index['IndexName']}`" not in page] == []


def test_every_subscription_has_its_rule_and_queue() -> None:
    made = {name: one for part in sorted(PARTS.glob("*.yaml")) for name, one in load(part).get("Resources", {}).items()}
    for purpose, kinds in SUBSCRIPTIONS.items():
        rule = made[f"{purpose.capitalize()}Rule"]["Properties"]
        assert rule["EventPattern"]["detail-type"] == list(kinds)
        assert set(kinds) <= set(EVENTS)
        assert f"{purpose.capitalize()}Queue" in made
        assert f"{purpose.capitalize()}Queue" in json.dumps(rule["Targets"])


def test_every_watched_counter_is_a_metric() -> None:
    assert not WATCHED - {metric.counter for metric in COUNTERS}


def test_every_planned_event_name_is_free() -> None:
    planned = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", (DOCS / "events_planned.md").read_text()))
    assert planned and not planned & set(EVENTS)
