"""Dead letters go back to where they were to go, once or again, never lost."""

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from infra import redrive
from infra.redrive import QUEUES, Redrive, RedriveError
from tests.infra.views import QUEUE, Resources

STREAM = "arn:aws:dynamodb:eu-central-1:123456789012:table/desk/stream/1"


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    monkeypatch.setattr(redrive, "POLL_SECONDS", 0)
    with mock_aws():
        yield boto3.Session("testing", "testing", region_name="eu-central-1")


@pytest.fixture
def mover(session: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> Redrive:
    """Where SQS itself cannot move records."""
    found = Redrive(session, "test")

    def refused(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "UnsupportedOperation"}}, "StartMessageMoveTask")

    monkeypatch.setattr(found.sqs, "start_message_move_task", refused)
    return found


def make(sqs: Any, name: str) -> str:
    fifo = {"FifoQueue": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}
    made = sqs.create_queue(QueueName=f"parley-test-{name}", Attributes=fifo if name.endswith(".fifo") else {})
    return str(made["QueueUrl"])


def records(sqs: Any, url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while page := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"]).get("Messages"):
        for record in page:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=record["ReceiptHandle"])
        found += page
    return found


def test_fifo_records_keep_their_group_and_order(mover: Redrive) -> None:
    source, dead = make(mover.sqs, "outbound.fifo"), make(mover.sqs, "outbound-dead.fifo")
    for number in range(12):
        mover.sqs.send_message(
            QueueUrl=dead, MessageBody=str(number), MessageGroupId="leg", MessageDeduplicationId=f"id{number}"
        )

    assert mover.run("outbound") == 12

    back = records(mover.sqs, source)
    assert [record["Body"] for record in back] == [str(number) for number in range(12)]
    assert {record["Attributes"]["MessageGroupId"] for record in back} == {"leg"}
    assert records(mover.sqs, dead) == []


def test_a_second_run_moves_nothing(mover: Redrive) -> None:
    source, dead = make(mover.sqs, "attachments"), make(mover.sqs, "attachments-dead")
    mover.sqs.send_message(QueueUrl=dead, MessageBody="x")

    assert [mover.run("attachments"), mover.run("attachments")] == [1, 0]
    assert len(records(mover.sqs, source)) == 1


def test_the_old_id_does_not_swallow_what_is_sent_again(mover: Redrive) -> None:
    source, dead = make(mover.sqs, "spill.fifo"), make(mover.sqs, "spill-dead.fifo")
    for url in (source, dead):
        mover.sqs.send_message(QueueUrl=url, MessageBody="x", MessageGroupId="leg", MessageDeduplicationId="same")
    records(mover.sqs, source)

    mover.run("spill")

    assert [record["Body"] for record in records(mover.sqs, source)] == ["x"]


def test_nothing_is_deleted_when_sending_fails(mover: Redrive, monkeypatch: pytest.MonkeyPatch) -> None:
    make(mover.sqs, "signals")
    dead = make(mover.sqs, "signals-dead")
    mover.sqs.send_message(QueueUrl=dead, MessageBody="x")

    def refused(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "Throttled"}}, "SendMessage")

    monkeypatch.setattr(mover.sqs, "send_message", refused)
    with pytest.raises(ClientError):
        mover.run("signals")

    counted = mover.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["All"])["Attributes"]
    assert counted["ApproximateNumberOfMessages"] + counted["ApproximateNumberOfMessagesNotVisible"] in ("01", "10")


def test_an_event_that_a_rule_could_not_deliver_goes_to_its_target(mover: Redrive) -> None:
    target, dead = make(mover.sqs, "signals"), make(mover.sqs, "rules-dead")
    arn = mover.sqs.get_queue_attributes(QueueUrl=target, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    mover.sqs.send_message(
        QueueUrl=dead,
        MessageBody="event",
        MessageAttributes={"TARGET_ARN": {"DataType": "String", "StringValue": arn}},
    )

    assert mover.run("rules") == 1
    assert [record["Body"] for record in records(mover.sqs, target)] == ["event"]


def test_sqs_moves_them_itself_where_it_can(mover: Redrive, monkeypatch: pytest.MonkeyPatch) -> None:
    make(mover.sqs, "attachments")
    make(mover.sqs, "attachments-dead")
    states = iter(["RUNNING", "COMPLETED"])
    monkeypatch.setattr(mover.sqs, "start_message_move_task", lambda **_: {"TaskHandle": "t"})
    monkeypatch.setattr(
        mover.sqs,
        "list_message_move_tasks",
        lambda **_: {"Results": [{"Status": next(states), "ApproximateNumberOfMessagesMoved": 7}]},
    )

    assert mover.run("attachments") == 7


def test_an_unknown_stage_is_said_so(session: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RedriveError, match="no queue parley-none-outbound.fifo"):
        Redrive(session, "none").run("outbound")


# --- the stream


class Streams:
    """A shard with three records, one page each."""

    def __init__(self, *, gone: bool = False) -> None:
        self.gone = gone
        self.records = [record(1), record(2, events=False), record(3), record(4)]

    def get_shard_iterator(self, **asked: Any) -> dict[str, Any]:
        if self.gone:
            raise ClientError({"Error": {"Code": "TrimmedDataAccessException"}}, "GetShardIterator")
        return {"ShardIterator": str(int(asked["SequenceNumber"]) - 1)}

    def get_records(self, *, ShardIterator: str) -> dict[str, Any]:  # noqa: N803
        place = int(ShardIterator)
        return {"Records": self.records[place : place + 1], "NextShardIterator": str(place + 1)}


class Functions:
    def __init__(self, answer: Any = None) -> None:
        self.answer = answer or {"batchItemFailures": []}
        self.given: list[dict[str, Any]] = []

    def invoke(self, **asked: Any) -> dict[str, Any]:
        self.given.append(json.loads(asked["Payload"]))
        return {"Payload": io.BytesIO(json.dumps(self.answer).encode())}


def record(number: int, *, events: bool = True) -> dict[str, Any]:
    image = {"pk": {"S": "x"}, "packed": {"B": b"\0"}} | ({"events": {"S": "[]"}} if events else {})
    return {"dynamodb": {"SequenceNumber": str(number), "NewImage": image}}


@pytest.fixture
def dead(mover: Redrive) -> str:
    url = make(mover.sqs, "stream-dead")
    batch = {"shardId": "s", "startSequenceNumber": "1", "endSequenceNumber": "3", "streamArn": STREAM}
    mover.sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"DDBStreamBatchInfo": batch}))
    return url


def test_a_batch_of_the_stream_is_read_again(mover: Redrive, dead: str) -> None:
    mover.streams, mover.functions = Streams(), Functions()

    assert mover.run("stream") == 2

    (given,) = mover.functions.given
    assert [one["dynamodb"]["SequenceNumber"] for one in given["Records"]] == ["1", "3"]
    assert given["Records"][0]["dynamodb"]["NewImage"]["packed"] == {"B": "AA=="}
    assert records(mover.sqs, dead) == []


def test_what_was_not_fanned_out_is_read_again_with_notes(mover: Redrive, dead: str) -> None:
    mover.streams, mover.functions = Streams(), Functions()
    url = make(mover.sqs, "fanout-dead")
    (said,) = records(mover.sqs, dead)
    mover.sqs.send_message(QueueUrl=url, MessageBody=said["Body"])

    assert mover.run("fanout") == 3
    assert mover.functions.given[0]["Records"][1]["dynamodb"]["SequenceNumber"] == "2"


@pytest.mark.parametrize(
    ("streams", "functions", "reason"),
    [
        (Streams(gone=True), Functions(), "no longer has"),
        (Streams(), Functions({"batchItemFailures": [{"itemIdentifier": "1"}]}), "still refuses"),
    ],
)
def test_what_cannot_be_replayed_stays(
    mover: Redrive, dead: str, streams: Streams, functions: Functions, reason: str
) -> None:
    mover.streams, mover.functions = streams, functions

    with pytest.raises(RedriveError, match=reason):
        mover.run("stream")

    mover.sqs.set_queue_attributes(QueueUrl=dead, Attributes={"VisibilityTimeout": "0"})
    counted = mover.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["All"])["Attributes"]
    assert counted["ApproximateNumberOfMessagesNotVisible"] == "1"


def test_every_queue_with_dead_letters_can_be_redriven(resources: Resources) -> None:
    names = [queue["QueueName"]["Fn::Sub"].removeprefix("parley-${Stage}-") for queue in resources.of(QUEUE).values()]
    dead = {name.removesuffix(".fifo").removesuffix("-dead") for name in names if "-dead" in name}

    assert dead == set(QUEUES)
