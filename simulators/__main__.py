"""`python -m simulators`: every simulated provider in one process."""

import argparse
import logging
import signal
import sys
from pathlib import Path
from types import FrameType

from simulators.server import Simulators

DEFAULT_PORT = 4570


def arguments(given: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m simulators", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--state", type=Path, help="keep registered accounts in this file")
    parser.add_argument("--webhook-workers", type=int, default=1, help="1 keeps webhooks in order")
    parser.add_argument("--verbose", action="store_true", help="log every request")
    return parser.parse_args(given)


def main(given: list[str]) -> int:
    """Serve until interrupted or asked to end."""
    options = arguments(given)
    logging.basicConfig(level=logging.DEBUG if options.verbose else logging.WARNING)
    try:
        simulators = Simulators(
            host=options.host,
            port=options.port,
            state=options.state,
            webhook_workers=options.webhook_workers,
        )
    except ValueError as fault:
        sys.stderr.write(f"{fault}\n")
        return 2

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    simulators.start()
    sys.stdout.write(f"simulators on {simulators.base_url}\n")
    sys.stdout.flush()
    try:
        simulators.wait()
    except KeyboardInterrupt:
        simulators.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
