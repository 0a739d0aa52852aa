"""API Gateway's HTTP API for the world: a loopback server that calls the intake and visitor handlers."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from functions.team_apps.handler import handler as take_slack
from functions.visitor.handler import handler as visit
from functions.webhook_intake.handler import handler as take
from tests.flow.http import http_event


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        return


class Gateway:
    """Calls are answered one at a time, for moto's sake."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.statuses: list[int] = []

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        event = http_event(
            request.method,
            request.path,
            request.get_data(),
            dict(request.headers),
            request.query_string.decode(),
        )
        with self.lock:
            answer: dict[str, Any] = _function(request.path)(event, None)
        self.statuses.append(answer["statusCode"])
        return Response(answer["body"], answer["statusCode"], answer["headers"])


def _function(path: str) -> Callable[[dict[str, Any], object], dict[str, Any]]:
    if path.startswith("/widget/"):
        return visit
    return take_slack if path.startswith("/slack-app/") else take


@contextmanager
def gateway() -> Iterator[tuple[str, Gateway]]:
    """The base url, and what was answered."""
    application = Gateway()
    server = make_server("127.0.0.1", 0, application, threaded=False, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", application
    finally:
        server.shutdown()
        thread.join(timeout=5)
        server.server_close()
