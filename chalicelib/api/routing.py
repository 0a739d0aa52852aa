"""Routes, declared: what each takes, gives and refuses, and who may call it.

The declaration is all there is: the wrapper below enforces it, `openapi` documents it, the tests generate their
matrix from it. A handler gets checked values and returns a view; it cannot be reached in any other way.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from chalice.app import Blueprint, CORSConfig, Request, Response

from chalicelib.api import problems, requests
from chalicelib.api.path_ids import NOTES, PATH_IDS, PATH_NUMBERS, PATH_WORDS
from chalicelib.api.schemas import Body, Query
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors import (
    NotAuthenticated,
    NotPermitted,
    Refusal,
)
from chalicelib.domain.ids import is_id

Handler = Callable[..., Any]
Refusals = tuple[type[Refusal], ...]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and when."""

    principal: Principal
    now: datetime


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. `role` None: anybody, without signing in. `people_only`: no machine, whatever its role. `notes`:
    a message's id in the path may be a note's."""

    method: str
    path: str
    handler: Handler
    tag: str
    role: Role | None
    gives: Any
    status: HTTPStatus
    query: type[Query] | None
    body: type[Body] | None
    refuses: Refusals
    people_only: bool
    example: Mapping[str, Any] | None
    notes: bool = False

    @property
    def name(self) -> str:
        return self.handler.__name__

    @property
    def path_names(self) -> tuple[str, ...]:
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    def prefixes(self, name: str) -> tuple[str, ...]:
        """Of the ids that a path parameter takes."""
        return (PATH_IDS[name][0], *([NOTES[name]] if self.notes and name in NOTES else []))


class Resource:
    """The routes of one resource; becomes one Chalice blueprint."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.routes: list[Route] = []

    def route(  # noqa: PLR0913  a declaration: every part has a name
        self,
        method: str,
        path: str,
        *,
        role: Role | None,
        gives: Any = None,
        status: HTTPStatus = HTTPStatus.OK,
        query: type[Query] | None = None,
        body: type[Body] | None = None,
        refuses: Refusals = (),
        people_only: bool = False,
        example: Mapping[str, Any] | None = None,
        notes: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Declare the decorated function as the handler of `method` `path`.

        It is called with the caller (where a role is asked), the path's parameters, and `query` and `body` as
        declared, all by name; it returns the view to answer, None for 204."""

        def declare(handler: Handler) -> Handler:
            parts = (role, gives, status, query, body, refuses, people_only, example, notes)
            self.routes.append(Route(method, path, handler, self.tag, *parts))
            return handler

        return declare

    def blueprint(self, authorizer: Any, cors: CORSConfig) -> Blueprint:
        made = Blueprint(f"{__name__}.{self.tag}")
        for route in self.routes:
            made.route(
                route.path,
                methods=[route.method],
                name=route.name,
                authorizer=authorizer if route.role else None,
                cors=cors,
            )(_view(made, route))
        return made


def _view(blueprint: Blueprint, route: Route) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        request = blueprint.current_request
        return problems.guarded(lambda: run(route, request, path, _now()), problems.request_id_of(request))

    view.__name__ = route.name
    return view


def _now() -> datetime:
    """To the millisecond, as times are stored: what is answered first is what is answered ever after."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def run(route: Route, request: Request, path: Mapping[str, str], now: datetime) -> Response:
    """One request, in the order in which it may be refused: who, where, what."""
    given: dict[str, Any] = {}
    if route.role is not None:
        given["caller"] = Caller(_admitted(route, route.role, request), now)
    given |= _path_values(route, path)
    parameters = requests.all_parameters(request)
    if route.query is not None or parameters:
        query = requests.query_of(parameters, route.query or Query)
        given |= {"query": query} if route.query else {}
    if route.body is not None:
        given["body"] = requests.body_of(request, route.body)
    return problems.answer(route.status, route.handler(**given))


def _admitted(route: Route, role: Role, request: Request) -> Principal:
    principal = principal_from(request.context.get("authorizer") or {})
    if not principal.may(role):
        raise NotPermitted(f"This needs the role {role.value}.")
    if route.people_only and principal.kind != "agent":
        raise NotPermitted("This is for people, not for API keys.")
    return principal


def principal_from(context: Mapping[str, Any]) -> Principal:
    """Who the authorizer says is calling. Raises NotAuthenticated where it has not been asked."""
    try:
        return Principal(context["kind"], context["id"], context["name"], Role(context["role"]))
    except (KeyError, ValueError) as error:
        raise NotAuthenticated("Sign in first.") from error


def _path_values(route: Route, path: Mapping[str, str]) -> dict[str, Any]:
    """Ids of the form that ids have; anything else cannot name a thing."""
    values: dict[str, Any] = {}
    for name, text in path.items():
        if name in PATH_NUMBERS:
            values[name] = _number(text, PATH_NUMBERS[name])
            continue
        if name in PATH_WORDS:
            values[name] = _named(text, *PATH_WORDS[name])
            continue
        if not any(is_id(prefix, text) for prefix in route.prefixes(name)):
            raise PATH_IDS[name][1](_nothing(name))
        values[name] = text
    return values


def _number(text: str, missing: type[Refusal]) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise missing("There is nothing of this number.")
    return int(text)


def _named(text: str, prefix: str, word: str, missing: type[Refusal]) -> str:
    if text != word and not is_id(prefix, text):
        raise missing(f"Give the id of a team, or “{word}”.")
    return text


def _nothing(name: str) -> str:
    return f"There is no such {name.removesuffix('_id').replace('key', 'API key').replace('other', 'contact')}."


def all_routes(resources: Sequence[Resource]) -> list[Route]:
    return [route for resource in resources for route in resource.routes]
