"""Real payloads of Messenger and our own: nothing that they say is lost."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from chalicelib.channels import messenger
from chalicelib.channels.base import Ignored
from chalicelib.channels.meta_events import moment
from chalicelib.channels.untrusted import mapping
from tests.channels.kits import FIXTURES, KITS
from tests.channels.test_corpus import CORPUS, kept

# The names of shapes, which became kinds and states.
SHAPES = frozenset({"object", "field", "type", "action", "verb", "item", "source_type", "is_echo", "is_deleted"})
TIMES = frozenset({"timestamp", "watermark", "created_time"})
# Of use to nobody by definition, about items that are none, or told by a mark instead.
ODD = ("batch", "unknown__", "message__garbage", "message__own_send", "delivery__empty")


def files(channel: str) -> list[Path]:
    own = sorted((FIXTURES / channel).glob("*.json"))
    return [path for path in own if not path.stem.startswith(ODD)] + sorted(CORPUS.glob(f"{channel}/*.json"))


def said(value: Any, key: str = "") -> Iterator[str]:
    """Every text, id and time, whatever its place."""
    if key in SHAPES:
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from said(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from said(inner, key)
    elif key in TIMES:
        at = moment(value)
        assert at
        yield str(int(at.timestamp()))
    elif value not in (None, "") and not isinstance(value, bool):
        yield str(value)


def ours(item: Mapping[str, Any]) -> set[str]:
    """The side that is not the customer."""
    is_echo = mapping(item.get("message")).get("is_echo") is True
    return {str(mapping(item.get("sender" if is_echo else "recipient")).get("id"))}


def lost(channel: ModuleType, path: Path) -> set[str]:
    """What a payload says and its items do not."""
    body = path.read_bytes()
    found = channel.normalise(KITS[channel.NAME].signed(body))
    told, own = set[str](), set[str]()
    for entry in json.loads(body)["entry"]:
        own.add(str(entry["id"]))
        changes = [change["value"] for change in entry.get("changes", [])]
        whole = [entry["value"]] if "field" in entry else []
        for item in [*entry.get("messaging", []), *entry.get("standby", []), *changes, *whole]:
            told |= set(said(item))
            own |= ours(item)
    if all(isinstance(item, Ignored) for item in found):
        return {item.reason for item in found if item.reason != "comment.own"}
    return told - set(kept(found)) - own


@pytest.mark.parametrize("path", files("messenger"), ids=lambda path: path.stem)
def test_nothing_that_a_payload_says_is_lost(path: Path) -> None:
    assert not lost(messenger, path)
