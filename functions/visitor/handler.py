"""What customers call: the web chat's API and the widget's page, `ANY /widget/v1/{inbox_id}/{action}`, and files, `GET
/f/{token}`."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.channels.base import Reply
from chalicelib.domain.errors import HTTP_STATUS, Refusal, StoreUnavailable
from chalicelib.wiring.files import PREFIX, followed
from chalicelib.wiring.http_event import answer_of, request_of
from chalicelib.wiring.shared import now
from chalicelib.wiring.visitor import visiting
from chalicelib.wiring.visitor_page import cors, framed

JSON = "application/json"
PROBLEM = "application/problem+json"
FRAME = ("GET", "frame")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    request = request_of(event, now())
    inbox_id, action = _route(request.path)
    headers: Mapping[str, str] = {}
    try:
        if request.path.startswith(PREFIX):
            return answer_of(*followed(request.path, request.received_at))
        if (request.method, action) == FRAME:
            return answer_of(*framed(inbox_id, request))
        headers = cors(inbox_id, request)
        if request.method == "OPTIONS":
            return answer_of(Reply(204), headers)
        answer = visiting().take(inbox_id, action, request, event["requestContext"]["http"]["sourceIp"])
        return answer_of(Reply(answer.status, json.dumps(answer.body, ensure_ascii=False), JSON), headers)
    except Refusal as refusal:
        return _problem(HTTP_STATUS[refusal.kind], refusal.code, refusal.detail, refusal.field, headers)
    except StoreUnavailable:
        return _problem(503, "unavailable", "Not now: try again in a few seconds.", None, headers)


def _route(path: str) -> tuple[str, str]:
    parts = path.strip("/").split("/")
    return (parts[2], parts[3]) if len(parts) == 4 and parts[:2] == ["widget", "v1"] else ("", "")


def _problem(status: int, code: str, detail: str, field: str | None, headers: Mapping[str, str]) -> dict[str, Any]:
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail, "field": field}
    return answer_of(Reply(status, json.dumps(body), PROBLEM), headers)
