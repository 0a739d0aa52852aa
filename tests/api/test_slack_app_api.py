"""The company's Slack over HTTP: secrets go in and never come out; agents say who they are."""

import pytest

from chalicelib.wiring import slack_apps, team_slack
from tests.api.desk import AGENTS, Desk
from tests.services.slack_office import TEAM, TOKEN, SlackWeb

SECRET = "s3cret-that-never-leaves"
BODY = {
    "version": 0,
    "bot_token": TOKEN,
    "signing_secret": SECRET,
    "default_channel": "C0DESK",
    "posts": ["waiting", "mention"],
    "link": "https://desk.example/c/{conversation_id}",
}


class Web(SlackWeb):
    def _auth_test(self, given: object) -> dict[str, str]:
        return {"team": "Acme", "team_id": TEAM, "user_id": "U0BOT"}

    def _users_lookup_by_email(self, given: dict[str, str]) -> dict[str, object]:
        return {"user": {"id": "U0AGENT", "team_id": TEAM, "profile": {"real_name": given["email"]}}}


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> SlackWeb:
    made = Web()
    for each in (team_slack.api, team_slack.team_slack, team_slack.setup, slack_apps.apps):
        each.cache_clear()
    monkeypatch.setattr(team_slack, "http", lambda: made)
    return made


def test_a_workspace_is_connected_used_and_left(desk: Desk, web: SlackWeb) -> None:
    nothing = desk.call("GET", "/slack-app", role="admin")
    assert (nothing.json["connected"], nothing.json["version"]) == (False, 0)
    assert nothing.json["events_url"].endswith("/slack-app/events")
    assert desk.call("POST", "/slack-app/test", {"channel": "C0DESK"}, role="admin").status == 409
    assert desk.call("PUT", "/me/slack").status == 409

    made = desk.call("PUT", "/slack-app", BODY, role="admin")
    assert made.status == 200, made.body
    assert (made.json["workspace_name"], made.json["version"], made.json["posts"]) == (
        "Acme",
        1,
        ["mention", "waiting"],
    )
    assert made.json["health"]["token"] == "ok"
    late = desk.call("PUT", "/slack-app", BODY, role="admin")
    assert (late.status, late.json["code"]) == (409, "version_conflict")
    wrong = desk.call("PUT", "/slack-app", {**BODY, "version": 1, "default_channel": "general"}, role="admin")
    assert (wrong.status, wrong.json["field"]) == (400, "default_channel")

    tried = desk.call("POST", "/slack-app/test", {"channel": "C0DESK"}, role="admin")
    assert tried.json == {"ts": web.channels["C0DESK"][0]["ts"]}

    mine = desk.call("PUT", "/me/slack")
    assert (mine.status, mine.json["user_id"], mine.json["name"]) == (200, "U0AGENT", "agent@example.com")
    assert desk.call("GET", "/me/slack").json == mine.json
    taken = desk.call("PUT", f"/agents/{AGENTS['supervisor']}/slack", {"user_id": "U0AGENT"}, role="admin")
    assert (taken.status, taken.json["code"]) == (409, "slack_user_taken")
    other = desk.call("PUT", f"/agents/{AGENTS['supervisor']}/slack", {"user_id": "U0SUE"}, role="admin")
    assert (other.json["agent_id"], other.json["linked_by"]) == (AGENTS["supervisor"], AGENTS["admin"])
    assert desk.call("DELETE", "/me/slack").status == 204
    assert desk.call("GET", "/me/slack").status == 404

    shown = [made, desk.call("GET", "/slack-app", role="admin"), mine, other]
    assert not [answer for answer in shown if SECRET in answer.body or TOKEN in answer.body]
    assert desk.call("DELETE", "/slack-app?version=1", role="admin").status == 204
    assert desk.call("GET", "/slack-app", role="admin").json["connected"] is False


def test_slacks_refusal_names_the_field(desk: Desk, web: SlackWeb) -> None:
    web.fates["auth.test"] = ["invalid_auth"]
    version = desk.call("GET", "/slack-app", role="admin").json["version"]
    refused = desk.call("PUT", "/slack-app", {**BODY, "version": version}, role="admin")
    assert (refused.status, refused.json["code"], refused.json["field"]) == (400, "slack_refused", "bot_token")
    assert TOKEN not in refused.body
