"""From a customer's message to the agent's screen, on the stack of the local cloud, over an echo on the same socket.

The echo stores one item. Both cross the emulator's HTTP, functions and table; the rest is the desk's own way: intake,
the table's stream, the fan-out, the push.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from statistics import median
from typing import Any
from urllib.parse import quote

from websockets.sync.client import ClientConnection, connect

from bench import events
from bench.budgets import Figure, figure
from bench.desk import BenchError
from bench.events import Customer
from infra.local.cloud import LocalCloud, eventually, local_cloud
from infra.local.desk import Desk
from infra.local.http_json import call
from infra.local.workspace import ADMIN, Workspace, furnish

ANA = Customer(1)
WARM, ROUNDS, ATTEMPTS = 5, 20, 5
WAIT_SECONDS = 30.0


def measure(*, quick: bool) -> Iterator[Figure]:
    with local_cloud() as cloud:
        workspace = Workspace.fresh()
        furnish(cloud, workspace)
        desk = workspace.desk(cloud, ADMIN)
        _receive(cloud, workspace, "Hello", WARM + ROUNDS)
        row = eventually(lambda: next(iter(_conversations(desk)), None), "the conversation", WAIT_SECONDS)
        ticket = desk.call("POST", "/me/socket-tickets")
        with connect(f"{ticket['url']}?ticket={quote(ticket['ticket'])}", open_timeout=WAIT_SECONDS) as socket:
            if _answered(socket, {"action": "follow", "topics": [f"conversation:{row['id']}"], "request": "f"}) is None:
                raise BenchError("the topic could not be followed")
            echoes, screens = _rounds(socket, cloud, workspace)
    if len(screens) < ROUNDS // 2:
        raise BenchError(f"only {len(screens)} of {ROUNDS} messages were seen")
    ratio = median(screens) / median(echoes)
    note = f"{median(screens) * 1000:.0f} ms over {median(echoes) * 1000:.0f} ms, medians of {len(screens)}, by turns"
    yield figure("e2e.receive_to_screen_ratio", ratio, note)


def _conversations(desk: Desk) -> list[dict[str, Any]]:
    rows = desk.items("/conversations?view=all&limit=100")
    return [row for row in rows if row["contact_name"] == f"Customer {ANA.number}"]


def _rounds(socket: ClientConnection, cloud: LocalCloud, workspace: Workspace) -> tuple[list[float], list[float]]:
    echoes, screens = [], []
    for number in range(WARM + ROUNDS):
        # Following nothing less: the function reads the socket, stores it, answers.
        echo = _answered(socket, {"action": "leave", "topics": [], "request": str(number)})
        text = f"Where is my parcel {number}?"
        clean = _receive(cloud, workspace, text, number)
        began = time.perf_counter()
        shown = _heard(socket, lambda frame, text=text: text in json.dumps(frame))  # type: ignore[misc]
        if number >= WARM and clean and shown and echo is not None:
            echoes.append(echo)
            screens.append(time.perf_counter() - began)
    return echoes, screens


def _answered(socket: ClientConnection, frame: dict[str, Any]) -> float | None:
    """Seconds until the answer, None where a busy machine gave none."""
    began = time.perf_counter()
    socket.send(json.dumps(frame))
    heard = _heard(socket, lambda told: told.get("request") == frame["request"])
    return time.perf_counter() - began if heard else None


def _heard(socket: ClientConnection, wanted: Callable[[dict[str, Any]], bool]) -> bool:
    """A push that a busy machine gave up is not made good here: a client would ask for it."""
    end = time.monotonic() + WAIT_SECONDS
    with suppress(TimeoutError):
        while True:
            if wanted(json.loads(socket.recv(timeout=end - time.monotonic()))):
                return True
    return False


def _receive(cloud: LocalCloud, workspace: Workspace, text: str, number: int) -> bool:
    """A signed webhook; returns when it is accepted, and whether it was at once: what a busy machine did not answer in
    time may be on the screen before it is accepted, and says nothing."""
    inbox = workspace.inboxes["whatsapp"]
    told = events.message_body(ANA, events.external_id(number), datetime.now(UTC), events.text_of(text))
    body = told.replace(events.PHONE_ID.encode(), str(inbox.account_id).encode())
    signature = hmac.new(inbox.credentials["app_secret"].encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
    for attempt in range(ATTEMPTS):
        answer = call("POST", cloud.webhook_url("whatsapp", inbox.id), raw=body, headers=headers)
        if answer.status == 200:
            return attempt == 0
    raise BenchError(f"the webhook was answered {answer.excerpt()}")
