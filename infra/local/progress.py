"""What the commands say while they work: one line a step, with its seconds."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class LocalCloudError(Exception):
    """Something a person must know, in one sentence; the commands print it without a traceback."""


class Progress:
    """Prints steps as they end. `quiet` keeps silent (tests)."""

    def __init__(self, out: TextIO | None = None, *, quiet: bool = False) -> None:
        self._out = out or sys.stdout
        self._quiet = quiet
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the command began."""
        return time.monotonic() - self._started

    def say(self, text: str = "") -> None:
        """A line of its own."""
        if not self._quiet:
            print(text, file=self._out, flush=True)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A step that takes time: `name ... 1.2 s`, or `failed`."""
        started = time.monotonic()
        if not self._quiet:
            print(f"  {name} ... ", end="", file=self._out, flush=True)
        try:
            yield
        except BaseException:
            self.say("failed")
            raise
        self.say(f"{time.monotonic() - started:.1f} s")
