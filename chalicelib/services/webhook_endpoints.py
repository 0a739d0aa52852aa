"""Administrators' endpoints: made, changed, given a new secret, tried, removed.

A secret is told once, as it is made. It is kept in the secrets' store under a name that counts its endpoint's secrets,
after the endpoint was written: who lost a race must not change what the winner's endpoint signs with.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.channels.http import NotSent
from chalicelib.domain.agent import Agent, Principal
from chalicelib.domain.errors import (
    InvalidInput,
    VersionConflict,
    WebhookEndpointNotFound,
    WebhookEndpointsTooMany,
)
from chalicelib.domain.webhook_delivery import Attempt
from chalicelib.domain.webhook_endpoint import BY_ADMIN, MAX_ENDPOINTS, Endpoint, secret_name
from chalicelib.domain.webhook_events import PATTERNS, PUBLIC_EVENTS, TEST
from chalicelib.domain.webhook_signature import SECRET_BYTES, secret_of
from chalicelib.domain.writes import Written
from chalicelib.services.webhook_attempts import WebhookCalls
from chalicelib.services.webhook_ports import EndpointStore, HealthStore, Secrets

# Within what the API may take for an answer.
TEST_TIMEOUT_SECONDS = 10.0


class Ids(Protocol):
    def new(self, prefix: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an administrator asks for. `owner_id` None: who asks."""

    url: str
    types: tuple[str, ...]
    description: str = ""
    inbox_ids: tuple[str, ...] = ()
    team_ids: tuple[str, ...] = ()
    content: bool = True
    enabled: bool = True
    owner_id: str | None = None


@dataclass(frozen=True, slots=True)
class WebhookEndpoints:
    """`check_url` raises NotSent where it is no address that we may call; `randomness` gives so many random bytes."""

    store: EndpointStore
    health: HealthStore
    secrets: Secrets
    calls: WebhookCalls
    ids: Ids
    agent: Callable[[str], Agent | None]
    check_url: Callable[[str], object]
    randomness: Callable[[int], bytes]

    def every(self) -> Sequence[Endpoint]:
        return self.store.list()

    def get(self, endpoint_id: str) -> Endpoint:
        """Raises WebhookEndpointNotFound."""
        found = self.store.get(endpoint_id)
        if found is None:
            raise WebhookEndpointNotFound("There is no such endpoint.")
        return found

    def create(self, wanted: Wanted, principal: Principal, now: datetime) -> tuple[Endpoint, str]:
        """The endpoint, and its secret. Raises InvalidInput, WebhookEndpointsTooMany."""
        owner_id = self._checked(wanted, principal)
        if len(self.store.list()) >= MAX_ENDPOINTS:
            raise WebhookEndpointsTooMany(f"There are at most {MAX_ENDPOINTS} endpoints.")
        made = Endpoint(self.ids.new("whk"), wanted.url, wanted.types, owner_id, now)
        endpoint = _as_wanted(made, wanted, owner_id, now)
        self._save(endpoint, 0)
        return endpoint, self._new_secret(endpoint, {})

    def change(
        self, endpoint_id: str, wanted: Wanted, read_version: int, principal: Principal, now: datetime
    ) -> Endpoint:
        """Raises InvalidInput, WebhookEndpointNotFound, VersionConflict."""
        before = self._read(endpoint_id, read_version)
        owner_id = before.owner_id if wanted.owner_id is None else self._checked_owner(wanted, principal)
        self._check(wanted)
        after = replace(_as_wanted(before, wanted, owner_id, now), version=before.version + 1)
        self._save(after, before.version)
        if after.url != before.url or (after.enabled and not before.enabled):
            self.health.reset(endpoint_id)
        return after

    def rotate(self, endpoint_id: str, read_version: int, now: datetime) -> tuple[Endpoint, str]:
        """Another secret; both sign for a day. Raises WebhookEndpointNotFound, VersionConflict."""
        before = self._read(endpoint_id, read_version)
        after = replace(before.rotated(now), version=before.version + 1)
        known = self.secrets.read(before.secret_ref)
        self._save(after, before.version)
        old = secret_name(before.secret_nth)
        return after, self._new_secret(after, {old: known[old]} if old in known else {})

    def remove(self, endpoint_id: str) -> None:
        """Raises WebhookEndpointNotFound, VersionConflict."""
        endpoint = self.get(endpoint_id)
        if self.store.delete(endpoint_id, endpoint.version) is not Written.DONE:
            raise VersionConflict("It has changed: read it again.")
        self.secrets.write(endpoint.secret_ref, {})

    def test(self, endpoint_id: str, now: datetime) -> Attempt:
        """Send it a test, now, and keep nothing of it. Raises WebhookEndpointNotFound."""
        endpoint = self.get(endpoint_id)
        identifier = self.ids.new("evt")
        body = {"type": TEST, "timestamp": now.isoformat(), "data": {"id": identifier, "endpoint_id": endpoint_id}}
        text = json.dumps(body, separators=(",", ":")).encode()
        attempt, _ = self.calls.call(endpoint, identifier, text, now, TEST_TIMEOUT_SECONDS)
        return attempt

    def _read(self, endpoint_id: str, read_version: int) -> Endpoint:
        endpoint = self.get(endpoint_id)
        if endpoint.version != read_version:
            raise VersionConflict("It has changed: read it again.", field="version")
        return endpoint

    def _save(self, endpoint: Endpoint, read_version: int) -> None:
        if self.store.put(endpoint, read_version) is not Written.DONE:
            raise VersionConflict("It has changed: read it again.", field="version")

    def _new_secret(self, endpoint: Endpoint, kept: Mapping[str, Sequence[str]]) -> str:
        secret = secret_of(self.randomness(SECRET_BYTES))
        self.secrets.write(endpoint.secret_ref, {**kept, secret_name(endpoint.secret_nth): (secret,)})
        return secret

    def _checked(self, wanted: Wanted, principal: Principal) -> str:
        self._check(wanted)
        return self._checked_owner(wanted, principal)

    def _check(self, wanted: Wanted) -> None:
        for place, each in enumerate(wanted.types):
            if each not in PUBLIC_EVENTS and each not in PATTERNS:
                raise InvalidInput("There is no such public event, nor such an area.", field=f"types[{place}]")
        try:
            self.check_url(wanted.url)
        except NotSent as refused:
            raise InvalidInput(f"This address cannot be called: {refused}.", field="url") from refused

    def _checked_owner(self, wanted: Wanted, principal: Principal) -> str:
        if wanted.owner_id is None:
            if principal.kind != "agent":
                raise InvalidInput("Say which agent is told when it fails.", field="owner_id")
            return principal.id
        agent = self.agent(wanted.owner_id)
        if agent is None or not agent.enabled:
            raise InvalidInput("There is no such agent.", field="owner_id")
        return agent.id


def _as_wanted(endpoint: Endpoint, wanted: Wanted, owner_id: str, now: datetime) -> Endpoint:
    given: dict[str, Any] = {
        "url": wanted.url,
        "types": tuple(dict.fromkeys(wanted.types)),
        "description": wanted.description,
        "inbox_ids": tuple(dict.fromkeys(wanted.inbox_ids)),
        "team_ids": tuple(dict.fromkeys(wanted.team_ids)),
        "content": wanted.content,
        "owner_id": owner_id,
    }
    after = replace(endpoint, **given)
    if wanted.enabled:
        return after if after.enabled else after.enabled_again()
    return after.disabled(BY_ADMIN, now) if after.enabled else after
