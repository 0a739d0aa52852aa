"""Real Telegram updates, and our own: nothing that they say is lost."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from chalicelib.channels import telegram
from chalicelib.channels.base import Ignored
from tests.channels.kits import FIXTURES, KITS
from tests.channels.test_corpus import CORPUS, kept, said

KIT = KITS["telegram"]
# Smaller sizes of a picture, and keyboards that are ours; names stand in the profile, put together.
DROPPED = ("thumbnail", "reply_markup", "first_name", "last_name", "chat_instance")


def files() -> list[Path]:
    own = sorted((FIXTURES / "telegram").glob("*.json"))
    odd = ("unknown__", "deleted_business_messages__", "message__garbage")
    return [path for path in own if not path.stem.startswith(odd)] + sorted(CORPUS.glob("telegram/*.json"))


def spoken(update: Mapping[str, Any]) -> Iterator[str]:
    """What an update says: not its number, and of a quoted message only which it is and what it said."""
    for kind, value in update.items():
        if kind != "update_id":
            yield from said(bare(value))


def bare(value: Any) -> Any:
    if isinstance(value, list):
        return [bare(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    found = {name: bare(part) for name, part in value.items() if name not in DROPPED}
    for name in ("reply_to_message", "message"):
        if isinstance(found.get(name), dict):
            quoted = found[name]
            named = {"message_id": quoted["message_id"], "text": quoted.get("text")}
            found[name] = named if "quote" not in found else {"message_id": quoted["message_id"]}
    if "photo" in found:
        found["photo"] = max(found["photo"], key=lambda size: size["width"])
    if found.get("data", "").startswith("{"):
        found["data"] = json.loads(found["data"])
    if "animation" in found:
        del found["document"]
    return found


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_nothing_that_an_update_says_is_lost(path: Path) -> None:
    body = path.read_bytes()
    items = telegram.normalise(KIT.signed(body))
    if all(isinstance(item, Ignored) for item in items):
        return
    lost = set(spoken(json.loads(body))) - set(kept(items))
    assert not lost


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_the_name_is_kept_whole(path: Path) -> None:
    update = json.loads(path.read_bytes())
    sender = update.get("message", {}).get("from", {})
    chat = update.get("message", {}).get("chat", {})
    if sender.get("id") != chat.get("id") or "id" not in chat:
        return
    name = " ".join(filter(None, (sender["first_name"], sender.get("last_name"))))
    assert name in set(kept(telegram.normalise(KIT.signed(path.read_bytes()))))
