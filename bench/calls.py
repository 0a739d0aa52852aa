"""How many AWS requests the path of a message waits for, what they are billed, and what a million of them cost."""

import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from bench import cost, events
from bench.budgets import Figure, figure
from bench.counting import KEY_READS, Call, described, reads_before_write
from bench.desk import INBOX, Desk, aws_client, desk
from bench.events import Customer
from bench.units import item_bytes, read_units

ANA, BEN = Customer(1), Customer(2)
REPEATS = 30
# How far behind its newest message a conversation's place in the lists may be (docs/decisions/0004-views.md).
MOVE_SECONDS = 150


def measure(*, quick: bool) -> Iterator[Figure]:
    with desk() as made:
        made.write(ANA)
        made.write(ANA)
        yield from _inbound(made, quick=quick)
        yield from _outbound(made)


def _inbound(made: Desk, *, quick: bool) -> Iterator[Figure]:
    first = made.write(BEN)
    second = made.write(BEN)
    made.changes()
    usual = made.write(BEN)
    announced = _announced(made)
    late = made.write(BEN, later_seconds=-2)
    moved = made.write(BEN, later_seconds=MOVE_SECONDS)
    reads = reads_before_write(usual)
    units, moved_units = _write_units(usual), _write_units(moved)
    overtaken = (
        f"{len(late)} where a newer message of the conversation (or, by chance, one of the same second) came first"
    )
    yield figure("inbound.calls", len(usual), f"{described(usual)}; {overtaken}")
    yield figure("inbound.first_contact.calls", len(first), f"{described(first)}; {_write_units(first):g} WCU")
    sizes = f"conversation {_item_bytes(usual, 'Update'):,} bytes, message {_item_bytes(usual, 'Put'):,}"
    special = f"{moved_units:g} where it also moves the row in the lists, {_write_units(second):g} for a second message"
    yield figure("inbound.wcu", units, f"{sizes}; {special}")
    queries = [call for call in reads if call.operation not in KEY_READS]
    note = f"a query among them: {described(queries)}" if queries else described(reads)
    yield figure("inbound.reads_before_write", len(reads), note)
    traffic = cost.Traffic(
        calls=len(usual),
        write_units=units,
        moved_write_units=moved_units,
        read_units=sum(read_units(call) for call in usual),
        events=announced,
        cpu_ms=_cpu_ms(made, 5 if quick else REPEATS),
    )
    yield figure("cost.usd_per_million_inbound", cost.usd_per_million(traffic), cost.described(traffic))


def _outbound(made: Desk) -> Iterator[Figure]:
    conversation = next(row for row in made.conversations() if row["contact_name"] == f"Customer {ANA.number}")
    warm, _ = made.reply(conversation, "warm-up")
    made.send(warm)
    message, stored = made.reply(conversation, "counted")
    sent = made.send(message)
    marked = made.receive(_delivered(message))
    yield figure("receipt.calls", len(marked), described(marked))
    yield figure("outbound.api_calls", len(stored), described(stored))
    note = f"{described(sent)}: the claim and the outcome (docs/decisions/0006-claim-before-send.md)"
    yield figure("outbound.sender_calls", len(sent), note)


def _delivered(message: dict[str, Any]) -> dict[str, Any]:
    """WhatsApp brings back what was sent along: leg, message and attempt."""
    tracker = f"{message['leg_id']}.{message['id']}.{message['attempt']}"
    at = events.moment(message["occurred_at"])
    return events.webhook(INBOX, events.status_body(ANA, "wamid.accepted2", tracker, at))


def _announced(made: Desk) -> int:
    """How many events one inbound message puts on the bus."""
    made.recorder.take()
    records = made.changes()
    made.function("stream")({"Records": records}, events.Context())
    published = [call for call in made.recorder.take() if call.operation == "PutEvents"]
    return sum(len(call.params["Entries"]) for call in published)


def _item_bytes(calls: list[Call], kind: str) -> int:
    """The size of the first item that the transaction put or updated."""
    write = next(item[kind] for call in calls for item in call.params.get("TransactItems", ()) if kind in item)
    key = write.get("Key") or {name: write["Item"][name] for name in ("pk", "sk")}
    return item_bytes(aws_client("dynamodb").get_item(TableName="desk", Key=key)["Item"])


def _write_units(calls: list[Call]) -> float:
    return sum(call.write_units for call in calls)


def _cpu_ms(made: Desk, repeats: int) -> float:
    """The intake's own CPU for a message, on this machine."""
    handler, spent = made.function("webhook_intake"), []
    for _ in range(repeats):
        event = made.message(ANA)
        started = time.process_time()
        handler(event, events.Context())
        spent.append((time.process_time() - started) * 1000)
    return median(spent)
