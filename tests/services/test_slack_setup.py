"""Connecting a workspace: Slack is asked first, secrets never come out, and nobody becomes somebody else."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.domain.agent import Principal, Role, Team
from chalicelib.domain.errors import InvalidInput, SlackNotConnected, SlackRefused, SlackUserTaken, VersionConflict
from chalicelib.domain.inbox_health import TokenState
from chalicelib.services.team_slack_api import SlackApi
from chalicelib.services.team_slack_documents import KIND
from chalicelib.services.team_slack_ports import SECRET
from chalicelib.services.team_slack_setup import SlackSetup
from tests.services.leg_room import ANA, START
from tests.services.slack_office import ANA_SLACK, BOT, CHANNEL, OTHER, TEAM, Office, SlackWeb

ADMIN = Principal("agent", "agt_root", "Root", Role.ADMIN)
GIVEN = {"default_channel": CHANNEL}
TOKENS = {"bot_token": "xoxb-1", "signing_secret": "s3cret"}
SCOPES = "chat:write,channels:history,users:read,users:read.email"
PEOPLE: Mapping[str, Mapping[str, Any]] = {
    ANA_SLACK: {"id": ANA_SLACK, "team_id": TEAM, "profile": {"display_name": "ana"}},
    "U0GONE": {"id": "U0GONE", "team_id": TEAM, "deleted": True},
    "U0ROBOT": {"id": "U0ROBOT", "team_id": TEAM, "is_bot": True},
    "U0GUEST": {"id": "U0GUEST", "team_id": "T0OTHER"},
}


class Workspace(SlackWeb):
    scopes = SCOPES
    good = frozenset({"xoxb-1", "xoxb-2"})

    def send(self, request: HttpRequest) -> HttpResponse:
        method = request.url.partition("/api/")[2].partition("?")[0]
        if request.secret_headers["authorization"].removeprefix("Bearer ") not in self.good:
            return HttpResponse(200, {}, b'{"ok":false,"error":"invalid_auth"}')
        if method != "auth.test":
            return super().send(replace(request, secret_headers={"authorization": "Bearer xoxb-1"}))
        about = {"ok": True, "team": "Acme", "team_id": TEAM, "user_id": BOT}
        return HttpResponse(200, {"x-oauth-scopes": self.scopes}, json.dumps(about).encode())

    def _users_info(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"user": PEOPLE.get(given["user"], {})}

    def _users_lookup_by_email(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given["email"] == "ana@acme.example"
        return {"user": PEOPLE[ANA_SLACK]}


class Secrets:
    def __init__(self) -> None:
        self.kept: dict[str, Mapping[str, Sequence[str]]] = {}

    def read(self, ref: str) -> Mapping[str, Sequence[str]]:
        return self.kept.get(ref, {})

    def write(self, ref: str, credentials: Mapping[str, Sequence[str]]) -> None:
        self.kept[ref] = credentials


class Teams:
    def get(self, team_id: str) -> Team | None:
        return Team(team_id, "VIP", START) if team_id == "team_vip" else None


class Place(Office):
    def __post_init__(self) -> None:
        self.web = Workspace()
        super().__post_init__()
        self.secret_store = Secrets()
        self.setup = SlackSetup(
            DocumentStore(self.room.desk, KIND),
            self.secret_store,
            Teams(),  # type: ignore[arg-type]
            SlackApi(self.web),
            self.slack,
        )


def test_a_workspace_is_connected_and_knows_whose_it_is() -> None:
    place = Place()
    app = place.setup.put({**GIVEN, "channels": {"team_vip": OTHER}, "mirror": True}, TOKENS, 0)
    assert (app.workspace_id, app.workspace_name, app.bot_user_id, app.version) == (TEAM, "Acme", BOT, 1)
    assert place.setup.get() == (app, 1)
    assert (app.channel_of("team_vip"), app.channel_of("team_x"), app.channel_of(None)) == (OTHER, CHANNEL, CHANNEL)
    assert place.secret_store.kept[SECRET] == {"bot_token": ("xoxb-1",), "signing_secret": ("s3cret",)}
    assert place.health.health().token is TokenState.OK
    documents = [str(item) for key, item in place.room.client.tables["desk"].items.items()]
    assert not [each for each in documents if "xoxb" in each or "s3cret" in each]


def test_nothing_is_made_of_what_slack_does_not_take() -> None:
    place = Place()
    with pytest.raises(SlackRefused) as refusal:
        place.setup.put(GIVEN, {**TOKENS, "bot_token": "xoxb-bad"}, 0)
    assert (refusal.value.field, refusal.value.facts["slack"]) == ("bot_token", "invalid_auth")
    place.web.scopes = "chat:write"  # type: ignore[attr-defined]
    with pytest.raises(SlackRefused, match=r"lacks scopes: channels:history, users:read, users:read\.email"):
        place.setup.put(GIVEN, TOKENS, 0)
    assert place.setup.get() == (None, 0)
    assert place.secret_store.kept == {}


def test_a_new_signing_secret_leaves_the_one_before_it_valid() -> None:
    place = Place()
    place.setup.put(GIVEN, TOKENS, 0)
    for version, secret in enumerate(("second", "third"), 1):
        place.setup.put(GIVEN, {"signing_secret": secret}, version)
    place.setup.put(GIVEN, {"bot_token": "xoxb-2"}, 3)
    assert place.secret_store.kept[SECRET] == {"bot_token": ("xoxb-2",), "signing_secret": ("third", "second")}


def test_who_lost_a_race_changes_nothing() -> None:
    place = Place()
    place.setup.put(GIVEN, TOKENS, 0)
    with pytest.raises(VersionConflict):
        place.setup.put(GIVEN, {"bot_token": "xoxb-2"}, 0)
    assert place.secret_store.kept[SECRET]["bot_token"] == ("xoxb-1",)


def test_the_token_is_asked_for_anew_when_it_goes_elsewhere() -> None:
    """Otherwise whoever may change the address could have the token sent to themselves."""
    place = Place()
    place.setup.put(GIVEN, TOKENS, 0)
    with pytest.raises(InvalidInput) as refusal:
        place.setup.put({**GIVEN, "api_base": "https://evil.example"}, {}, 1)
    assert refusal.value.field == "bot_token"


@pytest.mark.parametrize(
    ("given", "tokens", "field"),
    [
        ({"default_channel": "general"}, TOKENS, "default_channel"),
        ({"channels": {"team_vip": "D0ANA"}}, TOKENS, "channels.team_vip"),
        ({"channels": {"team_gone": CHANNEL}}, TOKENS, "channels.team_gone"),
        ({"link": "https://desk.example/"}, TOKENS, "link"),
        ({"link": "javascript:{conversation_id}"}, TOKENS, "link"),
        ({"link": "https://desk.example/{conversation_id}|x>"}, TOKENS, "link"),
        ({"api_base": "https://user:word@slack.com"}, TOKENS, "api_base"),
        ({"wait_seconds": 901}, TOKENS, "wait_seconds"),
        ({}, {"bot_token": "xoxb-1"}, "signing_secret"),
        ({}, {**TOKENS, "bot_token": "xoxp-1"}, "bot_token"),
        ({}, {**TOKENS, "signing_secret": "two words"}, "signing_secret"),
    ],
)
def test_what_is_wrong_is_named(given: dict[str, Any], tokens: dict[str, str], field: str) -> None:
    place = Place()
    with pytest.raises(InvalidInput) as refusal:
        place.setup.put(given, tokens, 0)
    assert refusal.value.field == field
    assert place.setup.get() == (None, 0)


def test_a_workspace_may_be_disconnected_and_connected_again() -> None:
    place = Place()
    place.setup.put(GIVEN, TOKENS, 0)
    place.setup.remove(1)
    assert place.setup.get() == (None, 2)
    assert place.secret_store.kept[SECRET] == {}
    with pytest.raises(SlackNotConnected):
        place.setup.remove(2)
    with pytest.raises(InvalidInput):
        place.setup.put(GIVEN, {}, 2)
    assert place.setup.put(GIVEN, TOKENS, 2).version == 3


def test_a_test_says_something_or_why_not() -> None:
    place = Place()
    with pytest.raises(SlackNotConnected):
        place.setup.test(CHANNEL)
    place.setup.put(GIVEN, TOKENS, 0)
    assert place.setup.test(CHANNEL) == place.web.channels[CHANNEL][0]["ts"]
    place.web.fates["chat.postMessage"] = ["not_in_channel"]
    with pytest.raises(SlackRefused, match="Somebody there has to invite it") as refusal:
        place.setup.test(CHANNEL)
    assert refusal.value.field == "channel"


def test_an_agent_is_whoever_has_their_address() -> None:
    place = Place()
    place.setup.put(GIVEN, TOKENS, 0)
    for _ in range(2):
        link = place.setup.link_by_email(place.agents[ANA.id], ANA, START)
    assert (link.user_id, link.name, link.linked_by) == (ANA_SLACK, "ana", ANA.id)
    assert place.setup.link_of(ANA.id) == link
    place.web.fates["users.lookupByEmail"] = ["users_not_found"]
    with pytest.raises(SlackRefused, match="ask an administrator"):
        place.setup.link_by_email(place.agents["agt_eve"], ANA, START)
    with pytest.raises(SlackUserTaken) as refusal:
        place.setup.link(place.agents["agt_eve"], ANA_SLACK, ADMIN, START)
    assert refusal.value.facts["agent_id"] == ANA.id


@pytest.mark.parametrize("user_id", ["U0GONE", "U0ROBOT", "U0GUEST", "U0NOBODY"])
def test_an_agent_is_nobody_who_is_no_member(user_id: str) -> None:
    place = Place()
    place.setup.put(GIVEN, TOKENS, 0)
    with pytest.raises(SlackRefused):
        place.setup.link(place.agents[ANA.id], user_id, ADMIN, START)
    assert place.links.of_agent(ANA.id) is None
