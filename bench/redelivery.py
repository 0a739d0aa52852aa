"""The decisive test of intake: every message delivered several times at once, answers lost, writes cut after the fact.

A provider redelivers until it has seen a 2xx. Here it sends each message several times, in no order, from several
threads; some of our answers never reach it, and of the writes to DynamoDB three in ten take effect and are then cut off
before their answer. What the store cannot take is spilled, and the spill is drained alongside. In the end every message
must be stored and counted once, in the provider's order.
"""

import random
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from queue import Empty, Queue
from typing import Any

from bench import events, servers
from bench.budgets import Figure, figure
from bench.desk import INBOX, BenchError, Desk, aws_client, desk, environment, variables
from bench.events import Context, Customer

CUSTOMERS, EACH, COPIES, THREADS = 5, 25, 3, 6
QUICK_EACH = 4
LOST_ANSWERS = 0.2
CUT_WRITES = 0.3
PATIENCE = 50
SPILL = "spill.fifo"
WRITES = ("TransactWriteItems", "PutItem", "UpdateItem")
RULES: list[Mapping[str, Any]] = [
    {"service": "dynamodb", "operation": write, "probability": CUT_WRITES, "response": {"abort_frac": 0}}
    for write in WRITES
]
SEED = 20261122


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of the provider's: its place on its leg is its place in time."""

    customer: Customer
    place: int
    text: str
    event: Mapping[str, Any]


@dataclass
class Provider:
    """Delivers until it has seen a 2xx."""

    handler: Any
    waiting: Queue[Sent] = field(default_factory=Queue)
    deliveries: int = 0
    refused: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def work(self) -> None:
        while True:
            try:
                sent = self.waiting.get_nowait()
            except Empty:
                return
            self.deliver(sent)

    def deliver(self, sent: Sent) -> None:
        for _ in range(PATIENCE):
            answer = self.handler(dict(sent.event), Context())
            accepted = 200 <= answer["statusCode"] < 300
            with self.lock:
                self.deliveries += 1
                self.refused += not accepted
                seen = accepted and self.dice.random() >= LOST_ANSWERS
            if seen:
                return
        raise BenchError("a message was never accepted")


def measure(*, quick: bool) -> Iterator[Figure]:
    import aws_lambda_powertools  # noqa: F401 - imported once here: two threads importing it at once meet half of it

    with desk(capacity=False) as made, servers.fault_proxy(made.aws, RULES) as proxy:
        sent = _messages(made, QUICK_EACH if quick else EACH)
        faulty = {**variables(made.aws, made.provider), "AWS_ENDPOINT_URL_DYNAMODB": proxy}
        with environment(faulty):
            provider, spilled = _deliver(made, sent)
        cut = servers.http_json("GET", f"{proxy}/_microburst/stats")["requests"]["faulted"]
        with environment(variables(made.aws, made.provider)):
            yield from _judged(made, sent, f"{_told(sent, provider)}, {cut} writes cut, {spilled} spilled")


def _messages(made: Desk, each: int) -> list[Sent]:
    """Seconds apart on a leg: WhatsApp's times have no finer grain, so its payloads order nothing within one."""
    found: list[Sent] = []
    for place in range(each):
        for number in range(CUSTOMERS):
            customer, text = Customer(number + 1), f"{number}/{place}"
            at = made.began + timedelta(seconds=place)
            identifier = events.external_id(number * 1000 + place)
            body = events.message_body(customer, identifier, at, events.text_of(text))
            found.append(Sent(customer, place, text, events.webhook(INBOX, body)))
    return found


def _told(sent: Sequence[Sent], provider: Provider) -> str:
    return (
        f"{len(sent)} messages of {CUSTOMERS} customers in {provider.deliveries} deliveries by {THREADS} threads, "
        f"{provider.refused} refused"
    )


def _deliver(made: Desk, sent: Sequence[Sent]) -> tuple[Provider, int]:
    provider = Provider(made.function("webhook_intake"))
    copies = [one for one in sent for _ in range(COPIES)]
    provider.dice.shuffle(copies)
    for one in copies:
        provider.waiting.put(one)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            provider.work()
        except BaseException as failure:  # it must fail the benchmark, not only this thread
            failures.append(failure)

    over = threading.Event()
    drained: list[int] = []
    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    drain = threading.Thread(target=lambda: drained.append(_drain(made, over)))
    for thread in (*threads, drain):
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    drain.join()
    if failures:
        raise BenchError("a delivery failed") from failures[0]
    return provider, drained[0]


def _drain(made: Desk, over: threading.Event) -> int:
    """The spill's own function, as its queue would call it, until nothing is left; gives how much there was."""
    sqs, url, handler = aws_client("sqs"), f"{made.aws}/000000000000/{SPILL}", made.function("spill")
    taken = 0
    while True:
        last = over.is_set()
        found = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], VisibilityTimeout=1
        ).get("Messages", [])
        if not found and last and not _left(sqs, url):
            return taken
        records = [
            {
                "messageId": one["MessageId"],
                "receiptHandle": one["ReceiptHandle"],
                "body": one["Body"],
                "attributes": one["Attributes"],
            }
            for one in found
        ]
        failed = {one["itemIdentifier"] for one in handler({"Records": records}, Context())["batchItemFailures"]}
        for one in found:
            if one["MessageId"] not in failed:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
                taken += 1
        over.wait(0.2)


def _left(sqs: Any, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)


def _judged(made: Desk, sent: Sequence[Sent], told: str) -> Iterator[Figure]:
    rows = Counter(_stored_texts())
    shown = _shown(made)
    wanted = Counter(one.text for one in sent)
    surplus = sum((rows - wanted).values())
    missing = sum((wanted - rows).values())
    unread = sum(count for _, count in shown)
    seen = sum(len(texts) for texts, _ in shown)
    conversations = len(shown)
    yield figure(
        "redelivery.duplicates",
        max(surplus, unread - len(sent), conversations - CUSTOMERS, 0),
        f"{told}; {sum(rows.values())} rows, unread {unread}, {conversations} conversations",
    )
    lost = max(missing, len(sent) - unread, len(sent) - seen, 0)
    yield figure("redelivery.lost", lost, f"{seen} messages shown")
    yield figure("redelivery.reordered", sum(out_of_place(texts) for texts, _ in shown), "each thread as agents see it")


def _stored_texts() -> Iterator[str]:
    pages = aws_client("dynamodb").get_paginator("scan").paginate(TableName="desk")
    for item in (item for page in pages for item in page["Items"]):
        if item["sk"]["S"].startswith("M#"):
            yield item["text"]["S"]


def _shown(made: Desk) -> list[tuple[list[str], int]]:
    """Of every conversation: its messages' texts in the order of the screen, and its unread counter."""
    shown = []
    for row in made.conversations():
        entries, _ = made.open(row["id"])
        shown.append(([entry["text"] for entry in entries], int(row["unread"])))
    return shown


def out_of_place(texts: Sequence[str]) -> int:
    """How many messages stand behind one that the provider sent later."""
    places = [int(text.partition("/")[2]) for text in texts]
    return sum(place < max(places[:index], default=-1) for index, place in enumerate(places))
