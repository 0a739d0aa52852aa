"""The client with a line to the desk: a socket, REST requests, a clock. It needs the package `websockets`.

One thread owns the client; sockets and requests have their own, and tell it what came of them by a queue.
"""

import json
import queue
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from parley_live.client import LiveClient
from parley_live.following import Effect
from parley_live.outbox import Send
from parley_live.rest import NoAnswer, Rest

OPEN_WITHIN_SECONDS = 15
# How often to look at the clock where nothing else is due.
IDLE_SECONDS = 1.0

Told = Callable[[Effect], None]
Step = Callable[[LiveClient, int], Sequence[Effect]]


class LiveShell:
    """Keeps a client connected until it is closed. `told` is called (by the owner's thread) with the effects that are
    for the user: changed, signal, sent, failed, refused."""

    def __init__(self, rest: Rest, told: Told = lambda effect: None, client: LiveClient | None = None) -> None:
        self._rest, self._told = rest, told
        self._client = client or LiveClient(random.random)
        self._steps: queue.Queue[Step | None] = queue.Queue()
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="parley-live")
        self._socket: ClientConnection | None = None
        self._life = 0
        self._owner = threading.Thread(target=self._run, name="parley-live", daemon=True)

    def __enter__(self) -> "LiveShell":
        self._owner.start()
        self._steps.put(lambda client, now: client.start(now))
        return self

    def __exit__(self, *_: object) -> None:
        self._steps.put(None)
        self._owner.join(timeout=OPEN_WITHIN_SECONDS)
        self._life += 1
        self._hang_up()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def follow(self, *topics: str) -> None:
        self._steps.put(lambda client, now: client.follow(topics, now))

    def send(self, send: Send) -> None:
        self._steps.put(lambda client, now: client.send(send, now))

    def cut(self) -> None:
        """Lose the line, as a tunnel does: for trying what happens then."""
        self._hang_up()

    def look(self, at: Callable[[LiveClient], Any]) -> Any:
        """Ask the client something, in its own thread."""
        answer: queue.Queue[Any] = queue.Queue()

        def ask(client: LiveClient, _: int) -> Sequence[Effect]:
            answer.put(at(client))
            return ()

        self._steps.put(ask)
        return answer.get(timeout=OPEN_WITHIN_SECONDS)

    # --- the owner's thread

    def _run(self) -> None:
        while True:
            step = self._next()
            if step is None:
                return
            for effect in step(self._client, _now()):
                _DO.get(effect["do"], LiveShell._tell)(self, effect)

    def _next(self) -> Step | None:
        due = self._client.next_at()
        wait = IDLE_SECONDS if due is None else min(IDLE_SECONDS, (due - _now()) / 1000)
        try:
            return self._steps.get(timeout=max(0.0, wait))
        except queue.Empty:
            return lambda client, now: client.tick(now)

    def _tell(self, effect: Effect) -> None:
        self._told(effect)

    def _connect(self, _: Effect) -> None:
        self._life += 1
        threading.Thread(target=self._listen, args=(self._life,), name="parley-socket", daemon=True).start()

    def _close(self, _: Effect) -> None:
        self._life += 1
        self._hang_up()

    def _say(self, effect: Effect) -> None:
        if self._socket is not None:
            try:
                self._socket.send(json.dumps(effect["frame"]))
            except (WebSocketException, OSError):
                self._hang_up()  # whoever listens there notices it

    def _fetch(self, effect: Effect) -> None:
        def fetch() -> Step:
            answer = _or_none(lambda: self._rest.missed(effect["topics"]))
            return lambda client, now: client.fetched(effect["id"], answer, now)

        self._aside(fetch)

    def _read(self, effect: Effect) -> None:
        def read() -> Step:
            things = _or_none(lambda: self._rest.read(effect["topic"]))
            return lambda client, now: client.have_read(effect["id"], things, now)

        self._aside(read)

    def _send(self, effect: Effect) -> None:
        def send() -> Step:
            answer = _or_none(lambda: self._rest.ask(effect["method"], effect["path"], effect["body"]))
            return lambda client, now: client.answered(effect["id"], answer[0] if answer else None, now)

        self._aside(send)

    def _aside(self, work: Callable[[], Step]) -> None:
        self._pool.submit(lambda: self._steps.put(work()))

    # --- a socket's thread

    def _listen(self, life: int) -> None:
        try:
            with connect(self._rest.socket_address(), open_timeout=OPEN_WITHIN_SECONDS, max_size=2**20) as socket:
                self._in(life, lambda client, now: self._opened(socket, client, now))
                for frame in socket:
                    self._heard(life, frame)
        except (NoAnswer, WebSocketException, OSError):
            pass  # told below, as any other end
        self._in(life, lambda client, now: client.disconnected(now))

    def _opened(self, socket: ClientConnection, client: LiveClient, now: int) -> Sequence[Effect]:
        self._socket = socket
        return client.connected(now)

    def _heard(self, life: int, frame: str | bytes) -> None:
        try:
            told = json.loads(frame)
        except ValueError:
            return
        if isinstance(told, dict):
            self._in(life, lambda client, now: client.received(told, now))

    def _in(self, life: int, step: Step) -> None:
        """Only where this socket is still the one: of an old one nothing is wanted any more."""
        self._steps.put(lambda client, now: step(client, now) if life == self._life else ())

    def _hang_up(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.close_timeout = 1
            threading.Thread(target=socket.close, daemon=True).start()


_DO: Mapping[str, Callable[[LiveShell, Effect], None]] = {
    "connect": LiveShell._connect,
    "close": LiveShell._close,
    "say": LiveShell._say,
    "fetch": LiveShell._fetch,
    "read": LiveShell._read,
    "send": LiveShell._send,
}


def _now() -> int:
    return time.time_ns() // 1_000_000


def _or_none(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except NoAnswer:
        return None
