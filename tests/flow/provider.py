"""The simulated WhatsApp without a socket: our sends are carried to it by a call, and so are its webhooks to us.

Nothing runs by itself: what the provider wants to post waits until `deliver`, so that a test says what comes when.
"""

import heapq
import io
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from chalicelib.channels.base import HttpRequest, HttpResponse
from functions.webhook_intake.handler import handler as take
from simulators.clock import Clock
from simulators.knobs import KnobBoard
from simulators.server import url_map
from simulators.webhooks import Delivery, WebhookPoster
from simulators.whatsapp import WhatsApp
from simulators.whatsapp_graph import GraphApi
from simulators.wire import Refused
from tests.aws.memory_cloud import Crash, MemoryCloud
from tests.flow.http import http_event

HOST = "graph.test"
RETRIES = 6


class Post(WebhookPoster):
    """Webhooks in the order they were posted; what is not answered 2xx is tried again, as providers do."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, retry_delays=(0.0,) * RETRIES, workers=0)
        self.statuses: list[int] = []
        self.faults: list[Exception] = []

    def deliver(self) -> int:
        """Everything that waits, and what that brings; gives how many jobs it was."""
        jobs = 0
        while self._jobs:
            heapq.heappop(self._jobs)[2]()
            jobs += 1
        return jobs

    def _send(self, delivery: Delivery) -> tuple[int | None, str]:
        headers = {"content-type": "application/json", **delivery.sign(delivery.body)}
        event = http_event("POST", urlsplit(delivery.url).path, delivery.body, headers)
        try:
            answer = take(event, None)
        except Crash:
            return None, "crashed"
        except Exception as fault:  # what Lambda would answer with 500
            self.faults.append(fault)
            return 500, type(fault).__name__
        self.statuses.append(answer["statusCode"])
        return answer["statusCode"], answer["body"]


class Provider:
    """WhatsApp, and the port through which our side sends to it."""

    def __init__(self, now: Callable[[], Any], cloud: MemoryCloud | None) -> None:
        clock = Clock(now)
        self.post = Post(clock)
        self.knobs = KnobBoard()
        self.whatsapp = WhatsApp(clock, self.knobs, self.post, base_url=lambda: f"https://{HOST}")
        self.fronts: Mapping[type, Any] = {GraphApi: GraphApi(self.whatsapp)}
        self._cloud = cloud
        self.requests: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        return self._tapped("http.send", request)

    def fetch(self, request: HttpRequest, *, limit_bytes: int) -> HttpResponse:
        return self._tapped("http.fetch", request)

    def _tapped(self, name: str, request: HttpRequest) -> HttpResponse:
        if self._cloud is None:
            return self._exchange(request)
        answer: HttpResponse = self._cloud.tap(name, lambda: self._exchange(request))
        return answer

    def _exchange(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        parts = urlsplit(request.url)
        headers = {**request.headers, **request.secret_headers, "host": HOST}
        builder = EnvironBuilder(parts.path, method=request.method, query_string=parts.query)
        builder.headers.update(headers)
        builder.input_stream = None
        asked = Request({**builder.get_environ(), **_body(request.body)})
        response = self._answer(asked)
        answer = HttpResponse(
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            response.get_data(),
        )
        response.close()
        return answer

    def _answer(self, request: Request) -> Response:
        try:
            (front, method), arguments = url_map().bind_to_environ(request.environ).match()
            answer: Response = method(self.fronts[front], request, **arguments)
        except Refused as refused:
            return refused.answer()
        except HTTPException as fault:
            return Response(status=fault.code or 500)
        return answer


def _body(raw: bytes) -> dict[str, Any]:
    return {"wsgi.input": io.BytesIO(raw), "CONTENT_LENGTH": str(len(raw)), "CONTENT_TYPE": "application/json"}
