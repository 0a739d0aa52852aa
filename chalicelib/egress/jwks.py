"""People's tokens: checked against the keys their user pool publishes.

Keys are remembered in the process and fetched again after an hour, or when a token names one that is not among them,
then at most once a minute: tokens with invented key ids cost nothing.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from chalicelib.channels.base import HttpRequest, HttpResponse, NotSent, OutcomeUnknown
from chalicelib.domain.errors import NotAuthenticated, StoreUnavailable

FRESH_SECONDS = 3600.0
PAUSE_SECONDS = 60.0
LEEWAY_SECONDS = 10
ALGORITHM = "RS256"
TIMEOUT_SECONDS = 3.0


class Http(Protocol):
    def send(self, request: HttpRequest) -> HttpResponse: ...


class PoolTokens:
    """Access tokens of one user pool, issued to one of its clients."""

    def __init__(
        self,
        http: Http,
        keys_url: Callable[[], str],
        issuer: str,
        client_id: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._keys_url = keys_url
        self._issuer = issuer
        self._client_id = client_id
        self._clock = clock
        self._keys: Mapping[str, Any] = {}
        self._fetched_at: float | None = None

    def claims(self, token: str) -> Mapping[str, Any]:
        """What a valid token says. Raises NotAuthenticated, StoreUnavailable."""
        # Here, not above: it brings cryptography with it, which API keys can do without.
        import jwt  # noqa: PLC0415

        try:
            key = self._key(jwt.get_unverified_header(token).get("kid"))
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "iss", "sub"], "verify_aud": False},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise _refused() from error
        # Access tokens name their client here, and have no audience.
        if claims.get("token_use") != "access" or claims.get("client_id") != self._client_id:
            raise _refused()
        return claims

    def _key(self, kid: object) -> Any:
        age = None if self._fetched_at is None else self._clock() - self._fetched_at
        known = self._keys.get(kid) if isinstance(kid, str) else None
        if known is not None and age is not None and age < FRESH_SECONDS:
            return known
        if age is None or age >= PAUSE_SECONDS:
            self._fetch()
            known = self._keys.get(kid) if isinstance(kid, str) else None
        if known is None:
            raise _refused()
        return known

    def _fetch(self) -> None:
        """Read the keys; where that fails, those known before stay good."""
        import jwt  # noqa: PLC0415

        request = HttpRequest("GET", self._keys_url(), timeout_seconds=TIMEOUT_SECONDS)
        try:
            answer = self._http.send(request)
            document = json.loads(answer.body) if answer.status == 200 else {}
            keys = {
                each["kid"]: jwt.PyJWK(each, algorithm=ALGORITHM)
                for each in document.get("keys", ())
                if each.get("kty") == "RSA" and each.get("use", "sig") == "sig"
            }
        except (
            NotSent,
            OutcomeUnknown,
            ValueError,
            KeyError,
            AttributeError,
            jwt.PyJWTError,
        ) as error:
            keys = {}
            fault: Exception | None = error
        else:
            fault = None
        if keys:
            self._keys, self._fetched_at = keys, self._clock()
        elif not self._keys:
            raise StoreUnavailable("the user pool's keys cannot be read") from fault
        else:
            # Not again for a minute.
            self._fetched_at = self._clock()


def _refused() -> NotAuthenticated:
    return NotAuthenticated("Sign in, or send a valid API key.")
