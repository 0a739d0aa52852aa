"""Offers' store. Units are kept by the write that makes an offer and given back (or turned into the conversation's own)
by the one that ends it: an offer and its units come and go together."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_message import note_item
from chalicelib.aws.codec_routing import decision_item, entry_item, offer_from, offer_item, workload_item
from chalicelib.aws.stores.units import reserve, workload_change
from chalicelib.aws.stores.writes import count_writes, put_conversation
from chalicelib.aws.transaction import Check, Delete, Desk, Put, Update, Write
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.giving import Ended, Offered
from chalicelib.domain.routing_offer import REFUSED, Ending, Offer
from chalicelib.domain.workload import Workload
from chalicelib.domain.writes import Recorded, Written


class OfferStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def offers(self, agent_id: str) -> Sequence[Offer]:
        """What is offered to an agent, the oldest first. One query."""
        rows, _next = self._desk.query(
            "pk = :pk AND begins_with(sk, :offer)",
            {":pk": keys.workload(agent_id)[0], ":offer": keys.OFFER},
            consistent=True,
        )
        return sorted((offer_from(row) for row in rows), key=lambda offer: (offer.offered_at, offer.conversation_id))

    def conversations(self, conversation_ids: Sequence[str]) -> dict[str, Conversation]:
        """By id; at most 100. One read."""
        found = self._desk.get_many([keys.conversation(each) for each in conversation_ids])
        return {keys.identifier(pk): conversation_from(item) for (pk, _), item in found.items()}

    def offer(self, offered: Offered) -> Written:
        """Hold a conversation out to an agent: units, offer, queue entry, event and decision together or not at all.
        CONFLICT: the conversation has changed or is offered already, or the agent has no room or is not there."""
        at = offered.recorded.at
        return self._transact(
            [
                put_conversation(offered.before, offered.after, offered.recorded),
                reserve(offered.offer.agent_id, offered.offer.weight, offered.limit),
                Put(offer_item(offered.offer)),
                Put(entry_item(offered.entry), NOT_OFFERED),
                Put(decision_item(replace(offered.decision, at=at)), None),
            ]
        )

    def end(self, ended: Ended) -> Written:
        """End an offer, once. CONFLICT: it is over, or the conversation has changed."""
        change, offer = ended.change, ended.offer
        same = {":offer": offer.epoch}
        writes: list[Write | Check | Delete] = [
            put_conversation(change.before, change.after, change.recorded),
            Delete(keys.offer(offer.agent_id, offer.conversation_id), "epoch = :offer", same),
            _agent(ended),
            _entry(ended, same),
        ]
        if ended.decision is not None:
            writes.append(Put(decision_item(ended.decision), None))
        if change.note is not None:
            writes.append(Put(note_item(change.note)))
        return self._transact([*writes, *count_writes(change.before, change.after)])

    def stand_down(self, workload: Workload, read_version: int, recorded: Recorded | None) -> Written:
        """Another presence for who did not answer; their missed offers count anew."""
        change = workload_change(workload_item(workload), read_version, recorded)
        try:
            self._desk.write(replace(change, expression=f"{change.expression}, missed = :zero"))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def _transact(self, writes: Sequence[Write | Check | Delete]) -> Written:
        try:
            self._desk.transact(writes)
        except TransactionRefused:
            return Written.CONFLICT
        return Written.DONE


# What writes an entry anew never writes over an offer that stands.
NOT_OFFERED = "attribute_not_exists(offered)"
STILL_WAITS = "offered = :offer AND attribute_exists(kind_key)"


def _agent(ended: Ended) -> Update:
    """Whoever answers has not missed it. Of an accepted offer the units stay: they are the conversation's now."""
    place = keys.workload(ended.offer.agent_id)
    back: dict[str, Any] = {":back": -ended.offer.weight, ":one": 1}
    if ended.ending is Ending.ACCEPTED:
        values = {":one": 1, ":zero": 0, ":at": ended.change.recorded.at}
        return Update(place, "ADD epoch :one SET missed = :zero, idle = :at", values)
    if ended.ending is Ending.EXPIRED:
        return Update(place, "ADD used :back, epoch :one, missed :one", back)
    if ended.ending is Ending.DECLINED:
        return Update(place, "ADD used :back, epoch :one SET missed = :zero", {**back, ":zero": 0})
    return Update(place, "ADD used :back, epoch :one", back)


def _entry(ended: Ended, same: Item) -> Write:
    """Out of the queue, or asked for by others again. Only what the end of an offer changes is written: points may have
    been counted anew meanwhile."""
    entry = ended.entry
    if ended.ending is Ending.ACCEPTED:
        return Put(entry_item(replace(entry, waits=False, offer=None)), STILL_WAITS, same)
    place, names = keys.queue_entry(entry.conversation_id), {"#row": "row"}
    if ended.ending not in REFUSED:
        return Update(place, "REMOVE #row.g, offered", same, names, "offered = :offer")
    values = {**same, ":declined": list(entry.declined), ":until": entry.declined_until}
    sets = "SET #row.d = :declined, #row.y = :until REMOVE #row.g, offered"
    return Update(place, sets, values, names, STILL_WAITS)
