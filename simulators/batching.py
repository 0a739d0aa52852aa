"""Collecting events so that one webhook carries several, as providers do under load."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from simulators.knobs import KnobBoard
from simulators.webhooks import WebhookPoster

Item = TypeVar("Item")


class Batcher(Generic[Item]):
    """Per destination: hold items until the knobs' batch size is reached or the wait is over."""

    def __init__(self, poster: WebhookPoster, knobs: KnobBoard, post: Callable[[list[Item]], None]) -> None:
        self._poster = poster
        self._knobs = knobs
        self._post = post
        self._lock = Lock()
        self._collected: dict[str, list[Item]] = {}

    def add(self, destination: str, item: Item) -> None:
        """Take an item; with a batch size of 1 it goes at once."""
        knobs = self._knobs.now
        with self._lock:
            batch = self._collected.setdefault(destination, [])
            batch.append(item)
            full, first = len(batch) >= knobs.batch_size, len(batch) == 1
        if full:
            self._flush(destination)
        elif first:
            self._poster.schedule(knobs.batch_wait_seconds, lambda: self._flush(destination))

    def flush(self) -> None:
        """Post every incomplete batch now."""
        for destination in list(self._collected):
            self._flush(destination)

    def clear(self) -> None:
        """Forget incomplete batches."""
        with self._lock:
            self._collected.clear()

    def _flush(self, destination: str) -> None:
        with self._lock:
            items = self._collected.pop(destination, [])
        if items:
            self._post(items)
