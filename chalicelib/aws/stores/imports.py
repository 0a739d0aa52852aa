"""Contacts as imports and exports read and write them: many at a time, each with its identities and its evidence."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.border import TransactionRefused
from chalicelib.aws.codec import events_of, moment
from chalicelib.aws.codec_contact import contact_from, contact_item, identity_item
from chalicelib.aws.codec_evidence import evidence_from
from chalicelib.aws.stores.writes import put_evidence, replace_contact
from chalicelib.aws.transaction import Desk, Put, Write
from chalicelib.domain.contact import Contact, ContactIdentity
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.writes import Recorded, Written

# What one read by keys gives at most.
AT_ONCE = 100
# How many contacts with one address are weighed.
CANDIDATES = 25


class ImportStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def known(
        self, contact_ids: Sequence[str], identity_ids: Sequence[str]
    ) -> tuple[Mapping[str, Contact], Mapping[str, ContactIdentity]]:
        """One read for each hundred."""
        wanted = [*map(keys.contact, contact_ids), *map(keys.identity, identity_ids)]
        contacts: dict[str, Contact] = {}
        identities: dict[str, ContactIdentity] = {}
        for start in range(0, len(wanted), AT_ONCE):
            for item in self._desk.get_many(wanted[start : start + AT_ONCE]).values():
                if "row" in item:
                    contact = contact_from(item)
                    contacts[contact.id] = contact
                else:
                    identity = _identity(item)
                    identities[identity.id] = identity
        return contacts, identities

    def candidates(self, kind: str, value: str) -> Sequence[Evidence]:
        pk, _ = keys.evidence(kind, value, "")
        rows, _next = self._desk.query("pk = :pk", {":pk": pk}, limit=CANDIDATES, consistent=True)
        return [evidence_from(row, value) for row in rows]

    def create(
        self,
        contact: Contact,
        identities: Sequence[ContactIdentity],
        evidence: Sequence[Evidence],
        recorded: Recorded,
    ) -> Written:
        put = Put(contact_item(contact) | {"events": events_of(recorded)})
        try:
            self._desk.transact([put, *_others(identities, evidence)])
        except TransactionRefused as refused:
            return Written.DUPLICATE if refused.failed(0) else Written.CONFLICT
        return Written.DONE

    def replace(
        self,
        before: Contact,
        after: Contact,
        identities: Sequence[ContactIdentity],
        evidence: Sequence[Evidence],
        recorded: Recorded,
    ) -> Written:
        try:
            self._desk.transact([replace_contact(after, before, recorded), *_others(identities, evidence)])
        except TransactionRefused:
            return Written.CONFLICT
        return Written.DONE

    def page(self, limit: int, start: Mapping[str, Any] | None) -> tuple[Sequence[str], Mapping[str, Any] | None]:
        """Ids of contacts, newest first: an order that no change of a contact moves."""
        rows, after = self._desk.of_kind(keys.CONTACTS, limit, start)
        return [keys.identifier(row["pk"]) for row in rows], after


def _others(identities: Sequence[ContactIdentity], evidence: Sequence[Evidence]) -> Iterator[Write]:
    """An identity has one owner: it is put where there is none."""
    yield from (Put(identity_item(identity)) for identity in identities)
    yield from (put_evidence(each) for each in evidence)


def _identity(item: Mapping[str, Any]) -> ContactIdentity:
    return ContactIdentity(
        id=keys.identifier(item["pk"]),
        channel=item["channel"],
        address=item["address"],
        contact_id=item["contact"],
        created_at=moment(item["created"]),
    )
