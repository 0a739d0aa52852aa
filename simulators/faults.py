"""Faults on order that are alike for every provider: calls that are refused, answers that are lost, marks that come
too early."""

import contextlib
import socket
from collections.abc import Callable

from werkzeug.wrappers import Request, Response

from simulators.knobs import KnobBoard, Knobs

EARLY_STATUS_WAIT_SECONDS = 2.0
# How a provider words a refusal, by the knobs.
Refusal = Callable[[Knobs], Exception]


def spoil(knobs: KnobBoard, *, limited: Refusal, broken: Refusal, refused: Refusal | None) -> None:
    """Let a call wait, and fail as the knobs say: too many calls, the provider's own fault, one of its error codes
    (None where it tells those in another way)."""
    now = knobs.now
    knobs.wait(now.latency_seconds)
    if knobs.spend("rate_limit_next"):
        raise limited(now)
    if knobs.spend("server_error_next"):
        raise broken(now)
    if refused is not None and knobs.spend("provider_error_next"):
        raise refused(now)


def http_code(knobs: Knobs) -> int:
    """The provider's error code, for those who know none but HTTP's."""
    return knobs.provider_error_code if 400 <= knobs.provider_error_code < 600 else 400


def tell_after(
    response: Response,
    knobs: KnobBoard,
    tell: Callable[[], object],
    settle_webhooks: Callable[[float], object] = lambda seconds: None,
) -> None:
    """Tell what became of a message when its answer is out; on order the other way round."""
    if knobs.now.statuses_before_answer:
        tell()
        settle_webhooks(EARLY_STATUS_WAIT_SECONDS)
    else:
        response.call_on_close(tell)


def answered(request: Request, response: Response, knobs: KnobBoard) -> Response:
    """The answer of a call that was carried out, which may get lost."""
    if knobs.spend("drop_answer_next"):
        knobs.wait(knobs.now.hang_seconds)
        drop_connection(request)
    return response


def drop_connection(request: Request) -> None:
    """Close the connection so that the client gets no answer, whatever is returned afterwards."""
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
