"""WeChat: its proofs, the encrypted mode, and XML that means harm."""

import base64
import hashlib
import json
import os
import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from chalicelib.channels import wechat
from chalicelib.channels.base import InboundMessage, PayloadNotUnderstood, SignatureMismatch, WebhookRequest
from chalicelib.channels.wechat_xml import elements
from tests.channels.cases import check_item
from tests.channels.kits import KITS, NEW, NOW
from tests.channels.test_corpus import CORPUS, kept, needs_corpus, said

KIT = KITS["wechat"]
APP = "wx0000000000000b07"
KEY, OTHER_KEY = (base64.b64encode(letter * 32).decode().rstrip("=") for letter in (b"k", b"o"))
SEALED = {**KIT.credentials, "encoding_aes_key": (KEY,)}
TEXT = KIT.fixtures()["text"]


def encrypted(xml: bytes, key: str = KEY, app_id: str = APP) -> str:
    """As WeChat does it."""
    secret = base64.b64decode(key + "=")
    plain = os.urandom(16) + len(xml).to_bytes(4, "big") + xml + app_id.encode()
    pad = 32 - len(plain) % 32
    sealing = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    return base64.b64encode(sealing.update(plain + bytes([pad]) * pad) + sealing.finalize()).decode()


def sealed(encrypt: str, secret: str = NEW, beside: str = "") -> WebhookRequest:
    plain = KIT.signed(b"", "", secret)
    parts = sorted([secret, plain.query["timestamp"], plain.query["nonce"], encrypt])
    signature = hashlib.sha1("".join(parts).encode()).hexdigest()
    query = {**plain.query, "encrypt_type": "aes", "msg_signature": signature}
    body = f"<xml><ToUserName>gh_0000000000b07</ToUserName>{beside}<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
    return replace(plain, query=query, body=body.encode())


def test_what_was_encrypted_is_read() -> None:
    request = sealed(encrypted(TEXT))
    wechat.verify(request, SEALED)
    opened = wechat.opened(request, SEALED)
    assert opened.body == request.body
    assert wechat.normalise(opened) == wechat.normalise(KIT.signed(TEXT))


def test_the_keys_may_be_rotated() -> None:
    both = {**SEALED, "encoding_aes_key": (OTHER_KEY, KEY)}
    assert wechat.normalise(wechat.opened(sealed(encrypted(TEXT)), both))
    assert wechat.normalise(wechat.opened(sealed(encrypted(TEXT, OTHER_KEY)), both))


def test_a_plain_call_is_refused_where_a_key_is_set() -> None:
    """Its signature says nothing of its body."""
    with pytest.raises(SignatureMismatch):
        wechat.verify(KIT.signed(TEXT), SEALED)
    with pytest.raises(SignatureMismatch):
        wechat.verify(replace(sealed(encrypted(TEXT)), body=TEXT), SEALED)


def test_the_plain_part_beside_an_encrypted_one_is_not_believed() -> None:
    forged = TEXT.decode().removeprefix("<xml>").rpartition("</xml>")[0].replace("1042", "6666")
    request = sealed(encrypted(TEXT), beside=forged)
    wechat.verify(request, SEALED)
    (item,) = wechat.normalise(wechat.opened(request, SEALED))
    assert isinstance(item, InboundMessage) and "1042" in item.text


def test_both_parts_are_read_where_no_key_is_set() -> None:
    """The account's mode for the time of changing over."""
    request = sealed(encrypted(TEXT), beside=TEXT.decode().removeprefix("<xml>").rpartition("</xml>")[0])
    wechat.verify(request, KIT.credentials)
    (item,) = wechat.normalise(wechat.opened(request, KIT.credentials))
    assert isinstance(item, InboundMessage) and "extra" not in item.content


def test_an_encrypted_call_that_nobody_can_open_is_not_understood() -> None:
    with pytest.raises(PayloadNotUnderstood, match="encoding_aes_key"):
        wechat.normalise(sealed(encrypted(TEXT)))
    for request in (
        sealed(encrypted(TEXT, OTHER_KEY)),
        sealed(encrypted(TEXT, app_id="wx-somebody-else")),
        sealed(encrypted(TEXT)[:-24]),
        sealed("AAAA"),
        sealed("no base64 é"),
        sealed(base64.b64encode(bytes(64)).decode()),
    ):
        with pytest.raises(PayloadNotUnderstood):
            wechat.opened(request, SEALED)


@pytest.mark.parametrize("key", ["", "short", "é" * 43, "=" * 43])
def test_a_key_that_is_none_opens_nothing(key: str) -> None:
    with pytest.raises(PayloadNotUnderstood):
        wechat.opened(sealed(encrypted(TEXT)), {**KIT.credentials, "encoding_aes_key": (key, " ")})


def test_a_changed_encrypted_call_is_refused() -> None:
    genuine = sealed(encrypted(TEXT))
    for name in ("msg_signature", "timestamp", "nonce"):
        with pytest.raises(SignatureMismatch):
            wechat.verify(replace(genuine, query={**genuine.query, name: "1"}), SEALED)
    for body in (b"", b"<xml/>", b"<xml><Encrypt/></xml>", sealed(encrypted(TEXT)).body):
        with pytest.raises(SignatureMismatch):
            wechat.verify(replace(genuine, body=body), SEALED)


def test_the_bytes_of_a_length_that_lies_are_never_read_beyond() -> None:
    secret = base64.b64decode(KEY + "=")
    for length in (0, 5, 2**31, 2**32 - 1):
        plain = bytes(16) + length.to_bytes(4, "big") + b"<xml>" + b"\x07" * 7
        sealing = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
        given = base64.b64encode(sealing.update(plain) + sealing.finalize()).decode()
        with pytest.raises(PayloadNotUnderstood):
            wechat.opened(sealed(given), SEALED)


# XML that means harm.

LAUGHS = "".join(f'<!ENTITY l{place} "{f"&l{place - 1};" * 10}">' for place in range(1, 10))


@pytest.mark.parametrize(
    "body",
    [
        f'<!DOCTYPE xml [<!ENTITY l0 "ha">{LAUGHS}]><xml><MsgType>&l9;</MsgType></xml>',
        '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><Content>&x;</Content></xml>',
        '<!DOCTYPE xml SYSTEM "http://127.0.0.1/evil.dtd"><xml><Content>x</Content></xml>',
        "<!DOCTYPE xml><xml><Content>x</Content></xml>",
        "<xml><Content>&undeclared;</Content></xml>",
        "<xml>" + "<a>" * 100_000,
        "<xml>" + "<a/>" * 100_000 + "</xml>",
        "<a>" * 30 + "</a>" * 30,
        '<?xml version="1.0" encoding="utf-7"?><xml/>',
        '<?xml version="1.0" encoding="nonsense"?><xml>',
        "<xml>text only</xml>",
        "<xml/>",
        "<xml></xml><xml></xml>",
        "<xml><a></b></xml>",
        "<xml><a>\x00</a></xml>",
        "<xml><a>&#0;</a><b>&#xD800;</b></xml>",
        "",
    ],
)
def test_such_xml_is_not_understood(body: str) -> None:
    with pytest.raises(PayloadNotUnderstood):
        elements(body.encode())


def test_a_declared_encoding_is_no_way_around_utf_8() -> None:
    assert elements('<?xml version="1.0" encoding="latin-1"?><xml><a>é</a></xml>'.encode()) == {"a": "é"}
    with pytest.raises(PayloadNotUnderstood):
        elements("<xml><a>é</a></xml>".encode("utf-16"))


def test_a_million_laughs_cost_nothing() -> None:
    """Ten thousand million characters, were they made."""
    body = f'<!DOCTYPE xml [<!ENTITY l0 "ha">{LAUGHS}]><xml><Content>&l9;</Content></xml>'.encode()
    with pytest.raises(PayloadNotUnderstood, match="document type"):
        wechat.normalise(KIT.signed(body))


def test_xml_that_is_broken_anywhere_never_raises_anything_else() -> None:
    dice = random.Random(20260801)
    fixtures = sorted(KIT.fixtures().items())
    for _ in range(3_000):
        _, body = dice.choice(fixtures)
        broken = bytearray(body)
        for _ in range(dice.choice((1, 1, 3))):
            place = dice.randrange(len(broken))
            part = dice.choice((b"", b"<", b">", b"]]>", b"&", b"\xff", b"\x00", b"<MsgType>", bytes(broken[:40])))
            broken[place : place + dice.choice((0, 1, 5))] = part
        request = KIT.signed(bytes(broken))
        try:
            items = wechat.normalise(request)
        except PayloadNotUnderstood:
            continue
        for item in items:
            check_item(item)


# What others made: `printf %s ... | openssl sha1`, and WeChat's own payloads.


def test_a_signature_made_by_another_tool_is_accepted() -> None:
    """The sorted texts are 1785578400, nonce-1, tok3n."""
    query = {"timestamp": "1785578400", "nonce": "nonce-1", "signature": "0130dccdbb22ef179866c5d8637b6eb9b7db968f"}
    wechat.verify(replace(KIT.signed(TEXT), query=query), {"token": ("tok3n",)})


def vector(name: str) -> Any:
    return json.loads((CORPUS / "signature_vectors.json").read_bytes())[name]


def at(timestamp: str) -> datetime:
    return datetime.fromtimestamp(int(timestamp), UTC)


@needs_corpus
def test_a_signature_of_the_plain_mode_is_accepted() -> None:
    found = vector("wechat_plain_sha1")
    query = {name: found[name] for name in ("signature", "timestamp", "nonce")}
    asked = replace(KIT.signed(b""), method="GET", query={**query, "echostr": "1"}, received_at=at(found["timestamp"]))
    reply = wechat.challenge(asked, {"token": (found["token"],)})
    assert reply and (reply.status, reply.body) == (200, "1")


@needs_corpus
def test_a_payload_of_the_encrypted_mode_is_opened() -> None:
    found = vector("wechat_encrypted")
    query = {name: found[name] for name in ("msg_signature", "timestamp", "nonce")}
    body = f"<xml><Encrypt>{found['encrypt']}</Encrypt></xml>".encode()
    request = replace(KIT.signed(b""), query=query, body=body, received_at=at(found["timestamp"]))
    credentials = {name: (found[name],) for name in ("token", "encoding_aes_key", "app_id") if name in found}
    wechat.verify(request, credentials)
    opened = wechat.opened(request, credentials)
    assert opened.fetched["opened"] == found["plaintext"].encode()
    (item,) = wechat.normalise(opened)
    assert isinstance(item, InboundMessage)
    assert (item.text, item.external_id) == ("test", "4363689963896700987")


# Shapes' names, and what has become a class or another word of ours.
SHAPES = frozenset({"event", "text", "image", "location", "notsure"})


@needs_corpus
def test_nothing_that_a_real_payload_says_is_lost() -> None:
    paths = sorted((CORPUS / "wechat").glob("*.xml"))
    lost: dict[str, set[str]] = {}
    for path in paths:
        body = path.read_bytes()
        items = wechat.normalise(KIT.signed(body))
        if all(type(item).__name__ == "Ignored" for item in items):
            continue
        payload = elements(body)
        spoken = {each for each in said(payload) if each}
        words = {word for each in kept(items) for word in (each, each.upper(), f"qrscene_{each}")}
        numbers = {each for each in spoken if _is_number_in(each, words)}
        missing = spoken - words - numbers - SHAPES - {payload.get("Event", ""), payload.get("Status", "")}
        if missing:
            lost[path.stem] = missing
    assert paths and not lost


def _is_number_in(text: str, words: set[str]) -> bool:
    """119.385040 is kept as 119.38504."""
    try:
        return str(float(text)) in words
    except ValueError:
        return False


def test_a_stale_proof_proves_nothing_in_either_mode() -> None:
    genuine = sealed(encrypted(TEXT))
    wechat.verify(genuine, SEALED)
    with pytest.raises(SignatureMismatch):
        wechat.verify(replace(genuine, received_at=NOW.replace(year=2027)), SEALED)
