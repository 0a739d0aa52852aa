"""IAM is enforced here as it is on AWS: a function can do what its role says, and nothing else."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.local.cloud import LocalCloud
from infra.local.emulator import REGION
from infra.local.stack import STAGE

pytestmark = pytest.mark.local_cloud

KEY = {"pk": {"S": "nobody"}, "sk": {"S": "nothing"}}
Call = Callable[[Any, LocalCloud], Any]


def _put_item(session: Any, cloud: LocalCloud) -> None:
    _client(session, cloud, "dynamodb").put_item(TableName=cloud.outputs["DeskTableName"], Item=KEY)


def _get_item(session: Any, cloud: LocalCloud) -> None:
    _client(session, cloud, "dynamodb").get_item(TableName=cloud.outputs["DeskTableName"], Key=KEY)


def _scan(session: Any, cloud: LocalCloud) -> None:
    _client(session, cloud, "dynamodb").scan(TableName=cloud.outputs["DeskTableName"])


def _cursor_secret(session: Any, cloud: LocalCloud) -> None:
    name = f"{cloud.outputs['SecretPrefix']}cursor"
    _client(session, cloud, "secretsmanager").get_secret_value(SecretId=name)


def _delete_file(session: Any, cloud: LocalCloud) -> None:
    _client(session, cloud, "s3").delete_object(Bucket=cloud.outputs["AttachmentsBucketName"], Key="attachments/x")


def _send_batch(session: Any, cloud: LocalCloud) -> None:
    entry = {"Id": "1", "MessageBody": "{}", "MessageGroupId": "iam-test", "MessageDeduplicationId": "iam-test"}
    _client(session, cloud, "sqs").send_message_batch(QueueUrl=cloud.outputs["OutboundQueueUrl"], Entries=[entry])


def _purge(session: Any, cloud: LocalCloud) -> None:
    _client(session, cloud, "sqs").purge_queue(QueueUrl=cloud.outputs["OutboundQueueUrl"])


def _client(session: Any, cloud: LocalCloud, service: str) -> Any:
    return session.client(service, endpoint_url=cloud.endpoint_url)


def session_as(cloud: LocalCloud, function: str) -> Any:
    """Credentials of a function's role."""
    name = f"parley-{STAGE}-{function.replace('_', '-')}"
    role = cloud.client("lambda").get_function_configuration(FunctionName=name)["Role"]
    found = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="iam-test")["Credentials"]
    return boto3.Session(
        aws_access_key_id=found["AccessKeyId"],
        aws_secret_access_key=found["SecretAccessKey"],
        aws_session_token=found["SessionToken"],
        region_name=REGION,
    )


@pytest.mark.parametrize(
    ("function", "call"),
    [
        ("signals", _scan),
        ("authorizer", _put_item),
        ("stream", _get_item),
        ("api", _scan),
        ("webhook_intake", _cursor_secret),
        ("sender", _cursor_secret),
        ("attachments", _delete_file),
        ("webhook_intake", _send_batch),
        ("sender", _purge),
    ],
)
def test_a_function_is_refused_when_its_role_does_not_name_the_action(
    cloud: LocalCloud, function: str, call: Call
) -> None:
    with pytest.raises(ClientError) as refused:
        call(session_as(cloud, function), cloud)
    assert refused.value.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException")


@pytest.mark.parametrize(
    ("function", "call"), [("signals", _get_item), ("webhook_intake", _put_item), ("api", _cursor_secret)]
)
def test_a_function_is_let_through_when_its_role_names_the_action(cloud: LocalCloud, function: str, call: Call) -> None:
    call(session_as(cloud, function), cloud)


def test_a_request_with_a_made_up_key_is_refused(cloud: LocalCloud) -> None:
    session = boto3.Session(
        aws_access_key_id="AKIAINVENTED00000000", aws_secret_access_key="x" * 40, region_name=REGION
    )
    with pytest.raises(ClientError):
        _get_item(session, cloud)
