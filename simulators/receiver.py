"""An integrator's server: takes the desk's webhooks, checks their signatures by Standard Webhooks, fails as it is told.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulators.clock import Clock
from simulators.wire import Json, parse_object, problem

TOLERANCE_SECONDS = 300
SECRET_PREFIX = "whsec_"
KEPT = 1000


@dataclass
class Server:
    """`secrets`: any of them may sign; `status` is answered to all, `failures` more are answered 503 first.
    `received` has one entry for each request, `taken` how often each id was answered 2xx."""

    name: str
    secrets: tuple[str, ...] = ()
    status: int = 200
    failures: int = 0
    received: list[Json] = field(default_factory=list)
    taken: dict[str, int] = field(default_factory=dict)


class Receiver:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._servers: dict[str, Server] = {}

    def set(self, name: str, settings: Json) -> Json:
        """Make a server, or change how it fares; what is left out stays."""
        unknown = set(settings) - {"secrets", "status", "failures"}
        if unknown:
            raise problem(400, "unknown_setting", f"there is no {sorted(unknown)[0]}")
        secrets = settings.get("secrets", [])
        if not isinstance(secrets, list) or not all(_key(secret) for secret in secrets):
            raise problem(400, "bad_secrets", "secrets are a list of whsec_<base64>")
        with self._lock:
            server = self._servers.setdefault(name, Server(name))
            server.secrets = tuple(secrets) if "secrets" in settings else server.secrets
            server.status = _number(settings, "status", server.status, 100, 599)
            server.failures = _number(settings, "failures", server.failures, 0, 10_000)
            return self._shown(server)

    def look(self, name: str) -> Json:
        with self._lock:
            return self._shown(self._find(name))

    def receive(self, name: str, raw: bytes, headers: Mapping[str, str]) -> int:
        """The status that the desk is answered."""
        with self._lock:
            server = self._find(name)
            identifier, status = headers.get("webhook-id", ""), server.status
            if not is_signed(raw, headers, server.secrets, self._clock.wall().timestamp()):
                status = 401
            elif server.failures:
                server.failures, status = server.failures - 1, 503
            elif 200 <= status < 300:
                server.taken[identifier] = server.taken.get(identifier, 0) + 1
            server.received.append({"id": identifier, "status": status, "body": parse_object(raw)})
            del server.received[:-KEPT]
            return status

    def clear(self) -> None:
        with self._lock:
            self._servers.clear()

    def _find(self, name: str) -> Server:
        if name not in self._servers:
            raise problem(404, "no_receiver", f"there is no receiver {name}: PUT /sim/receiver/{name}")
        return self._servers[name]

    def _shown(self, server: Server) -> Json:
        return {
            "name": server.name,
            "path": f"/receiver/{server.name}",
            "status": server.status,
            "failures": server.failures,
            "received": list(server.received),
            "taken": dict(server.taken),
        }


def is_signed(raw: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: float) -> bool:
    """Whether one of the signatures is of one of the secrets, and the request is of now."""
    identifier, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not identifier or not (timestamp.isascii() and timestamp.isdigit()):
        return False
    if abs(now - int(timestamp[:15])) > TOLERANCE_SECONDS:
        return False
    content = b".".join((identifier.encode(), timestamp.encode(), raw))
    given = [part.partition(",")[2] for part in headers.get("webhook-signature", "").split(" ") if part[:3] == "v1,"]
    wanted = [base64.b64encode(hmac.digest(_key(each), content, hashlib.sha256)).decode() for each in secrets]
    return any(hmac.compare_digest(one.encode(), other.encode()) for one in given for other in wanted)


def _key(secret: object) -> bytes:
    if not isinstance(secret, str) or not secret.startswith(SECRET_PREFIX):
        return b""
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _number(settings: Json, name: str, default: int, lowest: int, highest: int) -> int:
    value = settings.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
        raise problem(400, "bad_number", f"{name} is a number from {lowest} to {highest}")
    return value
