"""Real Slack payloads, and our own: nothing that a customer says is lost."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from chalicelib.channels import slack
from chalicelib.channels.base import Ignored, StatusUpdate
from chalicelib.channels.slack_text import plain
from tests.channels import corpus
from tests.channels.kits import FIXTURES, KITS
from tests.channels.test_corpus import CORPUS, kept, said

KIT = KITS["slack"]
# Rich text repeats the text; the rest are names of shapes, or of what our own message was.
DROPPED = {
    "blocks",
    "type",
    "subtype",
    "channel_type",
    "previous_message",
    "parent_user_id",
    "event_ts",
    "edited",
    "team",
    "source_team",
    "user_team",
    "item_user",
    "item",
    "message",
    "metadata",
    "root",
    "files",
    "emoji",
    "placeholder",
    "hidden",
    "client_msg_id",
    "style",
    "description",
}


def recorded() -> list[bytes]:
    folders = (FIXTURES, CORPUS) if CORPUS.is_dir() else (FIXTURES,)
    paths = [path for root in folders for path in corpus.payloads(root, "slack") if not path.stem.startswith("batch")]
    return [body for path in paths for body in corpus.bodies(path, "slack")]


def spoken(payload: Mapping[str, Any]) -> Iterator[str]:
    """What an event or an interaction says, not the envelope around it."""
    if "event" in payload:
        yield from said(bare(payload["event"]))
    elif "command" in payload:
        yield payload["text"]
    else:
        yield from said(bare({"actions": payload.get("actions"), "user": payload.get("user", {}).get("id")}))


def bare(value: Any) -> Any:
    if isinstance(value, list):
        return [bare(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    found = {name: bare(part) for name, part in value.items() if name not in DROPPED}
    changed = value.get("message")
    if not isinstance(changed, Mapping) or changed.get("subtype") == "tombstone":
        return found
    return {**found, "said": changed.get("text")}


@pytest.mark.parametrize("body", recorded(), ids=lambda body: str(len(body)))
def test_nothing_that_a_payload_says_is_lost(body: bytes) -> None:
    items = slack.normalise(KIT.signed(body))
    # Our own messages prove only that they were taken.
    if all(isinstance(item, Ignored | StatusUpdate) for item in items):
        return
    told = set(kept(items))
    # A press says its own time through the item's; channel and thread are parts of an address.
    joined = " ".join(told)
    lost = {word for word in spoken(json.loads(body)) if word not in told and plain(word) not in joined}
    assert not {word for word in lost if not word.replace(".", "").isdigit()}
