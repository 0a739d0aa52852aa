"""JSON over HTTP, to servers on this machine only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import urllib3

TIMEOUT_SECONDS = 30.0
_POOL = urllib3.PoolManager(retries=False, timeout=TIMEOUT_SECONDS, maxsize=32)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `body` is parsed JSON, or None where it is none."""

    status: int
    headers: Mapping[str, str]
    raw: bytes
    body: Any

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def excerpt(self) -> str:
        """Status and the beginning of the text, for complaints."""
        return f"{self.status} {self.raw[:400].decode(errors='replace')}"


class Unreachable(Exception):
    """Nobody answered: the server is down, or broke off."""


def call(
    method: str,
    url: str,
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    raw: bytes | None = None,
) -> Answer:
    """Send `body` as JSON (or `raw` as it is); any status is an answer."""
    sent = {"Accept": "application/json", **(headers or {})}
    if raw is None and body is not None:
        raw = json.dumps(body).encode()
        sent.setdefault("Content-Type", "application/json")
    try:
        answer = _POOL.request(method, url, body=raw, headers=sent, redirect=False)
    except urllib3.exceptions.HTTPError as fault:
        raise Unreachable(f"{method} {url}: {fault}") from fault
    try:
        parsed = json.loads(answer.data) if answer.data else None
    except ValueError:
        parsed = None
    found = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(answer.status, found, answer.data, parsed)
