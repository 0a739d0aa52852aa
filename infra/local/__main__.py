"""The local cloud's commands.

python -m infra.local run               start everything and keep it running until Ctrl-C
python -m infra.local demo              play the main job on every channel, hop by hop; exits 1 if a hop fails
python -m infra.local logs FUNCTION     what a function wrote
python -m infra.local reset             forget all data of `run`
"""

import argparse
import os
import sys

from infra.local import emulator, logs
from infra.local.demo import ALL, demo, parts
from infra.local.home import Home
from infra.local.http_json import Unreachable
from infra.local.processes import HOST
from infra.local.progress import LocalCloudError, Progress
from infra.local.runner import Interrupted, Ports, interruptible, run

CLOUD_PORT = 4566
SIMULATORS_PORT = 4570
WEB_PORT = 4580


def _port(variable: str, usual: int) -> int:
    text = os.environ.get(variable) or str(usual)
    if not text.isdigit():
        raise LocalCloudError(f"{variable} is {text!r}: it must be a port number")
    return int(text)


def _arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="The local cloud.")
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="start everything and keep it running until Ctrl-C")
    running.add_argument("--empty", action="store_true", help="without the demo workspace's chats")
    playing = commands.add_parser("demo", help="play the main job on every channel, hop by hop")
    playing.add_argument("--channel", default=ALL, help=f"this channel only: {', '.join(sorted(parts()))}")
    reading = commands.add_parser("logs", help="what a function wrote")
    reading.add_argument("function", help="webhook_intake, stream, sender, api ...")
    reading.add_argument("--lines", type=int, default=50)
    reading.add_argument("--follow", action="store_true", help="go on until Ctrl-C")
    commands.add_parser("reset", help="forget all data of `run`")
    return parser.parse_args(given)


def _reset(progress: Progress) -> int:
    home = Home()
    with home.locked():
        port = _port("PARLEY_CLOUD_PORT", CLOUD_PORT)
        if emulator.healthy(port):
            raise LocalCloudError(f"a cloud emulator answers on port {port}: stop it first")
        home.wipe()
    progress.say(f"{home.path} is empty: the next start begins anew")
    return 0


def _command(asked: argparse.Namespace, progress: Progress) -> int:
    if asked.command == "reset":
        return _reset(progress)
    port = _port("PARLEY_CLOUD_PORT", CLOUD_PORT)
    simulators_port = _port("PARLEY_SIMULATORS_PORT", SIMULATORS_PORT)
    if asked.command == "run":
        ports = Ports(port, simulators_port, _port("PARLEY_WEB_PORT", WEB_PORT))
        return run(Home(), ports, progress, chats=not asked.empty)
    if asked.command == "demo":
        return demo(asked.channel, port, simulators_port, progress)
    if not emulator.healthy(port):
        raise LocalCloudError(f"no local cloud answers on port {port}: start it with `make run`")
    endpoint_url = f"http://{HOST}:{port}"
    logs.show(endpoint_url, asked.function, asked.lines, follow=asked.follow, say=progress.say)
    return 0


def main(given: list[str]) -> int:
    """Run one command; what a person must know is one line on standard error."""
    asked = _arguments(given)
    try:
        with interruptible():
            return _command(asked, Progress())
    except Interrupted:
        return 130
    except (LocalCloudError, Unreachable) as fault:
        print(f"parley: {fault}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
