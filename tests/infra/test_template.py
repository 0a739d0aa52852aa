"""What the template promises: nothing is lost silently, kept in the open, or kept for ever."""

import json
from typing import Any

import pytest

from chalicelib.channels.email_inbound import PREFIX
from chalicelib.domain.events import EVENTS
from infra.parts import ROOT, lambda_runtime
from tests.infra.views import FUNCTION, FUNCTIONS, LOG_GROUP, QUEUE, Resources, names_in, text

CONSUMERS = {
    "OutboundQueue": "sender",
    "SpillQueue": "spill",
    "AttachmentsQueue": "attachments",
    "SignalsQueue": "signals",
    "RoutingQueue": "routing",
    "TimersQueue": "routing",
    "SlaQueue": "service_levels",
    "PeopleQueue": "people",
    "MeasuresQueue": "measures",
    "AggregateQueue": "aggregate",
    "CollaborationQueue": "collaboration",
    "SlackHeardQueue": "collaboration",
    "SlackQueue": "collaboration",
    "WebhooksQueue": "webhooks",
    "WebhookAttemptsQueue": "webhooks",
    "NotificationsQueue": "notifications",
    "JobsQueue": "jobs",
}
STORES = ("DeskTable", "FactsTable", "ArchiveBucket", "AttachmentsBucket", "MailBucket", "QuarantineBucket", "UserPool")


def dead_letters_of(queue: dict[str, Any]) -> str:
    return str(queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0])


# --- queues


def test_every_queue_is_consumed_or_holds_dead_letters(resources: Resources) -> None:
    dead = {name for name in resources.of(QUEUE) if name.endswith("DeadLetters")}

    assert set(resources.of(QUEUE)) - dead == set(CONSUMERS)


@pytest.mark.parametrize("name", CONSUMERS)
def test_a_queue_gives_up_into_dead_letters_of_its_own_kind(resources: Resources, name: str) -> None:
    queue = resources[name]
    dead = resources[dead_letters_of(queue)]

    assert dead.get("FifoQueue", False) == queue.get("FifoQueue", False)
    assert dead["MessageRetentionPeriod"] > queue["MessageRetentionPeriod"]
    # Standard queues: five tries. Outbound retries ride on visibility; the spill, routing and timers outlast an outage.
    lasting = {"OutboundQueue": 1000, "AttachmentsQueue": 5, "SignalsQueue": 5}
    assert queue["RedrivePolicy"]["maxReceiveCount"] == lasting.get(name, 20)


def test_no_two_queues_share_dead_letters(resources: Resources) -> None:
    assert len({dead_letters_of(resources[name]) for name in CONSUMERS}) == len(CONSUMERS)


@pytest.mark.parametrize(("name", "function"), CONSUMERS.items())
def test_a_record_stays_hidden_for_six_timeouts(resources: Resources, name: str, function: str) -> None:
    assert resources[name]["VisibilityTimeout"] >= 6 * resources.function(function)["Timeout"]


def test_fifo_queues_scale_by_group(resources: Resources) -> None:
    fifo = [queue for queue in resources.of(QUEUE).values() if queue.get("FifoQueue")]

    assert len(fifo) == 8
    for queue in fifo:
        assert queue["FifoThroughputLimit"] == "perMessageGroupId"
        assert queue["DeduplicationScope"] == "messageGroup"
        assert queue["QueueName"]["Fn::Sub"].endswith(".fifo")


@pytest.mark.parametrize("name", sorted(set(CONSUMERS.values())))
def test_a_consumer_answers_record_by_record(resources: Resources, name: str) -> None:
    for event in resources.events(name):
        assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert event["Properties"]["ScalingConfig"]["MaximumConcurrency"] >= 2
        # Whoever measures writes each conversation once for all that came together.
        assert event["Properties"]["BatchSize"] <= (500 if name == "measures" else 10)


# --- stream and bus


def test_the_stream_never_stops_for_one_record(resources: Resources) -> None:
    (event,) = resources.events("stream")
    mapping = event["Properties"]

    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert 0 < mapping["MaximumRetryAttempts"] < 1000
    assert names_in(mapping["DestinationConfig"]) == {"StreamDeadLetters"}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert resources["DeskTable"]["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_the_stream_is_read_for_items_with_events_only(resources: Resources) -> None:
    (event,) = resources.events("stream")
    (filtered,) = event["Properties"]["FilterCriteria"]["Filters"]

    assert json.loads(filtered["Pattern"]) == {"dynamodb": {"NewImage": {"events": {"S": [{"exists": True}]}}}}


def test_every_rule_asks_for_events_that_there_are(resources: Resources) -> None:
    for name, rule in resources.of("AWS::Events::Rule").items():
        if "ScheduleExpression" in rule:
            continue
        assert set(rule["EventPattern"]["detail-type"]) <= set(EVENTS), name
        assert rule["EventPattern"]["source"] == ["parley"]


def test_retention_rules_are_carried_out_once_a_day(resources: Resources) -> None:
    scheduled = {name: rule for name, rule in resources.of("AWS::Events::Rule").items() if "ScheduleExpression" in rule}
    assert {name: names_in(rule["Targets"][0]["Arn"]) for name, rule in scheduled.items()} == {
        "RetentionRule": {"JobsQueue"},
        "AggregateRule": {"AggregateQueue"},
        "FloorWatchRule": {"TimersQueue"},
    }
    rule = scheduled["RetentionRule"]
    assert rule["ScheduleExpression"] == "cron(17 2 * * ? *)"
    # What the function reads is the event as AWS writes it: its time says which day it is.
    assert not {"Input", "InputPath", "InputTransformer"} & set(rule["Targets"][0])
    assert "EventBusName" not in rule


def test_every_rule_may_write_to_its_queue_and_to_its_dead_letters(resources: Resources) -> None:
    policies = resources.of("AWS::SQS::QueuePolicy").values()
    for name, rule in resources.of("AWS::Events::Rule").items():
        (target,) = rule["Targets"]
        for queue in names_in(target["Arn"]) | names_in(target["DeadLetterConfig"]):
            opened = [one for one in policies if names_in(one["Queues"]) == {queue}]
            assert len(opened) == 1, f"{queue} has no policy"
            assert name in names_in(opened[0]["PolicyDocument"]["Statement"][0]["Condition"])


# --- what is kept, and how


@pytest.mark.parametrize("name", STORES)
def test_what_cannot_be_made_again_is_retained(resources: Resources, name: str) -> None:
    assert resources.all[name]["DeletionPolicy"] == "Retain"
    assert resources.all[name]["UpdateReplacePolicy"] == "Retain"


def test_every_table_is_encrypted_and_on_demand(resources: Resources) -> None:
    for table in resources.of("AWS::DynamoDB::Table").values():
        assert table["SSESpecification"] == {"SSEEnabled": True}
        assert table["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("name", ["DeskTable", "FactsTable"])
def test_a_table_of_record_can_be_recovered(resources: Resources, name: str) -> None:
    assert resources[name]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


@pytest.mark.parametrize("name", ["DeskTable", "LiveTable", "FactsTable"])
def test_items_expire_by_the_attribute_that_the_code_writes(resources: Resources, name: str) -> None:
    assert resources[name]["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_indexes_carry_what_lists_show(resources: Resources) -> None:
    indexes = {
        index["IndexName"]: (
            [key["AttributeName"] for key in index["KeySchema"]],
            index["Projection"].get("NonKeyAttributes", index["Projection"]["ProjectionType"]),
        )
        for index in resources["DeskTable"]["GlobalSecondaryIndexes"]
    }

    assert indexes == {
        "by_owner": (["owner_key", "view_key"], ["row", "version"]),
        "by_status": (["status_key", "view_key"], ["row", "version"]),
        "by_inbox": (["inbox_key", "view_key"], "KEYS_ONLY"),
        "by_team": (["team_key", "view_key"], "KEYS_ONLY"),
        "by_kind": (["kind_key", "kind_sort"], ["row", "version"]),
    }


def test_every_queue_is_encrypted(resources: Resources) -> None:
    assert all(queue["SqsManagedSseEnabled"] is True for queue in resources.of(QUEUE).values())


def test_buckets_are_private_encrypted_and_tls_only(resources: Resources) -> None:
    closed = {names_in(policy["Bucket"]).pop(): policy for policy in resources.of("AWS::S3::BucketPolicy").values()}
    for name, bucket in resources.of("AWS::S3::Bucket").items():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
        assert "AES256" in text(bucket["BucketEncryption"])
        assert "aws:SecureTransport" in text(closed[name]["PolicyDocument"])


def test_what_nobody_wants_goes_away(resources: Resources) -> None:
    def days(bucket: str) -> dict[str, int]:
        rules = resources[bucket]["LifecycleConfiguration"]["Rules"]
        return {rule.get("Prefix", ""): rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule}

    assert days("QuarantineBucket") == {"": 30}
    assert days("AttachmentsBucket") == {"uploads/": 1, "jobs/": 14}
    assert days("MailBucket") == {"": 30}


def test_mail_is_put_where_the_channel_looks_for_it(resources: Resources) -> None:
    (action,) = resources["MailRule"]["Rule"]["Actions"]
    opened = [one for one in resources["MailBucketPolicy"]["PolicyDocument"]["Statement"] if one["Effect"] == "Allow"]

    assert action["S3Action"]["ObjectKeyPrefix"] == PREFIX
    assert [(one["Principal"], one["Action"]) for one in opened] == [
        ({"Service": "ses.amazonaws.com"}, "s3:PutObject"),
    ]
    assert opened[0]["Resource"] == {"Fn::Sub": f"${{MailBucket.Arn}}/{PREFIX}*"}
    for statement in (*opened, resources["MailTopicPolicy"]["PolicyDocument"]["Statement"][0]):
        assert "aws:SourceAccount" in statement["Condition"]["StringEquals"]


def test_every_function_logs_to_a_group_that_forgets(resources: Resources) -> None:
    for name in FUNCTIONS:
        (group,) = names_in(resources.function(name)["LoggingConfig"])
        assert resources[group]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert all("RetentionInDays" in group for group in resources.of(LOG_GROUP).values())


# --- functions, people, names


def test_every_function_runs_on_the_projects_runtime_and_is_traced(template: dict[str, Any]) -> None:
    resources = Resources(template)
    for function in resources.of(FUNCTION).values():
        assert function["Runtime"] == lambda_runtime()
        assert function["Architectures"] == [{"Fn::If": ["InAws", "arm64", "x86_64"]}]
        assert "ReservedConcurrentExecutions" not in function
    assert template["Globals"]["Function"]["Tracing"] == "Active"


def test_accounts_are_made_by_administrators_with_strong_passwords(resources: Resources) -> None:
    policy = resources["UserPool"]["Policies"]["PasswordPolicy"]

    assert policy["MinimumLength"] >= 12
    assert all(policy[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols"))
    assert resources["UserPool"]["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    groups = {group["GroupName"] for group in resources.of("AWS::Cognito::UserPoolGroup").values()}
    assert groups == {"agent", "supervisor", "admin"}


def test_only_what_an_emulator_lacks_is_conditional(resources: Resources) -> None:
    conditional = {name for name, one in resources.all.items() if one.get("Condition")}

    assert conditional == {
        "ArchiveBucketPolicy",
        "AttachmentsBucketPolicy",
        "DependencyLayer",
        "EventArchive",
        "FrameRouteResponse",
        "MailBucketPolicy",
        "MailEvents",
        "MailEventsToTopic",
        "MailRule",
        "MailRules",
        "MailTopic",
        "MailTopicPolicy",
        "QuarantineBucketPolicy",
        "RestApiAccount",
        "RestApiLogRole",
        "WebAccess",
        "WebBucket",
        "WebBucketPolicy",
        "WebDistribution",
        "WebHeaders",
        "WebMailHeaders",
        "WebRoutes",
    }


def test_names_change_knowingly(template: dict[str, Any]) -> None:
    """A renamed resource is a new resource, and the old one is gone: accept a change by removing the file."""
    snapshot = ROOT / "tests" / "infra" / "template_names.json"
    names = {
        "outputs": sorted(template["Outputs"]),
        "parameters": sorted(template["Parameters"]),
        "resources": {name: one["Type"] for name, one in sorted(template["Resources"].items())},
    }
    if not snapshot.exists():
        snapshot.write_text(json.dumps(names, indent=1) + "\n")
        pytest.fail(f"{snapshot.name} is written: look through it, then run again")

    assert json.loads(snapshot.read_text()) == names
