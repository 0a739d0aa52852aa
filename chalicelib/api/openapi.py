"""The OpenAPI 3.1 document, made from the routes' declarations and the types they name. Nothing is written by hand."""

import inspect
from collections import defaultdict
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from chalicelib.api.path_ids import PATH_NUMBERS, PATH_WORDS
from chalicelib.api.problems import STATUS, Problem, UnsupportedMedia
from chalicelib.api.routing import Route
from chalicelib.domain.errors import (
    ConversationIsMerged,
    ConversationNotFound,
    InvalidInput,
    NotAuthenticated,
    NotPermitted,
    Refusal,
    TooLarge,
)

VERSION = "1.0.0"
REFS = "#/components/schemas/{name}"
DESCRIPTION = """The API of the agents' desk: everything the workspace does, for programs too.

Errors are problem details (RFC 9457) with a stable `code`. Lists are paged by opaque cursors, good for a day and only
for the list, filters and caller they were given to. Unknown fields and parameters are refused."""
TAGS = {
    "meta": "What the API tells of itself",
    "me": "Who is calling, and what they chose for themselves",
    "agents": "Who works at the desk",
    "teams": "What agents and inboxes belong to",
    "presence": "Who is there, and how much they hold",
    "queues": "What waits, and why",
    "routing-rules": "Which queue, which skills, how much it presses",
    "business-hours": "When somebody is there",
    "api-keys": "How machines sign in",
    "channels": "What each channel can carry",
    "inboxes": "The company's accounts on the channels",
    "conversations": "Cases: views, counts, status, assignment",
    "messages": "The thread: messages, replies, files",
    "notes": "What colleagues write among themselves",
    "contacts": "Who writes to the desk",
    "people": "Which contacts are one person, and who said so",
    "timeline": "What happened to a contact elsewhere: orders, refunds",
    "uploads": "Files on their way into a reply",
}
# What the gateway or the store may answer to any request.
ALWAYS = {
    429: "`too_many_requests`: The gateway's rate limit; wait and repeat.",
    500: "`internal_error`: Our fault; `request_id` finds it in our logs.",
    503: "`unavailable`: The desk is busy; repeat the request after `Retry-After`.",
}

Schema = dict[str, Any]


def document(routes: Sequence[Route]) -> Schema:
    types = [kind for route in routes for kind in (route.gives, route.body, route.query) if kind is not None]
    types.append(Problem)
    schemas, components = msgspec.json.schema_components(types, ref_template=REFS)
    say_end(components)
    schema_of = dict(zip(map(repr, types), schemas, strict=False))
    paths: dict[str, dict[str, Schema]] = defaultdict(dict)
    for route in routes:
        paths[route.path][route.method.lower()] = _operation(route, schema_of, components)
    queries = {route.query.__name__ for route in routes if route.query is not None}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Parley", "version": VERSION, "description": DESCRIPTION},
        "servers": [_server()],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": {path: dict(sorted(paths[path].items())) for path in sorted(paths)},
        "components": {
            "schemas": {name: components[name] for name in sorted(components) if name not in queries},
            "securitySchemes": _schemes(),
        },
    }


def say_end(schema: Any) -> None:
    """Patterns as JSON Schema writes them: its `$` is the end, Python's `\\Z`."""
    if isinstance(schema, dict):
        for name, part in schema.items():
            if name == "pattern" and isinstance(part, str):
                schema[name] = part.replace(r"\Z", "$")
            say_end(part)
    elif isinstance(schema, list):
        for part in schema:
            say_end(part)


def _server() -> Schema:
    return {
        "url": "https://{api}.execute-api.{region}.amazonaws.com/api",
        "variables": {
            "api": {"default": "abcdefghij", "description": "The stack's output RestApiId"},
            "region": {"default": "eu-central-1"},
        },
    }


def _schemes() -> Schema:
    return {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A person's access token from the user pool",
        },
        "key": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "pk_...",
            "description": "A machine's API key",
        },
    }


def _operation(route: Route, schema_of: Schema, components: Schema) -> Schema:
    summary, _, description = inspect.getdoc(route.handler).partition("\n\n")  # type: ignore[union-attr]
    operation: Schema = {
        "operationId": route.name,
        "tags": [route.tag],
        "summary": " ".join(summary.split()),
        "security": _security(route),
        "responses": _responses(route, schema_of),
    }
    if description:
        operation["description"] = " ".join(description.split())
    if route.role:
        operation["x-role"] = route.role.value
    parameters = [*_path_parameters(route), *_query_parameters(route, components)]
    if parameters:
        operation["parameters"] = parameters
    if route.body:
        media: Schema = {"schema": schema_of[repr(route.body)]}
        if route.example:
            media["example"] = dict(route.example)
        operation["requestBody"] = {"required": True, "content": {"application/json": media}}
    return operation


def _security(route: Route) -> list[Schema]:
    if route.role is None:
        return []
    return [{"token": []}] if route.people_only else [{"token": []}, {"key": []}]


def _path_parameters(route: Route) -> list[Schema]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(route, name)} for name in route.path_names
    ]


def _path_schema(route: Route, name: str) -> Schema:
    if name in PATH_NUMBERS:
        return {"type": "integer", "minimum": 0, "maximum": 9999}
    if name in PATH_WORDS:
        prefix, word, _missing = PATH_WORDS[name]
        return {"type": "string", "pattern": f"^({word}|{prefix}_[0-9a-hjkmnp-tv-z]{{1,64}})$"}
    prefixes = route.prefixes(name)
    prefix = prefixes[0] if len(prefixes) == 1 else f"({'|'.join(prefixes)})"
    return {"type": "string", "pattern": f"^{prefix}_[0-9a-hjkmnp-tv-z]{{1,64}}$"}


def _query_parameters(route: Route, components: Schema) -> list[Schema]:
    if route.query is None:
        return []
    properties = components[route.query.__name__]["properties"]
    return [
        {"name": name, "in": "query", "required": False, "schema": _without_null(schema)}
        for name, schema in properties.items()
    ]


def _without_null(schema: Schema) -> Schema:
    """A parameter that may be left out has no null."""
    if "anyOf" not in schema:
        return schema
    (kept,) = [each for each in schema["anyOf"] if each != {"type": "null"}]
    return dict(kept)


def _responses(route: Route, schema_of: Schema) -> Schema:
    done: Schema = {"description": route.status.phrase}
    if route.gives is not None:
        done["content"] = {"application/json": {"schema": schema_of[repr(route.gives)]}}
    problems = {status: _problem(text) for status, text in _refused(route).items()}
    return {str(status): made for status, made in sorted({int(route.status): done, **problems}.items())}


def _problem(text: str) -> Schema:
    return {
        "description": text,
        "content": {"application/problem+json": {"schema": {"$ref": REFS.format(name="Problem")}}},
    }


def _refused(route: Route) -> dict[int, str]:
    """Every status a caller must expect, with the codes it comes with."""
    by_status: dict[int, list[str]] = defaultdict(list)
    for refusal in _refusals(route):
        status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE if refusal is UnsupportedMedia else STATUS[refusal.kind]
        by_status[int(status)].append(f"`{refusal.code}`: {_words(refusal)}")
    return {status: " ".join(lines) for status, lines in by_status.items()} | ALWAYS


def _refusals(route: Route) -> Iterable[type[Refusal]]:
    found: dict[type[Refusal], None] = dict.fromkeys((InvalidInput,))
    if route.role:
        found |= dict.fromkeys((NotAuthenticated, NotPermitted))
    if route.body:
        found |= dict.fromkeys((TooLarge, UnsupportedMedia))
    if route.method != "GET" and ConversationNotFound in route.refuses:
        found[ConversationIsMerged] = None
    return found | dict.fromkeys(route.refuses)


def _words(refusal: type[Refusal]) -> str:
    text = refusal.__doc__ if "__doc__" in vars(refusal) and refusal.__doc__ else ""
    return " ".join(text.split()) or f"{refusal.code.replace('_', ' ').capitalize()}."
