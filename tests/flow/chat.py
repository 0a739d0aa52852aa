"""A web chat inbox, and visitors who call its API through the function's handler."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.visitor.handler import handler
from simulators.web_chat import identity_token
from tests.flow.http import http_event
from tests.flow.scene import Scene

CHAT, OTHER_CHAT = "ibx_chat1", "ibx_chat2"
WIDGET_SECRET, IDENTITY_SECRET = "widget-s3cret-of-this-inbox", "identity-s3cret-of-this-inbox-0123456789"


@dataclass
class Answered:
    """An answer of the API."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str | None:
        return self.body.get("code") if isinstance(self.body, dict) else None


def add_chats(here: Scene, **settings: Any) -> None:
    for inbox, suffix in ((CHAT, ""), (OTHER_CHAT, "-other")):
        credentials = {"widget_secret": [WIDGET_SECRET + suffix], "identity_secret": [IDENTITY_SECRET + suffix]}
        here.world.add_inbox(inbox, "web_chat", inbox, credentials, settings=settings)


def call(
    here: Scene,
    method: str,
    action: str,
    body: Any = None,
    *,
    token: str | None = None,
    inbox: str = CHAT,
    path: str | None = None,
    query: str = "",
    headers: Mapping[str, str] | None = None,
    address: str = "203.0.113.9",
) -> Answered:
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    given = {**({"authorization": f"Bearer {token}"} if token is not None else {}), **(headers or {})}
    event = http_event(method, f"/widget/v1/{inbox}/{action}" if path is None else path, raw, given, query)
    event["requestContext"]["http"]["sourceIp"] = address
    answer = handler(event, None)
    return Answered(answer["statusCode"], answer["headers"], json.loads(answer["body"] or "null"))


class Visitor:
    """One browser."""

    def __init__(self, here: Scene, inbox: str = CHAT) -> None:
        self.here, self.inbox, self.written = here, inbox, 0
        session = call(here, "POST", "sessions", inbox=inbox)
        assert session.status == 201
        self.id, self.token = session.body["visitor_id"], session.body["token"]

    def client_id(self) -> str:
        """A UUID of version 7 at the desk's time, another one each time."""
        self.written += 1
        head = f"{int(self.here.now().timestamp() * 1000):012x}"
        return f"{head[:8]}-{head[8:]}-7000-8{self.id[:3]}-{self.written:012x}"

    def post(self, action: str, body: Any, **more: Any) -> Answered:
        return call(self.here, "POST", action, body, token=self.token, inbox=self.inbox, **more)

    def says(self, text: str, **more: Any) -> Answered:
        return self.post("messages", {"client_id": self.client_id(), "text": text, **more})

    def sees(self, after: str | None = None) -> Any:
        query = f"after={after}" if after else ""
        answer = call(self.here, "GET", "messages", token=self.token, inbox=self.inbox, query=query)
        assert answer.status == 200
        return answer.body

    def texts(self, after: str | None = None) -> list[str]:
        return [message["text"] for message in self.sees(after)["messages"]]

    def identify(self, subject: str = "u-1", secret: str = IDENTITY_SECRET, **claims: Any) -> Answered:
        proof = identity_token(secret, subject, self.inbox, self.here.now(), **claims)
        answer = self.post("identify", {"jwt": proof})
        self.token = answer.body.get("token", self.token)
        return answer
