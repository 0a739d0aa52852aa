"""Apple's store of encrypted files, and the phone's way of encrypting: AES-256 in counter mode, zero counter.

Source: MSP REST API, "Attachments". Written from it, and not with the desk's code.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from simulators.wire import Json

KEPT_FILES = 400


def crypted(raw: bytes, key: bytes) -> bytes:
    """Encrypted or decrypted, which is the same."""
    cipher = Cipher(algorithms.AES256(key), modes.CTR(b"\0" * 16)).encryptor()
    return cipher.update(raw) + cipher.finalize()


@dataclass(slots=True)
class Store:
    """Files by their id: None is a place that was asked for, and not filled yet."""

    files: dict[str, bytes | None] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def reserve(self, size: int) -> str:
        """A new place."""
        file_id = secrets.token_hex(12)
        self.files[file_id], self.sizes[file_id] = None, size
        while len(self.files) > KEPT_FILES:
            oldest = next(iter(self.files))
            del self.files[oldest], self.sizes[oldest]
        return file_id

    def fill(self, file_id: str, content: bytes) -> str:
        """Put a file in its place; gives its checksum. LookupError, ValueError where it does not belong there."""
        if file_id not in self.files:
            raise LookupError(file_id)
        if len(content) != self.sizes[file_id]:
            raise ValueError(f"{len(content)} bytes where {self.sizes[file_id]} were announced")
        self.files[file_id] = content
        return checksum(content)

    def encrypted(self, content: bytes, base_url: str) -> Json:
        """A phone's file, in Apple's form of an attachment."""
        key = secrets.token_bytes(32)
        hidden = crypted(content, key)
        file_id = self.reserve(len(hidden))
        self.fill(file_id, hidden)
        return {
            "size": str(len(hidden)),
            "url": f"{base_url}/apple/mmcs/{file_id}",
            "owner": f"M1.{file_id}",
            "key": "00" + key.hex(),
            "signature": base64.b64decode(checksum(hidden)).hex().upper(),
        }

    def opened(self, part: Json) -> bytes:
        """The content of an attachment that the desk sent; ValueError where anything of it is wrong."""
        file_id = str(part.get("url", "")).rpartition("/")[2]
        hidden, key = self.files.get(file_id), str(part.get("key", ""))
        if hidden is None or part.get("owner") != f"M1.{file_id}":
            raise ValueError("no such file")
        if part.get("signature-base64") != checksum(hidden) or part.get("size") != str(len(hidden)):
            raise ValueError("the file's signature or size is wrong")
        if not key.startswith("00") or len(key) != 66:
            raise ValueError("the key is no key")
        return crypted(hidden, bytes.fromhex(key[2:]))


def checksum(content: bytes) -> str:
    """In base64, of 21 bytes."""
    return base64.b64encode(b"\x01" + hashlib.sha1(content, usedforsecurity=False).digest()).decode()
