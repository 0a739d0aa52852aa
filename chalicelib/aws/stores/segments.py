"""Who belongs to which segment: a row for each member, a record for each contact, and counts.

A contact's rows, its record and the counts change in one transaction, which holds only while contact and record are
as they were read: so the count of a segment is always the number of its rows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.border import TransactionRefused
from chalicelib.aws.codec import Item, moment, moment_or_none
from chalicelib.aws.codec_contact import contact_from
from chalicelib.aws.transaction import ABSENT, Check, Delete, Desk, Put, Update, Write
from chalicelib.domain.contact import Contact
from chalicelib.domain.reads import Page
from chalicelib.domain.segment import Belonging
from chalicelib.domain.writes import Written

_ROW_THERE, _ROW_GONE = "attribute_exists(pk)", ABSENT


class SegmentStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def read(self, contact_id: str) -> tuple[Contact | None, Belonging]:
        """The contact and where it is counted. One read of two items."""
        contact_key, record_key = keys.contact(contact_id), keys_contact.belonging(contact_id)
        found = self._desk.get_many([contact_key, record_key])
        contact = found.get(contact_key)
        return contact_from(contact) if contact else None, _belonging(contact_id, found.get(record_key))

    def channels(self, contact: Contact) -> frozenset[str]:
        """The channels of its addresses. One read."""
        wanted = [keys.identity(identity_id) for identity_id in contact.identities[:100]]
        found = self._desk.get_many(wanted) if wanted else {}
        return frozenset(item["channel"] for item in found.values() if item.get("channel"))

    def write(self, contact: Contact, before: Belonging, segments: frozenset[str]) -> Written:
        """CONFLICT: the contact or its record has changed, or is gone."""
        same = Check(keys.contact(contact.id), "version = :read", {":read": contact.version})
        return self._attempt([same, *_moves(before, segments, contact.created_at)])

    def forget(self, contact_id: str) -> Written:
        """Take a contact out of all segments, by its id alone."""
        before = _belonging(contact_id, self._desk.get(keys_contact.belonging(contact_id)))
        if not before.revision or before.created_at is None:
            return Written.DONE
        moves = _moves(before, frozenset(), before.created_at)[1:]
        gone = Delete(keys_contact.belonging(contact_id), "rev = :read", {":read": before.revision})
        return self._attempt([gone, *moves])

    def keys_of(self, contact_id: str) -> list[keys.Key]:
        """Every item that says where this contact belongs, the record among them."""
        before = _belonging(contact_id, self._desk.get(keys_contact.belonging(contact_id)))
        if not before.revision or before.created_at is None:
            return []
        rows = [keys_contact.member(each, before.created_at, contact_id) for each in sorted(before.segments)]
        return [keys_contact.belonging(contact_id), *rows]

    def counts(self) -> Mapping[str, int]:
        """How many members each segment has. One read of 16 items."""
        shards = [keys_contact.segment_counts(shard) for shard in range(keys_contact.SEGMENT_SHARDS)]
        found: dict[str, int] = {}
        for item in self._desk.get_many(shards).values():
            for name, number in item.items():
                if name not in ("pk", "sk"):
                    found[name] = found.get(name, 0) + number
        return found

    def members(self, segment_id: str, limit: int, start: Mapping[str, Any] | None) -> Page[Contact]:
        """The newest contact first. One query and one read."""
        pk, _ = keys_contact.member(segment_id, datetime.fromtimestamp(0).astimezone(), "")
        rows, after = self._desk.query("pk = :pk", {":pk": pk}, limit=limit, newest_first=True, start=start)
        found = self.contacts([keys_contact.member_id(row["sk"]) for row in rows])
        return Page(found, after)

    def contacts(self, contact_ids: Sequence[str]) -> list[Contact]:
        """Those that are there, in this order. One read for each 100."""
        found: dict[keys.Key, Item] = {}
        for first in range(0, len(contact_ids), 100):
            wanted = [keys.contact(each) for each in contact_ids[first : first + 100]]
            found |= self._desk.get_many(wanted)
        there = (found.get(keys.contact(each)) for each in contact_ids)
        return [contact_from(item) for item in there if item]

    def contact_ids(
        self, limit: int, start: Mapping[str, Any] | None = None, since: datetime | None = None
    ) -> Page[str]:
        """All contacts, the oldest first, or those from a time on. One query."""
        values: dict[str, Any] = {":kind": keys.CONTACTS}
        condition = "kind_key = :kind"
        if since is not None:
            condition, values[":since"] = f"{condition} AND kind_sort >= :since", keys.view_key(since)
        rows, after = self._desk.query(condition, values, index="by_kind", limit=limit, start=start)
        return Page([keys.identifier(row["pk"]) for row in rows], after)

    def newest_at(self) -> datetime | None:
        """When the newest contact was made. One query."""
        rows, _next = self._desk.of_kind(keys.CONTACTS, 1)
        return moment(rows[0]["row"]["created"]) if rows else None

    def _attempt(self, writes: list[Write | Check | Delete]) -> Written:
        try:
            self._desk.transact(writes)
        except TransactionRefused:
            return Written.CONFLICT
        return Written.DONE


def _moves(before: Belonging, segments: frozenset[str], created_at: datetime) -> list[Write | Check | Delete]:
    """The record first, then rows and counts of what changes."""
    pk, sk = keys_contact.belonging(before.contact_id)
    joins, leaves = sorted(segments - before.segments), sorted(before.segments - segments)
    record = {"pk": pk, "sk": sk, "rev": before.revision + 1, "in": sorted(segments), "made": created_at}
    read = {":read": before.revision}
    writes: list[Write | Check | Delete] = [
        Put(record, "rev = :read", read) if before.revision else Put(record, ABSENT)
    ]
    for segment_id in joins:
        pk, sk = keys_contact.member(segment_id, created_at, before.contact_id)
        writes.append(Put({"pk": pk, "sk": sk}, _ROW_GONE))
    for segment_id in leaves:
        writes.append(Delete(keys_contact.member(segment_id, created_at, before.contact_id), _ROW_THERE))
    return [*writes, *_counted(before.contact_id, joins, leaves)]


def _counted(contact_id: str, joins: Sequence[str], leaves: Sequence[str]) -> list[Write]:
    changes = [*((each, 1) for each in joins), *((each, -1) for each in leaves)]
    if not changes:
        return []
    names = {f"#s{place}": segment_id for place, (segment_id, _) in enumerate(changes)}
    values = {f":n{place}": by for place, (_, by) in enumerate(changes)}
    added = ", ".join(f"#s{place} :n{place}" for place in range(len(changes)))
    key = keys_contact.segment_counts(keys_contact.segment_shard(contact_id))
    return [Update(key, f"ADD {added}", values, names)]


def _belonging(contact_id: str, item: Item | None) -> Belonging:
    if item is None:
        return Belonging(contact_id)
    return Belonging(contact_id, frozenset(item.get("in", ())), item["rev"], moment_or_none(item.get("made")))
