"""The settings of the Slack app, to and from the document they are kept as."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.slack_app import Happening, SlackApp

KIND = "slack_app"
ID = "workspace"


def app_from(body: Mapping[str, Any], version: int) -> SlackApp | None:
    """The app that a document holds; None where no workspace is connected (any more)."""
    if not body:
        return None
    return SlackApp(
        workspace_id=body["workspace_id"],
        workspace_name=body["workspace_name"],
        bot_user_id=body["bot_user_id"],
        default_channel=body["default_channel"],
        channels=dict(body["channels"]),
        posts=frozenset(Happening(each) for each in body["posts"]),
        mirror=body["mirror"],
        wait_seconds=body["wait_seconds"],
        link=body["link"],
        api_base=body["api_base"],
        version=version,
    )


def app_body(app: SlackApp) -> Mapping[str, Any]:
    return {
        "workspace_id": app.workspace_id,
        "workspace_name": app.workspace_name,
        "bot_user_id": app.bot_user_id,
        "default_channel": app.default_channel,
        "channels": dict(app.channels),
        "posts": sorted(each.value for each in app.posts),
        "mirror": app.mirror,
        "wait_seconds": app.wait_seconds,
        "link": app.link,
        "api_base": app.api_base,
    }
