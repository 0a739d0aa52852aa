"""The demo company's own Slack, simulated: a workspace with the desk's app in it, and colleagues with addresses."""

import secrets
from collections.abc import Mapping

from infra.local.cloud import LocalCloud
from infra.local.desk import Desk, Json

TEAM, CHANNEL = "T0PARLEYHQ", "C0DESK"
PLACE = f"/slack/{TEAM}"


def connect(cloud: LocalCloud, admin: Desk, colleagues: Mapping[str, tuple[Desk, str]]) -> None:
    """`colleagues`: by their ids in Slack, each with their own way to the desk and their e-mail address. Everything may
    be repeated: token and secret are new each time."""
    credentials = {"bot_token": f"xoxb-{secrets.token_hex(12)}", "signing_secret": secrets.token_hex(16)}
    found: Json = admin.call("GET", "/slack-app")
    # The app has to be there before the desk asks whose token it is.
    cloud.providers.register(PLACE, {**credentials, "webhook_url": found["events_url"]})
    body = {
        "version": found["version"],
        **credentials,
        "api_base": f"{cloud.providers.url}/slack/api",
        "default_channel": CHANNEL,
        "mirror": True,
        "wait_seconds": 30,
    }
    admin.call("PUT", "/slack-app", body)
    for user_id, (desk, email) in colleagues.items():
        cloud.providers.call("POST", f"{PLACE}/people/{user_id}/email", {"email": email})
        desk.call("PUT", "/me/slack")
