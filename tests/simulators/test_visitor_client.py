"""The visitor's client against a small stand-in of the desk's visitor API."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import RFC_4122, UUID

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from simulators.web_chat import (
    Visitor,
    VisitorRefused,
    identity_hash,
    identity_token,
    new_client_id,
)
from tests.simulators.desk import Silent


class VisitorApi:
    """The contract's answers, from memory."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Any]] = []
        self.messages: dict[str, dict[str, Any]] = {}

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        raw = request.get_data()
        body: Any = json.loads(raw) if raw else {}
        path = request.path.removeprefix("/widget/v1/shop")
        self.calls.append((request.method, path, body))
        if path == "/sessions":
            return self._json({"token": "t1", "visitor_id": "v1"}, 201)
        if request.headers.get("Authorization") != "Bearer t1":
            return self._json({"title": "no session"}, 401)
        if path == "/messages" and request.method == "POST":
            seq = len(self.messages) + 1
            message = self.messages.setdefault(body["client_id"], body | {"seq": seq})
            return self._json(message, 201)
        if path == "/messages":
            after = int(request.args.get("after", 0))
            found = [m for m in self.messages.values() if m["seq"] > after]
            return self._json({"messages": found})
        return Response(status=204)

    def _json(self, payload: Any, status: int = 200) -> Response:
        return Response(json.dumps(payload), status=status, mimetype="application/json")


@pytest.fixture
def api() -> VisitorApi:
    return VisitorApi()


@pytest.fixture
def visitor(api: VisitorApi) -> Iterator[Visitor]:
    server = make_server("127.0.0.1", 0, api, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield Visitor(f"http://127.0.0.1:{server.server_port}", "shop", origin="https://shop.example")
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_visitor_writes_and_reads_on_when_the_session_is_open(visitor: Visitor) -> None:
    visitor.start(name="Ana")
    visitor.send("one")
    assert [m["text"] for m in visitor.new_messages()] == ["one"]

    visitor.send("two")

    assert [m["text"] for m in visitor.new_messages()] == ["two"]
    assert visitor.new_messages() == []
    assert (visitor.visitor_id, visitor.last_seq) == ("v1", 2)


def test_a_message_is_one_when_it_is_sent_twice(visitor: Visitor) -> None:
    visitor.start()

    first = visitor.send("once", client_id="c-1")
    again = visitor.send("once", client_id="c-1")

    assert first == again
    assert len(visitor.messages()) == 1


def test_a_client_id_is_a_uuid_of_version_7_when_it_is_made() -> None:
    first, second = UUID(new_client_id()), UUID(new_client_id())

    assert first != second
    assert (first.version, first.variant) == (7, RFC_4122)
    assert abs((first.int >> 80) / 1000 - time.time()) < 5


def test_each_call_has_its_path_when_the_visitor_acts(visitor: Visitor, api: VisitorApi) -> None:
    visitor.start()
    visitor.identify(jwt="x.y.z")
    visitor.typing()
    visitor.typing(active=False)
    visitor.delivered("msg_1")
    visitor.read("msg_1")

    assert api.calls[1:] == [
        ("POST", "/identify", {"jwt": "x.y.z"}),
        ("POST", "/typing", {"active": True}),
        ("POST", "/typing", {"active": False}),
        ("POST", "/delivered", {"up_to": "msg_1"}),
        ("POST", "/read", {"up_to": "msg_1"}),
    ]


def test_an_error_is_raised_when_the_desk_refuses(visitor: Visitor) -> None:
    with pytest.raises(VisitorRefused) as refused:
        visitor.send("no session yet")

    assert refused.value.status == 401


def test_waiting_ends_when_the_message_comes_or_time_is_up(visitor: Visitor) -> None:
    visitor.start()
    visitor.send("found")

    assert visitor.wait_for(lambda m: m["text"] == "found")["seq"] == 1
    with pytest.raises(TimeoutError):
        visitor.wait_for(lambda m: m["text"] == "never", seconds=0.05, pause=0.01)


def test_the_proofs_verify_when_the_secret_is_known() -> None:
    token = identity_token("s", "u1", "shop", datetime(2026, 8, 1, tzinfo=UTC), email="a@b.c")
    header, payload, signature = token.split(".")

    def decoded(part: str) -> bytes:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

    claims = json.loads(decoded(payload))
    signed = hmac.new(b"s", f"{header}.{payload}".encode(), hashlib.sha256).digest()
    assert decoded(signature) == signed
    assert (claims["sub"], claims["aud"], claims["email"]) == ("u1", "shop", "a@b.c")
    assert claims["exp"] - claims["iat"] == 600
    assert identity_hash("s", "u1") == hmac.new(b"s", b"u1", hashlib.sha256).hexdigest()
