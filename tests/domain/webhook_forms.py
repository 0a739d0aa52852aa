"""Events of outbound webhooks, and the item that tells of them."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.aws.codec_webhook import endpoint_item
from chalicelib.domain.webhook_endpoint import FAILING, Endpoint

AT = datetime(2026, 3, 2, 9, 0, 0, 250000, UTC)

WEBHOOKS: dict[str, dict[str, Any]] = {
    "webhook.failing": {"host": "crm.example", "failing_since": AT.isoformat(), "agent_ids": ("agt_1",)},
    "webhook.disabled": {"host": "crm.example", "reason": FAILING, "agent_ids": ("agt_1",)},
}


def told_of_webhooks(event_type: str) -> dict[str, Any]:
    endpoint = Endpoint("whk_1", "https://crm.example/hooks?key=k", ("message.*",), "agt_1", AT, "CRM", version=4)
    return endpoint_item(endpoint.disabled(FAILING, AT) if event_type == "webhook.disabled" else endpoint)
