"""The Slack app's health as an item."""

from chalicelib.aws import keys_work
from chalicelib.aws.codec import Item, moment_or_none
from chalicelib.domain.inbox_health import TokenState
from chalicelib.domain.slack_app import SlackHealth


def slack_health_item(health: SlackHealth) -> Item:
    pk, sk = keys_work.slack_health()
    return {
        "pk": pk,
        "sk": sk,
        "token": health.token.value,
        "at": health.at,
        "reason": health.reason,
        "version": health.version,
    }


def slack_health_from(item: Item) -> SlackHealth:
    at = moment_or_none(item.get("at"))
    return SlackHealth(TokenState(item["token"]), at, item.get("reason"), int(item["version"]))
