"""Apple's tokens: what is accepted, and every way in which a wrong one has been passed elsewhere."""

import base64
import hashlib
import hmac
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from chalicelib.channels import apple
from chalicelib.channels.apple_jwt import keys_of, signed
from chalicelib.channels.base import SignatureMismatch
from tests.channels.apple_signing import MSP_ID, apple_token, in_base64
from tests.channels.kits import KITS, NEW, NOW

KIT = KITS["apple"]
CORPUS = Path(os.environ.get("CHANNEL_CORPUS") or "/nonexistent")
AT = int(NOW.timestamp())


def encoded(part: Any) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def made(header: Any, claims: Any, key: bytes = NEW.encode(), digest: Any = hashlib.sha256) -> str:
    parts = f"{encoded(header)}.{encoded(claims)}"
    return f"{parts}.{encoded(hmac.new(key, parts.encode(), digest).digest())}"


def check(authorization: str, credentials: Any = None, at: datetime = NOW) -> None:
    request = replace(KIT.signed(b"{}"), headers={"authorization": authorization}, received_at=at)
    apple.verify(request, KIT.credentials if credentials is None else credentials)


HS256 = {"alg": "HS256", "typ": "JWT"}
CLAIMS = {"aud": MSP_ID, "iat": AT}


def test_a_token_of_another_library_is_accepted() -> None:
    check(f"Bearer {pyjwt.encode(CLAIMS, NEW.encode(), 'HS256')}")
    check(f"bearer {made({'alg': 'HS256'}, {**CLAIMS, 'aud': ['other', MSP_ID]})}")


def test_our_token_is_read_by_another_library() -> None:
    token = signed({"iss": MSP_ID, "iat": AT}, NEW.encode())
    claims = pyjwt.decode(token, NEW.encode(), ["HS256"], options={"verify_iat": False})
    assert claims == {"iss": MSP_ID, "iat": AT}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="CHANNEL_CORPUS is not set")
def test_a_recorded_token_is_accepted() -> None:
    vector = json.loads((CORPUS / "signature_vectors.json").read_bytes())["apple_inbound_jwt"]
    credentials = {"api_secret": (vector["secret_base64"],), "msp_id": (vector["expected_aud"],)}
    at = datetime.fromtimestamp(vector["iat"], UTC)
    check(vector["authorization"], credentials, at + timedelta(minutes=59))
    for wrong in ({"msp_id": ("msp-id-2",)}, {"api_secret": (in_base64("other"),)}):
        with pytest.raises(SignatureMismatch):
            check(vector["authorization"], {**credentials, **wrong}, at)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "None"},
        {"alg": "nOnE"},
        {"alg": ""},
        {"alg": None},
        {"alg": ["HS256"]},
        {"alg": "hs256"},
        {"alg": "RS256"},
        {"alg": "HS384"},
        {},
        [],
        "HS256",
        {**HS256, "crit": ["exp"]},
        b"\xff",
    ],
)
def test_only_hs256_is_followed_whatever_a_token_says_of_itself(header: Any) -> None:
    with pytest.raises(SignatureMismatch):
        check(f"Bearer {made(header, CLAIMS)}")
    for signature in ("", "AA", "."):
        with pytest.raises(SignatureMismatch):
            check(f"Bearer {encoded(header)}.{encoded(CLAIMS)}.{signature}")


@pytest.mark.parametrize("digest", [hashlib.sha1, hashlib.sha384, hashlib.sha512, hashlib.md5])
def test_another_digest_is_no_signature(digest: Any) -> None:
    with pytest.raises(SignatureMismatch):
        check(f"Bearer {made(HS256, CLAIMS, digest=digest)}")


def test_a_public_key_is_no_secret() -> None:
    """RS256 for HS256: whoever knows a public key must not be able to sign with it."""
    pair = rsa.generate_private_key(65537, 2048)
    private = pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = pair.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for token in (pyjwt.encode(CLAIMS, private, "RS256"), made(HS256, CLAIMS, public), made({"alg": "RS256"}, CLAIMS)):
        with pytest.raises(SignatureMismatch):
            check(f"Bearer {token}")
        # Not even where an administrator has entered the public key: it is no base64 of a secret.
        with pytest.raises(SignatureMismatch):
            check(f"Bearer {token}", {**KIT.credentials, "api_secret": (public.decode(),)})


@pytest.mark.parametrize("key", [b"", b"\0", in_base64(NEW).encode(), NEW.encode() + b"\0" * 64])
def test_another_key_is_refused(key: bytes) -> None:
    with pytest.raises(SignatureMismatch):
        check(f"Bearer {made(HS256, CLAIMS, key)}")


@pytest.mark.parametrize("secret", ["", " ", "====", "no base64!", "é"])
def test_a_secret_that_is_none_proves_nothing(secret: str) -> None:
    credentials = {**KIT.credentials, "api_secret": (secret,)}
    assert keys_of(credentials, "api_secret") == []
    for key in (b"", secret.encode()):
        with pytest.raises(SignatureMismatch):
            check(f"Bearer {made(HS256, CLAIMS, key)}", credentials)


def test_a_secret_may_have_lost_its_padding_or_gained_spaces() -> None:
    for secret in (in_base64(NEW).rstrip("="), f" {in_base64(NEW)}\n"):
        assert keys_of({"api_secret": (secret,)}, "api_secret") == [NEW.encode()]


@pytest.mark.parametrize(
    "claims",
    [
        {"iat": AT},
        {"aud": "msp-0002", "iat": AT},
        {"aud": "", "iat": AT},
        {"aud": [], "iat": AT},
        {"aud": [["msp-0001"]], "iat": AT},
        {"aud": {"msp-0001": 1}, "iat": AT},
        {"aud": MSP_ID.upper(), "iat": AT},
        {"iss": MSP_ID, "iat": AT},
        {"aud": MSP_ID},
        {"aud": MSP_ID, "iat": None},
        {"aud": MSP_ID, "iat": True},
        {"aud": MSP_ID, "iat": "soon"},
        {"aud": MSP_ID, "iat": -1},
        {"aud": MSP_ID, "iat": 10**30},
        {"aud": MSP_ID, "iat": AT - 3601},
        {"aud": MSP_ID, "iat": AT + 301},
        {"aud": MSP_ID, "iat": AT, "exp": AT},
        {"aud": MSP_ID, "iat": AT, "exp": None},
        [MSP_ID],
        None,
    ],
)
def test_a_signed_token_for_another_or_of_another_time_is_refused(claims: Any) -> None:
    with pytest.raises(SignatureMismatch):
        check(f"Bearer {made(HS256, claims)}")


@pytest.mark.parametrize("ahead", [-3600, -3599, 0, 300])
def test_the_last_hour_and_a_clock_that_is_a_little_ahead_are_accepted(ahead: int) -> None:
    check(f"Bearer {apple_token(NEW, NOW + timedelta(seconds=ahead))}")


def test_one_signature_has_one_spelling() -> None:
    """The last character of a signature has bits that mean nothing; padding and line ends mean nothing either."""
    token = apple_token(NEW, NOW)
    check(f"Bearer {token}")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(token[-1])
    same_bytes = token[:-1] + alphabet[last ^ 1]
    assert base64.urlsafe_b64decode(same_bytes.split(".")[2] + "=") == base64.urlsafe_b64decode(
        token.split(".")[2] + "="
    )
    for twin in (
        same_bytes,
        f"{token}=",
        f"{token}\n",
        f"{token} ",
        f" {token}",
        f"{token}.",
        f"{token}.x",
        f".{token}",
    ):
        with pytest.raises(SignatureMismatch):
            check(f"Bearer {twin}")


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer ..", "Bearer a.b.c", "Basic {}", "{}", "Bearer a.{}", "Bearer " + "a." * 5000],
)
def test_what_is_no_bearer_token_is_refused(authorization: str) -> None:
    with pytest.raises(SignatureMismatch):
        check(authorization.replace("{}", apple_token(NEW, NOW)))


def test_a_token_of_absurd_length_is_not_read() -> None:
    with pytest.raises(SignatureMismatch):
        check(f"Bearer {made(HS256, {**CLAIMS, 'x': 'x' * 4096})}")


@pytest.mark.parametrize("missing", ["msp_id", "api_secret"])
def test_nothing_is_accepted_without_an_msp_id_or_a_secret(missing: str) -> None:
    for value in ((), ("",)):
        with pytest.raises(SignatureMismatch):
            check(f"Bearer {apple_token(NEW, NOW, aud='')}", {**KIT.credentials, missing: value})


def test_the_token_signs_no_body() -> None:
    """Known, and told in the docs: whoever has a token can say anything for an hour."""
    request = KIT.signed(b"{}")
    apple.verify(replace(request, body=b'{"type":"text"}'), KIT.credentials)
