"""The one fault that needs the socket: a call that was carried out, but never answered."""

import contextlib
import socket

from werkzeug.wrappers import Request


def drop_connection(request: Request) -> None:
    """Close the connection so that the client gets no answer, whatever is returned afterwards."""
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
