"""Reading JSON requests and writing JSON answers, alike for every simulated provider."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.wrappers import Request, Response

Json = dict[str, Any]
# A method, a path, and the unbound method of a front that answers it.
Route = tuple[str, str, Callable[..., Response]]
# More than any JSON call of these providers needs; media uploads have their own limit.
MAX_JSON_BYTES = 2 * 1024 * 1024


class Refused(Exception):
    """A request that is answered with an error; carries the whole answer."""

    def __init__(self, status: int, payload: Json, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status}: {payload}")
        self.status = status
        self.payload = payload
        self.headers = dict(headers or {})

    def answer(self) -> Response:
        """The refusal as a response."""
        return json_answer(self.payload, self.status, self.headers)


def problem(status: int, code: str, detail: str) -> Refused:
    """An error of the control API, in one shape."""
    return Refused(status, {"error": {"code": code, "detail": detail}})


def json_answer(payload: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response."""
    return Response(dump(payload), status=status, headers=dict(headers or {}), mimetype="application/json")


def dump(payload: Any) -> bytes:
    """Compact JSON with non-ASCII escaped, as Meta's bodies are."""
    return json.dumps(payload, separators=(",", ":")).encode()


def raw_body(request: Request) -> bytes:
    """The body's bytes, refused when absurdly large."""
    request.max_content_length = MAX_JSON_BYTES
    return request.get_data()


def parse_object(raw: bytes) -> Json | None:
    """The JSON object in `raw`; an empty body is an empty object; None when it is anything else."""
    if not raw:
        return {}
    try:
        parsed = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def control_body(request: Request) -> Json:
    """The JSON object of a control call."""
    parsed = parse_object(raw_body(request))
    if parsed is None:
        raise problem(400, "not_json", "the body must be a JSON object")
    return parsed


def bearer_token(request: Request) -> str:
    """The token of the Authorization header, or an empty string."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
