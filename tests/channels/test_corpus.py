"""Real payloads: none raises, and nothing that they say is lost.

They are not part of the project: CHANNEL_CORPUS names the folder that has them.
"""

import dataclasses
import json
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.channels import custom, whatsapp
from tests.channels import corpus
from tests.channels.kits import FIXTURES, KITS, NOW, request

CORPUS = Path(os.environ.get("CHANNEL_CORPUS") or "/nonexistent")
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="CHANNEL_CORPUS is not set")

# What the provider says that is of no use to a desk: the names of shapes, and our own number.
DROPPED = frozenset({"messaging_product", "display_phone_number", "sha256", "recipient_type", "object", "field"})
DISCRIMINATORS = frozenset({"type", "status", "forwarded", "frequently_forwarded", "voice", "animated"})


def said(value: Any, key: str = "") -> Iterator[str]:
    """Every text, id and time in a payload, whatever its place."""
    if key in DROPPED | DISCRIMINATORS:
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from said(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from said(inner, key)
    elif isinstance(value, str) and key == "response_json" and value.startswith("{"):
        yield from said(json.loads(value))
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def kept(value: Any) -> Iterator[str]:
    """Every text, id and time in normalised items."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from kept(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from kept(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from kept(inner)
    elif isinstance(value, datetime):
        yield str(int(value.timestamp()))
    elif value is not None:
        yield str(value)


def spoken(payload: Mapping[str, Any]) -> Iterator[str]:
    """What a WhatsApp payload says in its items (not in the envelope around them)."""
    for entry in payload["entry"]:
        for change in (entry or {}).get("changes", []):
            value = change["value"]
            metadata = value.get("metadata", {})
            yield from said(metadata)
            yield from said({name: part for name, part in value.items() if name not in ("contacts", "metadata")})
            if value.get("messages") or value.get("message_echoes"):
                yield from said(value.get("contacts", []))


def own_numbers(payload: Mapping[str, Any]) -> Iterator[str]:
    """Ours, which an echo names as its sender."""
    for entry in payload["entry"]:
        for change in entry["changes"]:
            yield change["value"].get("metadata", {}).get("display_phone_number", "")


def files() -> list[Path]:
    own = sorted((FIXTURES / "whatsapp").glob("*.json"))
    # These are about items that are no items; `unknown` ones are of no use by definition.
    odd = ("batch", "unknown__", "message__without_sender", "user_id_update", "status__deleted", "text__garbage")
    return [path for path in own if not path.stem.startswith(odd)] + sorted(CORPUS.glob("whatsapp/*.json"))


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_nothing_that_a_payload_says_is_lost(path: Path) -> None:
    body = path.read_bytes()
    items = whatsapp.normalise(KITS["whatsapp"].signed(body))
    payload = json.loads(body)
    lost = set(spoken(payload)) - set(kept(items)) - set(own_numbers(payload))
    assert not lost


@needs_corpus
@pytest.mark.parametrize("channel", [channel for channel in KITS if corpus.folder(CORPUS, channel).is_dir()])
def test_no_real_payload_raises(channel: str) -> None:
    counted = corpus.tally(CORPUS, channel)
    assert counted["payloads"]
    assert (counted["raised"], counted["refused"]) == (0, 0)


def test_the_table_counts_our_own_fixtures(capsys: pytest.CaptureFixture[str]) -> None:
    assert corpus.main([str(FIXTURES)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["channel", *KITS]


def test_the_table_wants_a_folder() -> None:
    assert corpus.main([]) == 2


# Signatures that others made: `printf %s BODY | openssl dgst -sha256 -hmac SECRET`.

BODY = b'{"object":"whatsapp_business_account","entry":[{"id":"\\u00e9"}]}'
HUB = "45f1d0defdaf411d67318fa5a0d7808ef8e93b01dd270475e489a704526ffa44"
EVENTS = b'{"events":[]}'
TIMED = "9f44420097b08a002488f9b3c73bf72dc9249e350f96ccb8fab23ad6e1a7c2b3"


def test_a_signature_made_by_another_tool_is_accepted() -> None:
    hub = request(BODY, x_hub_signature_256=f"sha256={HUB}")
    whatsapp.verify(hub, {"app_secret": ("hub-secret",)})
    timestamp = str(int(NOW.timestamp()))
    timed = request(EVENTS, x_timestamp=timestamp, x_signature=f"sha256={TIMED}")
    custom.verify(timed, {"secret": ("timed-secret",)})


@needs_corpus
def test_a_signature_of_the_providers_own_is_accepted() -> None:
    path = CORPUS / "signature_vectors.json"
    vector = json.loads(path.read_bytes())["meta_x_hub_signature_256"]
    signed = request(vector["raw_body"].encode(), x_hub_signature_256=vector["value"])
    whatsapp.verify(signed, {"app_secret": (vector["app_secret"],)})
