"""The authorizer's parts, made on first use: an API key needs the table alone, a token the pool's keys too."""

from functools import cache
from urllib.parse import urlsplit

from chalicelib.domain.agent import Principal
from chalicelib.services import authentication
from chalicelib.services.administration_ports import Tokens
from chalicelib.services.authentication import AgentReader, KeyReader
from chalicelib.settings import Settings


@cache
def _tokens() -> Tokens:
    from chalicelib.aws.clients import patient_client
    from chalicelib.aws.people import People
    from chalicelib.egress.http import HttpSender
    from chalicelib.egress.jwks import PoolTokens

    settings = Settings.from_env()
    people = People(patient_client("cognito-idp"), settings.user_pool_id)
    # The SDK's own endpoint: not public where an emulator stands in for AWS.
    endpoint = urlsplit(people.keys_url())
    http = HttpSender(frozenset({endpoint.netloc}))
    return PoolTokens(http, people.keys_url, settings.user_pool_issuer, settings.user_pool_client_id)


@cache
def _records() -> tuple[AgentReader, KeyReader]:
    from chalicelib.aws.binding import bind_models
    from chalicelib.aws.stores.agents import AgentStore
    from chalicelib.aws.stores.api_keys import ApiKeyStore

    bind_models(Settings.from_env().desk_table)
    return AgentStore(), ApiKeyStore()


class _LazyTokens:
    """The pool's tokens, made only when a token comes."""

    def claims(self, token: str) -> dict[str, object]:
        return dict(_tokens().claims(token))


def principal_of(authorization: str) -> Principal:
    """Raises NotAuthenticated, StoreUnavailable."""
    agents, keys = _records()
    return authentication.principal_of(authorization, _LazyTokens(), agents, keys)


def forget() -> None:
    """Start anew (tests that change the environment)."""
    _tokens.cache_clear()
    _records.cache_clear()
