"""Every queue, function and API has its alarms, and every alarm its paragraph in the manual."""

import json
from typing import Any

import pytest

from infra import monitoring
from infra.parts import ROOT
from tests.infra.views import FUNCTION, QUEUE, Resources, names_in

ALARM = "AWS::CloudWatch::Alarm"


def watched(resources: Resources, metric: str) -> set[str]:
    return {
        name
        for alarm in resources.of(ALARM).values()
        if alarm["MetricName"] == metric
        for name in names_in(alarm["Dimensions"])
    }


def test_every_dead_letter_raises_an_alarm(resources: Resources) -> None:
    dead = {name for name in resources.of(QUEUE) if name.endswith("DeadLetters")}

    assert watched(resources, "ApproximateNumberOfMessagesVisible") == dead


def test_every_other_queues_oldest_record_does_too(resources: Resources) -> None:
    live = {name for name in resources.of(QUEUE) if not name.endswith("DeadLetters")}

    assert watched(resources, "ApproximateAgeOfOldestMessage") == live


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_every_function_is_watched(resources: Resources, metric: str) -> None:
    assert watched(resources, metric) == set(resources.of(FUNCTION))


def test_apis_stream_and_quarantine_are_watched(resources: Resources) -> None:
    for name in ("RestApiErrorsAlarm", "HttpApiErrorsAlarm", "StreamAgeAlarm", "FanoutAgeAlarm", "QuarantinedAlarm"):
        assert resources[name]["Threshold"] > 0


def test_alarms_go_to_the_topic_when_there_is_one(resources: Resources) -> None:
    for alarm in resources.of(ALARM).values():
        assert alarm["AlarmActions"] == {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], []]}
        assert alarm["TreatMissingData"] == "notBreaching"


def test_every_alarm_is_explained(resources: Resources) -> None:
    manual = (ROOT / "docs" / "operations.md").read_text()
    endings = ("DepthAlarm", "AgeAlarm", "ErrorsAlarm", "ThrottlesAlarm")
    for name in resources.of(ALARM):
        ending = next((end for end in endings if name.endswith(end)), name)
        assert f"`{name}`" in manual or f"`*{ending}`" in manual, name


def test_the_dashboard_shows_every_queue_and_function(resources: Resources) -> None:
    body = resources["Dashboard"]["DashboardBody"]["Fn::Sub"]

    assert len(json.loads(body)["widgets"]) == 9
    for name in (*resources.of(QUEUE), *resources.of(FUNCTION)):
        assert f"${{{name}" in body


def test_a_queue_without_a_limit_stops_the_build(template: dict[str, Any]) -> None:
    grown = {"Resources": template["Resources"] | {"NewQueue": {"Type": QUEUE, "Properties": {}}}}

    with pytest.raises(KeyError, match="NewQueue"):
        monitoring.alarms(grown)
