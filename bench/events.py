"""What Lambda is called with: API Gateway's two forms, SQS records; and WhatsApp's webhooks as Meta signs them."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

PHONE_ID = "106540352242922"
APP_SECRET = "a-secret-of-thirty-two-characters"
MEDIA_ID = "77000500"


@dataclass(frozen=True, slots=True)
class Customer:
    """One of many: WhatsApp names people by a business-scoped id and, mostly, by number."""

    number: int

    @property
    def wa_id(self) -> str:
        return f"5511{self.number:09d}"

    @property
    def user_id(self) -> str:
        return f"BR.{4_000_000_000_000_000_000 + self.number}"


def external_id(number: int) -> str:
    """As long as Meta's are."""
    return f"wamid.HBgNNTUxMTk4NzY1MDAwMRUCABIYFDNBNEE2NTk5QUVFMDM4MTAx{number:08d}"


def text_of(text: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": text}}


def image_of(sha256: str) -> dict[str, Any]:
    return {"type": "image", "image": {"id": MEDIA_ID, "mime_type": "image/png", "sha256": sha256}}


def message_body(customer: Customer, identifier: str, at: datetime, said: Mapping[str, Any]) -> bytes:
    """A webhook with one message, in the form of Meta's reference (with business-scoped user ids)."""
    message = {
        "from": customer.wa_id,
        "from_user_id": customer.user_id,
        "id": identifier,
        "timestamp": str(int(at.timestamp())),
        **said,
    }
    return _body(customer, {"messages": [message]})


def status_body(customer: Customer, identifier: str, tracker: str, at: datetime) -> bytes:
    """A webhook with one delivery mark."""
    status = {
        "id": identifier,
        "status": "delivered",
        "timestamp": str(int(at.timestamp())),
        "recipient_id": customer.wa_id,
        "recipient_user_id": customer.user_id,
        "biz_opaque_callback_data": tracker,
    }
    return _body(customer, {"statuses": [status]})


def _body(customer: Customer, items: Mapping[str, Any]) -> bytes:
    profile = {"name": f"Customer {customer.number}"}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550100200", "phone_number_id": PHONE_ID},
        "contacts": [{"profile": profile, "wa_id": customer.wa_id, "user_id": customer.user_id}],
        **items,
    }
    entry = {"id": "210000000000001", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}, separators=(",", ":")).encode()


def signature(body: bytes) -> str:
    return "sha256=" + hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()


def webhook(inbox_id: str, body: bytes) -> dict[str, Any]:
    """A signed call as the HTTP API hands it over."""
    headers = {
        "accept": "*/*",
        "content-length": str(len(body)),
        "content-type": "application/json",
        "host": "abcdefghij.execute-api.us-east-1.amazonaws.com",
        "user-agent": "facebookexternalua",
        "x-forwarded-for": "203.0.113.9",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
        "x-hub-signature-256": signature(body),
    }
    return http_event("POST", f"/webhooks/whatsapp/{inbox_id}", headers, body)


def http_event(method: str, path: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """API Gateway's payload format 2.0."""
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": dict(headers),
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "203.0.113.9"}},
        "body": body.decode(),
        "isBase64Encoded": False,
    }


def rest_event(
    method: str, route: str, path: Mapping[str, str], query: Mapping[str, str], body: Any = None
) -> dict[str, Any]:
    """API Gateway's payload format 1.0, behind the authorizer."""
    caller = {"kind": "agent", "id": "agt_0bench", "name": "Ana", "role": "agent", "principalId": "agt_0bench"}
    return {
        "requestContext": {
            "httpMethod": method,
            "resourcePath": route,
            "path": route.format(**path),
            "requestId": str(uuid.uuid4()),
            "identity": {"sourceIp": "192.0.2.1"},
            "authorizer": caller,
        },
        "headers": {"content-type": "application/json", "authorization": "Bearer token"},
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "pathParameters": dict(path) or None,
        "stageVariables": None,
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


def record(body: str, group: str | None = None, number: int = 0) -> dict[str, Any]:
    """One SQS record, received for the first time."""
    attributes = {"ApproximateReceiveCount": "1"} | ({"MessageGroupId": group} if group else {})
    return {"messageId": f"record-{number}", "receiptHandle": "handle", "body": body, "attributes": attributes}


@dataclass(frozen=True, slots=True)
class Context:
    """Lambda's context, as far as anybody reads it."""

    aws_request_id: str = "8f5e6a4e-1c2f-4c57-9a39-000000000000"
    function_name: str = "bench"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:bench"


def uuid7(at: datetime, number: int) -> str:
    """A client's id of a web chat message: its time is in it."""
    milliseconds = int(at.timestamp() * 1000)
    return str(uuid.UUID(int=(milliseconds << 80) | (0x7 << 76) | (0x8 << 60) | number))


def moment(text: str) -> datetime:
    """A time as the API gives it."""
    return datetime.fromisoformat(text)
