"""Routing's store: who is there, what waits, and the one transaction that gives a conversation to somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec_contact import contact_from
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_message import note_item
from chalicelib.aws.codec_routing import (
    decision_from,
    decision_item,
    entry_from,
    entry_item,
    place_from,
    place_item,
    workload_from,
    workload_item,
)
from chalicelib.aws.stores.offers import NOT_OFFERED
from chalicelib.aws.stores.units import unit_writes, workload_change
from chalicelib.aws.stores.writes import assign_conversation, count_writes, put_conversation
from chalicelib.aws.transaction import Check, Desk, Put, Update, Write
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.giving import Given
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.reads import Page
from chalicelib.domain.routing_values import Decision
from chalicelib.domain.workload import Workload, teams_at
from chalicelib.domain.writes import ConversationChange, Recorded, Written


class RoutingStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def conversation(self, conversation_id: str) -> Conversation | None:
        item = self._desk.get(keys.conversation(conversation_id))
        return conversation_from(item) if item else None

    def queued(self, conversation_id: str) -> tuple[Conversation | None, QueueEntry | None]:
        """A conversation, and the newest time that it was queued, in one read."""
        place, entry_place = keys.conversation(conversation_id), keys.queue_entry(conversation_id)
        found = self._desk.get_many((place, entry_place))
        item, entry = found.get(place), found.get(entry_place)
        return conversation_from(item) if item else None, entry_from(entry) if entry and "row" in entry else None

    def queued_by(
        self, conversation_id: str, contact_id: str | None
    ) -> tuple[Conversation | None, QueueEntry | None, Contact | None]:
        """The same with the contact that whoever asks knows of, in one read; that contact only if it is whose the
        conversation is."""
        place, entry_place = keys.conversation(conversation_id), keys.queue_entry(conversation_id)
        wanted = [place, entry_place, *([keys.contact(contact_id)] if contact_id else [])]
        found = self._desk.get_many(wanted)
        item, entry = found.get(place), found.get(entry_place)
        conversation = conversation_from(item) if item else None
        person = found.get(keys.contact(contact_id)) if contact_id else None
        is_theirs = conversation is not None and conversation.contact_id == contact_id
        return (
            conversation,
            entry_from(entry) if entry and "row" in entry else None,
            contact_from(person) if person and is_theirs else None,
        )

    # Agents.

    def standing(self, agent_id: str) -> tuple[Workload | None, Sequence[str]]:
        """An agent, and the teams in whose pools they have (or had) a place, in one query."""
        pk, sk = keys.workload(agent_id)
        rows, _next = self._desk.query(
            "pk = :pk AND sk BETWEEN :places AND :agent",
            {":pk": pk, ":places": keys.POOL, ":agent": sk},
            consistent=True,
        )
        places = [row["sk"].removeprefix(keys.POOL) for row in rows if row["sk"] != sk]
        return next((workload_from(row) for row in rows if row["sk"] == sk), None), places

    def workload(self, agent_id: str) -> Workload | None:
        item = self._desk.get(keys.workload(agent_id))
        return workload_from(item) if item else None

    def workloads(self, agent_ids: Sequence[str]) -> Mapping[str, Workload]:
        """As they are this moment, by agent; at most 100."""
        found = self._desk.get_many([keys.workload(agent_id) for agent_id in agent_ids])
        return {keys.identifier(pk): workload_from(item) for (pk, _), item in found.items()}

    def put_workload(self, workload: Workload, read_version: int, recorded: Recorded | None) -> Written:
        """Presence, capacity or skills by people's hands: `used`, `epoch` and `idle` stay what they are. `read_version`
        0: the agent has none yet. Without `recorded` nobody is told (a heartbeat)."""
        return self._attempt([workload_change(workload_item(workload), read_version, recorded)])

    def pool(self, team_id: str, limit: int, start: Mapping[str, Any] | None = None) -> Page[Workload]:
        """Those of a team who are there, most free first, as they were a moment ago. One query."""
        rows, after = self._desk.query(
            "kind_key = :pool", {":pool": keys.pool(team_id)}, index="by_kind", limit=limit, start=start
        )
        return Page([place_from(row) for row in rows], after)

    def refresh_places(
        self, workload: Workload, now: datetime, *, there: bool, places: Sequence[str] | None = None
    ) -> None:
        """Write an agent's places in the pools of their teams anew; they leave those of other teams. An older picture
        never replaces a newer one."""
        known = self.standing(workload.agent_id)[1] if places is None else places
        teams = set(teams_at(workload, now))
        for team_id in sorted({*teams, *known}):
            item = place_item(workload, team_id, there=there and team_id in teams)
            newer = "attribute_not_exists(version) OR version <= :version"
            self._attempt([Put(item, newer, {":version": item["version"]})])

    # What waits.

    def entry(self, conversation_id: str) -> QueueEntry | None:
        """The newest time that it was queued; it may wait no longer."""
        item = self._desk.get(keys.queue_entry(conversation_id))
        return entry_from(item) if item and "row" in item else None

    def put_entry(self, entry: QueueEntry, decision: Decision | None) -> Written:
        """Let a conversation wait (or wait differently), with the decision that it must. CONFLICT: it is somebody's,
        offered or closed by now, or another write was at work on it."""
        nobodys = {":owner": keys.owner_key(None, Status.OPEN.value)}
        writes: list[Write | Check] = [
            Check(keys.conversation(entry.conversation_id), "owner_key = :owner", nobodys),
            Put(entry_item(entry), NOT_OFFERED),
        ]
        if decision is not None:
            writes.append(Put(decision_item(decision), None))
        try:
            self._desk.transact(writes)
        except TransactionRefused:
            return Written.CONFLICT
        return Written.DONE

    def rescore(self, entry: QueueEntry) -> Written:
        """Move what still waits since the same time, and is offered as it was, to another place; else CONFLICT."""
        item = entry_item(entry)
        values = {":row": item["row"], ":place": item["kind_sort"], ":epoch": entry.epoch}
        same = f"attribute_exists(kind_key) AND version = :epoch AND {NOT_OFFERED}"
        if entry.offer is not None:
            values[":offer"] = entry.offer.epoch
            same = "attribute_exists(kind_key) AND version = :epoch AND offered = :offer"
        sets = "SET #row = :row, kind_sort = :place"
        return self._attempt([Update(keys.queue_entry(entry.conversation_id), sets, values, {"#row": "row"}, same)])

    def queue(self, team_id: str, limit: int, start: Mapping[str, Any] | None = None) -> Page[QueueEntry]:
        """What waits for a team, the next one first. One query."""
        rows, after = self._desk.query(
            "kind_key = :queue", {":queue": keys.queue(team_id)}, index="by_kind", limit=limit, start=start
        )
        return Page([entry_from(row) for row in rows], after)

    # Decisions.

    def give(self, given: Given) -> Written:
        """Give a conversation to an agent: owner, units, queue, counters and decision change together or not at all.
        CONFLICT: the conversation has changed or is offered, or the agent has no room or is not there any more."""
        put = assign_conversation if given.told else put_conversation
        writes: list[Write] = [put(given.before, given.after, given.recorded)]
        writes += unit_writes(given.before, given.after, given.recorded.at, limits={given.agent_id: given.limit})
        writes.append(Put(entry_item(replace(given.entry, waits=False)), NOT_OFFERED))
        writes.append(Put(decision_item(given.decision), None))
        if given.note is not None:
            writes.append(Put(note_item(given.note)))
        writes += count_writes(given.before, given.after)
        return self._attempt(writes)

    def give_back(self, change: ConversationChange, entry: QueueEntry) -> Written:
        """Take a conversation from its agent and let it wait: one change or none. CONFLICT also where an offer of it
        has not been withdrawn yet."""
        writes: list[Write] = [put_conversation(change.before, change.after, change.recorded)]
        writes += unit_writes(change.before, change.after, change.recorded.at)
        writes.append(Put(entry_item(entry), NOT_OFFERED))
        writes += [Put(note_item(note)) for note in (change.note, change.handover) if note is not None]
        writes += count_writes(change.before, change.after)
        return self._attempt(writes)

    def decisions(self, conversation_id: str, limit: int) -> Sequence[Decision]:
        """Of a conversation, the newest first."""
        rows, _next = self._desk.query(
            "pk = :pk AND begins_with(sk, :decision)",
            {":pk": keys.conversation(conversation_id)[0], ":decision": keys.DECISION},
            limit=limit,
            newest_first=True,
            consistent=True,
        )
        return [decision_from(row) for row in rows]

    def _attempt(self, writes: Sequence[Write]) -> Written:
        try:
            if len(writes) == 1:
                self._desk.write(writes[0])
            else:
                self._desk.transact(writes)
        except (ConditionFailed, TransactionRefused):
            return Written.CONFLICT
        return Written.DONE
