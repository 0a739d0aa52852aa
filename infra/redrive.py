"""Sends what lies in a dead-letter queue back to where it was to go.

python -m infra.redrive QUEUE [--stage X]

QUEUE: a queue with dead letters, by its name without the stage (outbound, spill ...), rules, stream or fanout.

Each queue's consumer drops what it has seen, so running this twice does no harm. `rules` holds events
that a rule could not deliver: each goes to its own target. `stream` and `fanout` hold places in the desk table's
stream, not records: they are read there again (a stream keeps 24 hours) and given to the function.
"""

import argparse
import base64
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.exceptions import ClientError

SUFFIX = {
    "outbound": ".fifo",
    "spill": ".fifo",
    "attachments": "",
    "signals": "",
    "routing": "",
    "timers": "",
    "sla": "",
    "people": "",
    "measures": "",
    "aggregate": "",
    "jobs": "",
    "collaboration": "",
    "notifications": "",
    "webhooks": "",
    "webhook-attempts": ".fifo",
    "slack-heard": ".fifo",
    "slack": "",
}
# Readers of the desk table's stream.
READERS = ("stream", "fanout")
QUEUES = (*SUFFIX, "rules", *READERS)
UNSUPPORTED = {
    "InvalidAction",
    "UnsupportedOperation",
    "AWS.SimpleQueueService.UnsupportedOperation",
}
POLL_SECONDS = 2
# A stretch of a shard may answer with empty pages; a batch lies within far fewer than these.
MOST_PAGES = 200


class RedriveError(Exception):
    """Nothing could be moved, or not everything: the message says why."""


class Redrive:
    """Moves the records of one stage's dead-letter queues."""

    def __init__(self, session: boto3.Session, stage: str, endpoint_url: str | None = None) -> None:
        # The stubs know each service by a literal name; here it is a parameter.
        make: Any = session.client

        def client(name: str) -> Any:
            return make(name, endpoint_url=endpoint_url)

        self.stage = stage
        self.sqs = client("sqs")
        self.streams = client("dynamodbstreams")
        self.functions = client("lambda")

    def run(self, queue: str) -> int:
        """How many records went back."""
        if queue in READERS:
            return self._replay(queue)
        if queue == "rules":
            return self._move_each(self._url("rules-dead"), None)
        source = self._url(f"{queue}{SUFFIX[queue]}")
        dead = self._url(f"{queue}-dead{SUFFIX[queue]}")
        moved = self._move_by_task(dead, source)
        return self._move_each(dead, source) if moved is None else moved

    def _url(self, name: str) -> str:
        full = f"parley-{self.stage}-{name}"
        try:
            url: str = self.sqs.get_queue_url(QueueName=full)["QueueUrl"]
        except self.sqs.exceptions.QueueDoesNotExist as error:
            raise RedriveError(f"there is no queue {full}") from error
        return url

    def _arn(self, url: str) -> str:
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arn: str = answer["Attributes"]["QueueArn"]
        return arn

    def _move_by_task(self, dead: str, source: str) -> int | None:
        """SQS moves them itself; None where it does not know how."""
        arn = self._arn(dead)
        try:
            self.sqs.start_message_move_task(SourceArn=arn, DestinationArn=self._arn(source))
        except ClientError as error:
            if error.response["Error"]["Code"] in UNSUPPORTED:
                return None
            raise RedriveError(str(error)) from error
        while True:
            task = self.sqs.list_message_move_tasks(SourceArn=arn, MaxResults=1)["Results"][0]
            if task["Status"] not in ("RUNNING", "CANCELLING"):
                break
            time.sleep(POLL_SECONDS)
        if task["Status"] != "COMPLETED":
            raise RedriveError(f"{task['Status']}: {task.get('FailureReason', '')}")
        moved: int = task.get("ApproximateNumberOfMessagesMoved", 0)
        return moved

    def _received(self, url: str) -> Iterator[dict[str, Any]]:
        """Every record of a queue, until it answers with none."""
        while records := self.sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=POLL_SECONDS,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages"):
            yield from records

    def _move_each(self, dead: str, source: str | None) -> int:
        """Sends, then deletes: a record may go twice, never be lost."""
        moved = 0
        for record in self._received(dead):
            attributes = record.get("MessageAttributes", {})
            self.sqs.send_message(
                QueueUrl=source or self._target(attributes),
                MessageBody=record["Body"],
                **({"MessageAttributes": attributes} if source and attributes else {}),
                **self._fifo(record),
            )
            self.sqs.delete_message(QueueUrl=dead, ReceiptHandle=record["ReceiptHandle"])
            moved += 1
        return moved

    @staticmethod
    def _fifo(record: dict[str, Any]) -> dict[str, str]:
        """The same group. The id is this record's own: a second run within five minutes sends
        nothing again, and what was first sent under the old id does not swallow this."""
        group = record["Attributes"].get("MessageGroupId")
        if group is None:
            return {}
        return {
            "MessageGroupId": group,
            "MessageDeduplicationId": f"redrive-{record['MessageId']}",
        }

    def _target(self, attributes: dict[str, Any]) -> str:
        """EventBridge notes on each event where it was to go."""
        return self._url(
            attributes["TARGET_ARN"]["StringValue"].rsplit(":", 1)[1].removeprefix(f"parley-{self.stage}-")
        )

    def _replay(self, reader: str) -> int:
        dead = self._url(f"{reader}-dead")
        replayed = 0
        for record in self._received(dead):
            batch = json.loads(record["Body"])["DDBStreamBatchInfo"]
            images = [one for one in self._images(batch) if _has_events(one) or reader != "stream"]
            self._give(reader, images)
            self.sqs.delete_message(QueueUrl=dead, ReceiptHandle=record["ReceiptHandle"])
            replayed += len(images)
        return replayed

    def _images(self, batch: dict[str, Any]) -> list[dict[str, Any]]:
        """The batch's records, and those of the shard that lie between them."""
        try:
            place = self.streams.get_shard_iterator(
                StreamArn=batch["streamArn"],
                ShardId=batch["shardId"],
                ShardIteratorType="AT_SEQUENCE_NUMBER",
                SequenceNumber=batch["startSequenceNumber"],
            )["ShardIterator"]
        except ClientError as error:
            raise RedriveError(f"the stream no longer has {batch}: {error}") from error
        last = int(batch["endSequenceNumber"])
        found: list[dict[str, Any]] = []
        for _ in range(MOST_PAGES):
            page = self.streams.get_records(ShardIterator=place)
            found += page["Records"]
            place = page.get("NextShardIterator")
            if not place or (found and _number(found[-1]) >= last):
                break
        return [one for one in found if _number(one) <= last]

    def _give(self, reader: str, images: list[dict[str, Any]]) -> None:
        if not images:
            return
        answer = self.functions.invoke(
            FunctionName=f"parley-{self.stage}-{reader}",
            Payload=json.dumps({"Records": images}, default=_plain),
        )
        result = json.load(answer["Payload"]) or {}
        if answer.get("FunctionError") or result.get("batchItemFailures"):
            raise RedriveError(f"the {reader} function still refuses them: {result}")


def _number(record: dict[str, Any]) -> int:
    return int(record["dynamodb"]["SequenceNumber"])


def _has_events(record: dict[str, Any]) -> bool:
    """What the function's filter lets through."""
    return "S" in record["dynamodb"].get("NewImage", {}).get("events", {})


def _plain(value: Any) -> str | float:
    """Bytes and times as Lambda gives them."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    moment: float = value.timestamp()
    return moment


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="infra.redrive", description="Redrive dead letters.")
    parser.add_argument("queue", choices=QUEUES)
    parser.add_argument("--stage", default="prod")
    parser.add_argument("--endpoint-url", help="an emulator's address")
    asked = parser.parse_args(arguments)
    try:
        moved = Redrive(boto3.Session(), asked.stage, asked.endpoint_url).run(asked.queue)
    except RedriveError as error:
        print(f"redrive: {error}", file=sys.stderr)
        return 1
    print(f"{asked.queue}: {moved} sent back")
    return 0


if __name__ == "__main__":
    sys.exit(main())
