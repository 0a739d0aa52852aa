"""The memory of each function after its first event, in a process of its own that talks to the stub.

Each event is first handled here, over the emulator: that shows that it is a good one, and gives the stub its answers.
"""

import contextlib
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench import events, servers
from bench.budgets import Figure, figure, functions
from bench.counting import canned
from bench.desk import CHAT, INBOX, BenchError, Desk, desk, environment, variables
from bench.events import Context, Customer
from bench.stub import PNG
from infra.parts import ROOT

ANA, BEN = Customer(1), Customer(2)
ROUNDS, QUICK_ROUNDS = 3, 1
UNTOLD = "no event for it is known here"


def measure(*, quick: bool) -> Iterator[Figure]:
    with desk(capacity=False) as made:
        made.write(ANA)
        for name in functions():
            make = EVENTS.get(name)
            if make is None:
                yield figure(f"rss.{name}_mb", None, UNTOLD)
                continue
            yield _figure(made, name, make, QUICK_ROUNDS if quick else ROUNDS)


def _figure(made: Desk, name: str, make: Callable[[Desk], Any], rounds: int) -> Figure:
    event = make(made)
    recorded = _recorded(made, name, event)
    servers.http_json("POST", f"{made.provider}/_load", recorded)
    peaks = [_run(made, name, event) for _ in range(rounds)]
    return figure(
        f"rss.{name}_mb", min(peaks), f"peak of a process that handled one event with {len(recorded)} AWS calls"
    )


def _handler(name: str) -> tuple[str, str]:
    return ("app", "app") if name == "api" else (f"functions.{name}.handler", "handler")


def _recorded(made: Desk, name: str, event: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a cold process asks for this event, with the answers."""
    module, attribute = _handler(name)
    with environment(variables(made.aws, made.provider)):
        made.recorder.take()
        handler = getattr(__import__(module, fromlist=[attribute]), attribute)
        with contextlib.redirect_stdout(io.StringIO()):
            _check(name, handler(json.loads(json.dumps(event)), Context()))
        return canned(made.recorder.take())


def _check(name: str, answer: Mapping[str, Any]) -> None:
    if answer.get("statusCode", 200) >= 300 or answer.get("batchItemFailures"):
        raise BenchError(f"{name} answered {str(answer)[:300]}")


def _run(made: Desk, name: str, event: Mapping[str, Any]) -> float:
    with TemporaryDirectory(prefix="parley-bench-") as folder:
        file = Path(folder) / "event.json"
        file.write_text(json.dumps(event))
        done = subprocess.run(
            [sys.executable, "-m", "bench.child", *_handler(name), str(file)],
            cwd=ROOT,
            env={**os.environ, **variables(made.provider, made.provider)},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise BenchError(f"{name} failed: {done.stderr[-500:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    _check(name, told["answer"])
    return float(told["peak_mb"])


# --- one event for each function ---------------------------------------------------------------------------------


def _webhook(made: Desk) -> dict[str, Any]:
    return made.message(ANA)


def _visitor(made: Desk) -> dict[str, Any]:
    """A message in the web chat: the way that needs most."""
    handler = made.function("visitor")
    headers = {"host": "chat.example", "content-type": "application/json"}
    session = handler(events.http_event("POST", f"/widget/v1/{CHAT}/sessions", headers, b"{}"), Context())
    token = json.loads(session["body"])["token"]
    body = json.dumps({"client_id": events.uuid7(datetime.now(UTC), 1), "text": "Hello?"}).encode()
    path = f"/widget/v1/{CHAT}/messages"
    return events.http_event("POST", path, {**headers, "authorization": f"Bearer {token}"}, body)


def _spill(made: Desk) -> dict[str, Any]:
    """A message in the form in which the intake spills it."""
    from chalicelib.channels import registry, wire
    from chalicelib.channels.base import InboundMessage
    from chalicelib.wiring.http_event import request_of

    (item,) = registry.load("whatsapp").normalise(request_of(made.message(ANA), datetime.now(UTC)))
    if not isinstance(item, InboundMessage):
        raise BenchError("a message was not understood")
    return {"Records": [events.record(wire.dumps(INBOX, item), "leg")]}


def _stream(made: Desk) -> dict[str, Any]:
    made.changes()
    made.write(ANA)
    return {"Records": made.changes()}


def _sender(made: Desk) -> dict[str, Any]:
    message, _ = made.reply(made.conversations()[0], f"memory-{made.said}")
    return {"Records": [made.outbound_record(message)]}


def _attachments(made: Desk) -> dict[str, Any]:
    """A picture of a megabyte."""
    made.said += 1
    said = events.image_of(hashlib.sha256(PNG).hexdigest())
    body = events.message_body(BEN, events.external_id(made.said), datetime.now(UTC), said)
    made.changes()
    made.receive(events.webhook(INBOX, body))
    image = next(
        change["dynamodb"]["NewImage"]
        for change in made.changes()
        if change["dynamodb"].get("NewImage", {}).get("sk", {}).get("S", "").startswith("M#")
    )
    leg, message = image["pk"]["S"].partition("#")[2], image["sk"]["S"].partition("#")[2]
    detail = {"type": "message.created", "aggregate": {"id": message}, "data": {"leg_id": leg}}
    return {"Records": [events.record(json.dumps({"detail": detail}))]}


def _routing(made: Desk) -> dict[str, Any]:
    """A conversation has begun, and nobody is there."""
    conversation = made.conversations()[0]
    event = {"type": "conversation.created", "aggregate": {"id": conversation["id"]}, "data": {}, "snapshot": {}}
    return {"Records": [events.record(json.dumps({"detail": event}))]}


def _webhooks(made: Desk) -> dict[str, Any]:
    """A message has come, of which nobody outside is told."""
    conversation = made.conversations()[0]
    event = {
        "id": "evt_5h2vq8w0c4n1x7r3k9mt",
        "type": "message.created",
        "occurred_at": datetime.now(UTC).isoformat(),
        "aggregate": {"kind": "message", "id": "msg_1", "version": 1},
        "actor": {"kind": "contact", "id": conversation["contact_id"]},
        "data": {"conversation_id": conversation["id"]},
        "snapshot": {"conversation_id": conversation["id"]},
    }
    return {"Records": [events.record(json.dumps({"detail": event}))]}


def _signals(made: Desk) -> dict[str, Any]:
    conversation = made.conversations()[0]
    data = {"leg_id": conversation["active_leg_id"], "external_id": events.external_id(1)}
    body = {"type": "agent.typing", "data": data, "occurred_at": datetime.now(UTC).isoformat()}
    return {"Records": [events.record(json.dumps(body))]}


def _api(made: Desk) -> dict[str, Any]:
    return events.rest_event("GET", "/conversations", {}, {"limit": "25"})


def _measures(made: Desk) -> dict[str, Any]:
    """A case that has begun."""
    conversation = made.conversations()[0]
    at = datetime.now(UTC).isoformat()
    snapshot = {
        **{name: conversation[name] for name in ("id", "contact_id", "inbox_id", "channel", "status")},
        **{"status_changed_at": at, "episode": 1, "opened_at": at, "assignee_id": None, "team_id": None, "labels": []},
    }
    event = {
        "id": "evt_5h2vq8w0c4n1x7r3k9mt",
        "type": "conversation.created",
        "occurred_at": at,
        "aggregate": {"kind": "conversation", "id": conversation["id"], "version": 1},
        "actor": {"kind": "contact", "id": conversation["contact_id"]},
        "data": {},
        "snapshot": snapshot,
    }
    return {"Records": [events.record(json.dumps({"detail": event}))]}


def _aggregate(made: Desk) -> dict[str, Any]:
    """Nothing has been measured yet."""
    return {"Records": [events.record("{}")]}


EVENTS: Mapping[str, Callable[[Desk], dict[str, Any]]] = {
    "aggregate": _aggregate,
    "measures": _measures,
    "api": _api,
    "attachments": _attachments,
    "routing": _routing,
    "sender": _sender,
    "signals": _signals,
    "spill": _spill,
    "stream": _stream,
    "visitor": _visitor,
    "webhook_intake": _webhook,
    "webhooks": _webhooks,
}
