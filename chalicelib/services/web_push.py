"""Web Push: a notice to every browser of an agent, encrypted so that no push service reads it, signed as ours.

Source: RFC 8030 (delivery), RFC 8291 (encryption), RFC 8188 (aes128gcm), RFC 8292 (VAPID).
"""

import base64
import hashlib
import json
import secrets
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Protocol
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.domain.ids import digest
from chalicelib.domain.notice import Notice, Outcome
from chalicelib.domain.notice_ways import KINDS
from chalicelib.domain.notice_words import Words
from chalicelib.domain.web_push import Subscription, decoded
from chalicelib.services.ports import HttpSender, NotSent, OutcomeUnknown

SALT_BYTES = 16
# One record holds it all; push services take 4096 bytes (RFC 8030, section 7.2), 103 of which are not ours.
RECORD_SIZE = 4096
MAX_PLAIN = 3900
# A token is good for a day at most (RFC 8292, section 2); one is used for this long.
TOKEN_FOR = timedelta(hours=12)
TOKEN_LEFT = timedelta(hours=1)
CALL_SECONDS = 3.0
# With so many that did not take it now, the others are asked the next time: a call for one agent must not use up the
# time of the function, which tells others too.
MOST_LATE = 2
LATER_SECONDS, LONGEST_WAIT = 60, 900
GONE = frozenset({404, 410})
# The order of the curve P-256 (FIPS 186-5).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Subscriptions(Protocol):
    def of(self, agent_id: str) -> Sequence[Subscription]: ...

    def remove(self, agent_id: str, subscription_id: str) -> bool: ...


class Pushed(Enum):
    """What a push service made of a message."""

    TAKEN = auto()
    GONE = auto()
    LATER = auto()
    REFUSED = auto()


def sealed(plain: bytes, point: bytes, auth: bytes, own: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """The body of a push message that only the browser of this public point and secret can read. `own` and `salt` are
    used once. Raises ValueError where the point is none, or the text is too long."""
    if len(plain) > MAX_PLAIN:
        raise ValueError(f"{len(plain)} bytes do not fit one record")
    browser = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    ours = public_point(own)
    shared = own.exchange(ec.ECDH(), browser)
    secret = _derived(shared, auth, b"WebPush: info\x00" + point + ours, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\x00", 12)
    header = salt + struct.pack("!LB", RECORD_SIZE, len(ours)) + ours
    # The last record ends with a 2 (RFC 8188, section 2).
    return header + AESGCM(key).encrypt(nonce, plain + b"\x02", None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def public_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """65 bytes, uncompressed."""
    return key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


class Vapid:
    """Who we are to push services: a key made of a secret text, the same wherever it is made."""

    def __init__(self, secret: str, subject: str) -> None:
        """`subject`: whom a push service can write to, as mailto: or https: address."""
        seed = hashlib.sha512(b"parley web push\n" + secret.encode()).digest()
        # 512 bits over 256 leave no value likelier than another.
        self._key = ec.derive_private_key(int.from_bytes(seed, "big") % (_ORDER - 1) + 1, ec.SECP256R1())
        self._subject = subject
        self._tokens: dict[str, tuple[datetime, str]] = {}

    @property
    def public_key(self) -> str:
        """As browsers take it (`applicationServerKey`)."""
        return base64.urlsafe_b64encode(public_point(self._key)).rstrip(b"=").decode()

    def authorization(self, endpoint: str, now: datetime) -> str:
        parts = urlsplit(endpoint)
        origin = f"{parts.scheme}://{parts.netloc}"
        until, token = self._tokens.get(origin, (now, ""))
        if not token or until - now < TOKEN_LEFT:
            until = now + TOKEN_FOR
            claims = {"aud": origin, "exp": int(until.timestamp()), "sub": self._subject}
            token = jwt.encode(claims, self._key, algorithm="ES256")
            self._tokens[origin] = (until, token)
        return f"vapid t={token}, k={self.public_key}"


@dataclass(frozen=True, slots=True)
class WebPush:
    """`vapid` gives the key as it is now. `desk_url`: where agents work; "" where it is not known."""

    subscriptions: Subscriptions
    http: HttpSender
    vapid: Callable[[], Vapid]
    desk_url: str = ""
    random: Callable[[int], bytes] = field(default=secrets.token_bytes)

    def push(self, notice: Notice, words: Words, now: datetime) -> tuple[Outcome | None, int]:
        """To all browsers of the agent: what became of it (None: some have to be tried again; the others show what they
        have got already once), and the seconds to wait before. Raises StoreUnavailable."""
        browsers = self.subscriptions.of(notice.agent_id)
        if not browsers:
            return Outcome.NOWHERE, 0
        plain = _plain(self._payload(notice, words))
        found: list[Pushed] = []
        wait = 0
        # The newest first: it is the likeliest to be there.
        for browser in reversed(browsers):
            if found.count(Pushed.LATER) >= MOST_LATE:
                break
            pushed, seconds = self._pushed(browser, notice, plain, now)
            found.append(pushed)
            wait = max(wait, seconds)
        if Pushed.LATER in found:
            return None, min(wait or LATER_SECONDS, LONGEST_WAIT)
        if Pushed.TAKEN in found:
            return Outcome.SENT, 0
        return (Outcome.FAILED if Pushed.REFUSED in found else Outcome.NOWHERE), 0

    def _payload(self, notice: Notice, words: Words) -> Mapping[str, Any]:
        """`id` is what a browser has to take as the notification's tag: then it shows it once."""
        url = f"{self.desk_url}/inbox/all?c={notice.conversation_id}" if notice.conversation_id else self.desk_url
        return {
            "id": notice.id,
            "kind": notice.kind.value,
            "title": words.title,
            "body": words.body,
            "customer": words.customer,
            "colleague": words.colleague,
            "about": dict(notice.about),
            "conversation_id": notice.conversation_id,
            "url": url if self.desk_url else None,
            "at": notice.at.isoformat(),
        }

    def _pushed(self, browser: Subscription, notice: Notice, plain: bytes, now: datetime) -> tuple[Pushed, int]:
        try:
            request = self._request(browser, notice, plain, now)
        except ValueError:  # a key that is no point of the curve: no browser has it
            self.subscriptions.remove(browser.agent_id, browser.id)
            return Pushed.GONE, 0
        try:
            answer = self.http.send(request)
        except (NotSent, OutcomeUnknown):
            return Pushed.LATER, 0
        if answer.status in GONE:
            self.subscriptions.remove(browser.agent_id, browser.id)
            return Pushed.GONE, 0
        if answer.status == 429 or answer.status >= 500:
            return Pushed.LATER, _retry_after(answer)
        return (Pushed.TAKEN if answer.status < 300 else Pushed.REFUSED), 0

    def _request(self, browser: Subscription, notice: Notice, plain: bytes, now: datetime) -> HttpRequest:
        row = KINDS[notice.kind]
        left = int((notice.until - now).total_seconds()) if notice.until else row.push_seconds
        own = ec.generate_private_key(ec.SECP256R1())
        body = sealed(plain, decoded(browser.p256dh), decoded(browser.auth), own, self.random(SALT_BYTES))
        return HttpRequest(
            method="POST",
            url=browser.endpoint,
            headers={
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(max(0, min(left, row.push_seconds))),
                "Urgency": row.urgency.value,
                # A message that still waits is replaced by one of the same topic: at most 32 characters of base64.
                "Topic": digest(notice.id),
            },
            secret_headers={"Authorization": self.vapid().authorization(browser.endpoint, now)},
            body=body,
            timeout_seconds=CALL_SECONDS,
        )


def _plain(payload: Mapping[str, Any]) -> bytes:
    """What does not fit is said in English alone, and without what was said."""
    plain = json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")
    return plain if len(plain) <= MAX_PLAIN or not payload["about"] else _plain({**payload, "about": {}, "body": ""})


def _retry_after(answer: HttpResponse) -> int:
    """Seconds; a date, which it may be too, is as good as none."""
    told = answer.headers.get("retry-after", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 8 else 0
