# ruff: noqa: N803 - the names of arguments are AWS's own
"""The rest of AWS, in memory: queues, bus, bucket, secrets, the table's stream. Each has only the calls the desk makes.

`taps` stand before every call that our own code makes: they can count it, refuse it, or lose its answer.
"""

import io
import itertools
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError
from moto.events.models import EventPattern

from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

MAX_SQS = 256 * 1024
MAX_EVENT = 256 * 1024
# What SQS takes: https://www.w3.org/TR/REC-xml/#charsets
_NOT_SQS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def refused(code: str, operation: str = "Call") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


@dataclass
class _Record:
    id: str
    body: str
    group: str | None
    receives: int = 0
    visible_at: float = 0.0
    handle: str = ""


class MemorySQS:
    """Standard and FIFO queues: groups in order, five minutes' deduplication, visibility."""

    def __init__(self) -> None:
        self.queues: dict[str, list[_Record]] = {}
        self.seen: set[tuple[str, str]] = set()
        self._numbers = itertools.count(1)
        self._lock = RLock()

    def add(self, url: str) -> str:
        self.queues.setdefault(url, [])
        return url

    def send_message(self, **request: Any) -> dict[str, Any]:
        with self._lock:
            url, body = request["QueueUrl"], request["MessageBody"]
            if not body or len(body.encode()) > MAX_SQS or _NOT_SQS.search(body):
                raise refused("InvalidMessageContents", "SendMessage")
            dedupe = (url, request.get("MessageDeduplicationId", ""))
            if dedupe[1] and dedupe in self.seen:
                return {"MessageId": "seen"}
            self.seen.add(dedupe)
            record = _Record(f"m{next(self._numbers)}", body, request.get("MessageGroupId"))
            record.visible_at = time.time() + request["DelaySeconds"] if request.get("DelaySeconds") else 0.0
            self.queues[url].append(record)
            return {"MessageId": record.id}

    def send_message_batch(self, **request: Any) -> dict[str, Any]:
        if not 0 < len(request["Entries"]) <= 10:
            raise refused("AWS.SimpleQueueService.EmptyBatchRequest", "SendMessageBatch")
        for entry in request["Entries"]:
            self.send_message(QueueUrl=request["QueueUrl"], **entry)
        return {"Successful": [{"Id": entry["Id"]} for entry in request["Entries"]]}

    def receive_message(self, **request: Any) -> dict[str, Any]:
        with self._lock:
            now = time.time()
            found: list[dict[str, Any]] = []
            hidden: set[str] = set()
            for record in self.queues[request["QueueUrl"]]:
                if record.visible_at > now or record.group in hidden:
                    hidden |= {record.group} if record.group else set()
                elif len(found) < request.get("MaxNumberOfMessages", 1):
                    record.receives += 1
                    record.visible_at = now + request.get("VisibilityTimeout", 30)
                    record.handle = f"{record.id}.{record.receives}"
                    found.append(_shown(record))
            return {"Messages": found} if found else {}

    def delete_message(self, **request: Any) -> dict[str, Any]:
        with self._lock:
            queue = self.queues[request["QueueUrl"]]
            queue[:] = [record for record in queue if record.handle != request["ReceiptHandle"]]
            return {}

    def change_message_visibility(self, **request: Any) -> dict[str, Any]:
        with self._lock:
            for record in self.queues[request["QueueUrl"]]:
                if record.handle == request["ReceiptHandle"]:
                    record.visible_at = time.time() + request["VisibilityTimeout"]
            return {}

    def wake(self, url: str) -> None:
        for record in self.queues[url]:
            record.visible_at = 0


def _shown(record: _Record) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": str(record.receives)}
    if record.group is not None:
        attributes["MessageGroupId"] = record.group
    return {
        "MessageId": record.id,
        "ReceiptHandle": record.handle,
        "Body": record.body,
        "Attributes": attributes,
    }


class MemoryEvents:
    """A bus whose rules lead to queues."""

    def __init__(self, sqs: MemorySQS) -> None:
        self._sqs = sqs
        # With the only types it can match: most are out before the pattern is looked at.
        self.rules: list[tuple[frozenset[str], EventPattern, str]] = []
        self.published: list[dict[str, Any]] = []

    def add_rule(self, pattern: Mapping[str, Any], queue_url: str) -> None:
        self.rules.append((frozenset(pattern["detail-type"]), EventPattern.load(json.dumps(pattern)), queue_url))

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        if not 0 < len(Entries) <= 10 or sum(len(json.dumps(entry)) for entry in Entries) > MAX_EVENT * len(Entries):
            raise refused("ValidationException", "PutEvents")
        for entry in Entries:
            event: Any = {
                "source": entry["Source"],
                "detail-type": entry["DetailType"],
                "detail": json.loads(entry["Detail"]),
            }
            self.published.append(event["detail"])
            matching = [rule for rule in self.rules if entry["DetailType"] in rule[0]]
            body = json.dumps(event) if matching else ""
            for _, pattern, url in matching:
                if pattern.matches_event(event):
                    self._sqs.send_message(QueueUrl=url, MessageBody=body)
        return {"Entries": [{"EventId": "e"} for _ in Entries]}


class MemoryS3:
    """Objects by bucket and key: (bytes, type, metadata)."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], tuple[bytes, str, Mapping[str, str]]] = {}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **more: Any) -> dict[str, Any]:
        metadata = more.get("Metadata", {})
        if any(not value.isascii() for value in metadata.values()):
            raise refused("ParamValidation", "PutObject")
        self.objects[Bucket, Key] = (bytes(Body), more.get("ContentType", "binary/octet-stream"), metadata)
        return {}

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        if (Bucket, Key) not in self.objects:
            raise refused("NoSuchKey", "GetObject")
        body, mime, _ = self.objects[Bucket, Key]
        return {"ContentLength": len(body), "ContentType": mime, "Body": io.BytesIO(body)}

    def delete_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        self.objects.pop((Bucket, Key), None)
        return {}

    def list_objects_v2(self, *, Bucket: str, Prefix: str, **more: Any) -> dict[str, Any]:
        held = sorted(key for bucket, key in self.objects if bucket == Bucket and key.startswith(Prefix))
        if "Delimiter" in more:
            rooms = dict.fromkeys(Prefix + key[len(Prefix) :].partition(more["Delimiter"])[0] for key in held)
            return {"CommonPrefixes": [{"Prefix": f"{room}/"} for room in rooms], "IsTruncated": False}
        limit = min(more.get("MaxKeys", 1000), 1000)
        left = [key for key in held if key > max(more.get("ContinuationToken", ""), more.get("StartAfter", ""))]
        page = {"Contents": [{"Key": key} for key in left[:limit]], "IsTruncated": len(left) > limit}
        return page | ({"NextContinuationToken": left[limit - 1]} if len(left) > limit else {})

    def generate_presigned_url(self, method: str, *, Params: Mapping[str, Any], ExpiresIn: int) -> str:
        return f"https://{Params['Bucket']}.s3.test/{Params['Key']}?method={method}&expires={ExpiresIn}"


class MemorySecrets:
    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def get_secret_value(self, *, SecretId: str) -> dict[str, Any]:
        if SecretId not in self.texts:
            raise refused("ResourceNotFoundException", "GetSecretValue")
        return {"SecretString": self.texts[SecretId]}

    def create_secret(self, *, Name: str, SecretString: str) -> dict[str, Any]:
        self.texts[Name] = SecretString
        return {}


class MemoryScheduler:
    """One-time schedules, kept and never due: a test that wants one to come brings it itself."""

    class exceptions:  # noqa: N801 - as on a client
        class ConflictException(Exception):
            pass

    def __init__(self) -> None:
        self.schedules: dict[str, dict[str, Any]] = {}

    def create_schedule(self, **request: Any) -> dict[str, Any]:
        if request["Name"] in self.schedules:
            raise self.exceptions.ConflictException(request["Name"])
        self.schedules[request["Name"]] = request
        return {}


class PynamoWire:
    """What PynamoDB's connections call instead of a client of botocore's."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def _make_api_call(self, operation: str, request: dict[str, Any]) -> Any:
        return getattr(self._client, xform_name(operation))(**request)


class Crash(BaseException):
    """The process is gone, between two calls: nothing of our code may catch it."""


Tap = Callable[[str, Callable[[], Any]], Any]


def straight(name: str, call: Callable[[], Any]) -> Any:
    """The tap that lets everything pass."""
    return call()


@dataclass
class MemoryCloud:
    """Every service. `client` is what our code gets for `boto3.client`; `raw` what the test's own machinery uses."""

    tables: Mapping[str, MemoryTable]
    tap: Tap = straight
    sqs: MemorySQS = field(default_factory=MemorySQS)
    s3: MemoryS3 = field(default_factory=MemoryS3)
    raw: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dynamodb = MemoryDynamoDB(self.tables)
        self.events = MemoryEvents(self.sqs)
        self.raw = {
            "dynamodb": self.dynamodb,
            "sqs": self.sqs,
            "events": self.events,
            "s3": self.s3,
            "secretsmanager": MemorySecrets(),
            "scheduler": MemoryScheduler(),
        }

    def client(self, service: str, **_config: Any) -> "Tapped":
        return Tapped(self, service)


class Tapped:
    """A client whose calls go through the cloud's tap."""

    def __init__(self, cloud: MemoryCloud, service: str) -> None:
        self._cloud, self._service = cloud, service

    def __getattr__(self, method: str) -> Any:
        call = getattr(self._cloud.raw[self._service], method)
        if method == "exceptions":
            return call
        if method == "generate_presigned_url":  # computed here, never sent
            return call

        def tapped(**request: Any) -> Any:
            return self._cloud.tap(f"{self._service}.{method}", lambda: call(**request))

        return tapped
