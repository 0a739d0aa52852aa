"""What bytes are: no type that a browser would run is ever believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.filetype import SIGNATURES, sniff

# Types that a browser renders or runs in the origin they come from.
RUNS = (
    "html",
    "xml",
    "svg",
    "javascript",
    "ecmascript",
    "x-shockwave",
    "java-archive",
    "x-mspublisher",
    "multipart",
    "message",
    "wasm",
)
CLAIMS = (
    "text/html",
    "image/svg+xml",
    "application/xhtml+xml",
    "text/javascript",
    "application/xml",
    "multipart/x-mixed-replace",
    "image/jpeg",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-<script>",
    "application/vnd.openxmlformats-x\r\nset-cookie: a=b",
    "audio/ogg; codecs=opus",
    "TEXT/HTML",
    "",
)
ACTIVE = (
    b"<!DOCTYPE html><script>alert(1)</script>",
    b"\xef\xbb\xbf<html>",
    b"  \n\t<HTML>",
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"<?xml version='1.0'?><x/>",
    b"<script>alert(1)</script>",
    b"alert(1)",
    b"\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00",
)
magics = st.sampled_from([b"\x00" * offset + magic for offset, magic, _ in SIGNATURES])


bodies = st.binary(max_size=80) | st.tuples(magics, st.binary(max_size=40)).map(b"".join)


@given(bodies, st.sampled_from(CLAIMS) | st.text())
def test_no_type_that_a_browser_runs_is_ever_given(body: bytes, claimed: str) -> None:
    given_type = sniff(body, claimed)
    assert not any(word in given_type for word in RUNS if not given_type.startswith("application/vnd.openxml"))
    assert set(given_type) <= set("abcdefghijklmnopqrstuvwxyz0123456789.+-/")


@pytest.mark.parametrize("body", ACTIVE)
@pytest.mark.parametrize("claimed", CLAIMS)
def test_active_content_is_plain_text_or_plain_bytes_whatever_it_claims(body: bytes, claimed: str) -> None:
    assert sniff(body, claimed) in ("text/plain", "application/octet-stream")


@pytest.mark.parametrize(("offset", "magic", "mime"), SIGNATURES)
def test_a_signature_is_known_whatever_it_claims(offset: int, magic: bytes, mime: str) -> None:
    assert sniff(b"\x01" * offset + magic + b"\x00rest", "text/html") == mime


@pytest.mark.parametrize(
    ("body", "claimed", "mime"),
    [
        (b"OggS....", "audio/ogg; codecs=opus", "audio/ogg"),
        (b"PK\x03\x04....", "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
        (b"PK\x03\x04....", "text/html", "application/zip"),
        (b"....ftypisom", "video/quicktime", "video/quicktime"),
        (b"....ftypisom", "text/html", "video/mp4"),
        ("ä".encode() * 1500, "text/plain", "text/plain"),
        (b"\x81\x82\x83\x84" * 9, "text/plain", "application/octet-stream"),
        (b"", "image/png", "text/plain"),
    ],
)
def test_a_more_precise_claim_is_kept_only_inside_its_container(body: bytes, claimed: str, mime: str) -> None:
    assert sniff(body, claimed) == mime
