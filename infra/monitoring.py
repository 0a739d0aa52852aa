"""Makes alarms and the dashboard from the other parts: no queue or function can be forgotten."""

import json
from typing import Any

from infra.parts import ROOT, Template, load

DEAD = "DeadLetters"
FIVE_MINUTES = 300


def of_type(template: Template, kind: str) -> list[str]:
    """Logical names of a type's resources, in the template's order."""
    return [name for name, one in template["Resources"].items() if one["Type"] == kind]


def _alarm(what: str, metric: dict[str, Any], limit: float, periods: int = 1) -> Template:
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmDescription": f"{what} (docs/operations.md, Alarms)",
            **metric,
            "Threshold": limit,
            "EvaluationPeriods": periods,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], []]},
            "OKActions": {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], []]},
        },
    }


def _metric(namespace: str, name: str, statistic: str, period: int, **dimensions: Any) -> dict[str, Any]:
    return {
        "Namespace": namespace,
        "MetricName": name,
        "Statistic": statistic,
        "Period": period,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
    }


def _sqs(queue: str, name: str, period: int) -> dict[str, Any]:
    queue_name = {"Fn::GetAtt": [queue, "QueueName"]}
    return _metric("AWS/SQS", name, "Maximum", period, QueueName=queue_name)


def _queue_alarms(template: Template, limits: dict[str, Any]) -> Template:
    made = {}
    for queue in of_type(template, "AWS::SQS::Queue"):
        if queue.endswith(DEAD):
            metric = _sqs(queue, "ApproximateNumberOfMessagesVisible", 60)
            made[f"{queue}DepthAlarm"] = _alarm(f"{queue} holds records", metric, 1)
        else:
            metric = _sqs(queue, "ApproximateAgeOfOldestMessage", 60)
            limit = limits["oldest_record_seconds"][queue]
            made[f"{queue}AgeAlarm"] = _alarm(f"{queue}'s oldest record waits", metric, limit, 3)
    return made


def _function_alarms(template: Template, limits: dict[str, Any]) -> Template:
    made = {}
    for function in of_type(template, "AWS::Serverless::Function"):
        for name, limit in (("Errors", "function_errors"), ("Throttles", "function_throttles")):
            metric = _metric("AWS/Lambda", name, "Sum", FIVE_MINUTES, FunctionName={"Ref": function})
            made[f"{function}{name}Alarm"] = _alarm(f"{function}: {name}", metric, limits[limit])
    return made


def _other_alarms(limits: dict[str, Any]) -> Template:
    readers = {
        name: _metric("AWS/Lambda", "IteratorAge", "Maximum", 60, FunctionName={"Ref": function})
        for name, function in (("StreamAgeAlarm", "StreamFunction"), ("FanoutAgeAlarm", "FanoutFunction"))
    }
    rest = _metric(
        "AWS/ApiGateway",
        "5XXError",
        "Sum",
        FIVE_MINUTES,
        ApiName={"Fn::Sub": "parley-${Stage}-api"},
        Stage="api",
    )
    http = _metric("AWS/ApiGateway", "5xx", "Sum", FIVE_MINUTES, ApiId={"Ref": "HttpApi"})
    quarantined = _metric("Parley", "Quarantined", "Sum", FIVE_MINUTES, service="parley")
    errors = limits["api_server_errors"]
    return {
        **{
            name: _alarm("A reader of the stream is behind", age, limits["stream_age_milliseconds"], 3)
            for name, age in readers.items()
        },
        "RestApiErrorsAlarm": _alarm("The agents' API fails", rest, errors),
        "HttpApiErrorsAlarm": _alarm("Webhooks or the web chat fail", http, errors),
        "QuarantinedAlarm": _alarm("A signed payload was not understood", quarantined, 1),
    }


def alarms(template: Template) -> Template:
    limits = load(ROOT / "infra" / "alarms.yaml")
    return {
        **_queue_alarms(template, limits),
        **_function_alarms(template, limits),
        **_other_alarms(limits),
    }


def _widget(title: str, place: int, metrics: list[list[Any]], statistic: str) -> dict[str, Any]:
    return {
        "type": "metric",
        "x": 12 * (place % 2),
        "y": 6 * (place // 2),
        "width": 12,
        "height": 6,
        "properties": {
            "title": title,
            "region": "${AWS::Region}",
            "metrics": metrics,
            "stat": statistic,
            "period": 60,
        },
    }


def dashboard(template: Template) -> Template:
    """One page: what comes in, what waits, what failed."""
    queues = of_type(template, "AWS::SQS::Queue")
    functions = of_type(template, "AWS::Serverless::Function")

    def sqs(name: str, dead: bool) -> list[list[Any]]:
        chosen = [queue for queue in queues if queue.endswith(DEAD) is dead]
        return [["AWS/SQS", name, "QueueName", f"${{{queue}.QueueName}}"] for queue in chosen]

    def function(name: str) -> list[list[Any]]:
        return [["AWS/Lambda", name, "FunctionName", f"${{{one}}}"] for one in functions]

    api = ["ApiName", "parley-${Stage}-api", "Stage", "api"]
    widgets = (
        ("Webhooks and web chat", [["AWS/ApiGateway", n, "ApiId", "${HttpApi}"] for n in
                                   ("Count", "4xx", "5xx")], "Sum"),
        ("Agents' API", [["AWS/ApiGateway", n, *api] for n in ("Count", "4XXError", "5XXError")],
         "Sum"),
        ("Oldest record, seconds", sqs("ApproximateAgeOfOldestMessage", False), "Maximum"),
        ("Dead letters", sqs("ApproximateNumberOfMessagesVisible", True), "Maximum"),
        ("Function errors", function("Errors"), "Sum"),
        ("Function throttles", function("Throttles"), "Sum"),
        ("Function duration, ms", function("Duration"), "p99"),
        ("Stream: how far behind, ms",
         [["AWS/Lambda", "IteratorAge", "FunctionName", "${StreamFunction}"]], "Maximum"),
        ("Quarantined", [["Parley", "Quarantined", "service", "parley"]], "Sum"),
    )  # fmt: skip
    body = {
        "widgets": [
            _widget(title, place, metrics, statistic) for place, (title, metrics, statistic) in enumerate(widgets)
        ]
    }
    return {
        "Dashboard": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {
                "DashboardName": {"Fn::Sub": "parley-${Stage}"},
                "DashboardBody": {"Fn::Sub": json.dumps(body)},
            },
        }
    }
