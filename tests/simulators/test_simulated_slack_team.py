"""The simulated Slack as the desk of its own company: Slack's official SDK finds what it expects."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.metadata import Metadata

import simulators

TEAM, CHANNEL, ANA = "T0TEAM", "C0DESK", "U0ANA"


@pytest.fixture
def team() -> Iterator[tuple[simulators.Simulators, WebClient]]:
    with simulators.running(retry_delays=(0.01,)) as sim:
        sim.slack.register(TEAM, bot_token="xoxb-1", signing_secret="s3cret")
        sim.slack.workspace(TEAM).people[ANA] = "Ana@acme.example"
        yield sim, WebClient("xoxb-1", base_url=f"{sim.base_url}/slack/api/")


def test_people_are_found_by_their_addresses(team: tuple[simulators.Simulators, WebClient]) -> None:
    _sim, slack = team
    found = slack.users_lookupByEmail(email="ana@ACME.example")["user"]
    assert (found["id"], found["team_id"], found["is_bot"], found["deleted"]) == (ANA, TEAM, False, False)
    with pytest.raises(SlackApiError, match="users_not_found"):
        slack.users_lookupByEmail(email="joe@acme.example")


def test_a_post_is_found_by_its_metadata(team: tuple[simulators.Simulators, WebClient]) -> None:
    _sim, slack = team
    mark = Metadata(event_type="parley_post", event_payload={"name": "n1"})
    root = slack.chat_postMessage(channel=CHANNEL, text="First", metadata=mark)["ts"]
    reply = slack.chat_postMessage(channel=CHANNEL, text="Second", thread_ts=root, metadata=mark)["ts"]
    history = slack.conversations_history(channel=CHANNEL, include_all_metadata=True)["messages"]
    # What stands in a thread alone is not among the channel's own.
    assert [(each["ts"], each["metadata"]["event_payload"]) for each in history] == [(root, {"name": "n1"})]
    thread = slack.conversations_replies(channel=CHANNEL, ts=root, oldest=reply)["messages"]
    assert [(each["ts"], "metadata" in each) for each in thread] == [(reply, False)]


def test_a_whisper_is_for_one_pair_of_eyes(team: tuple[simulators.Simulators, WebClient]) -> None:
    sim, slack = team
    slack.chat_postEphemeral(channel=CHANNEL, user=ANA, text="Psst")
    assert sim.slack.screen(TEAM, CHANNEL) == []
    assert [each["text"] for each in sim.slack.workspace(TEAM).whispers[ANA]] == ["Psst"]
