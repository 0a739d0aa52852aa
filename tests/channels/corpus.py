"""Runs foreign payloads through the channels: `python -m tests.channels.corpus DIR`.

DIR has one folder for each channel, with a payload in each `.json` file. Prints what became of
them; the exit code is 1 if any of them raised.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from chalicelib.channels.base import Ignored, Inbound, InboundMessage, PayloadNotUnderstood, StatusUpdate
from chalicelib.domain.message import MessageKind
from tests.channels.kits import KITS, event_of

COLUMNS = ("payloads", "messages", "statuses", "other", "unsupported", "ignored", "refused", "raised")


def payloads(root: Path, channel: str) -> Iterator[Path]:
    yield from sorted((root / channel).glob("**/*.json"))


def column(item: Inbound) -> str:
    """What an item counts as."""
    if isinstance(item, InboundMessage):
        return "unsupported" if item.kind is MessageKind.UNSUPPORTED else "messages"
    if isinstance(item, StatusUpdate):
        return "statuses"
    return "ignored" if isinstance(item, Ignored) else "other"


def tally(root: Path, channel: str) -> Counter[str]:
    """What became of a channel's payloads."""
    kit, counted = KITS[channel], Counter[str]()
    for path in payloads(root, channel):
        counted["payloads"] += 1
        request = kit.signed(path.read_bytes(), event_of(path.stem))
        try:
            counted.update(column(item) for item in kit.channel.normalise(request))
        except PayloadNotUnderstood:
            counted["refused"] += 1
        except Exception as error:
            counted["raised"] += 1
            print(f"{path}: {type(error).__name__}: {error}", file=sys.stderr)
    return counted


def table(root: Path) -> tuple[str, int]:
    """The table, and how many payloads raised."""
    found = [channel for channel in KITS if (root / channel).is_dir()]
    lines = ["  ".join([f"{'channel':<10}", *(f"{name:>11}" for name in COLUMNS)])]
    raised = 0
    for channel in found:
        counted = tally(root, channel)
        raised += counted["raised"]
        lines.append("  ".join([f"{channel:<10}", *(f"{counted[name]:>11}" for name in COLUMNS)]))
    return "\n".join(lines), raised


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    shown, raised = table(Path(arguments[0]))
    print(shown)
    return 1 if raised else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
