"""Agents' units in use and the queues' entries, moved by the writes that change conversations."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.codec import Item, events_of
from chalicelib.aws.transaction import Update
from chalicelib.domain.capacity import moves
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.presence import Intent
from chalicelib.domain.writes import Recorded

# Whoever is given something is there, and has room for it.
_THERE = "used <= :limit AND #row.#intent = :online AND #row.#enabled = :yes"
_THERE_NAMES = {"#row": "row", "#intent": "i", "#enabled": "e"}


def unit_writes(
    before: Conversation | None,
    after: Conversation,
    at: datetime,
    limits: Mapping[str, int] | None = None,
    *,
    anywhere: bool = False,
) -> Iterator[Update]:
    """Agents' units in use, as the conversation's change moves them. An agent among `limits` is given work only while
    no more than so many units are in use before; and only while there, but for `anywhere`."""
    for agent_id, amount in moves(before, after).items():
        given = amount > 0
        sets = " SET idle = :at" if given else ""
        values: dict[str, Any] = {":amount": amount, ":one": 1, **({":at": at} if given else {})}
        update = f"ADD used :amount, epoch :one{sets}"
        limit = (limits or {}).get(agent_id)
        if limit is None:
            yield Update(keys.workload(agent_id), update, values)
            continue
        if anywhere:
            room = "attribute_not_exists(used) OR used <= :limit"
            yield Update(keys.workload(agent_id), update, {**values, ":limit": limit}, None, room)
            continue
        there = {":limit": limit, ":online": Intent.ONLINE.value, ":yes": True}
        yield Update(keys.workload(agent_id), update, values | there, _THERE_NAMES, _THERE)


def reserve(agent_id: str, weight: int, limit: int) -> Update:
    """Keep units for what is offered to an agent, who must be there with no more than so many in use."""
    values = {":amount": weight, ":one": 1, ":limit": limit, ":online": Intent.ONLINE.value, ":yes": True}
    return Update(keys.workload(agent_id), "ADD used :amount, epoch :one", values, _THERE_NAMES, _THERE)


def leave_queue(conversation_id: str) -> Update:
    """Out of its queue, if it is in one; the entry itself stays and tells why it waited."""
    return Update(keys.queue_entry(conversation_id), "REMOVE kind_key, kind_sort", {})


def workload_change(item: Item, read_version: int, recorded: Recorded | None) -> Update:
    """The part of a workload that people change, as long as nobody else has."""
    values: dict[str, Any] = {":row": item["row"], ":version": item["version"], ":zero": 0}
    sets = "SET #row = :row, version = :version, used = if_not_exists(used, :zero), epoch = if_not_exists(epoch, :zero)"
    if recorded is not None:
        sets += ", events = :events"
        values[":events"] = events_of(recorded)
    condition = "attribute_not_exists(version)"
    if read_version:
        condition, values[":read"] = "version = :read", read_version
    return Update(keys.workload(keys.identifier(item["pk"])), sets, values, {"#row": "row"}, condition)
