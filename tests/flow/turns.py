"""Threads that take turns at AWS calls, in an order drawn from a seed: every interleaving can be met, and met again."""

import random
from collections.abc import Callable, Sequence
from threading import Condition, Thread, current_thread
from typing import Any

from botocore.exceptions import ClientError

from tests.flow.scene import Scene

PATIENCE_SECONDS = 30


class Turns:
    """A tap that lets one thread at a time through, for one call."""

    def __init__(self, seed: int, *, contended: float = 0.0) -> None:
        self._chance = random.Random(seed)
        self._contended = contended
        self._changed = Condition()
        self._waiting: set[str] = set()
        self._running = 0
        self._turn = ""
        self.calls: list[tuple[str, str]] = []

    def __call__(self, name: str, call: Callable[[], Any]) -> Any:
        me = current_thread().name
        with self._changed:
            self._waiting.add(me)
            self._running -= 1
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: self._turn == me, PATIENCE_SECONDS)
            self._turn = ""
            self._waiting.discard(me)
            self.calls.append((me, name))
            busy = name.endswith("transact_write_items") and self._chance.random() < self._contended
        if busy:
            raise _conflict()
        return call()

    def run(self, acts: Sequence[Callable[[], Any]]) -> list[Any]:
        """All at once; gives what each returned, or raised."""
        answers: list[Any] = [None] * len(acts)

        def work(place: int) -> None:
            try:
                answers[place] = acts[place]()
            except Exception as fault:
                answers[place] = fault
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

        self._running = len(acts)
        threads = [Thread(target=work, args=(place,), name=f"t{place}") for place in range(len(acts))]
        for thread in threads:
            thread.start()
        self._conduct()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
        return answers

    def _conduct(self) -> None:
        while True:
            with self._changed:
                assert self._changed.wait_for(lambda: self._running == 0 and not self._turn, PATIENCE_SECONDS)
                if not self._waiting:
                    return
                self._turn = self._chance.choice(sorted(self._waiting))
                self._running = 1
                self._changed.notify_all()


def _conflict() -> ClientError:
    error = {"Code": "TransactionCanceledException", "Message": "TransactionConflict"}
    answer: Any = {"Error": error, "CancellationReasons": [{"Code": "TransactionConflict"}]}
    return ClientError(answer, "TransactWriteItems")


def together(here: Scene, seed: int, acts: Sequence[Callable[[], Any]], *, contended: float = 0.0) -> list[Any]:
    turns = Turns(seed, contended=contended)
    here.cloud.tap = turns
    answers = turns.run(acts)
    here.cloud.tap = lambda _name, call: call()
    here.world.pump()
    return answers
