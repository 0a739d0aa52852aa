"""The company's own Slack: `POST /slack-app/events` and `POST /slack-app/interactivity`."""

from typing import Any

from chalicelib.channels.http import Reply
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.observability import count
from chalicelib.wiring.http_event import answer_of, request_of
from chalicelib.wiring.shared import now
from chalicelib.wiring.team_apps import PREFIX, intake

# What needs somebody's eye.
WATCHED = {"refused_signature": "slack_refused", "not_understood": "slack_not_understood"}


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    request = request_of(event, now())
    try:
        taken = intake().take(request.path.removeprefix(PREFIX), request)
    except StoreUnavailable:
        count({"slack_not_kept": 1})
        return answer_of(Reply(503), {"retry-after": "5"})  # Slack calls again
    if taken.outcome in WATCHED:
        count({WATCHED[taken.outcome]: 1})
    return answer_of(taken.reply)
