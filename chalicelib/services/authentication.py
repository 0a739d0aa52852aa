"""Who is calling: a person's token or a machine's key becomes a principal.

A person's token names the agent (its user name is the agent's id); the agent's record, where there is one, has the
last word on role and access, so that a demotion or a lock-out does not wait for the token to end. A key is looked up by
a digest of itself, and proved by the hash that was kept of it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.agent import ORDER, Agent, ApiKey, Principal, Role
from chalicelib.domain.errors import NotAuthenticated
from chalicelib.services.administration_ports import Tokens

KEY_PREFIX = "pk_"
SCHEME = "bearer"
MAX_TOKEN = 8192


class AgentReader(Protocol):
    def get(self, agent_id: str) -> Agent | None: ...


class KeyReader(Protocol):
    def with_hash(self, key_id: str) -> tuple[ApiKey, str] | None: ...


def principal_of(authorization: str, tokens: Tokens, agents: AgentReader, keys: KeyReader) -> Principal:
    """The principal of an Authorization header. Raises NotAuthenticated, always for the same reason."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != SCHEME or not token or len(token) > MAX_TOKEN or not token.isascii():
        raise _refused()
    if token.startswith(KEY_PREFIX):
        return _machine(token, keys)
    return _person(tokens.claims(token), agents)


def _refused() -> NotAuthenticated:
    return NotAuthenticated("Sign in, or send a valid API key.")


def key_id(key: str) -> str:
    """A key's id, from the key itself: it finds the record and tells nothing of the secret."""
    return f"key_{ids.digest(key)}"


def key_hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _machine(key: str, keys: KeyReader) -> Principal:
    found = keys.with_hash(key_id(key))
    if found is None:
        raise _refused()
    record, secret_hash = found
    if not hmac.compare_digest(secret_hash, key_hash(key)) or record.revoked_at is not None:
        raise _refused()
    return Principal("api", record.id, record.name, record.role)


def _person(claims: Mapping[str, Any], agents: AgentReader) -> Principal:
    identifier = agent_id(claims)
    record = agents.get(identifier)
    if record is None:
        return Principal("agent", identifier, _display_name(claims), _role(claims))
    if not record.enabled:
        raise _refused()
    return Principal("agent", record.id, record.name, record.role)


def agent_id(claims: Mapping[str, Any]) -> str:
    """The agent a token is about: its user name where accounts are made by this desk, else made of its subject."""
    username = str(claims.get("username", ""))
    return username if ids.is_id("agt", username) else f"agt_{ids.digest(str(claims['sub']))}"


def _role(claims: Mapping[str, Any]) -> Role:
    """The highest role among the token's groups; without one there is no access."""
    groups = claims.get("cognito:groups")
    roles = [Role(group) for group in groups if group in ORDER] if isinstance(groups, list) else []
    if not roles:
        raise _refused()
    return max(roles, key=ORDER.__getitem__)


def _display_name(claims: Mapping[str, Any]) -> str:
    """An id is nobody's name."""
    username = str(claims.get("username", ""))
    return str(claims.get("name") or ("" if ids.is_id("agt", username) else username) or "Agent")[:100]
