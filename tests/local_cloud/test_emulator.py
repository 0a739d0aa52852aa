"""What infra/local/emulated.py mends, and what the stack relies on: noticed here when the emulator changes."""

import io
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from infra.local import emulator
from infra.local.cloud import LocalCloud, eventually
from infra.local.flows import tag
from infra.local.http_json import call
from infra.local.play import Play
from infra.local.stack import STAGE
from tests.local_cloud.test_iam import _send_batch, session_as

pytestmark = pytest.mark.local_cloud

# Linux's table of TCP sockets: the state, and 127.0.0.1 as it is written there.
SOCKETS, LISTENING, LOOPBACK = Path("/proc/net/tcp"), "0A", "0100007F"


def test_the_version_is_the_pinned_one() -> None:
    assert version("ministack") == emulator.VERSION


def test_a_batch_call_needs_the_permission_of_the_single_call(play: Play) -> None:
    _send_batch(session_as(play.cloud, "stream"), play.cloud)


def test_a_preflight_reaches_the_web_chat_function(play: Play) -> None:
    inbox = play.workspace.inboxes["web_chat"].id
    answer = call(
        "OPTIONS",
        f"{play.cloud.inbound_url}/widget/v1/{inbox}/messages",
        headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"},
    )
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] in ("*", "https://shop.example")
    assert "authorization" in answer.headers["access-control-allow-headers"].lower()


HANDLER = """
seen = set()

def handler(event, context):
    numbers = [record["dynamodb"]["SequenceNumber"] for record in event["Records"]]
    again = [number for number in numbers if number in seen]
    seen.update(numbers)
    print("again" if again else "first")
    return {"batchItemFailures": [] if again else [{"itemIdentifier": numbers[0]}]}
"""


def _zipped(source: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("index.py", source)
    return made.getvalue()


@pytest.fixture
def doubtful(cloud: LocalCloud) -> Iterator[str]:
    """A function on a table's stream that calls every record failed the first time; the table's name."""
    name = f"doubtful-{tag()}"
    tables, functions = cloud.client("dynamodb"), cloud.client("lambda")
    table = tables.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    role = functions.get_function_configuration(FunctionName=f"parley-{STAGE}-stream")["Role"]
    code = {"ZipFile": _zipped(HANDLER)}
    functions.create_function(FunctionName=name, Runtime="python3.12", Handler="index.handler", Role=role, Code=code)
    mapping = functions.create_event_source_mapping(
        EventSourceArn=table["LatestStreamArn"],
        FunctionName=name,
        StartingPosition="TRIM_HORIZON",
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    yield name
    functions.delete_event_source_mapping(UUID=mapping["UUID"])
    functions.delete_function(FunctionName=name)
    tables.delete_table(TableName=name)


def test_a_stream_record_comes_again_when_the_function_calls_it_failed(cloud: LocalCloud, doubtful: str) -> None:
    cloud.client("dynamodb").put_item(TableName=doubtful, Item={"pk": {"S": "x"}})
    logs = cloud.client("logs")

    def came_again() -> bool:
        found = logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{doubtful}")["logGroups"]
        events = logs.filter_log_events(logGroupName=found[0]["logGroupName"])["events"] if found else []
        return any(event["message"].strip() == "again" for event in events)

    eventually(came_again, "the record did not come again")


@pytest.mark.skipif(not SOCKETS.exists(), reason="reads Linux's table of sockets")
def test_only_this_machine_is_listened_to(play: Play) -> None:
    port = int(play.cloud.endpoint_url.rsplit(":", 1)[1])
    table = [line.split() for line in SOCKETS.read_text().splitlines()[1:]]
    listening = [columns[1].split(":") for columns in table if columns[3] == LISTENING]
    assert [address for address, hex_port in listening if int(hex_port, 16) == port] == [LOOPBACK]
