"""Messages that have no time of the provider's: whenever a repeat comes, it is the same message. And the whole way of
SMS and of Slack."""

from datetime import timedelta

import pytest

from chalicelib.channels import wire
from chalicelib.channels.base import InboundMessage, Peer
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import Direction, MessageKind
from chalicelib.domain.writes import Written
from chalicelib.services.receive import Received, receive
from chalicelib.wiring import shared
from tests.flow.conftest import INBOX, PHONE, Stage

SMS, ACCOUNT, NUMBER, ANA = "ibx_sms", "AC1", "+15550100002", "+5511987650001"
SLACK, TEAM, USER = "ibx_sk", "T1", "U1"


@pytest.fixture
def sms(stage: Stage) -> Stage:
    base, hook = stage.sim.base_url, f"{stage.base_url}/webhooks/sms/{SMS}"
    host = base.removeprefix("http://")
    settings = {"account_sid": ACCOUNT, "api_base": f"{base}/twilio", "media_hosts": [host]}
    credentials = {"auth_token": ["t0ken"], "webhook_url": [hook]}
    stage.world.add_inbox(SMS, "sms", NUMBER, credentials, settings={**settings, "public_url": stage.base_url})
    stage.sim.sms.register(ACCOUNT, auth_token="t0ken", number=NUMBER, webhook_url=hook)
    return stage


@pytest.fixture
def slack(stage: Stage) -> Stage:
    settings = {"api_base": f"{stage.sim.base_url}/slack/api"}
    credentials = {"bot_token": ["xoxb-1"], "signing_secret": ["s3cret"]}
    stage.world.add_inbox(SLACK, "slack", TEAM, credentials, settings=settings)
    hook = f"{stage.base_url}/webhooks/slack/{SLACK}"
    stage.sim.slack.register(TEAM, bot_token="xoxb-1", signing_secret="s3cret", webhook_url=hook)
    return stage


def _comes(after: timedelta, external_id: str = "SM1", *, untimed: bool = True) -> Received:
    inbox = shared.inboxes().get(INBOX)
    assert inbox is not None
    now = shared.now() + after
    text = InboundMessage(PHONE, external_id, Peer((ANA,)), now, MessageKind.TEXT, "Hi", untimed=untimed)
    return receive(shared.inbound_store(), inbox, text, now)


def test_a_repeat_is_the_same_message_when_it_comes_hours_later(stage: Stage) -> None:
    first, second = _comes(timedelta(0)), _comes(timedelta(hours=5))
    assert (first.outcome, second.outcome) == (Written.DONE, Written.DUPLICATE)
    assert first.message_id == second.message_id
    (conversation,) = stage.conversations()
    assert conversation.unread == 1


def test_another_id_is_another_message_when_it_comes_at_once(stage: Stage) -> None:
    assert _comes(timedelta(0), "SM1").outcome is _comes(timedelta(0), "SM2").outcome is Written.DONE


def test_a_mark_without_its_message_loses_nothing_when_the_store_had_failed_between(stage: Stage) -> None:
    at = shared.now()
    assert shared.inbound_store().first_seen(INBOX, "SM1", at) == at
    kept = _comes(timedelta(minutes=3))
    (conversation,) = stage.conversations()
    (entry,) = stage.entries(conversation.id)
    assert kept.outcome is Written.DONE
    assert abs(entry.occurred_at - at) < timedelta(milliseconds=1)


def test_a_message_with_a_time_has_no_mark_when_it_is_stored(stage: Stage) -> None:
    _comes(timedelta(0), untimed=False)
    assert not [item for item in stage.world.items() if str(item["pk"]).startswith("SEEN#")]


def test_that_there_is_no_time_is_known_when_it_comes_out_of_the_spill() -> None:
    item = InboundMessage(PHONE, "SM1", Peer((ANA,)), shared.now(), MessageKind.TEXT, "Hi", untimed=True)
    assert wire.loads(wire.dumps(INBOX, item)) == (INBOX, item)


def test_an_sms_goes_its_whole_way_and_its_repeat_changes_nothing(sms: Stage) -> None:
    sid = sms.sim.sms.say(ACCOUNT, ANA, text="Where is my refund?")
    sms.settle()
    sms.sim.sms.repeat(ACCOUNT, sid)
    sms.settle()
    (conversation,) = sms.conversations()
    assert [entry.text for entry in sms.entries(conversation.id)] == ["Where is my refund?"]
    sms.agent_replies(conversation.id, "On its way.")
    sms.settle()
    reply = sms.entries(conversation.id)[-1]
    assert (reply.direction, reply.state) == (Direction.OUTBOUND, DeliveryState.DELIVERED)
    screen = sms.sim.sms.phone(ACCOUNT, ANA)["messages"]
    assert [message["text"] for message in screen] == ["Where is my refund?", "On its way."]
    assert set(sms.gateway.statuses) == {200}


def test_a_slack_message_goes_its_whole_way_and_comes_back_once(slack: Stage) -> None:
    (delivery,) = slack.sim.slack.handshake(TEAM)
    ts = slack.sim.slack.say(TEAM, USER, text="<@U0SIMBOT01> where is it?", channel="C1")
    slack.settle()
    answers = {found["id"]: found["answer"] for found in slack.sim.webhooks.log("slack")}
    assert answers[delivery] == f"word-{TEAM}"
    (conversation,) = slack.conversations()
    assert [entry.external_id for entry in slack.entries(conversation.id)] == [ts]
    slack.agent_replies(conversation.id, "On its way.")
    slack.settle()
    reply = slack.entries(conversation.id)[-1]
    assert (reply.direction, reply.state) == (Direction.OUTBOUND, DeliveryState.SENT)
    assert len(slack.entries(conversation.id)) == 2
    _, shown = slack.sim.slack.screen(TEAM, "C1")
    assert (shown["text"], shown["thread_ts"], shown["ts"]) == ("On its way.", ts, reply.external_id)
    assert len(slack.conversations()) == 1


def test_a_slack_send_that_nobody_answered_is_settled_when_it_comes_back(slack: Stage) -> None:
    slack.sim.slack.say(TEAM, USER, text="Hello?")
    slack.settle()
    (conversation,) = slack.conversations()
    slack.sim.knobs["slack"].turn(drop_answer_next=1)
    slack.agent_replies(conversation.id, "Hi")
    slack.settle()
    reply = slack.entries(conversation.id)[-1]
    assert reply.state is DeliveryState.SENT
    assert len(slack.sim.slack.screen(TEAM, "D1")) == 2
