"""The simulated Slack: the Web API the desk calls, and the signed calls it posts."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest

from simulators import Simulators
from simulators.slack import signature
from tests.simulators.desk import Answer, Client, Receiver, settled

TEAM, USER, TOKEN, SECRET = "T1", "U1", "xoxb-1", "slack-secret"
DIRECT = "D1"


@pytest.fixture
def workspace(sim: Simulators, receiver: Receiver) -> str:
    sim.slack.register(TEAM, bot_token=TOKEN, signing_secret=SECRET, webhook_url=receiver.base_url + "/slack")
    return TEAM


def api(client: Client, method: str, body: Any = None, token: str = TOKEN) -> Answer:
    return client.call("POST", f"/slack/api/{method}", body or {}, Authorization=f"Bearer {token}")


def post(client: Client, **fields: Any) -> dict[str, Any]:
    answer: dict[str, Any] = api(client, "chat.postMessage", {"channel": USER, "text": "Hello", **fields}).json
    return answer


def act(client: Client, **spec: Any) -> int:
    return client.call("POST", f"/sim/slack/{TEAM}/people/{USER}/actions", spec).status


def events(receiver: Receiver) -> list[dict[str, Any]]:
    return [request.json["event"] for request in receiver.received]


@pytest.mark.usefixtures("workspace")
def test_a_message_is_posted_signed_when_a_person_writes(client: Client, sim: Simulators, receiver: Receiver) -> None:
    said = client.call("POST", f"/sim/slack/{TEAM}/people/{USER}/messages", {"text": "Hi"})
    settled(sim)
    (request,) = receiver.received
    timestamp = request.headers["x-slack-request-timestamp"]
    assert request.headers["x-slack-signature"] == signature(SECRET, timestamp, request.body)
    assert request.json["team_id"] == TEAM
    event = request.json["event"]
    assert (event["text"], event["user"], event["channel"], event["ts"]) == ("Hi", USER, DIRECT, said.json["ts"])


@pytest.mark.usefixtures("workspace")
def test_a_mention_is_told_twice_when_it_is_in_a_channel(sim: Simulators, receiver: Receiver) -> None:
    sim.slack.say(TEAM, USER, text="<@U0SIMBOT01> help", channel="C1", thread_ts="1.000001")
    settled(sim)
    first, second = events(receiver)
    assert (first["type"], second["type"]) == ("message", "app_mention")
    assert first["ts"] == second["ts"] and first["thread_ts"] == "1.000001"
    assert len({request.json["event_id"] for request in receiver.received}) == 2


@pytest.mark.usefixtures("workspace")
def test_our_message_comes_back_when_it_was_taken(client: Client, sim: Simulators, receiver: Receiver) -> None:
    metadata = {"event_type": "parley_message", "event_payload": {"tracker": "t"}}
    answer = post(client, metadata=metadata)
    settled(sim)
    (event,) = events(receiver)
    assert answer["ok"] and event["ts"] == answer["ts"] and event["bot_id"]
    assert event["metadata"] == metadata
    (shown,) = client.call("GET", f"/sim/slack/{TEAM}/people/{USER}/phone").json["messages"]
    assert (shown["text"], shown["author"]) == ("Hello", "app")


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "?"}, "channel_not_found"),
        ({"blocks": [{}] * 51}, "invalid_blocks"),
    ],
)
def test_a_refusal_is_a_200_when_the_message_is_wrong(client: Client, fields: dict[str, Any], error: str) -> None:
    assert post(client, **fields) == {"ok": False, "error": error}


@pytest.mark.usefixtures("workspace")
def test_nothing_is_given_when_the_token_is_wrong(client: Client) -> None:
    assert api(client, "auth.test", token="no").json["error"] == "invalid_auth"
    assert client.call("POST", "/slack/api/auth.test", {}).json["error"] == "not_authed"
    good = api(client, "auth.test")
    assert good.json["team_id"] == TEAM and "chat:write" in good.headers["X-OAuth-Scopes"]


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(
    ("knob", "status", "error"),
    [
        ("rate_limit_next", 429, "ratelimited"),
        ("server_error_next", 500, "service_unavailable"),
        ("provider_error_next", 200, "internal_error"),
    ],
)
def test_a_call_fails_when_the_knobs_say_so(client: Client, knob: str, status: int, error: str) -> None:
    assert client.call("PUT", "/sim/slack/knobs", {knob: 1, "retry_after_seconds": 7}).status == 200
    answer = api(client, "chat.postMessage", {"channel": USER, "text": "x"})
    assert (answer.status, answer.json["error"]) == (status, error)
    assert answer.headers.get("Retry-After") == ("7" if status == 429 else None)
    assert post(client)["ok"]


@pytest.mark.usefixtures("workspace")
def test_a_named_refusal_comes_when_it_was_ordered(client: Client) -> None:
    client.call("POST", f"/sim/slack/{TEAM}/refusals", {"error": "not_in_channel"})
    assert post(client)["error"] == "not_in_channel"
    assert post(client)["ok"]


@pytest.mark.usefixtures("workspace")
def test_changes_name_their_message_when_a_person_makes_them(
    client: Client, sim: Simulators, receiver: Receiver
) -> None:
    ts = sim.slack.say(TEAM, USER, text="Hi")
    assert act(client, type="edit", ts=ts, text="Hello") == 202
    assert act(client, type="react", ts=ts, reaction="eyes") == 202
    assert act(client, type="react", ts=ts, reaction="eyes", removed=True) == 202
    assert act(client, type="delete", ts=ts) == 202
    settled(sim)
    _, edit, added, removed, deleted = events(receiver)
    assert (edit["message"]["text"], edit["previous_message"]["text"]) == ("Hello", "Hi")
    assert (added["type"], removed["type"]) == ("reaction_added", "reaction_removed")
    assert added["item"]["ts"] == deleted["deleted_ts"] == ts
    (shown,) = sim.slack.screen(TEAM, DIRECT)
    assert shown["deleted"] and shown["text"] == "Hello"


@pytest.mark.usefixtures("workspace")
def test_forms_are_posted_when_a_button_or_a_command_is_used(
    client: Client, sim: Simulators, receiver: Receiver
) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Yes"}, "value": "y", "action_id": "a"}
    ts = post(client, blocks=[{"type": "actions", "elements": [button]}])["ts"]
    settled(sim)
    receiver.received.clear()
    assert act(client, type="press", ts=ts, value="y") == 202
    assert act(client, type="command", text="help me") == 202
    settled(sim)
    press, command = receiver.received
    assert press.headers["content-type"] == "application/x-www-form-urlencoded"
    payload = json.loads(parse_qs(press.body.decode())["payload"][0])
    assert (payload["type"], payload["actions"][0]["value"], payload["message"]["ts"]) == ("block_actions", "y", ts)
    assert parse_qs(command.body.decode())["text"] == ["help me"]
    assert act(client, type="press", ts=ts, value="n") == 404
    assert act(client, type="dance") == 400


@pytest.mark.usefixtures("workspace")
def test_a_file_is_given_with_the_token_only(client: Client, sim: Simulators, receiver: Receiver) -> None:
    files = [{"name": "a.txt", "mime": "text/plain", "content": "aGk="}, {"look_up": True, "content": "aGk="}]
    sim.slack.say(TEAM, USER, text="", files=files)
    settled(sim)
    whole, bare = events(receiver)[0]["files"]
    path = whole["url_private_download"].removeprefix(client.base_url)
    assert client.call("GET", path, Authorization=f"Bearer {TOKEN}").body == b"hi"
    assert b"Sign in" in client.call("GET", path).body
    assert "url_private_download" not in bare
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    found = client.call("GET", f"/slack/api/files.info?file={bare['id']}", **bearer).json
    assert found["file"]["url_private_download"].endswith(bare["id"])
    assert client.call("GET", "/slack/api/files.info?file=F9", **bearer).json["error"] == "file_not_found"


@pytest.mark.usefixtures("workspace")
def test_the_handshake_is_posted_signed_when_it_is_asked_for(
    client: Client, sim: Simulators, receiver: Receiver
) -> None:
    client.call("POST", f"/sim/slack/{TEAM}/handshake")
    settled(sim)
    assert receiver.received[0].json["type"] == "url_verification"


@pytest.mark.usefixtures("workspace")
def test_a_repeat_says_so_and_is_signed_anew_when_it_was_not_taken(sim: Simulators, receiver: Receiver) -> None:
    receiver.answers.append(500)
    sim.slack.say(TEAM, USER, text="Hi")
    settled(sim)
    first, second = receiver.received
    assert first.body == second.body
    assert ("x-slack-retry-num" in first.headers, second.headers["x-slack-retry-num"]) == (False, "1")


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(
    ("knob", "check"),
    [
        ({"duplicates": 2}, lambda seen: len(seen) == 2),
        (
            {"bad_signature_next": 1},
            lambda seen: (
                seen[0].headers["x-slack-signature"]
                != signature(SECRET, seen[0].headers["x-slack-request-timestamp"], seen[0].body)
            ),
        ),
    ],
)
def test_calls_are_spoilt_when_the_knobs_say_so(
    sim: Simulators, receiver: Receiver, knob: dict[str, Any], check: Callable[[Any], bool]
) -> None:
    sim.knobs["slack"].turn(**knob)
    sim.slack.say(TEAM, USER, text="Hi")
    settled(sim)
    assert check(receiver.received)


@pytest.mark.usefixtures("workspace")
def test_secrets_stay_inside_when_workspaces_are_listed(client: Client) -> None:
    for path in ("/sim/slack", f"/sim/slack/{TEAM}"):
        shown = client.call("GET", path).body.decode()
        assert TEAM in shown and TOKEN not in shown and SECRET not in shown
    assert client.call("PUT", "/sim/slack/X1", {}).status == 400
    assert client.call("PUT", f"/sim/slack/{TEAM}", {"color": "red"}).status == 400
    assert client.call("DELETE", f"/sim/slack/{TEAM}").status == 200
    assert client.call("GET", f"/sim/slack/{TEAM}").status == 404


@pytest.mark.usefixtures("workspace")
def test_what_happened_is_forgotten_when_it_is_reset(sim: Simulators) -> None:
    sim.slack.say(TEAM, USER, text="Hi")
    sim.reset()
    assert sim.slack.screen(TEAM, DIRECT) == [] and TEAM in sim.slack.workspaces
    sim.reset(accounts=True)
    assert not sim.slack.workspaces
