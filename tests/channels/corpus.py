"""Runs foreign payloads through the channels: `python -m tests.channels.corpus DIR`.

DIR has one folder for each channel (or its provider), with a payload in each `.json`, `.form` or `.xml` file, or
with several by name. Prints what became of them; the exit code is 1 if any of them raised.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from chalicelib.channels.base import Ignored, Inbound, InboundMessage, PayloadNotUnderstood, StatusUpdate
from chalicelib.domain.message import MessageKind
from tests.channels.kits import KITS, Kit, event_of

SUFFIXES = frozenset({".json", ".form", ".xml"})
COLUMNS = ("payloads", "messages", "statuses", "other", "unsupported", "ignored", "refused", "raised")


# Folders that have the provider's name.
PROVIDERS = {"sms": "twilio", "voice": "twilio", "email": "ses-sns"}
# They are about payloads, and are none.
NO_PAYLOADS = ("signature_vectors",)
# What a recording tells beside the payloads it has by name.
EVENT_PARTS = frozenset({"type", "event", "command"})


def folder(root: Path, channel: str) -> Path:
    """Where a channel's payloads are."""
    named = root / PROVIDERS.get(channel, channel)
    return named if named.is_dir() else root / channel


def payloads(root: Path, channel: str) -> Iterator[Path]:
    found = sorted(path for path in folder(root, channel).glob("**/*") if path.suffix in SUFFIXES)
    yield from (path for path in found if path.stem not in NO_PAYLOADS)


def bodies(path: Path, channel: str) -> Iterator[bytes]:
    """The payloads of a file: recordings of Slack have several, by name."""
    body = path.read_bytes()
    recorded = json.loads(body) if channel == "slack" and path.suffix == ".json" else None
    if not isinstance(recorded, Mapping) or EVENT_PARTS & set(recorded):
        yield body
        return
    found = [part for part in recorded.values() if isinstance(part, Mapping) and EVENT_PARTS & set(part)]
    yield from (json.dumps(part).encode() for part in found) if found else [body]


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
        for body in bodies(path, channel):
            counted["payloads"] += 1
            counted.update(outcome(kit, path, body))
    return counted


def outcome(kit: Kit, path: Path, body: bytes) -> list[str]:
    """The column of each item of a payload."""
    try:
        return [column(item) for item in kit.channel.normalise(kit.signed(body, event_of(path.stem)))]
    except PayloadNotUnderstood:
        return ["refused"]
    except Exception as error:
        print(f"{path}: {type(error).__name__}: {error}", file=sys.stderr)
        return ["raised"]


def table(root: Path) -> tuple[str, int]:
    """The table, and how many payloads raised."""
    found = [channel for channel in KITS if folder(root, channel).is_dir()]
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
