"""API Gateway's REST API for the tests: routes as the template would, asks the authorizer, calls the app.

Its own answers (no such route, no token, refused) are the gateway responses of infra/parts/rest.yaml.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalice.local import ARNMatcher, RouteMatcher
from werkzeug.wrappers import Request, Response

ARN = "arn:aws:execute-api:eu-west-1:123456789012:abcdefghij/api"
STAGE = "/api"
PROBLEM = "application/problem+json"


@dataclass
class Context:
    """Lambda's context, as far as anybody reads it."""

    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_name: str = "api"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:123456789012:function:api"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Gateway:
    """`guarded` False forgets to ask the authorizer."""

    def __init__(self, app: Any, *, guarded: bool = True) -> None:
        self._app = app
        self._guarded = guarded
        self._matcher = RouteMatcher(list(app.routes))

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        """One call. `body` is sent as JSON, `raw` as it is; `token` as bearer."""
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        if token is not None:
            sent.setdefault("authorization", f"Bearer {token}")
        if body is not None:
            raw = json.dumps(body).encode()
            sent.setdefault("content-type", "application/json")
        return self.handle(method, path, sent, raw)

    def handle(self, method: str, target: str, headers: Mapping[str, str], raw: bytes | None) -> Answer:
        request_id = str(uuid.uuid4())
        try:
            match = self._matcher.match_route(target)
        except ValueError:
            return _own(404, "not_found", request_id)
        entry = self._app.routes[match.route].get(method)
        if entry is None:
            return _own(404, "not_found", request_id)
        event = _event(method, target, match, headers, raw, request_id)
        if entry.authorizer is not None and self._guarded:
            refused = self._authorize(entry.authorizer, event, method, request_id)
            if refused is not None:
                return refused
        response = self._app(event, Context())
        many = {name: ", ".join(values) for name, values in response.get("multiValueHeaders", {}).items()}
        return Answer(response["statusCode"], {**response["headers"], **many}, response["body"])

    def _authorize(self, authorizer: Any, event: dict[str, Any], method: str, request_id: str) -> Answer | None:
        token = event["headers"].get("authorization")
        if not token:
            return _own(401, "not_authenticated", request_id)
        arn = f"{ARN}/{method}{event['requestContext']['path']}"
        try:
            result = authorizer({"type": "TOKEN", "authorizationToken": token, "methodArn": arn}, Context())
        except Exception as error:
            if str(error) == "Unauthorized":
                return _own(401, "not_authenticated", request_id)
            raise
        allowed = [resource for each in result["policyDocument"]["Statement"] for resource in each["Resource"]]
        if not ARNMatcher(arn).does_any_resource_match(allowed):
            return _own(403, "not_permitted", request_id)
        assert all(isinstance(value, str) for value in result["context"].values())
        event["requestContext"]["authorizer"] = {**result["context"], "principalId": result["principalId"]}
        return None

    def wsgi(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The same for clients that speak HTTP (schemathesis)."""
        request = Request(environ)
        target = request.path.removeprefix(STAGE) + (
            f"?{request.query_string.decode()}" if request.query_string else ""
        )
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = self.handle(request.method, target, headers, request.get_data() or None)
        return Response(answer.body, answer.status, dict(answer.headers))(environ, start_response)


def _event(
    method: str, target: str, match: Any, headers: Mapping[str, str], raw: bytes | None, request_id: str
) -> dict[str, Any]:
    parts = urlsplit(target)
    return {
        "requestContext": {
            "httpMethod": method,
            "resourcePath": match.route,
            "path": parts.path,
            "requestId": request_id,
            "identity": {"sourceIp": "192.0.2.1"},
        },
        "headers": dict(headers),
        "multiValueQueryStringParameters": parse_qs(parts.query, keep_blank_values=True) or None,
        "pathParameters": match.captured or None,
        "stageVariables": None,
        "body": None if raw is None else raw.decode("utf-8", "replace"),
        "isBase64Encoded": False,
    }


def _own(status: int, code: str, request_id: str) -> Answer:
    """What the gateway itself answers."""
    titles = {401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}
    body = {
        "type": f"urn:parley:problem:{code}",
        "title": titles[status],
        "status": status,
        "detail": titles[status],
        "code": code,
        "request_id": request_id,
    }
    return Answer(status, {"Content-Type": PROBLEM}, json.dumps(body))
