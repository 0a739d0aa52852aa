"""Outbound HTTP against a server that answers whatever bytes a test wants, as slowly as it wants."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import pytest

from chalicelib.channels.http import HttpRequest, NotSent, OutcomeUnknown
from chalicelib.domain.errors import TooLarge
from chalicelib.egress.http import HttpSender

Script = Callable[[socket.socket], None]
TLS = b"\x16"  # the first byte of a handshake
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Mixed-Case: Yes\r\n\r\nhi"


class Server:
    """One script for each connection, the last one for all that follow."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = list(scripts)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.heard: list[bytes] = []
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
                with connection, suppress(OSError):
                    self.heard.append(_request(connection))
                    script(connection)

    def close(self) -> None:
        self._socket.close()


def _request(connection: socket.socket) -> bytes:
    heard = b""
    while b"\r\n\r\n" not in heard and heard[:1] != TLS and (more := connection.recv(65536)):
        heard += more
    return heard


@contextmanager
def server(*scripts: Script) -> Iterator[Server]:
    made = Server(*scripts)
    try:
        yield made
    finally:
        made.close()


def says(answer: bytes) -> Script:
    return lambda connection: connection.sendall(answer)


def redirect(to: str) -> Script:
    return says(f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode())


def ask(made: Server, path: str = "/x", **more: object) -> HttpRequest:
    given = {"timeout_seconds": 0.4, "secret_headers": {"authorization": "Bearer t0ken"}, **more}
    return HttpRequest("GET", f"http://{made.host}{path}", **given)  # type: ignore[arg-type]


def sender(*servers: Server) -> HttpSender:
    return HttpSender(frozenset(each.host for each in servers))


def test_an_answer_comes_back_whole() -> None:
    with server(says(OK)) as here:
        answer = sender(here).send(ask(here, headers={"x-a": "1"}))
        assert (answer.status, answer.body, answer.headers["x-mixed-case"]) == (200, b"hi", "Yes")
        said = here.heard[0].decode().lower()
        assert said.startswith("get /x http/1.1\r\n")
        for line in ("x-a: 1", "authorization: bearer t0ken", f"host: {here.host}", "user-agent: parley/1"):
            assert f"\r\n{line}\r\n" in said


def test_a_redirect_is_not_followed_when_something_is_sent() -> None:
    with server(redirect("http://169.254.169.254/")) as here:
        assert sender(here).send(ask(here)).status == 302
        assert len(here.heard) == 1


def test_credentials_are_dropped_when_a_fetch_is_redirected() -> None:
    with server(says(OK)) as there, server(redirect(f"http://{there.host}/file")) as here:
        answer = sender(here, there).fetch(ask(here, headers={"x-a": "1"}), limit_bytes=100)
        assert answer.body == b"hi"
        assert b"t0ken" in here.heard[0]
        assert b"t0ken" not in there.heard[0]
        assert b"x-a: 1" in there.heard[0]


def test_credentials_are_dropped_even_when_a_redirect_stays_on_its_host() -> None:
    with server(redirect("/other"), says(OK)) as here:
        assert sender(here).fetch(ask(here), limit_bytes=100).body == b"hi"
        assert b"GET /other" in here.heard[1]
        assert b"t0ken" not in here.heard[1]


@pytest.mark.parametrize(
    "to",
    [
        "https://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1/",
        "https://[::ffff:10.0.0.1]/",
        "http://localhost/",
        "file:///etc/passwd",
        "//10.0.0.1/",
        "https://user:secret@10.0.0.1/",
    ],
)
def test_a_fetch_is_refused_when_it_is_redirected_to_a_private_address(to: str) -> None:
    with server(redirect(to)) as here, pytest.raises(NotSent):
        sender(here).fetch(ask(here), limit_bytes=100)


def test_a_fetch_is_given_up_when_it_is_redirected_for_ever() -> None:
    with server(redirect("/again")) as here:
        with pytest.raises(NotSent, match="too many redirects"):
            sender(here).fetch(ask(here), limit_bytes=100)
        assert len(here.heard) == 4


def test_it_is_refused_when_the_body_is_too_large() -> None:
    with server(says(b"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + b"x" * 101)) as here:
        with pytest.raises(TooLarge):
            sender(here).fetch(ask(here), limit_bytes=100)
        assert len(sender(here).fetch(ask(here), limit_bytes=101).body) == 101


def test_it_is_refused_when_the_body_never_ends() -> None:
    def pour(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    with server(pour) as here:
        with pytest.raises(TooLarge):
            sender(here).fetch(ask(here), limit_bytes=1_000_000)
        with pytest.raises(OutcomeUnknown, match="too long to read"):
            sender(here).send(ask(here))


def test_it_is_refused_when_the_body_is_small_only_while_it_is_packed() -> None:
    import gzip

    packed = gzip.compress(b"\x00" * 5_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    with server(says(head + packed)) as here, pytest.raises(TooLarge):
        sender(here).fetch(ask(here, timeout_seconds=5), limit_bytes=1_000_000)


@pytest.mark.parametrize("chunked", [False, True])
def test_it_is_given_up_in_time_when_the_body_drips(chunked: bool) -> None:
    """Each byte comes within the read time-out, the body as a whole never would."""

    def drip(connection: socket.socket) -> None:
        length = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: 9999"
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"1\r\nx\r\n" if chunked else b"x")
            time.sleep(0.05)

    with server(drip) as here:
        started = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            sender(here).send(ask(here))
        assert time.monotonic() - started < 2


def test_nobody_knows_the_outcome_when_no_answer_comes() -> None:
    with server(lambda connection: time.sleep(1)) as here, pytest.raises(OutcomeUnknown):
        sender(here).send(ask(here, timeout_seconds=0.1))


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"])
def test_nobody_knows_the_outcome_when_the_answer_is_broken(answer: bytes) -> None:
    with server(says(answer)) as here, pytest.raises(OutcomeUnknown):
        sender(here).send(ask(here))


def test_it_certainly_did_not_arrive_when_nobody_listens() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(NotSent):
            HttpSender(frozenset({host})).send(HttpRequest("POST", f"http://{host}/", timeout_seconds=0.5))


@pytest.mark.parametrize("value", ["t0ken\n", "t0ken\r\nx: y", "ключ"])
def test_it_certainly_did_not_arrive_when_a_credential_fits_no_header(value: str) -> None:
    with server(says(OK)) as here, pytest.raises(NotSent):
        sender(here).send(ask(here, secret_headers={"authorization": value}))


def test_the_certificate_is_checked_against_the_name_and_not_the_address() -> None:
    """A plain-text answer to a TLS handshake is no certificate: nothing is sent."""
    with server(says(OK)) as here:
        port = int(here.host.rpartition(":")[2])
        trusted = frozenset({f"127.0.0.1:{port}"})
        with pytest.raises(NotSent):
            HttpSender(trusted).send(HttpRequest("GET", f"https://127.0.0.1:{port}/", timeout_seconds=0.5))
