"""Saying something in Slack: once, whatever the network does; and knowing when the token is no good any more."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws.changes import announcements
from chalicelib.domain.inbox_health import TokenState
from chalicelib.services.team_slack import CLAIM_HOLDS, SlackNotHere
from chalicelib.services.team_slack_api import SlackFailed
from tests.services.leg_room import ANA
from tests.services.slack_office import APP, CHANNEL, Office

FATES = st.lists(
    st.sampled_from(["", "lost", "unreachable", "slow", "internal_error", "service_unavailable"]), max_size=6
)


@settings(max_examples=30, deadline=None)
@given(FATES, st.lists(st.integers(0, 120), min_size=12, max_size=12))
def test_it_is_said_once_when_calls_fail_and_come_back(fates: list[str], waits: list[int]) -> None:
    office = Office()
    office.web.fates["chat.postMessage"] = list(fates)
    found = set()
    for wait in waits:
        try:
            found.add(office.slack.post(CHANNEL, "Somebody waits", once="waiting:cnv_1:1"))
        except SlackFailed as failed:
            assert failed.may_pass
        office.pass_(seconds=wait)
    office.pass_(seconds=CLAIM_HOLDS.total_seconds())
    found.add(office.slack.post(CHANNEL, "Somebody waits", once="waiting:cnv_1:1"))
    assert office.web.said() == ["Somebody waits"]
    assert found == {office.web.channels[CHANNEL][0]["ts"]}


def test_two_things_are_said_when_they_are_two() -> None:
    office = Office()
    for once in ("a", "b", "a"):
        office.slack.post(CHANNEL, once, once=once)
    assert office.web.said() == ["a", "b"]


def test_a_thread_is_searched_when_an_answer_was_lost_there() -> None:
    office = Office()
    office.web.fates["chat.postMessage"] = ["lost"]
    with pytest.raises(SlackFailed):
        office.slack.post(CHANNEL, "Hi", None, "1700.000001", once="a")
    office.pass_(minutes=1)
    office.slack.post(CHANNEL, "Hi", None, "1700.000001", once="a")
    assert office.web.said() == ["Hi"]
    assert "conversations.replies" in office.web.calls


def test_nobody_speaks_while_another_is_at_it() -> None:
    office = Office()
    office.web.fates["chat.postMessage"] = ["lost"]
    for _ in range(2):
        with pytest.raises(SlackFailed) as failed:
            office.slack.post(CHANNEL, "Hi", once="a")
    assert (failed.value.code, failed.value.may_pass) == ("busy", True)


def test_slacks_short_pause_is_waited_for_once() -> None:
    office = Office()
    office.web.fates["chat.postMessage"] = ["slow"]
    office.slack.post(CHANNEL, "Hi")
    assert (office.slept, office.web.said()) == ([2.0], ["Hi"])
    office.web.fates["chat.postMessage"] = ["slow", "slow"]
    with pytest.raises(SlackFailed) as failed:
        office.slack.post(CHANNEL, "Hi")
    assert failed.value.retry_after == 2.0


def test_an_agent_is_told_when_they_are_linked() -> None:
    office = Office()
    assert office.slack.direct(ANA.id, "A task is due") is False
    office.link()
    for _ in range(2):
        assert office.slack.direct(ANA.id, "A task is due", once="task.due:1") is True
    assert office.web.said("D0ANA") == ["A task is due"]


@pytest.mark.parametrize("code", ["user_disabled", "users_not_found", "messages_tab_disabled"])
def test_an_agent_is_not_told_when_slack_does_not_deliver(code: str) -> None:
    office = Office()
    office.link()
    office.web.fates["conversations.open"] = [code]
    assert office.slack.direct(ANA.id, "Hi") is False


def test_an_agent_of_another_workspace_is_not_told() -> None:
    office = Office()
    office.link()
    office.app = replace(APP, workspace_id="T0NEW")
    assert office.slack.direct(ANA.id, "Hi") is False


def test_nothing_is_said_where_no_workspace_is_connected() -> None:
    office = Office(app=None)
    with pytest.raises(SlackNotHere):
        office.slack.post(CHANNEL, "Hi")


def test_a_dead_token_is_told_once_and_so_is_its_return() -> None:
    office = Office()
    office.slack.post(CHANNEL, "Hi")
    office.web.fates["chat.postMessage"] = ["token_revoked", "token_revoked", "channel_not_found"]
    for _ in range(3):
        office.pass_(seconds=1)
        with pytest.raises(SlackFailed):
            office.slack.post(CHANNEL, "Hi")
    assert (office.health.health().token, office.health.health().reason) == (TokenState.DEAD, "token_revoked")
    office.slack.post(CHANNEL, "Hi")
    told = [
        event
        for record in office.room.client.tables["desk"].stream
        if record["dynamodb"]["Keys"]["pk"]["S"] == "SLACKAPP"
        for event in announcements(record)
    ]
    assert [(each["type"], each["data"]["previous"], each["data"]["state"]) for each in told] == [
        ("slack_app.health_changed", "ok", "dead"),
        ("slack_app.health_changed", "dead", "ok"),
    ]
    assert len({each["id"] for each in told}) == 2
    assert "xoxb" not in json.dumps(told)


def test_a_lacking_scope_is_no_dead_token() -> None:
    office = Office()
    office.web.fates["reactions.add"] = ["missing_scope"]
    office.slack.mark(CHANNEL, "1.1", "eyes")
    assert office.health.health().token is TokenState.UNKNOWN


def test_a_person_is_one_agent_and_an_agent_one_person() -> None:
    office = Office()
    office.link()
    link = office.links.of_agent(ANA.id)
    assert link is not None
    assert office.links.link(replace(link, agent_id="agt_eve")) == ANA.id
    assert office.links.link(replace(link, user_id="U0NEW", at=link.at + timedelta(1))) is None
    assert office.links.of_user(link.workspace_id, link.user_id) is None
    assert office.links.link(replace(link, agent_id="agt_eve")) is None
    # Who read the link before it changed takes nothing away.
    assert office.links.unlink(link) is False
    now = office.links.of_agent(ANA.id)
    assert now is not None
    assert office.links.unlink(now) is True
    assert office.links.of_user(link.workspace_id, "U0NEW") is None
    assert office.links.of_user(link.workspace_id, link.user_id) == "agt_eve"
