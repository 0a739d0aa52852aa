"""A visitor of a web site: a small client of the desk's visitor API, for demonstrations and tests.

Contract: the web chat widget's visitor API (anonymous session, optional verified identity, messages
with a client id, reading on from a sequence number).
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import urllib3

from simulators.wire import Json

DEFAULT_TIMEOUT_SECONDS = 10.0


class VisitorRefused(Exception):
    """The desk answered with an error."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body[:300]}")
        self.status = status
        self.body = body


class Visitor:
    """One browser: keeps the session token and how far it has read."""

    def __init__(
        self,
        base_url: str,
        inbox: str,
        *,
        token: str | None = None,
        origin: str | None = None,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    ) -> None:
        self._root = f"{base_url.rstrip('/')}/widget/v1/{inbox}"
        self._pool = urllib3.PoolManager(retries=False, timeout=timeout_seconds)
        self._origin = origin
        self.token = token
        self.visitor_id: str | None = None
        self.conversation: Any = None
        self.last_seq = 0

    def start(self, **profile: Any) -> Json:
        """Open a session (again with the token of the last one, if there was one)."""
        session = self._call("POST", "/sessions", profile)
        self.token = session["token"]
        self.visitor_id = session["visitor_id"]
        self.conversation = session.get("conversation")
        return session

    def identify(self, **proof: Any) -> Json:
        """Prove who one is: `jwt=...`, or `identifier=..., identifier_hash=...`."""
        answer = self._call("POST", "/identify", proof)
        self.token = answer.get("token", self.token)
        return answer

    def send(self, text: str = "", *, client_id: str | None = None, **more: Any) -> Json:
        """Write; the same `client_id` again is the same message again."""
        message: Json = {"client_id": client_id or new_client_id(), **more}
        if text:
            message["text"] = text
        return self._call("POST", "/messages", message)

    def typing(self, *, active: bool = True) -> Json:
        """Start or stop typing."""
        return self._call("POST", "/typing", {"active": active})

    def read(self, up_to: str) -> Json:
        """Say how far one has read: a message's id, or a time."""
        return self._call("POST", "/read", {"up_to": up_to})

    def delivered(self, up_to: str) -> Json:
        """Say what is on the screen: up to a message's id, or a time."""
        return self._call("POST", "/delivered", {"up_to": up_to})

    def messages(self, after: int | str | None = None) -> list[Json]:
        """The messages (or events) after a sequence number."""
        path = "/messages" if after is None else f"/messages?after={after}"
        answer = self._call("GET", path)
        found: list[Json] = answer.get("messages") or answer.get("events") or []
        return found

    def new_messages(self) -> list[Json]:
        """What came since the last call."""
        found = self.messages(self.last_seq)
        self.last_seq = max([self.last_seq, *(int(m.get("seq", 0)) for m in found)])
        return found

    def wait_for(self, wanted: Callable[[Json], bool], *, seconds: float = 10.0, pause: float = 0.2) -> Json:
        """Read on until a message fits; TimeoutError if none comes in time."""
        deadline = time.monotonic() + seconds
        while True:
            for message in self.messages():
                if wanted(message):
                    return message
            if time.monotonic() >= deadline:
                raise TimeoutError("no such message came")
            time.sleep(pause)

    def _call(self, method: str, path: str, body: Json | None = None) -> Json:
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self._origin:
            headers["Origin"] = self._origin
        raw = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            raw = json.dumps(body).encode()
        answer = self._pool.request(method, self._root + path, body=raw, headers=headers, redirect=False)
        text = answer.data.decode(errors="replace")
        if not 200 <= answer.status < 300:
            raise VisitorRefused(answer.status, text)
        parsed = json.loads(text) if text else {}
        return parsed if isinstance(parsed, dict) else {"messages": parsed}


def new_client_id() -> str:
    """A UUID of version 7: a browser's id for what it writes, with the time of writing inside."""
    milliseconds = time.time_ns() // 1_000_000
    bits = milliseconds << 80 | secrets.randbits(80)
    bits = bits & ~(0xF << 76) | 7 << 76  # version
    bits = bits & ~(0x3 << 62) | 2 << 62  # variant
    return str(UUID(int=bits))


def identity_hash(secret: str, identifier: str) -> str:
    """The site's proof in its simple form: hex HMAC-SHA256 of the identifier."""
    return hmac.new(secret.encode(), identifier.encode(), hashlib.sha256).hexdigest()


def identity_token(
    secret: str, subject: str, audience: str, now: datetime, *, seconds: int = 600, **claims: Any
) -> str:
    """The site's proof as a JWT (HS256) with sub, aud, iat, exp and a single-use jti."""
    issued = int(now.timestamp())
    payload: Json = {"sub": subject, "aud": audience, "iat": issued, "exp": issued + seconds}
    payload |= {"jti": uuid4().hex, **claims}
    parts = [_encoded({"alg": "HS256", "typ": "JWT"}), _encoded(payload)]
    signed = ".".join(parts).encode()
    mac = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return ".".join([*parts, base64.urlsafe_b64encode(mac).rstrip(b"=").decode()])


def _encoded(value: Json) -> str:
    raw = json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
