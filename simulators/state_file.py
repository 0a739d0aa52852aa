"""Registered accounts on disk, so that they outlive a restart as the desk's own data does."""

import json
import os
import tempfile
from pathlib import Path
from threading import Lock

from simulators.wire import Json


class StateFile:
    """One JSON file, replaced as a whole: a crash leaves the old or the new, never a half."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = Lock()
        self._last: str | None = None

    def load(self) -> Json:
        """The saved state; empty when there is none yet."""
        if self._path is None or not self._path.exists():
            return {}
        loaded = json.loads(self._path.read_text(encoding="utf-8"))
        if not isinstance(loaded, dict):
            raise ValueError(f"{self._path} holds no JSON object")
        return loaded

    def save(self, state: Json) -> None:
        """Write the state if it changed."""
        if self._path is None:
            return
        text = json.dumps(state, indent=1)
        with self._lock:
            if text == self._last:
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self._path)
            self._last = text
