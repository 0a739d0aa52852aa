"""HTTP front of the push service: where the desk's pushes come, and what came for a browser."""

from typing import ClassVar

from werkzeug.wrappers import Request, Response

from simulators.push import Push
from simulators.wire import Route, control_body, json_answer, raw_body


class PushHttp:
    def __init__(self, push: Push) -> None:
        self._push = push

    def receive(self, request: Request, name: str) -> Response:
        """The desk pushes."""
        headers = {key.lower(): value for key, value in request.headers.items()}
        return Response(status=self._push.receive(name, raw_body(request), headers))

    def put(self, request: Request, name: str) -> Response:
        return json_answer(self._push.set(name, control_body(request)))

    def get(self, request: Request, name: str) -> Response:
        return json_answer(self._push.look(name))

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", "/push/<name>", receive),
        ("PUT", "/sim/push/<name>", put),
        ("GET", "/sim/push/<name>", get),
    )
