"""Verifications as the sender needs them: read, never written."""

from chalicelib.aws import keys_contact
from chalicelib.aws.codec_verification import verification_from
from chalicelib.aws.transaction import Desk
from chalicelib.domain.verification import Verification


class CodeStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def verification(self, contact_id: str, verification_id: str) -> Verification | None:
        item = self._desk.get(keys_contact.verification(contact_id, verification_id))
        return verification_from(item) if item else None
