"""Ends a server whose starter died without ending it (killed, or its terminal torn away).

python guard.py PID: waits until its standard input closes, which is when the starter is gone, then asks the process
group PID to end, and kills what has not ended in time. Standard library only, and no package of ours: it starts fast.
"""

import contextlib
import os
import signal
import sys
import time

PATIENCE_SECONDS = 30.0
POLL_SECONDS = 0.1


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def main(group: int) -> None:
    """Guard one process group."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    with contextlib.suppress(ProcessLookupError):
        # The leader only: it tells its own children, after it has written its state.
        os.kill(group, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _alive(group) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    if _alive(group):
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]))
