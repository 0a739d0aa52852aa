"""A desk to measure: our real handlers in this process, over the emulator, with a provider that is the stub.

Everything goes through the handlers' own doors (events in, answers out), so that what is inside may change freely.
"""

import contextlib
import importlib
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import boto3

from bench import events, servers
from bench.counting import Call, Recorder, watching
from bench.events import Context, Customer, external_id
from infra.parts import PARTS, load

# As long as real ones: sizes depend on it.
INBOX = "ibx_5h2vq8w0c4n1x7r3k9mt"
CHAT = "ibx_7k3n9mt5h2vq8w0c4n1x"
QUEUES = ("outbound.fifo", "spill.fifo", "attachments", "signals", "routing", "timers", "webhook_attempts.fifo")
BUS = "parley-bench"
# The stubs know each service by a literal name; here it is a parameter.
aws_client: Any = boto3.client

TEXT = "Where is my refund? I was told it would take three days."


class BenchError(Exception):
    """A benchmark that does not work: its figures would mean nothing."""


def forget_wiring() -> None:
    """Let everything that is kept for the life of a process be made anew."""
    wired = [name for name in sys.modules if name.startswith("chalicelib.wiring") or name == "chalicelib.aws.clients"]
    for module in (sys.modules[name] for name in wired):
        for thing in list(vars(module).values()):
            if hasattr(thing, "cache_clear"):
                thing.cache_clear()
    boto3.DEFAULT_SESSION = None
    from chalicelib.wiring import shared

    shared._addresses.clear()


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """These variables and none of the caller's; clients are made anew inside and forgotten after."""
    with patch.dict(os.environ, {**servers.clean_environment(), **variables}, clear=True):
        forget_wiring()
        try:
            yield
        finally:
            forget_wiring()


def variables(aws: str, provider: str) -> dict[str, str]:
    """What the functions are told, all of it."""
    named = {f"PARLEY_{name.removesuffix('.fifo').upper()}_SQS_URL": f"{aws}/000000000000/{name}" for name in QUEUES}
    return {
        **servers.credentials(),
        **named,
        "AWS_ENDPOINT_URL": aws,
        "PARLEY_DESK_TABLE": "desk",
        "PARLEY_LIVE_TABLE": "live",
        "PARLEY_FACTS_TABLE": "facts",
        "PARLEY_ARCHIVE_BUCKET": "archive",
        "PARLEY_NUMBERS_LAG_SECONDS": "90",
        "PARLEY_EVENT_BUS": BUS,
        "PARLEY_ATTACHMENTS_BUCKET": "attachments",
        "PARLEY_QUARANTINE_BUCKET": "quarantine",
        "PARLEY_MAIL_BUCKET": "mail",
        "PARLEY_TIMERS_SQS_ARN": "arn:aws:sqs:us-east-1:000000000000:timers",
        "PARLEY_TIMERS_ROLE_ARN": "arn:aws:iam::000000000000:role/timers",
        "PARLEY_TIMERS_PREFIX": "parley-bench-",
        "PARLEY_SECRET_PREFIX": "parley/bench/",
        "PARLEY_PUBLIC_URL": "https://hooks.example",
        "PARLEY_TRUSTED_HOSTS": provider.removeprefix("http://"),
        "PARLEY_USER_POOL_ID": "us-east-1_bench",
        "PARLEY_USER_POOL_CLIENT_ID": "bench",
        "PARLEY_USER_POOL_ISSUER": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_bench",
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        "POWERTOOLS_TRACE_DISABLED": "1",
    }


def table_definition(logical: str, *, stream: bool = True) -> dict[str, Any]:
    """A table of infra/parts/tables.yaml, as CreateTable wants it."""
    properties = load(PARTS / "tables.yaml")["Resources"][logical]["Properties"]
    wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    definition = {name: properties[name] for name in wanted if name in properties}
    if stream and "StreamSpecification" in properties:
        view = properties["StreamSpecification"]["StreamViewType"]
        definition["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
    return definition


def _create_stack() -> None:
    dynamodb, sqs, s3 = (aws_client(name) for name in ("dynamodb", "sqs", "s3"))
    for name, logical in (("desk", "DeskTable"), ("live", "LiveTable"), ("facts", "FactsTable")):
        dynamodb.create_table(TableName=name, **table_definition(logical))
    for queue in QUEUES:
        fifo = {"FifoQueue": "true"} if queue.endswith(".fifo") else {}
        sqs.create_queue(QueueName=queue, Attributes={**fifo, "VisibilityTimeout": "5"})
    for bucket in ("attachments", "quarantine", "mail", "archive"):
        s3.create_bucket(Bucket=bucket)
    aws_client("events").create_event_bus(Name=BUS)
    aws_client("secretsmanager").create_secret(Name="parley/bench/cursor", SecretString="signs cursors")


def _create_inboxes(provider: str) -> None:
    from chalicelib.domain.inbox import Inbox
    from chalicelib.wiring import shared

    now = datetime.now(UTC)
    settings = {"api_base": f"{provider}/graph/v25.0", "media_hosts": [provider.removeprefix("http://")]}
    for inbox, secrets in (
        (
            Inbox(INBOX, "whatsapp", "WhatsApp", events.PHONE_ID, f"inbox/{INBOX}", now, settings=settings),
            {"app_secret": [events.APP_SECRET], "access_token": ["token"], "verify_token": ["verify"]},
        ),
        (
            Inbox(CHAT, "web_chat", "Chat", CHAT, f"inbox/{CHAT}", now),
            {"widget_secret": ["a-secret-of-the-widget-with-32-characters"]},
        ),
    ):
        shared.inboxes().put(inbox)
        shared.secrets().write(inbox.secret_ref, secrets)


@dataclass
class Desk:
    """The functions, as AWS calls them. `recorder` has every call they made."""

    aws: str
    provider: str
    recorder: Recorder
    began: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10))
    said: int = 0
    _seen: int = 0

    def function(self, name: str) -> Any:
        return importlib.import_module(f"functions.{name}.handler").handler

    def message(self, customer: Customer, text: str = TEXT, *, later_seconds: int = 0) -> dict[str, Any]:
        """The event of one more message, a second after the one before (or so much later or, below 0, earlier)."""
        self.said += 1
        at = self.began + timedelta(seconds=self.said + later_seconds)
        body = events.message_body(customer, external_id(self.said), at, events.text_of(text))
        return events.webhook(INBOX, body)

    def receive(self, event: Mapping[str, Any]) -> list[Call]:
        """A webhook through the intake; gives the calls it waited for."""
        self.recorder.take()
        answer = self.function("webhook_intake")(event, Context())
        if answer["statusCode"] != 200:
            raise BenchError(f"the intake answered {answer['statusCode']}")
        return self.recorder.take()

    def write(self, customer: Customer, *, later_seconds: int = 0) -> list[Call]:
        return self.receive(self.message(customer, later_seconds=later_seconds))

    def api(
        self, method: str, route: str, path: Mapping[str, str], query: Mapping[str, str], body: Any = None
    ) -> tuple[Any, list[Call]]:
        """A request through the Chalice app; its answer, and the calls it waited for."""
        app = importlib.import_module("app").app
        self.recorder.take()
        answer = app(events.rest_event(method, route, path, query, body), Context())
        if answer["statusCode"] >= 300:
            raise BenchError(f"{method} {route} answered {answer['statusCode']}: {answer['body'][:200]}")
        return json.loads(answer["body"]), self.recorder.take()

    def conversations(self) -> list[dict[str, Any]]:
        """The newest open ones, as an agent sees them."""
        page, _ = self.api("GET", "/conversations", {}, {"limit": "25"})
        return list(page["items"])

    def open(self, conversation_id: str) -> tuple[list[dict[str, Any]], list[Call]]:
        """What a workspace needs to show a conversation: its newest entries, and its head where they come without."""
        path = {"conversation_id": conversation_id}
        page, calls = self.api("GET", "/conversations/{conversation_id}/messages", path, {"limit": "50"})
        if "conversation" not in page:
            _head, more = self.api("GET", "/conversations/{conversation_id}", path, {})
            calls += more
        return list(page["items"]), calls

    def reply(self, conversation: Mapping[str, Any], client_id: str) -> tuple[dict[str, Any], list[Call]]:
        answer, calls = self.api(
            "POST",
            "/conversations/{conversation_id}/messages",
            {"conversation_id": conversation["id"]},
            {},
            {"client_id": client_id, "text": "On its way.", "leg_id": conversation["active_leg_id"]},
        )
        return dict(answer), calls

    def send(self, message: Mapping[str, Any]) -> list[Call]:
        """A queued message through the sender."""
        self.recorder.take()
        self.take_records("sender", [self.outbound_record(message)])
        return self.recorder.take()

    def outbound_record(self, message: Mapping[str, Any]) -> dict[str, Any]:
        body = {"leg_id": message["leg_id"], "message_id": message["id"], "attempt": message["attempt"]}
        return events.record(json.dumps(body), message["leg_id"])

    def take_records(self, function: str, records: list[dict[str, Any]]) -> None:
        answer = self.function(function)({"Records": records}, Context())
        if answer["batchItemFailures"]:
            raise BenchError(f"{function} could not handle its record")

    def changes(self) -> list[dict[str, Any]]:
        """The table's stream since the last look, as Lambda gets it."""
        client = aws_client("dynamodbstreams")
        arn = client.list_streams(TableName="desk")["Streams"][0]["StreamArn"]
        found: list[dict[str, Any]] = []
        for shard in client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            iterator = client.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            found += client.get_records(ShardIterator=iterator)["Records"]
        new, self._seen = found[self._seen :], len(found)
        told = ("Keys", "NewImage", "OldImage", "SequenceNumber")
        return [
            {
                "eventName": one["eventName"],
                "dynamodb": {part: one["dynamodb"][part] for part in told if part in one["dynamodb"]},
            }
            for one in new
        ]


@contextmanager
def desk(*, capacity: bool = True) -> Iterator[Desk]:
    """A fresh desk. `capacity`: ask for the units of every call."""
    with (
        servers.stub() as provider,
        servers.emulator() as aws,
        watching(Recorder(capacity=capacity)) as recorder,
        environment(variables(aws, provider)),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        _create_stack()
        _create_inboxes(provider)
        yield Desk(aws, provider, recorder)
