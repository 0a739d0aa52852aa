"""Who is let in: people's tokens and machines' keys, and everything that only looks like one."""

import base64
import json
import time
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from chalicelib.channels.base import NotSent
from chalicelib.domain.agent import Agent, Principal, Role
from chalicelib.domain.errors import NotAuthenticated, StoreUnavailable
from chalicelib.egress.jwks import PoolTokens
from chalicelib.services import administration
from chalicelib.wiring import api as wiring
from tests.api.desk import AGENTS, CLIENT, ISSUER, Desk, PoolHttp, jwks, token
from tests.api.gateway import Gateway

OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NOW = int(time.time())


def unsigned(**claims: Any) -> str:
    """A valid token's claims under `alg: none`."""
    parts = token(**claims).split(".")
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "one"}).encode()).rstrip(b"=").decode()
    return f"{header}.{parts[1]}."


def signed_with_the_public_key() -> str:
    """HS256 over the published key: what a verifier that believes the header would accept."""
    public = jwt.PyJWK(jwks()["keys"][0]).key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    claims = jwt.decode(token(), options={"verify_signature": False})
    head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "one"}).encode()).rstrip(b"=")
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
    mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(head + b"." + body, public)
    return (head + b"." + body + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


def with_role_changed() -> str:
    head, body, signature = token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims["cognito:groups"] = ["admin"]
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{head}.{forged}.{signature}"


BAD_TOKENS = {
    "expired": token(exp=NOW - 60),
    "without an end": token(exp=None),
    "of another pool": token(iss="https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_other"),
    "without an issuer": token(iss=None),
    "of another client": token(client_id="somebody-else"),
    "an id token": token(token_use="id", aud=CLIENT),
    "without a subject": token(sub=None),
    "signed by another key": token(key=OTHER_KEY),
    "of an unknown key": token(key=OTHER_KEY, kid="two"),
    "unsigned": unsigned(),
    "signed with the public key": signed_with_the_public_key(),
    "changed": with_role_changed(),
    "of nobody's group": token("agt_0stranger", groups=["visitors"]),
    "without a group": token("agt_0stranger", groups=[]),
    "no token": "nonsense",
    "empty parts": "..",
    "an unknown key": "pk_0000000000000000000000000000000000000000000000000000",
    "a key's start": "pk_",
    "very long": "a" * 9000,
}


@pytest.mark.parametrize("name", BAD_TOKENS)
def test_nobody_is_let_in_with_a_token_that_is(desk: Desk, name: str) -> None:
    answer = desk.gateway.request("GET", "/me", token=BAD_TOKENS[name])

    assert (answer.status, answer.json["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "{token}", "Token {token}", "Bearer  {token}", "Bearer {token} x"],
)
def test_nobody_is_let_in_with_the_header(desk: Desk, header: str) -> None:
    answer = desk.gateway.request("GET", "/me", headers={"Authorization": header.format(token=token())})

    assert answer.status == 401


def test_the_scheme_may_be_written_in_any_case(desk: Desk) -> None:
    answer = desk.gateway.request("GET", "/me", headers={"Authorization": f"bearer {token()}"})

    assert answer.status == 200


@pytest.mark.parametrize("header", ["X-Api-Key", "X-Authorization", "X-Amzn-Principal", "X-Forwarded-User"])
def test_no_other_header_signs_in(desk: Desk, header: str) -> None:
    answer = desk.gateway.request("GET", "/me", headers={header: desk.keys["admin"]})

    assert answer.status == 401


def test_nothing_is_answered_when_the_authorizer_was_not_asked(desk: Desk) -> None:
    """A route that the gateway lets through by mistake still knows nobody."""
    answer = Gateway(desk.app.app, guarded=False).request("GET", "/me", token=token())

    assert (answer.status, answer.json["code"]) == (401, "not_authenticated")


def test_the_record_has_the_last_word_on_the_role(desk: Desk) -> None:
    answer = desk.gateway.request("GET", "/me", token=token(AGENTS["agent"], "admin"))

    assert answer.json["role"] == "agent"


def test_an_agent_without_access_is_not_let_in_although_the_token_is_good(desk: Desk) -> None:
    now = datetime.now(UTC)
    wiring.agents().put(Agent("agt_0g0ne", "Gone", "gone@example.com", Role.ADMIN, now, enabled=False))

    assert desk.gateway.request("GET", "/me", token=token("agt_0g0ne", "admin")).status == 401


def test_the_first_administrator_is_made_in_the_user_pool(desk: Desk) -> None:
    answer = desk.gateway.request("GET", "/me", token=token("root", "admin"))

    assert answer.status == 200
    assert answer.json["id"].startswith("agt_")
    assert answer.json["role"] == "admin"


def test_the_highest_of_several_groups_counts(desk: Desk) -> None:
    both = token("agt_0b0th", groups=["agent", "admin", "something-else"])

    assert desk.gateway.request("GET", "/me", token=both).json["role"] == "admin"


def test_a_revoked_key_ends_working(desk: Desk) -> None:
    admin = Principal("agent", AGENTS["admin"], "Admin", Role.ADMIN)
    key, secret = administration.create_key(
        wiring.api_keys(), wiring.random_ids(), admin, "Shop", Role.AGENT, datetime.now(UTC)
    )
    assert desk.gateway.request("GET", "/me", token=secret).status == 200

    assert desk.call("DELETE", f"/api-keys/{key.id}", role="admin").status == 200

    assert desk.gateway.request("GET", "/me", token=secret).status == 401


def test_a_key_with_one_letter_changed_is_none(desk: Desk) -> None:
    secret = desk.keys["admin"]
    changed = secret[:-1] + ("0" if secret[-1] != "0" else "1")

    assert desk.gateway.request("GET", "/me", token=changed).status == 401


def tokens_over(http: PoolHttp, clock: list[float]) -> PoolTokens:
    return PoolTokens(http, lambda: "https://pool.example/jwks.json", ISSUER, CLIENT, clock=lambda: clock[0])


def test_keys_are_fetched_once_and_again_when_a_token_names_a_new_one() -> None:
    http, clock = PoolHttp(), [0.0]
    tokens = tokens_over(http, clock)
    for _ in range(3):
        tokens.claims(token())
    assert http.fetches == 1

    http.document = jwks(OTHER_KEY, "two")
    clock[0] = 61.0
    assert tokens.claims(token(key=OTHER_KEY, kid="two"))["client_id"] == CLIENT
    assert http.fetches == 2
    with pytest.raises(NotAuthenticated):
        tokens.claims(token())


def test_invented_key_ids_cost_one_fetch_a_minute() -> None:
    http, clock = PoolHttp(), [0.0]
    tokens = tokens_over(http, clock)
    tokens.claims(token())
    for number in range(20):
        clock[0] += 5
        with pytest.raises(NotAuthenticated):
            tokens.claims(token(kid=f"invented-{number}"))

    assert http.fetches == 2


def test_known_keys_stay_good_when_the_pool_does_not_answer() -> None:
    http, clock = PoolHttp(), [0.0]
    tokens = tokens_over(http, clock)
    tokens.claims(token())
    http.status, clock[0] = 500, 7200.0

    assert tokens.claims(token())["sub"]


def test_it_is_our_fault_when_the_keys_cannot_be_read() -> None:
    class Unreachable(PoolHttp):
        def send(self, request: Any) -> Any:
            raise NotSent("no route")

    for http in (Unreachable(), PoolHttp(status=500), PoolHttp(document={"keys": [{"kid": "x", "kty": "RSA"}]})):
        with pytest.raises(StoreUnavailable):
            tokens_over(http, [0.0]).claims(token())
