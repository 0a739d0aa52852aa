"""Erasures as they go on, their certificates, and legal holds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import Item, events_of
from chalicelib.aws.packed import packed, unpacked
from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.aws.stores.personal_contacts import HOLDS
from chalicelib.aws.transaction import ABSENT, Delete, Desk, Put
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.erasure import Erasure
from chalicelib.domain.events import ContactErased
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Recorded, Written

SIGNING_KEYS = "signing_key"
_GONE = "attribute_exists(pk) OR attribute_not_exists(pk)"


class ErasureStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, erasure_id: str) -> Erasure | None:
        item = self._desk.get(keys_contact.erasure(erasure_id))
        return _erasure(item) if item else None

    def list(self, limit: int, start: Mapping[str, Any] | None) -> Page[Mapping[str, Any]]:
        """Newest first: id, state, when and by whom it was asked."""
        rows, after = self._desk.of_kind(keys_contact.ERASURES, limit, start)
        return Page([{"id": keys.identifier(row["pk"]), **row["row"]} for row in rows], after)

    def put(self, erasure: Erasure, read_version: int) -> Written:
        condition = "version = :read" if read_version else ABSENT
        values = {":read": read_version} if read_version else None
        try:
            self._desk.write(Put(_item(erasure), condition, values))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def finish(self, erasure: Erasure, read_version: int, now: datetime) -> Written:
        told = ContactErased(contact_ids=erasure.case.contact_ids)
        item = _item(erasure) | {"events": events_of(Recorded((told,), SYSTEM, now))}
        heads = [Delete(keys.contact(contact_id), _GONE) for contact_id in erasure.case.contact_ids]
        heads.append(Delete(keys_contact.person(min(erasure.case.contact_ids)), _GONE))
        try:
            self._desk.transact([Put(item, "version = :read", {":read": read_version}), *heads])
        except TransactionRefused:
            return Written.CONFLICT
        return Written.DONE


class Holds:
    """Legal holds: a document for each contact, or the contact's own attribute `legal_hold`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._documents = DocumentStore(desk, HOLDS)

    def reason(self, contact_id: str) -> str | None:
        document = self._documents.get(contact_id)
        if document is not None and document.body["stands"]:
            return str(document.body["reason"])
        contact = self._desk.get(keys.contact(contact_id))
        marked = contact.get("attributes", {}).get("legal_hold") if contact else None
        return "the contact's attribute legal_hold says so." if marked else None


def _item(erasure: Erasure) -> Item:
    pk, sk = keys_contact.erasure(erasure.id)
    return {
        "pk": pk,
        "sk": sk,
        "version": erasure.version,
        "row": {"state": erasure.state.value, "asked_at": erasure.asked_at.isoformat(), "asked_by": erasure.asked_by},
        "z": packed(erasure),
        "kind_key": keys_contact.ERASURES,
        "kind_sort": keys.view_key(erasure.asked_at),
    }


def _erasure(item: Item) -> Erasure:
    found: Erasure = unpacked(item["z"], Erasure)
    return found


__all__: Sequence[str] = ["HOLDS", "SIGNING_KEYS", "ErasureStore", "Holds"]
