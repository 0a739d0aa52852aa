"""The folder where `run` keeps everything (`.local/`, git-ignored), and the lock that says whose it is."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.progress import LocalCloudError
from infra.parts import ROOT

HOME = ROOT / ".local"


@dataclass(frozen=True, slots=True)
class Home:
    """Its files."""

    path: Path = HOME

    @property
    def workspace(self) -> Path:
        """Agents' passwords and inboxes' secrets of the demo workspace."""
        return self.path / "workspace.json"

    @property
    def starts(self) -> Path:
        """How long the first start took."""
        return self.path / "starts.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Ours while inside; LocalCloudError if another command has it."""
        self.path.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o700)
        with (self.path / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.seek(0)
                owner = lock.read().strip() or "unknown"
                raise LocalCloudError(
                    f"the local cloud is running already (process {owner}): stop it first (Ctrl-C)"
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def wipe(self) -> None:
        """Forget everything but the lock we hold."""
        for entry in self.path.iterdir():
            if entry.name == "lock":
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def note_start(self, seconds: float) -> float:
        """Remember how long a start took; answers what the first took."""
        try:
            first = float(json.loads(self.starts.read_text())["first_seconds"])
        except (OSError, ValueError, KeyError, TypeError):
            first = seconds
        text = json.dumps({"first_seconds": round(first, 1), "last_seconds": round(seconds, 1)})
        self.starts.write_text(text)
        return first


def read_private(path: Path) -> dict[str, Any]:
    """A JSON object, or an empty one."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_private(path: Path, value: object) -> None:
    """JSON that only its owner can read, whole or not at all."""
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(value, file, indent=1)
    fresh.replace(path)
