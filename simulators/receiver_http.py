"""HTTP front of the integrator's server: where the desk's webhooks come, and how people set it."""

from typing import ClassVar

from werkzeug.wrappers import Request, Response

from simulators.receiver import Receiver
from simulators.wire import Route, control_body, json_answer, raw_body


class ReceiverHttp:
    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    def receive(self, request: Request, name: str) -> Response:
        """The desk tells what happened."""
        headers = {key.lower(): value for key, value in request.headers.items()}
        return Response(status=self._receiver.receive(name, raw_body(request), headers))

    def put(self, request: Request, name: str) -> Response:
        return json_answer(self._receiver.set(name, control_body(request)))

    def get(self, request: Request, name: str) -> Response:
        return json_answer(self._receiver.look(name))

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", "/receiver/<name>", receive),
        ("PUT", "/sim/receiver/<name>", put),
        ("GET", "/sim/receiver/<name>", get),
    )
