"""Refusals and faults as RFC 9457 problem details: the one place where a kind becomes an HTTP status."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from chalice.app import Request, Response

from chalicelib.domain.errors import Kind, Refusal, StoreUnavailable
from chalicelib.observability import logger

STATUS: Mapping[Kind, HTTPStatus] = {
    "invalid": HTTPStatus.BAD_REQUEST,
    "unauthenticated": HTTPStatus.UNAUTHORIZED,
    "forbidden": HTTPStatus.FORBIDDEN,
    "missing": HTTPStatus.NOT_FOUND,
    "conflict": HTTPStatus.CONFLICT,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "limit": HTTPStatus.TOO_MANY_REQUESTS,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}

# On every answer: nothing here is a page, to be sniffed, framed or kept.
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}

# What Chalice refuses before a view is reached.
_FRAMEWORK_CODES = {404: "not_found", 405: "method_not_allowed", 415: "unsupported_media_type"}


class FieldError(msgspec.Struct, frozen=True, kw_only=True):
    """One value that was refused."""

    field: Annotated[str, msgspec.Meta(description="Where it stands in the body or query: `legs[0].id`")]
    detail: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request was not carried out (RFC 9457). `code` is stable: program against it, show `detail`.
    `alternatives`: what would go instead of a message that does not, the nearest first (docs/api.md)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    field: str | None = None
    errors: list[FieldError] = []
    facts: dict[str, Any] = {}
    alternatives: list[dict[str, Any]] = []


class UnsupportedMedia(Refusal):
    """The body is not declared as application/json."""

    code = "unsupported_media_type"


def answer(status: int, body: Any, *, content_type: str = "application/json") -> Response:
    """A response with the headers that every response has."""
    text = "" if body is None else msgspec.json.encode(body).decode()
    return Response(text, {**HEADERS, "Content-Type": content_type}, int(status))


def problem(
    status: int, code: str, detail: str, request_id: str, *, field: str | None = None, **facts: Any
) -> Response:
    alternatives = [dict(each) for each in facts.pop("alternatives", ())]
    body = Problem(
        type=f"urn:parley:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=int(status),
        detail=detail,
        code=code,
        request_id=request_id,
        field=field,
        errors=[FieldError(field=field, detail=detail)] if field else [],
        facts=facts,
        alternatives=alternatives,
    )
    response = answer(status, body, content_type="application/problem+json")
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "1"
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def refused(refusal: Refusal, request_id: str) -> Response:
    unsupported = isinstance(refusal, UnsupportedMedia)
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE if unsupported else STATUS[refusal.kind]
    return problem(status, refusal.code, refusal.detail, request_id, field=refusal.field, **refusal.facts)


def guarded(work: Callable[[], Response], request_id: str) -> Response:
    """The response of `work`, or the problem it ran into; nothing of the inside leaves."""
    try:
        return work()
    except Refusal as refusal:
        return refused(refusal, request_id)
    except StoreUnavailable:
        logger().warning("store unavailable", exc_info=True)
        return problem(503, "unavailable", "The desk is busy: repeat the request.", request_id)
    except Exception:
        logger().exception("unexpected error")
        return problem(500, "internal_error", "Something went wrong on our side.", request_id)


def framework_refusals(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Middleware: what Chalice itself answers (405, 415, 500) in the form of all other problems."""
    response = get_response(request)
    if not (isinstance(response.body, dict) and "Code" in response.body):
        return response
    code = _FRAMEWORK_CODES.get(response.status_code, "internal_error")
    detail = response.body["Message"] if code != "internal_error" else "Something went wrong on our side."
    ours = problem(response.status_code, code, detail, request_id_of(request))
    ours.headers.update(response.headers)
    return ours


def request_id_of(request: Request | None) -> str:
    """API Gateway's id of the request, which its access log has too."""
    context = request.context if request is not None else {}
    return str(context.get("requestId") or "unknown")
