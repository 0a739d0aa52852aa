"""Viber: real payloads and a signature of Viber's own library."""

import json

import pytest

from chalicelib.channels import viber
from chalicelib.channels.base import InboundMessage, SignatureMismatch
from tests.channels.kits import KITS, request
from tests.channels.test_corpus import CORPUS, kept, needs_corpus, said

KIT = KITS["viber"]
# What the envelope says: which shape it is, and that a phone makes no sound.
ENVELOPE = frozenset({"event", "message", "text"})
# Made with `openssl dgst -sha256 -hmac`.
BODY, SECRET = b'{"event":"webhook","message_token":1}', "viber-secret"
MAC = "11d762157e31eb44493f6a62d9742d4ed6b60db98d51522ed3beca52a682c7e9"


def test_a_signature_made_by_another_tool_is_accepted() -> None:
    viber.verify(request(BODY, x_viber_content_signature=MAC), {"auth_token": (SECRET,)})
    with pytest.raises(SignatureMismatch):
        viber.verify(request(BODY + b" ", x_viber_content_signature=MAC), {"auth_token": (SECRET,)})


@needs_corpus
def test_a_signature_of_vibers_own_is_accepted() -> None:
    vector = json.loads((CORPUS / "signature_vectors.json").read_bytes())["viber_content_signature"]
    signed = request(vector["raw_body"].encode(), x_viber_content_signature=vector["value"])
    viber.verify(signed, {"auth_token": (vector["auth_token"],)})


@needs_corpus
def test_nothing_that_a_real_message_says_is_lost() -> None:
    paths = sorted((CORPUS / "viber").glob("*.json"))
    assert paths
    for path in paths:
        body = path.read_bytes()
        (item,) = viber.normalise(KIT.signed(body))
        assert isinstance(item, InboundMessage)
        payload = json.loads(body)
        # Kept in seconds.
        payload["timestamp"] //= 1000
        assert not set(said(payload)) - set(kept(item)) - ENVELOPE
