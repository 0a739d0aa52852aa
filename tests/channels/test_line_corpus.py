"""Real LINE events, and our own: nothing that they say is lost; and LINE's own SDK signs and reads as we do."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from chalicelib.channels import line
from chalicelib.channels.base import HttpRequest, InboundMessage, SignatureMismatch
from tests.channels.kits import FIXTURES, KITS, NEW, request
from tests.channels.test_corpus import CORPUS, kept, needs_corpus, said
from tests.channels.test_line import TestLine as Cases

KIT = KITS["line"]


def files() -> list[Path]:
    own = sorted((FIXTURES / "line").glob("*.json"))
    # These are about items that are no items; `unknown` ones are of no use by definition.
    odd = ("batch", "unknown__", "message__garbage", "messageEdited__", "unsend__", "postback__without")
    return [path for path in own if not path.stem.startswith(odd)] + sorted(CORPUS.glob("line/*.json"))


def spoken(payload: Mapping[str, Any]) -> Iterator[str]:
    """What the events of known types say. Times are kept as times, in whole seconds here."""
    for event in payload["events"]:
        if event["type"] not in line.EVENT_TYPES:
            continue
        yield str(event["timestamp"] // 1000)
        source = {name: part for name, part in event["source"].items() if name != "type"} if "source" in event else {}
        yield from said(source)
        yield from said({name: part for name, part in event.items() if name not in ("timestamp", "mode", "source")})


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_nothing_that_an_event_says_is_lost(path: Path) -> None:
    body = path.read_bytes()
    items = line.normalise(KIT.signed(body))
    lost = set(spoken(json.loads(body))) - set(kept(items))
    assert not lost


@needs_corpus
def test_a_signature_of_the_providers_own_is_accepted() -> None:
    vector = json.loads((CORPUS / "signature_vectors.json").read_bytes())["line_x_line_signature"]
    signed = request(vector["raw_body"].encode(), x_line_signature=vector["value"])
    line.verify(signed, {"channel_secret": (vector["channel_secret"],)})


def test_a_signature_made_by_another_tool_is_accepted() -> None:
    # printf %s '{"events":[]}' | openssl dgst -sha256 -hmac line-secret -binary | base64
    signed = request(b'{"events":[]}', x_line_signature="PPa4QqevUGV8UO2apjR9ZWG24X4aYwLsG3KzECKE81c=")
    line.verify(signed, {"channel_secret": ("line-secret",)})


class TestWithTheSdk:
    """The official `line-bot-sdk`, where it is installed."""

    @pytest.mark.parametrize("body", ["{}", '{"events":[{"text":"こんにちは\\ud83d\\ude42 \\\\u00e9"}]}'])
    def test_it_accepts_what_we_accept_and_nothing_else(self, body: str) -> None:
        validator = pytest.importorskip("linebot.v3.webhook").SignatureValidator(NEW)
        digest = hmac.new(NEW.encode(), body.encode(), hashlib.sha256).digest()
        for signature in (base64.b64encode(digest).decode(), base64.b64encode(digest[::-1]).decode(), "AAAA"):
            theirs = validator.validate(body, signature)
            try:
                line.verify(request(body.encode(), x_line_signature=signature), KIT.credentials)
                ours = True
            except SignatureMismatch:
                ours = False
            assert theirs == ours

    @pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
    def test_it_reads_the_same_events(self, path: Path) -> None:
        parser = pytest.importorskip("linebot.v3.webhook").WebhookParser(NEW)
        body = path.read_bytes()
        signed = KIT.signed(body)
        if path.stem in ("message__without_source", "message__without_ids"):
            return  # which it refuses
        events = parser.parse(body.decode(), signed.headers["x-line-signature"])
        items = line.normalise(signed)
        assert len(events) == len(items)
        for event, item in zip(events, items, strict=True):
            if isinstance(item, InboundMessage):
                assert int(item.occurred_at.timestamp() * 1000) == event.timestamp
                if type(event).__name__ == "MessageEvent":
                    assert item.external_id == event.message.id

    def test_it_would_send_the_same(self) -> None:
        push = pytest.importorskip("linebot.v3.messaging").PushMessageRequest
        for message in Cases().sendable():
            built = line.build_send(message, KIT.inbox, KIT.credentials)
            assert isinstance(built, HttpRequest)
            body = json.loads(built.body)
            theirs = json.loads(push.from_dict(body).to_json())
            # Which it adds, being the default.
            assert {**body, "notificationDisabled": False} == theirs
