"""API keys: how machines sign in. Made, seen and ended by people only: a stolen key makes no other."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from chalicelib.api import cursors
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Name, PageQuery, View
from chalicelib.domain.agent import ApiKey, Role
from chalicelib.domain.errors import ApiKeyNotFound, CursorInvalid
from chalicelib.services import administration
from chalicelib.wiring import api as wiring

resource = Resource("api-keys")


class ApiKeyView(View, frozen=True, kw_only=True):
    """`used_at`: when it last asked for something; it may be some minutes behind."""

    id: str
    name: str
    role: Role
    last_four: str
    created_at: datetime
    created_by: str
    revoked_at: datetime | None
    used_at: datetime | None


class ApiKeyCreated(ApiKeyView, frozen=True, kw_only=True):
    """`key`: the key itself, shown this once."""

    key: str


class ApiKeyPage(View, frozen=True, kw_only=True):
    items: list[ApiKeyView]
    next_cursor: str | None


class ApiKeyBody(Body, frozen=True, kw_only=True):
    name: Name
    role: Role


@resource.route(
    "POST",
    "/api-keys",
    role=Role.ADMIN,
    people_only=True,
    body=ApiKeyBody,
    gives=ApiKeyCreated,
    status=HTTPStatus.CREATED,
    example={"name": "Shop system", "role": "agent"},
)
def create_api_key(caller: Caller, body: ApiKeyBody) -> ApiKeyCreated:
    """Make a key that acts with a role."""
    key, secret = administration.create_key(
        wiring.api_keys(), wiring.random_ids(), caller.principal, body.name, body.role, caller.now
    )
    return ApiKeyCreated(**_fields(key), key=secret)


@resource.route(
    "GET",
    "/api-keys",
    role=Role.ADMIN,
    people_only=True,
    query=PageQuery,
    gives=ApiKeyPage,
    refuses=(CursorInvalid,),
)
def list_api_keys(caller: Caller, query: PageQuery) -> ApiKeyPage:
    """All keys, revoked ones too, without the keys themselves."""
    page, cursor = cursors.page_of("api-keys", wiring.api_keys().list, wiring.cursor_secret, caller, query)
    return ApiKeyPage(items=[view(key) for key in page], next_cursor=cursor)


@resource.route(
    "GET",
    "/api-keys/{key_id}",
    role=Role.ADMIN,
    people_only=True,
    gives=ApiKeyView,
    refuses=(ApiKeyNotFound,),
)
def get_api_key(caller: Caller, key_id: str) -> ApiKeyView:
    """One key's record."""
    return view(administration.get_key(wiring.api_keys(), key_id))


@resource.route(
    "DELETE",
    "/api-keys/{key_id}",
    role=Role.ADMIN,
    people_only=True,
    gives=ApiKeyView,
    refuses=(ApiKeyNotFound,),
)
def revoke_api_key(caller: Caller, key_id: str) -> ApiKeyView:
    """End a key within a minute. It stays listed."""
    return view(administration.revoke_key(wiring.api_keys(), key_id, caller.now))


def view(key: ApiKey) -> ApiKeyView:
    return ApiKeyView(**_fields(key))


def _fields(key: ApiKey) -> dict[str, Any]:
    return {name: getattr(key, name) for name in ApiKeyView.__struct_fields__}
