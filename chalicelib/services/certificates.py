"""Certificates of erasure: what was removed from which store, signed so that anybody can check it offline.

The signature is Ed25519 over the certificate as canonical JSON (keys sorted, no spaces, UTF-8). The key is derived from
a secret of the stack; the public half is told by the API and named in each certificate.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Protocol

from chalicelib.domain.document import Document
from chalicelib.domain.erasure import Erasure
from chalicelib.domain.ids import digest
from chalicelib.services.paperwork import DocumentStore
from chalicelib.services.personal_data import KEPT, STORES

FORM = "parley/erasure-certificate/1"
ALGORITHM = "Ed25519"


class Signer(Protocol):
    @property
    def key_id(self) -> str: ...

    @property
    def public_key(self) -> str:
        """Base64 of its 32 bytes."""

    def sign(self, body: Mapping[str, Any]) -> str: ...


class SeededSigner:
    """Signs with a key made of a secret text."""

    def __init__(self, secret: str) -> None:
        # Only the job that signs and the routes that verify pay for the import.
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

        seed = hashlib.sha256(b"parley erasure certificates\n" + secret.encode()).digest()
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public_key(self) -> str:
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    @property
    def key_id(self) -> str:
        return key_id(self.public_key)

    def sign(self, body: Mapping[str, Any]) -> str:
        return base64.b64encode(self._key.sign(canonical(body))).decode()


def key_id(public_key: str) -> str:
    return f"key_{digest(public_key)}"


def canonical(body: Mapping[str, Any]) -> bytes:
    """The bytes that are signed."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def is_genuine(body: Mapping[str, Any], signature: str, public_key: str) -> bool:
    """Whether the certificate is as it was signed with this key. Never raises for what is no signature."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signature, validate=True), canonical(body))
    except (InvalidSignature, binascii.Error, ValueError, TypeError):
        return False
    return True


def body_of(erasure: Erasure, ended_at: str, looked_for: int, signer: Signer) -> Mapping[str, Any]:
    """What a certificate says. `looked_for`: how many identifiers were searched for at the end; nothing was found."""
    rows = [
        {
            "store": store.name,
            "holds": store.holds,
            "erased": store.erased,
            "count": tally.count,
            "keys_digest": tally.digest,
        }
        for store in STORES
        if (tally := erasure.removed.get(store.name)) is not None
    ]
    return {
        "form": FORM,
        "id": erasure.id,
        "contacts": [subject(erasure.salt, contact_id) for contact_id in erasure.case.contact_ids],
        "salt": erasure.salt,
        "asked_by": erasure.asked_by,
        "asked_at": erasure.asked_at.isoformat(),
        "ended_at": ended_at,
        "rounds": erasure.rounds,
        "stores": rows,
        "stores_without": sorted({store.name for store in STORES} - {*erasure.removed}),
        "rescan": {"at": ended_at, "identifiers": looked_for, "found": 0},
        "kept": [{"what": kept.what, "why": kept.why, "until": kept.until} for kept in KEPT],
        "algorithm": ALGORITHM,
        "key_id": signer.key_id,
        "public_key": signer.public_key,
    }


def subject(salt: str, contact_id: str) -> str:
    """How a certificate names whom it is about: whoever knows the contact's id can check it, and nobody can read it."""
    return hashlib.sha256(f"{salt}\n{contact_id}".encode()).hexdigest()


class SigningKeys:
    """The public keys of all certificates that were ever signed here."""

    def __init__(self, documents: DocumentStore) -> None:
        self._documents = documents

    def note(self, signer: Signer) -> None:
        """Once more is the same."""
        if self._documents.get(signer.key_id) is None:
            body = {"public_key": signer.public_key, "algorithm": ALGORITHM}
            self._documents.put(Document(signer.key_id, body), 0)

    def all(self) -> Mapping[str, str]:
        """Public keys by their ids."""
        return {each.id: str(each.body["public_key"]) for each in self._documents.list()}

    def judge(self, body: Mapping[str, Any], signature: str) -> str | None:
        """Why a certificate is none of ours, or not as it was signed; None where it is genuine."""
        known = self.all().get(str(body.get("key_id", "")))
        if known is None:
            return "unknown_key"
        return None if is_genuine(body, signature, known) else "signature"
