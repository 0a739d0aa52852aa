"""Contacts: what a first message wrote, read and edited by agents."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import events_of
from chalicelib.aws.codec_contact import contact_from, contact_item
from chalicelib.aws.stores.writes import put_evidence, replace_contact
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.contact import Contact
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Recorded, Written


class ContactStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, contact_id: str) -> Contact | None:
        item = self._desk.get(keys.contact(contact_id))
        return contact_from(item) if item else None

    def list(self, limit: int, start: Mapping[str, Any] | None) -> Page[Contact]:
        rows, after = self._desk.of_kind(keys.CONTACTS, limit, start)
        return Page([contact_from(row) for row in rows], after)

    def add(self, contact: Contact, recorded: Recorded, evidence: Sequence[Evidence]) -> Written:
        """DUPLICATE: there is one of this id."""
        put = Put(contact_item(contact) | {"events": events_of(recorded)})
        try:
            self._desk.transact([put, *(put_evidence(each) for each in evidence)])
        except TransactionRefused as refused:
            return Written.DUPLICATE if refused.failed(0) else Written.CONFLICT
        return Written.DONE

    def replace(
        self, contact: Contact, read_version: int, recorded: Recorded, evidence: Sequence[Evidence] = ()
    ) -> Written:
        """`evidence`: what is new of it, and what holds no longer; most changes touch none."""
        put = replace_contact(contact, replace(contact, version=read_version), recorded)
        try:
            if evidence:
                self._desk.transact([put, *(put_evidence(each) for each in evidence)])
            else:
                self._desk.write(put)
        except (ConditionFailed, TransactionRefused):
            return Written.CONFLICT
        return Written.DONE
