"""Files of Messages for Business: AES-256 in counter mode, against vectors that others made, and its keys."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.apple_files import (
    MAX_REFERENCE,
    crypted,
    decrypted,
    file_key,
    reference_named,
    reference_of,
    written_key,
)

SECRET = b"secret"
KEY = "0123456789abcdef" * 4


def test_it_is_counter_mode_of_aes_256() -> None:
    """NIST SP 800-38A, F.5.5 and F.5.6 (CTR-AES256)."""
    key = bytes.fromhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")
    counter = bytes.fromhex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
    plain = bytes.fromhex(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
        "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
    )
    made = bytes.fromhex(
        "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
        "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"
    )
    assert crypted(plain, key, counter) == made
    assert crypted(made, key, counter) == plain


def test_the_counter_begins_at_zero_and_counts_blocks() -> None:
    """The key of zeros: FIPS-197's cipher of block 0 (AESAVS, VarTxt), and of blocks 1 and 2 as the GCM specification
    tells them (McGrew and Viega, test cases 13 and 14, where the counter begins at 1)."""
    blocks = (
        "dc95c078a2408989ad48a21492842087",
        "530f8afbc74536b9a963b4f1c4cb738b",
        "cea7403d4d606b6e074ec5d3baf39d18",
    )
    assert crypted(bytes(48), bytes(32)).hex() == "".join(blocks)


@given(plain=st.binary(max_size=100))
def test_what_was_encrypted_is_decrypted_with_the_written_key(plain: bytes) -> None:
    key = file_key(SECRET, "msg_1", 0, plain)
    written = written_key(key)
    assert (written[:2], len(written)) == ("00", 66)
    assert decrypted(crypted(plain, key), written[2:]) == plain
    assert len(crypted(plain, key)) == len(plain)


def test_a_repeat_has_the_same_key_and_anything_else_another() -> None:
    known = file_key(SECRET, "msg_1", 0, b"plain")
    assert known == file_key(SECRET, "msg_1", 0, b"plain")
    others = {
        file_key(b"other", "msg_1", 0, b"plain"),
        file_key(SECRET, "msg_2", 0, b"plain"),
        file_key(SECRET, "msg_1", 1, b"plain"),
        file_key(SECRET, "msg_1", 0, b"plain "),
        # The parts cannot run into each other.
        file_key(SECRET, "msg_1\n0", 0, b"plain"),
    }
    assert len(others | {known}) == 6


@pytest.mark.parametrize("key", ["", "0g", "00" * 31, "00" * 33, "abc"])
def test_a_key_that_is_none_is_an_error_of_value(key: str) -> None:
    with pytest.raises(ValueError):
        decrypted(b"bytes", key)


PART = {"url": "https://c.example/1", "owner": "M1", "key": f"00{KEY}", "signature": "01ab"}


def test_signatures_are_base64_whatever_they_were_written_in() -> None:
    found = reference_of(PART)
    assert found and found.signature == base64.b64encode(b"\x01\xab").decode()
    assert reference_of({**PART, "signature": "", "signature-base64": "01ab"}).signature == "01ab"  # type: ignore[union-attr]
    # Base64 that has only hexadecimal digits stays what it is on its way through an id.
    kept = reference_of({**PART, "signature-base64": "01ab"})
    assert kept and reference_named(kept.media_id) == kept


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": None},
        {"url": "https://c.example/ 1"},
        {"url": "https://c.example/\r\nx: y"},
        {"url": "https://c.example/" + "x" * 2100},
        {"owner": ""},
        {"owner": "é"},
        {"key": ""},
        {"key": KEY[:-1]},
        {"key": f"01{KEY}"},
        {"key": [KEY]},
        {"signature": ""},
        {"signature": "no base64!"},
        {"signature-base64": "x" * 500},
    ],
)
def test_a_file_is_unusable_when_something_is_missing_or_wrong(wrong: dict[str, object]) -> None:
    assert reference_of({**PART, **wrong}) is None


def test_a_reference_is_not_kept_beyond_its_length() -> None:
    long = {**PART, "url": "https://" + "x" * 2000, "owner": "y" * 2040}
    found = reference_of(long)
    assert found is None or len(found.media_id) <= MAX_REFERENCE
    assert reference_of({**PART, "key": KEY}) == reference_of(PART)
