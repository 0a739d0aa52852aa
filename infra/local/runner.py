"""`python -m infra.local run`: start, fill, explain, watch, and end in order."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import FrameType

from infra import web
from infra.local import emulator, guide, workspace
from infra.local import web as local_web
from infra.local.cloud import LocalCloud, Settings, started
from infra.local.home import Home
from infra.local.progress import LocalCloudError, Progress

WATCH_SECONDS = 0.5
HEALTH_EVERY_SECONDS = 5.0
UNHEALTHY_LIMIT = 3
FIRST_START_BUDGET_SECONDS = 300
LATER_START_BUDGET_SECONDS = 30
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """We were asked to end: Ctrl-C, or a signal."""


@contextmanager
def interruptible() -> Iterator[None]:
    """The first signal unwinds everything in order; later ones cannot cut the unwinding short."""

    asked = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            return
        asked = True
        raise Interrupted

    before = {each: signal.signal(each, end) for each in SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where everything of `run` listens."""

    cloud: int
    simulators: int
    web: int


def run(home: Home, ports: Ports, progress: Progress, *, chats: bool) -> int:
    """Everything up, explained, and kept up until a signal comes."""
    with home.locked():
        first_ever = not home.starts.exists()
        progress.say("Starting the desk on this machine.")
        settings = Settings(ports.cloud, ports.simulators, home.path, keep_state=True, web_port=ports.web)
        try:
            with started(settings, progress) as cloud, ExitStack() as undo:
                desk = workspace.prepare(cloud, home, progress, chats=chats)
                page = _serve_workspace(cloud, ports.web, progress, undo)
                progress.say(guide.text(cloud, desk, page))
                _tell_duration(home, progress, first_ever=first_ever)
                _watch(cloud, ports.cloud)
        except Interrupted:
            progress.say("Stopped; the data is kept for the next start.")
    return 0


def _serve_workspace(cloud: LocalCloud, port: int, progress: Progress, undo: ExitStack) -> str:
    """Where the workspace is; or why there is none: everything else goes on without it."""
    try:
        with progress.step("building the workspace"):
            web.build()
    except web.NoWorkspace as missing:
        return f"not here: {missing}"
    child = undo.enter_context(
        local_web.served(port, cloud.endpoint_url, cloud.outputs, cloud.work_dir, cloud.providers.url)
    )
    cloud.children += (child,)
    return local_web.address(port)


def _tell_duration(home: Home, progress: Progress, *, first_ever: bool) -> None:
    seconds = _since_make_began(progress)
    first = home.note_start(seconds)
    if first_ever:
        told = f"Ready {seconds:.0f} s after the first start (budget {FIRST_START_BUDGET_SECONDS} s)"
        told += f"; later starts have {LATER_START_BUDGET_SECONDS} s."
    else:
        told = f"Ready after {seconds:.0f} s (budget of a later start: {LATER_START_BUDGET_SECONDS} s"
        told += f"; the first took {first:.0f} s of {FIRST_START_BUDGET_SECONDS})."
    progress.say(f"{told} Ctrl-C stops everything and keeps the data.")


def _since_make_began(progress: Progress) -> float:
    """`make run` says when it began (PARLEY_STARTED_AT, seconds since 1970), so that its venv counts."""
    try:
        began = float(os.environ["PARLEY_STARTED_AT"])
    except (KeyError, ValueError):
        return progress.seconds
    return max(progress.seconds, time.time() - began)


def _watch(cloud: LocalCloud, port: int) -> None:
    """Return never; LocalCloudError when a server has ended or does not answer any more."""
    unhealthy = 0
    asked = time.monotonic()
    while True:
        cloud.require_health()
        if time.monotonic() - asked >= HEALTH_EVERY_SECONDS:
            asked = time.monotonic()
            unhealthy = 0 if emulator.healthy(port) else unhealthy + 1
            if unhealthy >= UNHEALTHY_LIMIT:
                raise LocalCloudError(f"the cloud emulator runs but does not answer ({cloud.work_dir / 'cloud.log'})")
        sys.stdout.flush()
        time.sleep(WATCH_SECONDS)
