"""Ways to look at a template."""

import json
from typing import Any

FUNCTION = "AWS::Serverless::Function"
QUEUE = "AWS::SQS::Queue"
LOG_GROUP = "AWS::Logs::LogGroup"

# Logical names of the functions, by the names that docs/architecture.md gives them.
FUNCTIONS = {
    "webhook_intake": "WebhookIntakeFunction",
    "visitor": "VisitorFunction",
    "spill": "SpillFunction",
    "stream": "StreamFunction",
    "sender": "SenderFunction",
    "attachments": "AttachmentsFunction",
    "signals": "SignalsFunction",
    "routing": "RoutingFunction",
    "service_levels": "ServiceLevelsFunction",
    "people": "PeopleFunction",
    "measures": "MeasuresFunction",
    "aggregate": "AggregateFunction",
    "collaboration": "CollaborationFunction",
    "team_apps": "TeamAppsFunction",
    "webhooks": "WebhooksFunction",
    "notifications": "NotificationsFunction",
    "jobs": "JobsFunction",
    "agent_socket": "AgentSocketFunction",
    "fanout": "FanoutFunction",
    "api": "APIHandler",
    "authorizer": "Authorize",
}


class Resources:
    """A template's resources, by type and by name."""

    def __init__(self, template: dict[str, Any]) -> None:
        self.all: dict[str, dict[str, Any]] = template["Resources"]

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """Properties of every resource of a type, by logical name."""
        return {name: one.get("Properties", {}) for name, one in self.all.items() if one["Type"] == kind}

    def __getitem__(self, name: str) -> dict[str, Any]:
        properties: dict[str, Any] = self.all[name]["Properties"]
        return properties

    def function(self, name: str) -> dict[str, Any]:
        return self[FUNCTIONS[name]]

    def statements(self, name: str) -> list[dict[str, Any]]:
        """What a function's role allows."""
        stem = FUNCTIONS[name].removesuffix("Function")
        role = self[{"APIHandler": "ApiRole", "Authorize": "AuthorizerRole"}.get(stem, f"{stem}Role")]
        return [statement for policy in role["Policies"] for statement in policy["PolicyDocument"]["Statement"]]

    def events(self, name: str) -> list[dict[str, Any]]:
        """What triggers a function by itself: queues and the stream."""
        return list(self.function(name).get("Events", {}).values())


def names_in(value: Any) -> set[str]:
    """The logical names that a value refers to."""
    if isinstance(value, dict):
        if "Ref" in value:
            return {value["Ref"]}
        if "Fn::GetAtt" in value:
            return {value["Fn::GetAtt"][0]}
        if "Fn::Sub" in value:
            given = value["Fn::Sub"]
            text, own = (given, {}) if isinstance(given, str) else given
            found = {part.split("}")[0].split(".")[0] for part in text.split("${")[1:]}
            return (found - set(own)) | names_in(own)
        return set().union(set(), *(names_in(one) for one in value.values()))
    if isinstance(value, list):
        return set().union(set(), *(names_in(one) for one in value))
    return set()


def text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
