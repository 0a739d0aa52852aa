"""Our side, as the simulators see it: a webhook receiver, and a client that sends."""

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import urllib3
from werkzeug.serving import WSGIRequestHandler
from werkzeug.wrappers import Request, Response

from simulators import Simulators

PNID = "106540352242922"
CUSTOMER = "351910000001"
BUSINESS_ID = "PT.13491208655302741918"
SECRET = "app-secret"
HOOK_SECRET = "custom-secret"


@dataclass
class Received:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Our side's webhook: keeps what comes; `answers` holds statuses for the next requests."""

    base_url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: deque[int] = field(default_factory=deque)
    verify_token: str = "verify-me"
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path in self.files:
            content, mime_type = self.files[request.path]
            return Response(content, content_type=mime_type)
        if request.path.startswith("/files/"):
            return Response("gone", status=404)
        if request.method == "GET":
            if request.args.get("hub.verify_token") != self.verify_token:
                return Response("no", status=403)
            return Response(request.args["hub.challenge"], mimetype="text/plain")
        headers = {key.lower(): value for key, value in request.headers.items()}
        query = request.args.to_dict()
        seen = Received(request.method, request.path, query, headers, request.get_data())
        self.received.append(seen)
        return Response("{}", status=self.answers.popleft() if self.answers else 200)

    def values(self, field_name: str = "messages") -> list[dict[str, Any]]:
        """Every `value` of the WhatsApp webhooks received, in order."""
        return [
            change["value"]
            for request in self.received
            for entry in request.json["entry"]
            for change in entry["changes"]
            if change["field"] == field_name
        ]

    def messages(self) -> list[dict[str, Any]]:
        return [m for value in self.values() for m in value.get("messages", [])]

    def statuses(self) -> list[dict[str, Any]]:
        return [s for value in self.values() for s in value.get("statuses", [])]

    def events(self) -> list[dict[str, Any]]:
        return [event for request in self.received for event in request.json["events"]]


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


@dataclass
class Answer:
    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Calls of the desk (`graph`) and of the person at the controls (`sim`)."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._pool = urllib3.PoolManager(retries=False, timeout=5)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        return self.raw(method, path, None if body is None else json.dumps(body).encode(), **headers)

    def raw(self, method: str, path: str, raw: bytes | None, **headers: str) -> Answer:
        url = path if path.startswith("http") else self.base_url + path
        answer = self._pool.request(method, url, body=raw, headers=headers)
        return Answer(answer.status, answer.headers, answer.data)

    def graph(self, method: str, path: str, body: Any = None, token: str = "token-1") -> Answer:
        bearer = {"Authorization": f"Bearer {token}"}
        return self.call(method, f"/graph/v25.0{path}", body, **bearer)

    def send(self, type: str = "text", **parts: Any) -> Answer:
        body = {"messaging_product": "whatsapp", "to": CUSTOMER, "type": type, **parts}
        body = {key: value for key, value in body.items() if value is not None}
        return self.graph("POST", f"/{PNID}/messages", body)

    def text(self, text: str = "Hello", **parts: Any) -> Answer:
        return self.send("text", text={"body": text}, **parts)


def settled(sim: Simulators) -> None:
    """Wait for what follows an answer: it is queued only after the answer is out."""
    assert sim.settle()
