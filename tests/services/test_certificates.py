"""Certificates: signed once, checked by anybody, and no longer genuine with any change."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.erasure import Case, Erasure, Place, Tally
from chalicelib.services.certificates import SeededSigner, body_of, is_genuine, key_id, subject

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SIGNER = SeededSigner("a secret of the stack")
places = st.builds(
    Place, st.sampled_from(["messages", "legs"]), st.just("desk"), st.text(max_size=9), st.text(max_size=9)
)


def certificate(found: list[Place]) -> Any:
    erasure = Erasure("era_1", Case(("con_1",)), "agt_1", NOW, "salt").counted(found)
    return body_of(erasure, NOW.isoformat(), 7, SIGNER)


@given(st.lists(places, max_size=5, unique=True))
def test_it_is_checked_offline_with_the_public_key_alone(found: list[Place]) -> None:
    body = certificate(found)
    signature = SIGNER.sign(body)
    plain = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    Ed25519PublicKey.from_public_bytes(base64.b64decode(SIGNER.public_key)).verify(base64.b64decode(signature), plain)
    # As it comes back out of an answer.
    assert is_genuine(json.loads(json.dumps(body)), signature, SIGNER.public_key)
    assert sum(row["count"] for row in body["stores"]) == len(found)


@given(st.data())
def test_any_change_shows(data: st.DataObject) -> None:
    body = certificate([Place("messages", "desk", "LEG#1", "M#1")])
    signature = SIGNER.sign(body)
    name = data.draw(st.sampled_from(sorted(body)))
    other: Any = data.draw(st.none() | st.integers() | st.text(max_size=5) | st.just([]))
    if other != body[name]:
        assert not is_genuine({**body, name: other}, signature, SIGNER.public_key)
    assert not is_genuine({key: value for key, value in body.items() if key != name}, signature, SIGNER.public_key)


@given(st.text(max_size=100), st.text(max_size=60))
def test_what_is_no_signature_or_key_is_refused_without_a_fault(signature: str, key: str) -> None:
    assert not is_genuine({"a": 1}, signature, key)
    assert not is_genuine({"a": 1}, signature, SIGNER.public_key)


def test_another_secret_is_another_key() -> None:
    other = SeededSigner("another secret")
    assert other.public_key != SIGNER.public_key
    assert key_id(other.public_key) == other.key_id != SIGNER.key_id
    body = certificate([])
    assert not is_genuine(body, other.sign(body), SIGNER.public_key)


@given(st.lists(places, max_size=6, unique=True), st.randoms())
def test_the_digest_of_keys_does_not_depend_on_their_order(found: list[Place], random: Any) -> None:
    def tally(rows: list[Place]) -> Tally:
        made = Tally()
        for row in rows:
            made = made.with_key("salt", row)
        return made

    other: list[Place] = list(found)
    random.shuffle(other)
    assert tally(found) == tally(other)
    if found:
        assert tally(found) != tally(found[1:])


def test_whom_it_is_about_is_checked_by_who_knows_the_id() -> None:
    body = certificate([])
    assert body["contacts"] == [subject(body["salt"], "con_1")]
    assert "con_1" not in json.dumps(body)
