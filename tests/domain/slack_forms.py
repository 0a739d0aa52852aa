"""Events of the company's Slack, and the item that tells of them."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.aws.codec_slack import slack_health_item
from chalicelib.domain.inbox_health import TokenState
from chalicelib.domain.slack_app import SlackHealth

AT = datetime(2026, 3, 2, 9, 0, 0, 250000, UTC)

SLACK: dict[str, dict[str, Any]] = {
    "slack_app.health_changed": {"previous": "ok", "state": "dead", "reason": "token_revoked"},
}


def told_of_slack(_event_type: str) -> dict[str, Any]:
    return slack_health_item(SlackHealth(TokenState.DEAD, AT, "token_revoked", 2))
