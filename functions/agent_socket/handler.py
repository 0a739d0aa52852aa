"""Sockets of agents and visitors: who connects with a ticket may follow topics; see docs/live.md."""

import json
from typing import Any

from chalicelib.domain.errors import NotAuthenticated, StoreUnavailable
from chalicelib.wiring.shared import now
from chalicelib.wiring.sockets import disconnected, frames, live

OK, UNAUTHORIZED, UNAVAILABLE = 200, 401, 503
TRY_AGAIN = {"type": "error", "code": "unavailable", "detail": "Not now: try again in a few seconds."}


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    asked = event["requestContext"]
    connection_id = asked["connectionId"]
    if asked["eventType"] == "CONNECT":
        return _connect(connection_id, (event.get("queryStringParameters") or {}).get("ticket", ""))
    if asked["eventType"] == "DISCONNECT":
        disconnected(connection_id, now())
        return {"statusCode": OK}
    return _said(connection_id, event.get("body") or "")


def _connect(connection_id: str, ticket: str) -> dict[str, Any]:
    try:
        live().connect(connection_id, ticket, now())
    except NotAuthenticated:
        return {"statusCode": UNAUTHORIZED}
    except StoreUnavailable:
        return {"statusCode": UNAVAILABLE}
    return {"statusCode": OK}


def _said(connection_id: str, body: str) -> dict[str, Any]:
    try:
        answer = frames().answer(connection_id, body, now())
    except StoreUnavailable:
        answer = TRY_AGAIN
    return {"statusCode": OK} if answer is None else {"statusCode": OK, "body": json.dumps(answer, ensure_ascii=False)}
