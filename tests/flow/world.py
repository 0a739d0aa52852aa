"""A whole desk in one process: moto's AWS made from the template's own parts, our real handlers, real stores.

`pump` does what AWS does between them: it reads the table's stream, carries events over the bus's rules, and gives
queues' records to their functions, until nothing is left.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.models.table import StreamRecord
from pynamodb.connection.base import Connection

from chalicelib.aws import clients
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.inbox import Inbox
from chalicelib.wiring import shared
from infra.parts import PARTS, load
from simulators import Simulators
from tests.aws.memory_cloud import Crash, MemoryCloud, PynamoWire
from tests.aws.memory_table import tables_from

ENV = {
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "PARLEY_DESK_TABLE": "desk",
    "PARLEY_LIVE_TABLE": "live",
    "PARLEY_FACTS_TABLE": "facts",
    "PARLEY_ARCHIVE_BUCKET": "archive",
    "PARLEY_NUMBERS_LAG_SECONDS": "90",
    "PARLEY_EVENT_BUS": "parley-test",
    "PARLEY_ATTACHMENTS_BUCKET": "attachments",
    "PARLEY_QUARANTINE_BUCKET": "quarantine",
    "PARLEY_MAIL_BUCKET": "mails",
    "PARLEY_SECRET_PREFIX": "parley/test/",
    "PARLEY_SOCKETS_URL": "wss://sockets.test/live",
    "PARLEY_SOCKETS_ENDPOINT": "https://sockets.test/live",
    "PARLEY_TIMERS_SQS_ARN": "arn:aws:sqs:eu-west-1:123456789012:timers",
    "PARLEY_NOTICES_ADDRESS": "desk@desk.example",
    "PARLEY_WEB_ORIGIN": "https://desk.example",
    "PARLEY_WIDGET_ORIGIN": "https://desk.example",
    "PARLEY_TIMERS_PREFIX": "parley-test-",
    "PARLEY_TIMERS_ROLE_ARN": "arn:aws:iam::123456789012:role/timers",
}
QUEUES = (
    *("outbound.fifo", "spill.fifo", "attachments", "signals", "routing", "timers", "sla", "people", "jobs"),
    *("collaboration", "slack_heard.fifo", "slack"),
    *("webhooks", "webhook_attempts.fifo"),
    "notifications",
    "measures",
)
# Handled only in a world that routes: elsewhere nobody is there to be given anything.
ROUTING = frozenset({"routing", "timers", "sla"})
# Handled only in a world that keeps customers: most look at messages alone.
CUSTOMERS = frozenset({"people", "jobs"})
# Handled only in a world with integrators.
INTEGRATORS = frozenset({"webhooks", "webhook_attempts.fifo"})
# Handled only in a world whose company works in Slack.
SLACK = frozenset({"slack_heard.fifo", "slack"})
# Handled only in a world that is measured.
MEASURED = frozenset({"measures"})
# Handled only in a world whose agents are told what they have not seen.
NOTICES = frozenset({"notifications"})
TABLES = (("desk", "DeskTable"), ("live", "LiveTable"), ("facts", "FactsTable"))
RULES = (
    ("AttachmentsRule", "attachments"),
    ("SignalsRule", "signals"),
    ("RoutingRule", "routing"),
    ("SlaRule", "sla"),
    ("PeopleRule", "people"),
    ("CollaborationRule", "collaboration"),
    ("WebhooksRule", "webhooks"),
    ("SlackRule", "slack"),
    ("NotificationsRule", "notifications"),
    ("MeasuresRule", "measures"),
)
DEAD = 30
ROUNDS = 20


def forget_wiring() -> None:
    """Let every wired thing be made anew."""
    clients.forget()
    shared._addresses.clear()
    wired = [module for name, module in sys.modules.items() if name.startswith("chalicelib.wiring.")]
    for module in wired:
        for thing in list(vars(module).values()):
            if hasattr(thing, "cache_clear"):
                thing.cache_clear()


@cache
def _tables() -> Any:
    return load(PARTS / "tables.yaml")["Resources"]


def create_tables(client: Any) -> None:
    """The tables of infra/parts/tables.yaml, under short names."""
    for name, logical in TABLES:
        properties = _tables()[logical]["Properties"]
        wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
        request = {key: properties[key] for key in wanted if key in properties}
        if "StreamSpecification" in properties:
            view = properties["StreamSpecification"]["StreamViewType"]
            request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
        client.create_table(TableName=name, **request)


def create_buckets(s3: Any) -> None:
    for bucket in ("attachments", "quarantine", "mails", "archive"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})


@dataclass
class World:
    """The desk under test. `clients` are AWS as this machinery sees it; `cloud` is all of it where it is in memory."""

    clients: Callable[[str], Any]
    cloud: MemoryCloud | None = None
    queue_urls: dict[str, str] = field(default_factory=dict)
    last_read: int = -1
    unread_records: list[dict[str, Any]] = field(default_factory=list)
    routes: bool = False
    keeps_customers: bool = False
    tells_integrators: bool = False
    works_in_slack: bool = False
    tells_agents: bool = False
    is_measured: bool = False

    def name_queue(self, patch: pytest.MonkeyPatch, queue: str, url: str) -> None:
        self.queue_urls[queue] = url
        patch.setenv(f"PARLEY_{queue.removesuffix('.fifo').upper()}_SQS_URL", url)

    def add_inbox(
        self, inbox_id: str, channel: str, account: str, credentials: dict[str, list[str]], **more: Any
    ) -> Inbox:
        inbox = Inbox(inbox_id, channel, f"Test {channel}", account, f"inbox/{inbox_id}", datetime.now(UTC), **more)
        shared.inboxes().put(inbox)
        shared.secrets().write(inbox.secret_ref, credentials)
        return inbox

    def items(self) -> list[dict[str, Any]]:
        """Every item of the desk table, raw."""
        if self.cloud is not None:
            return list(self.cloud.tables["desk"].items.values())
        return list(self.clients("dynamodb").scan(TableName="desk")["Items"])

    def pump(self, rounds: int = 20) -> bool:
        """Carry everything on until all is quiet; False where it was."""
        for done in range(rounds):
            busy = self._pump_stream()
            for queue in QUEUES:
                busy = self._serves(queue) and self._pump_queue(queue) or busy
            if not busy:
                return done > 0
        raise AssertionError("the desk does not come to rest")

    def _serves(self, queue: str) -> bool:
        if queue in CUSTOMERS:
            return self.keeps_customers
        if queue in INTEGRATORS:
            return self.tells_integrators
        if queue in SLACK:
            return self.works_in_slack
        if queue in NOTICES:
            return self.tells_agents
        if queue in MEASURED:
            return self.is_measured
        return self.routes or queue not in ROUTING

    def _pump_stream(self) -> bool:
        from functions.stream.handler import handler

        new = [_plain_record(record) for record in self._new_records()]
        if new:
            self.last_read = int(new[-1]["dynamodb"]["SequenceNumber"])
        records = self.unread_records + new
        if not records:
            return False
        self.unread_records = records
        try:
            failed = handler({"Records": records}, None)["batchItemFailures"]
        except (StoreUnavailable, Crash):  # Lambda gives the whole batch again
            return True
        number = failed[0]["itemIdentifier"] if failed else "~"
        self.unread_records = [record for record in records if record["dynamodb"]["SequenceNumber"] >= number]
        return True

    def _new_records(self) -> list[dict[str, Any]]:
        if self.cloud is not None:
            return self.cloud.tables["desk"].stream[self.last_read + 1 :]
        # A new iterator each time: a refused transaction makes moto put a copy of the whole shard in its place.
        streams, (arn, shard) = self.clients("dynamodbstreams"), self._shard
        place: dict[str, Any] = {"ShardIteratorType": "TRIM_HORIZON"}
        if self.last_read >= 0:
            place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": str(self.last_read)}
        iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, **place)["ShardIterator"]
        return list(streams.get_records(ShardIterator=iterator)["Records"])

    @cached_property
    def _shard(self) -> tuple[str, str]:
        """The stream of moto's table, which has one."""
        arn = self.clients("dynamodb").describe_table(TableName="desk")["Table"]["LatestStreamArn"]
        stream = self.clients("dynamodbstreams").describe_stream(StreamArn=arn)["StreamDescription"]
        return arn, stream["Shards"][0]["ShardId"]

    def _pump_queue(self, queue: str) -> bool:
        sqs = self.clients("sqs")
        url = self.queue_urls[queue]
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], VisibilityTimeout=DEAD
        )
        found = answer.get("Messages", [])
        if not found:
            return False
        try:
            failed = _function(queue)({"Records": [_record(message) for message in found]}, None)["batchItemFailures"]
        except Crash:  # all of the batch comes back, when its visibility ends
            return False
        returned = {failure["itemIdentifier"] for failure in failed}
        for message in found:
            if message["MessageId"] not in returned:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return len(returned) < len(found)

    def wake(self, queue: str) -> None:
        """Let what waits in a queue (back-off, visibility) be received now."""
        if self.cloud is not None:
            self.cloud.sqs.wake(self.queue_urls[queue])
            return
        from moto.sqs.models import sqs_backends

        for backend in sqs_backends["123456789012"].values():
            for name, held in backend.queues.items():
                if name == queue:
                    for message in held.messages:
                        message.visible_at = 0
                    held.pending_messages.clear()
                    held.pending_message_groups.clear()


def come_to_rest(world: World, sim: Simulators, lock: AbstractContextManager[object] | None = None) -> None:
    """Webhooks posted, everything carried on, until both sides rest. `lock` is held while the desk is at work."""
    for _ in range(ROUNDS):
        assert sim.settle()
        with lock or nullcontext():
            if not world.pump():
                return
    raise AssertionError("the desk and its providers do not come to rest")


def _function(queue: str) -> Callable[[dict[str, Any], object], dict[str, Any]]:
    from functions.attachments.handler import handler as attachments
    from functions.collaboration.handler import handler as together
    from functions.jobs.handler import handler as work_on
    from functions.measures.handler import handler as measure
    from functions.notifications.handler import handler as notify
    from functions.people.handler import handler as people_of
    from functions.routing.handler import handler as route
    from functions.sender.handler import handler as send
    from functions.service_levels.handler import handler as levels
    from functions.signals.handler import handler as signals
    from functions.spill.handler import handler as spill
    from functions.webhooks.handler import handler as tell

    return {
        "outbound.fifo": send,
        "spill.fifo": spill,
        "attachments": attachments,
        "signals": signals,
        "routing": route,
        "timers": route,
        "sla": levels,
        "people": people_of,
        "collaboration": together,
        "webhooks": tell,
        "webhook_attempts.fifo": tell,
        "slack_heard.fifo": together,
        "slack": together,
        "notifications": notify,
        "jobs": work_on,
        "measures": measure,
    }[queue]


def _record(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
    }


def _plain_record(record: dict[str, Any]) -> dict[str, Any]:
    return {"eventName": record["eventName"], "dynamodb": dict(record["dynamodb"])}


@contextmanager
def world() -> Iterator[World]:
    """A fresh desk over moto; everything wired is made anew inside and forgotten after."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        _start(patch)
        # moto copies the table before every transaction, with its whole stream. Records of a stream never change.
        patch.setattr(StreamRecord, "__deepcopy__", lambda record, memo: record, raising=False)
        clients_of = cache(boto3.client)
        made = World(clients_of)
        create_tables(clients_of("dynamodb"))
        for queue in QUEUES:
            attributes = {"FifoQueue": "true"} if queue.endswith(".fifo") else {}
            url = clients_of("sqs").create_queue(QueueName=queue, Attributes=attributes)["QueueUrl"]
            made.name_queue(patch, queue, url)
        clients_of("events").create_event_bus(Name="parley-test")
        _create_rules(made)
        create_buckets(clients_of("s3"))
        try:
            yield made
        finally:
            forget_wiring()


@contextmanager
def memory_world(motos: frozenset[str] = frozenset()) -> Iterator[World]:
    """The same over AWS in memory: fast enough for hundreds of desks in one test. `motos`: services that are moto's."""
    with pytest.MonkeyPatch.context() as patch, mock_aws() if motos else nullcontext():
        _start(patch)
        cloud, make = MemoryCloud(tables_from(_tables(), TABLES)), clients._make
        patch.setattr(
            clients,
            "_make",
            lambda service, config: (make if service in motos else cloud.client)(service, config=config),
        )
        # PynamoDB makes its own clients.
        patch.setattr(Connection, "client", property(lambda _self: PynamoWire(cloud.client("dynamodb"))))
        over_moto: Callable[[str], Any] = cache(boto3.client)
        made = World(lambda service: over_moto(service) if service in motos else cloud.raw[service], cloud)
        for queue in QUEUES:
            made.name_queue(patch, queue, cloud.sqs.add(f"memory://{queue}"))
        for rule, queue in RULES:
            cloud.events.add_rule(_pattern(rule), made.queue_urls[queue])
        try:
            yield made
        finally:
            forget_wiring()


def _start(patch: pytest.MonkeyPatch) -> None:
    for name, value in ENV.items():
        patch.setenv(name, value)
    forget_wiring()


def _pattern(rule: str) -> Any:
    return _resources()[rule]["Properties"]["EventPattern"]


@cache
def _resources() -> dict[str, Any]:
    return {name: one for path in sorted(PARTS.glob("*.yaml")) for name, one in load(path).get("Resources", {}).items()}


def _create_rules(made: World) -> None:
    events, sqs = made.clients("events"), made.clients("sqs")
    for rule, queue in RULES:
        events.put_rule(Name=rule, EventBusName="parley-test", EventPattern=json.dumps(_pattern(rule)))
        arn = sqs.get_queue_attributes(QueueUrl=made.queue_urls[queue], AttributeNames=["QueueArn"])
        target = {"Id": queue, "Arn": arn["Attributes"]["QueueArn"]}
        events.put_targets(Rule=rule, EventBusName="parley-test", Targets=[target])
