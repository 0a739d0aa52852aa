"""The Slack app's health as an item."""

from chalicelib.aws.codec import Item, moment_or_none
from chalicelib.domain.inbox_health import TokenState
from chalicelib.domain.slack_app import SlackHealth


def slack_health_from(item: Item) -> SlackHealth:
    at = moment_or_none(item.get("at"))
    return SlackHealth(TokenState(item["token"]), at, item.get("reason"), int(item["version"]))
