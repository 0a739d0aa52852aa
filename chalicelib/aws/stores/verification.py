"""Verifications: asked for with the message that has the code, tried, and settled with the contact they are of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import milliseconds, moment
from chalicelib.aws.codec_contact import contact_from
from chalicelib.aws.codec_verification import verification_from, verification_item
from chalicelib.aws.stores.switching import SwitchStore
from chalicelib.aws.stores.writes import put_evidence, replace_contact
from chalicelib.aws.transaction import Put, Write
from chalicelib.domain.contact import Contact
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.switching import Switch
from chalicelib.domain.verification import Asked, Verification
from chalicelib.domain.writes import Recorded, Written

LIMITS_KEPT_FOR = timedelta(days=2)


class VerificationStore(SwitchStore):
    def verification(self, contact_id: str, verification_id: str) -> Verification | None:
        item = self._desk.get(keys_contact.verification(contact_id, verification_id))
        return verification_from(item) if item else None

    def on_leg(self, leg_id: str) -> Verification | None:
        """The newest whose code was sent there."""
        item = self._desk.get(keys_contact.verification_on(leg_id))
        return self.verification(item["contact"], item["verification"]) if item else None

    def contact(self, contact_id: str) -> Contact | None:
        item = self._desk.get(keys.contact(contact_id))
        return contact_from(item) if item else None

    def asked(self, contact_id: str, kind: str, value: str) -> Asked:
        own, sent = keys_contact.verifications_asked(contact_id), keys_contact.verifications_sent(kind, value)
        point = keys_contact.verification_point(contact_id, kind, value)
        found = self._desk.get_many([own, sent, point])
        mine, theirs, newest = found.get(own, {}), found.get(sent, {}), found.get(point)
        return Asked(
            tuple(moment(at) for at in mine.get("asked", ())),
            tuple(moment(at) for at in theirs.get("asked", ())),
            self.verification(contact_id, newest["verification"]) if newest else None,
            mine.get("revision", 0),
            theirs.get("revision", 0),
        )

    def begin(self, verification: Verification, switch: Switch, before: Asked, after: Asked) -> Written:
        """With the message that has the code. DUPLICATE: the client id is taken. CONFLICT: something has changed."""
        return self.switch(switch, _beginning(verification, before, after))

    def save(self, verification: Verification) -> Written:
        """CONFLICT: somebody has written it since."""
        try:
            self._desk.write(_put(verification))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def settle(
        self,
        verification: Verification,
        contact: Contact,
        read_version: int,
        recorded: Recorded,
        evidence: Sequence[Evidence],
    ) -> Written:
        """Verified, and known so of the contact: both or neither."""
        put = replace_contact(contact, replace(contact, version=read_version), recorded)
        try:
            self._desk.transact([_put(verification), put, *(put_evidence(each) for each in evidence)])
        except TransactionRefused:
            return Written.CONFLICT
        return Written.DONE


def _beginning(verification: Verification, before: Asked, after: Asked) -> list[Write]:
    contact_id, kind, value = verification.contact_id, verification.kind, verification.value
    writes: list[Write] = [
        _put(verification),
        _times(keys_contact.verifications_asked(contact_id), after.contact, before.contact_revision),
        _times(keys_contact.verifications_sent(kind, value), after.address, before.address_revision),
        _pointer(keys_contact.verification_point(contact_id, kind, value), verification),
        _pointer(keys_contact.verification_on(verification.leg_id), verification),
    ]
    if after.newest is not None:
        writes.append(_put(after.newest))
    return writes


def _times(key: keys.Key, times: tuple[datetime, ...], read: int) -> Put:
    asked = tuple(milliseconds(at) for at in times)
    expires = int((times[-1] + LIMITS_KEPT_FOR).timestamp())
    item = {"pk": key[0], "sk": key[1], "asked": asked, "revision": read + 1, "expires_at": expires}
    return Put(item, "revision = :read", {":read": read}) if read else Put(item)


def _pointer(key: keys.Key, verification: Verification) -> Put:
    expires = int((verification.expires_at + LIMITS_KEPT_FOR).timestamp())
    named = {"contact": verification.contact_id, "verification": verification.id, "expires_at": expires}
    held = keys_contact.held_place(verification.contact_id, key[0]) if key[1] == keys.HEAD else {}
    return Put({"pk": key[0], "sk": key[1], **named, **held}, condition=None)


def _put(verification: Verification) -> Put:
    item = verification_item(verification)
    if verification.revision == 1:
        return Put(item)
    return Put(item, "revision = :read", {":read": verification.revision - 1})
