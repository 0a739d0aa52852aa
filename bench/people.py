"""What the first screen costs, and that it costs the same for a customer of whom much is known, among however many.

A million contacts do not fit into the emulator's memory: `LARGE_CONTACTS` are loaded. What is read tells the rest:
every read names one partition, and none of them holds anything of another contact.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bench.budgets import Figure, figure
from bench.counting import Call, described
from bench.desk import BenchError, Desk, aws_client, desk
from bench.events import Customer
from bench.pages import NOW, load, looking_at
from bench.units import read_units
from chalicelib.aws.codec import to_attributes
from chalicelib.aws.codec_message import note_item
from chalicelib.aws.codec_routing import decision_item, entry_item
from chalicelib.aws.codec_timeline import line_item
from chalicelib.domain.ids import note_id
from chalicelib.domain.line_ids import line_id
from chalicelib.domain.note import Note
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_values import FALLBACK, Decision, Outcome, Reason, Skipped
from chalicelib.domain.timeline import Line

ANA = Customer(1)
MESSAGES = 60
FEW_EVENTS, MANY_EVENTS = 10, 100_000
SMALL_CONTACTS, LARGE_CONTACTS = 1_000, 100_000
QUICK_EVENTS, QUICK_CONTACTS = 300, 200
# Every size fills such a page.
LINES = {"lines": str(FEW_EVENTS)}
ROUTE = "/conversations/{conversation_id}/screen"
DECISIONS, SKIPPED, NOTES = 2, 10, 5
# What another contact has at the least.
OTHERS_EVENTS = 1


@dataclass(frozen=True, slots=True)
class Size:
    """How many events there are of the contact, and how many contacts beside."""

    events: int
    contacts: int

    def __str__(self) -> str:
        return f"{self.events:,} events of {self.contacts:,} contacts"


@dataclass(frozen=True, slots=True)
class Shown:
    """The calls of one screen, and which partitions they read."""

    calls: Sequence[Call]
    partitions: frozenset[str]

    @property
    def units(self) -> float:
        return sum(read_units(call) for call in self.calls)


def measure(*, quick: bool) -> Iterator[Figure]:
    sizes = [Size(FEW_EVENTS, SMALL_CONTACTS), Size(MANY_EVENTS, SMALL_CONTACTS), Size(FEW_EVENTS, LARGE_CONTACTS)]
    if quick:
        sizes = [Size(FEW_EVENTS, QUICK_CONTACTS), Size(QUICK_EVENTS, QUICK_CONTACTS)]
    with desk() as made:
        for _ in range(5 if quick else MESSAGES):
            made.write(ANA)
        (conversation,) = made.conversations()
        items = [dict(item) for item in _all_items() if item["pk"]["S"].split("#")[0] in ("CNV", "LEG", "CON", "IDN")]
        items += _work(conversation["id"])
        shown = {size: _screen(made, conversation, items, size) for size in sizes}
    yield _figure("page.first_screen.calls", {size: len(each.calls) for size, each in shown.items()}, shown)
    yield _figure("page.first_screen.rcu", {size: each.units for size, each in shown.items()}, shown)


def _figure(name: str, values: Mapping[Size, float], shown: Mapping[Size, Shown]) -> Figure:
    told = ", ".join(f"{value:g} at {size}" for size, value in values.items())
    differs = "" if len(set(values.values())) == 1 else "NOT equal: "
    largest = shown[max(shown, key=lambda size: size.events)]
    note = (
        f"{differs}{told}; {described(list(largest.calls))}; of the partitions {', '.join(sorted(largest.partitions))}"
    )
    return figure(name, max(values.values()), note)


def _work(conversation_id: str) -> Iterator[dict[str, Any]]:
    """What colleagues and routing leave beside a conversation: it waits, was decided on twice, and has some notes."""
    yield to_attributes(entry_item(QueueEntry(conversation_id, FALLBACK, "whatsapp", NOW, NOW)))
    skipped = tuple(Skipped(f"agt_{number:020d}", Reason.FULL, "holds 6 of 6 units") for number in range(SKIPPED))
    for minute in range(DECISIONS):
        at = NOW + timedelta(minutes=minute)
        said = "Nobody has room: ten agents hold all that they can."
        yield to_attributes(
            decision_item(Decision(conversation_id, at, Outcome.WAITING, None, (), skipped, 0, (), False, said))
        )
    for number in range(NOTES):
        at = NOW + timedelta(seconds=number)
        note = Note(note_id(at, str(number)), conversation_id, "note", "agt_ana", "Ana", at, "Asked the warehouse.")
        yield to_attributes(note_item(note))


def _all_items() -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    pages = aws_client("dynamodb").get_paginator("scan").paginate(TableName="desk")
    for page in pages:
        found += page["Items"]
    return found


def _screen(made: Desk, conversation: Mapping[str, Any], items: Sequence[dict[str, Any]], size: Size) -> Shown:
    """In a table of its own: the conversation as it is stored, its contact's events, and all the others."""
    table = f"people_{size.events}_{size.contacts}"
    contact_id = conversation["contact_id"]
    (template,) = [item for item in items if item["pk"]["S"] == f"CON#{contact_id}"]
    count = len(items) + size.events + size.contacts * (1 + OTHERS_EVENTS)
    load(table, _rows(items, contact_id, template, size), count)
    path = {"conversation_id": conversation["id"]}
    with looking_at(made, table):
        made.api("GET", ROUTE, path, LINES)
        screen, calls = made.api("GET", ROUTE, path, LINES)
    shown = (len(screen["timeline"]["items"]), bool(screen["thread"]["items"]), bool(screen["routing"]["decision"]))
    if shown != (FEW_EVENTS, True, True):
        raise BenchError(f"the screen of {table} is not full")
    return Shown(calls, frozenset(_partition(call) for call in calls))


def _rows(
    items: Sequence[dict[str, Any]], contact_id: str, template: dict[str, Any], size: Size
) -> Iterator[Mapping[str, Any]]:
    yield from items
    for number in range(size.events):
        yield _event(contact_id, number)
    for number in range(size.contacts):
        other = f"con_{number:020d}"
        yield {**template, "pk": {"S": f"CON#{other}"}}
        yield _event(other, number)


def _event(contact_id: str, number: int) -> Mapping[str, Any]:
    at = NOW - timedelta(minutes=number + 1)
    title = f"Order #{number}: paid, 59.90 EUR"
    data = {"total": "59.90", "currency": "EUR", "lines": [{"title": "Trail shoes", "quantity": 1}]}
    line = Line(line_id(at, str(number)), contact_id, "ibx_1", "events", "order.paid", title, at, at, data=data)
    return to_attributes(line_item(line))


def _partition(call: Call) -> str:
    """The kind of partition that a read names."""
    key = call.params.get("Key", {}).get("pk") or call.params.get("ExpressionAttributeValues", {}).get(":pk")
    if key is None:
        raise BenchError(f"{call.operation} names no partition")
    return str(key["S"]).partition("#")[0]
