"""Child processes that never outlive us: each leads a process group, and ends with everything it started."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from infra.local.progress import LocalCloudError

HOST = "127.0.0.1"
# Looked for at once, then less and less often: what is waited for needs the machine.
POLL_SECONDS, LONGEST_POLL_SECONDS = 0.05, 0.4
POLL_GROWTH = 1.3
TAIL_LINES = 3
GUARD = Path(__file__).with_name("guard.py")


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def port_is_taken(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def require_free_port(port: int, purpose: str, option: str) -> None:
    """Complain before starting anything that would fail later and less clearly."""
    if port_is_taken(port):
        raise LocalCloudError(
            f"port {port} ({purpose}) is in use: stop what listens there or choose another with {option}"
        )


def wait_until(condition: Callable[[], bool], seconds: float, complaint: str, every: float = POLL_SECONDS) -> None:
    """Poll until `condition` holds; LocalCloudError with `complaint` when the deadline passes."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            raise LocalCloudError(f"{complaint} within {seconds:.0f} s")
        time.sleep(every)
        every = max(every, min(every * POLL_GROWTH, LONGEST_POLL_SECONDS))


class Child:
    """A server we started: its output goes to a file, its group dies with it, and with us."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path, cwd: Path) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as out:
            # A session of its own: Ctrl-C in the terminal reaches only us, and we end it in order.
            self._process = subprocess.Popen(
                list(command),
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        # Should we be killed, this pipe closes, and the guard ends the group in our place.
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(GUARD), str(self._process.pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """Of the process, and of its group."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def require_alive(self) -> None:
        """LocalCloudError with the last lines it wrote if it has ended."""
        if not self.alive():
            code = self._process.returncode
            raise LocalCloudError(f"{self.name} ended with code {code}: {self.tail()} ({self.log})")

    def tail(self) -> str:
        """The last lines it wrote, on one line."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        told = [line.strip() for line in lines if line.strip()]
        return " | ".join(told[-TAIL_LINES:]) or "it wrote nothing"

    def stop(self, seconds: float) -> bool:
        """Ask it to end, wait for that, then end what is left of its group. False if it had to be killed."""
        clean = True
        if self.alive():
            self._process.terminate()
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                clean = False
        self._kill_group()
        self._process.wait()
        self._guard.kill()
        self._guard.wait()
        if self._guard.stdin:
            self._guard.stdin.close()
        return clean

    def _kill_group(self) -> None:
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
