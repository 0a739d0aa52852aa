"""A desk with people, keys and a custom inbox, and its API behind a gateway."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import boto3
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from chalicelib.channels.base import HttpRequest, HttpResponse, InboundMessage, Peer, Profile
from chalicelib.domain.agent import Agent, Principal, Role
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind
from chalicelib.egress.jwks import PoolTokens
from chalicelib.services import administration
from chalicelib.services.receive import receive
from chalicelib.wiring import api as wiring
from chalicelib.wiring import authorizer, shared
from tests.api.gateway import Gateway
from tests.flow.world import World

ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_test"
CLIENT = "client-of-the-workspace"
PUBLIC_URL = "https://hooks.example"
INBOX = "ibx_0sh0p"
AGENTS = {"agent": "agt_0agent", "supervisor": "agt_0spv", "admin": "agt_0adm"}
SECRET = "inbox-secret-that-never-leaves"
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwks(key: rsa.RSAPrivateKey = _KEY, kid: str = "one") -> dict[str, Any]:
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return {"keys": [{**public, "kid": kid, "use": "sig", "alg": "RS256"}]}


def token(
    agent_id: str = "agt_0agent",
    role: str = "agent",
    *,
    key: Any = _KEY,
    kid: str = "one",
    groups: list[str] | None = None,
    **claims: Any,
) -> str:
    """An access token as the user pool signs it, with `claims` of one's own (None leaves one out)."""
    now = int(time.time())
    said: dict[str, Any] = {
        "sub": f"sub-of-{agent_id}",
        "iss": ISSUER,
        "client_id": CLIENT,
        "token_use": "access",
        "username": agent_id,
        "cognito:groups": [role] if groups is None else groups,
        "iat": now,
        "exp": now + 600,
        **claims,
    }
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, key, algorithm="RS256", headers={"kid": kid})


@dataclass
class PoolHttp:
    """The address that publishes the pool's keys."""

    document: dict[str, Any] = field(default_factory=jwks)
    status: int = 200
    fetches: int = 0

    def send(self, request: HttpRequest) -> HttpResponse:
        self.fetches += 1
        return HttpResponse(self.status, {}, json.dumps(self.document).encode())


@dataclass
class Desk:
    """Everything an API test touches."""

    world: World
    gateway: Gateway
    app: ModuleType
    pool: PoolHttp
    keys: dict[str, str] = field(default_factory=dict)
    _signed: dict[str, tuple[float, str]] = field(default_factory=dict)

    def as_(self, role: str) -> str:
        """The token of the person with this role: signed anew long before it ends, not for every call."""
        at, signed = self._signed.get(role, (0.0, ""))
        if not 0 <= time.time() - at < 60:
            at, signed = self._signed[role] = time.time(), token(AGENTS[role], role)
        return signed

    def call(self, method: str, path: str, body: Any = None, *, role: str = "agent", **more: Any) -> Any:
        return self.gateway.request(method, path, body, token=self.as_(role), **more)

    def customer_says(
        self, text: str, address: str = "bob", at: datetime | None = None, external_id: str | None = None
    ) -> str:
        """A message of the custom channel arrives; gives its conversation's id."""
        inbox = shared.inboxes().get(INBOX)
        assert inbox is not None
        now = at or datetime.now(UTC)
        inbound = InboundMessage(
            account_id=INBOX,
            external_id=external_id or f"ext-{os.urandom(6).hex()}",
            peer=Peer((address,), Profile(name=address.capitalize())),
            occurred_at=now,
            kind=MessageKind.TEXT,
            text=text,
        )
        return receive(shared.inbound_store(), inbox, inbound, now).conversation_id


@dataclass
class Providers:
    """Every provider, answering what it is told to: `answers` one after the other, then `answer`."""

    answer: HttpResponse = HttpResponse(200, {}, b"{}")
    answers: list[HttpResponse] = field(default_factory=list)
    asked: list[HttpRequest] = field(default_factory=list)

    def send(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request)
        return self.answers.pop(0) if self.answers else self.answer

    def fetch(self, request: HttpRequest, *, limit_bytes: int) -> HttpResponse:
        raise AssertionError("nothing is fetched here")


def environment(patch: pytest.MonkeyPatch, pool: PoolHttp) -> None:
    cognito = boto3.client("cognito-idp")
    pool_id = cognito.create_user_pool(PoolName="agents")["UserPool"]["Id"]
    for role in Role:
        cognito.create_group(UserPoolId=pool_id, GroupName=role.value)
    boto3.client("secretsmanager").create_secret(Name="parley/test/cursor", SecretString="signs cursors")
    boto3.client("secretsmanager").create_secret(Name="parley/test/links", SecretString="signs links")
    boto3.client("secretsmanager").create_secret(Name="parley/test/codes", SecretString="makes codes")
    boto3.client("secretsmanager").create_secret(Name="parley/test/web-push", SecretString="makes the key for pushes")
    boto3.client("secretsmanager").create_secret(Name="parley/test/certificates", SecretString="signs certificates")
    variables: Mapping[str, str] = {
        "PARLEY_USER_POOL_ID": pool_id,
        "PARLEY_USER_POOL_CLIENT_ID": CLIENT,
        "PARLEY_USER_POOL_ISSUER": ISSUER,
        "PARLEY_PUBLIC_URL": PUBLIC_URL,
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    }
    for name, value in variables.items():
        patch.setenv(name, value)
    tokens = PoolTokens(pool, lambda: f"{ISSUER}/.well-known/jwks.json", ISSUER, CLIENT)
    patch.setattr(authorizer, "_tokens", lambda: tokens)


def people(desk: Desk) -> None:
    now = datetime.now(UTC)
    for role in Role:
        name = role.value.capitalize()
        wiring.agents().put(Agent(AGENTS[role], name, f"{role.value}@example.com", role, now))
        admin = Principal("agent", AGENTS["admin"], "Admin", Role.ADMIN)
        _, secret = administration.create_key(wiring.api_keys(), wiring.random_ids(), admin, name, role, now)
        desk.keys[role.value] = secret
    shared.inboxes().put(Inbox(INBOX, "custom", "Shop", INBOX, f"inbox/{INBOX}", now))
    shared.secrets().write(f"inbox/{INBOX}", {"secret": [SECRET]})
