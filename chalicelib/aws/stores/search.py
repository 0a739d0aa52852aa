"""The index that contacts are found by: rows of texts, and for each contact a record of its rows.

Rows and record are written in one transaction, which holds only while contact and record are as they were read: of two
that index one contact at once, the one that knows less is refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.border import TransactionRefused
from chalicelib.aws.codec import Item, moment
from chalicelib.aws.codec_contact import contact_from
from chalicelib.aws.codec_evidence import evidence_from
from chalicelib.aws.codec_timeline import subject_from
from chalicelib.aws.transaction import ABSENT, Check, Delete, Desk, Put, Write
from chalicelib.domain.contact import Contact
from chalicelib.domain.reads import Page
from chalicelib.domain.search import Entry, Kind, Row
from chalicelib.domain.timeline import Subject
from chalicelib.domain.writes import Written

_SEPARATOR = "\n"
_CANDIDATES = 50
# A deletion in a transaction has a condition; these rows may be there or not.
_WHATEVER = "attribute_exists(pk) OR attribute_not_exists(pk)"


class SearchStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # To keep the index.

    def read(self, contact_id: str) -> tuple[Contact | None, Entry | None, int]:
        """The contact, what it is found by so far, and how often that was written. One read of two items."""
        contact_key, record_key = keys.contact(contact_id), keys_contact.indexed(contact_id)
        found = self._desk.get_many([contact_key, record_key])
        contact, record = found.get(contact_key), found.get(record_key)
        return (
            contact_from(contact) if contact else None,
            _entry(contact_id, record) if record else None,
            record["rev"] if record else 0,
        )

    def write(self, contact: Contact, before: Entry | None, revision: int, after: Entry) -> Written:
        """CONFLICT: the contact or its record has changed, or is gone."""
        old = {_key(row) for row in before.rows()} if before else set()
        rows = [_row_item(row) for row in after.rows()]
        new = {(row["pk"], row["sk"]) for row in rows}
        writes: list[Write | Check | Delete] = [
            Check(keys.contact(contact.id), "version = :read", {":read": contact.version}),
            _record_put(after, revision),
            *(Put(row, None) for row in rows),
            *(Delete(key, _WHATEVER) for key in sorted(old - new)),
        ]
        return self._attempt(writes)

    def add_number(self, contact_id: str, number: str) -> Written:
        """Let a contact be found by an order's number; a repeat writes nothing. CONFLICT: there is no such contact."""
        pk, sk = keys_contact.ordered(contact_id, number)
        if self._desk.get((pk, sk)) is not None:
            return Written.DUPLICATE
        row = keys_contact.order_number(number, contact_id)
        there = Check(keys.contact(contact_id), "attribute_exists(pk)")
        return self._attempt([there, Put({"pk": pk, "sk": sk}, None), Put({"pk": row[0], "sk": row[1]}, None)])

    def forget(self, contact_id: str) -> Written:
        """Take away all that a contact is found by, by its id alone."""
        for number in self._numbers(contact_id):
            gone = self._attempt([Delete(key, _WHATEVER) for key in _number_keys(contact_id, number)])
            if gone is not Written.DONE:
                return gone
        record = self._desk.get(keys_contact.indexed(contact_id))
        if record is None:
            return Written.DONE
        rows = [Delete(key, _WHATEVER) for key in self._keys(contact_id, record)]
        of = Delete(keys_contact.indexed(contact_id), "rev = :read", {":read": record["rev"]})
        return self._attempt([of, *rows])

    def keys_of(self, contact_id: str) -> list[keys.Key]:
        """Every item of the index that holds a word of this contact, the record among them."""
        record = self._desk.get(keys_contact.indexed(contact_id))
        rows = [keys_contact.indexed(contact_id), *self._keys(contact_id, record)] if record else []
        return [*rows, *(key for number in self._numbers(contact_id) for key in _number_keys(contact_id, number))]

    def _numbers(self, contact_id: str) -> list[str]:
        pk, low = keys_contact.ordered(contact_id)
        found: list[str] = []
        start: Item | None = None
        while True:
            rows, start = self._desk.query(
                "pk = :pk AND begins_with(sk, :low)", {":pk": pk, ":low": low}, start=start, consistent=True
            )
            found += [row["sk"].removeprefix(low) for row in rows]
            if start is None:
                return found

    def _keys(self, contact_id: str, record: Item) -> list[keys.Key]:
        return [_key(row) for row in _entry(contact_id, record).rows()]

    def contact_ids(self, limit: int, start: Mapping[str, Any] | None) -> Page[str]:
        """All contacts, the oldest first. One query."""
        rows, after = self._desk.of_kind(keys.CONTACTS, limit, start, newest_first=False)
        return Page([keys.identifier(row["pk"]) for row in rows], after)

    def orders(self, contact_id: str) -> Sequence[Subject]:
        """A contact's orders, the newest 100. One query."""
        rows, _next = self._desk.of_kind(keys.subjects(contact_id, "order"), 100)
        return [subject_from(row) for row in rows]

    def _attempt(self, writes: Iterable[Write | Check | Delete]) -> Written:
        try:
            self._desk.transact(writes)
        except TransactionRefused:
            return Written.CONFLICT
        return Written.DONE

    # To find.

    def window(self, kind: Kind, prefix: str, after: str | None, limit: int) -> tuple[Sequence[Row], str | None]:
        """Rows that begin so, in their order, and after which one to go on; those of a label are of that label alone,
        the newest contact first. One query."""
        is_label = kind is Kind.LABEL
        pk, low = keys_contact.labelled(prefix) if is_label else keys_contact.found_by(kind.value, prefix)
        rows, last = self._desk.query(
            "pk = :pk" if is_label else "pk = :pk AND begins_with(sk, :prefix)",
            {":pk": pk} if is_label else {":pk": pk, ":prefix": low},
            limit=limit,
            newest_first=is_label,
            start={"pk": pk, "sk": after} if after else None,
        )
        return [_row(kind, row, prefix) for row in rows], last["sk"] if last else None

    def with_evidence(self, kind: str, value: str) -> Sequence[str]:
        """The contacts that have this e-mail address or phone number. One query."""
        pk, _ = keys.evidence(kind, value, "")
        rows, _next = self._desk.query("pk = :pk", {":pk": pk}, limit=_CANDIDATES, consistent=True)
        return [each.contact_id for each in (evidence_from(row, value) for row in rows) if each.holds]

    def with_number(self, number: str) -> Sequence[str]:
        """The contacts that have an order of this number. One query."""
        pk, _ = keys_contact.order_number(number)
        rows, _next = self._desk.query("pk = :pk", {":pk": pk}, limit=_CANDIDATES)
        return [row["sk"] for row in rows]

    def owners(self, identities: Sequence[str], subjects: Sequence[tuple[str, str]]) -> Mapping[str, str]:
        """Whose these identities and subjects (inbox, name) are: by contact "identity" or the subject's name. One read
        for each 100."""
        wanted = {keys.identity(each): "" for each in identities}
        wanted |= {keys.subject(inbox_id, name): name for inbox_id, name in subjects}
        every = list(wanted)
        found: dict[str, str] = {}
        for start in range(0, len(every), 100):
            for key, item in self._desk.get_many(every[start : start + 100]).items():
                owner = subject_from(item).contact_id if wanted[key] else item["contact"]
                found.setdefault(owner, wanted[key] or "identity")
        return found

    def contacts(self, contact_ids: Sequence[str]) -> Mapping[str, Contact]:
        """By id, at most 100. One read."""
        found = self._desk.get_many([keys.contact(each) for each in contact_ids]) if contact_ids else {}
        return {contact.id: contact for contact in map(contact_from, found.values())}


def _number_keys(contact_id: str, number: str) -> list[keys.Key]:
    return [keys_contact.order_number(number, contact_id), keys_contact.ordered(contact_id, number)]


def _record_put(entry: Entry, revision: int) -> Put:
    pk, sk = keys_contact.indexed(entry.contact_id)
    texts = {kind: list(found) for kind, found in entry.texts.items()}
    item = {"pk": pk, "sk": sk, "rev": revision + 1, "made": entry.made, "at": entry.at, "texts": texts}
    return Put(item, "rev = :read", {":read": revision}) if revision else Put(item, ABSENT)


def _entry(contact_id: str, item: Item) -> Entry:
    texts = {kind: tuple(found) for kind, found in item.get("texts", {}).items()}
    return Entry(contact_id, moment(item["made"] if "made" in item else item["at"]), moment(item["at"]), texts)


def _key(row: Row) -> keys.Key:
    if row.kind is Kind.LABEL:
        return keys_contact.labelled(row.text, row.made, row.contact_id)
    return keys_contact.found_by(row.kind.value, row.text, row.contact_id)


def _row_item(row: Row) -> Item:
    pk, sk = _key(row)
    others = _SEPARATOR.join(row.texts) if len(row.texts) > 1 else None
    # Rows of names have the labels, too: so a name among those with a label is one query.
    labels = _SEPARATOR.join(row.labels) if row.kind is Kind.NAME else None
    return {"pk": pk, "sk": sk, "made": row.made, "at": row.at, "all": others, "labels": labels or None}


def _row(kind: Kind, item: Item, prefix: str) -> Row:
    contact_id = keys_contact.found_contact(item["sk"])
    text = prefix if kind is Kind.LABEL else item["sk"].removesuffix(f"#{contact_id}")
    texts = tuple(item["all"].split(_SEPARATOR)) if "all" in item else (text,)
    named = tuple(item["labels"].split(_SEPARATOR)) if "labels" in item else ()
    at, made = moment(item["at"]), moment(item["made"] if "made" in item else item["at"])
    return Row(kind, text, contact_id, made, at, texts, texts if kind is Kind.LABEL else named)
