"""A company that works in Slack, over HTTP with the simulated Slack: what colleagues write there reaches the customer
once, and what happens at the desk is told there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.agent import Agent, Principal, Role
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import AttachmentState
from chalicelib.domain.note import Note
from chalicelib.domain.side_thread import ThreadKind, Whom
from chalicelib.services import desk as desk_service
from chalicelib.services.assignment import Wish, assign
from chalicelib.services.side_threads import Opening, Words
from chalicelib.wiring import api, sender, shared, side_threads, team_slack
from tests.flow.conftest import ANA, BOB, PHONE, Stage, staged
from tests.flow.world import memory_world

TEAM, CHANNEL, ANA_SLACK, JOE = "T0TEAM", "C0DESK", "U0ANA", "U0JOE"
ADMIN = Principal("agent", "agt_root", "Root", Role.ADMIN)


@dataclass
class Office:
    stage: Stage

    def settle(self) -> None:
        for _ in range(6):
            self.stage.settle()
            self.stage.world.wake("slack_heard.fifo")

    def wrote(self, text: str = "Where is my parcel?") -> Conversation:
        self.stage.customer_says(text)
        self.settle()
        return self.stage.conversations()[0]

    def taken(self) -> tuple[Conversation, str]:
        """A conversation that Ana has, and its thread's first message in Slack."""
        conversation = self.wrote()
        assign(self.stage.desk, ADMIN, conversation.id, Wish(ANA.id, None), shared.now())
        self.settle()
        return conversation, self.screen()[0]["ts"]

    def screen(self) -> list[dict[str, Any]]:
        return self.stage.sim.slack.screen(TEAM, CHANNEL)

    def told(self) -> list[str]:
        return [message["text"] for message in self.screen() if message["author"] == "app"]

    def says(self, text: str, root: str, user: str = ANA_SLACK, **more: Any) -> str:
        ts = self.stage.sim.slack.say(TEAM, user, text, channel=CHANNEL, thread_ts=root, **more)
        self.settle()
        return ts

    def phone(self) -> list[str]:
        screen = self.stage.sim.whatsapp.phone(PHONE, BOB)["messages"]
        return [each["text"] for each in screen if each["author"] == "business"]


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with staged(memory_world(), monkeypatch) as stage:
        stage.world.works_in_slack = True
        monkeypatch.setenv("PARLEY_PUBLIC_URL", stage.base_url)
        stage.sim.slack.register(
            TEAM, bot_token="xoxb-1", signing_secret="s3cret", webhook_url=f"{stage.base_url}/slack-app/events"
        ).people[ANA_SLACK] = "ana@acme.example"
        ana = Agent(ANA.id, ANA.name, "ana@acme.example", Role.AGENT, shared.now())
        api.agents().put(ana)
        given = {"default_channel": CHANNEL, "mirror": True, "api_base": f"{stage.sim.base_url}/slack/api"}
        setup = team_slack.setup()
        setup.put(given, {"bot_token": "xoxb-1", "signing_secret": "s3cret"}, 0)
        setup.link_by_email(ana, ANA, shared.now())
        yield Office(stage)


def test_slack_accepts_our_address(office: Office) -> None:
    office.stage.sim.slack.handshake(TEAM)
    assert office.stage.sim.settle()
    assert office.stage.gateway.statuses == [200]


def test_a_reply_reaches_the_customer_once_although_slack_delivers_it_three_times(office: Office) -> None:
    conversation, root = office.taken()
    office.stage.sim.knobs["slack"].turn(duplicates=3)
    ts = office.says("It left this morning &amp; comes tomorrow.", root)
    answers = [each for each in office.stage.entries(conversation.id) if each.client_id]
    assert [(each.text, each.state, each.author.id) for each in answers] == [
        ("It left this morning & comes tomorrow.", DeliveryState.READ, ANA.id)
    ]
    assert office.phone() == ["It left this morning & comes tomorrow."]
    assert office.stage.sim.slack.workspace(TEAM).find(CHANNEL, ts)["reactions"] == ["white_check_mark"]


def test_a_note_and_a_strangers_words_stay_inside(office: Office) -> None:
    conversation, root = office.taken()
    office.says("Note: he is a regular", root)
    office.says("Tell him to go away", root, user=JOE)
    assert office.phone() == []
    page = desk_service.thread(office.stage.desk, conversation.id, limit=50)
    notes = [each.text for each in page.entries if isinstance(each, Note) and each.kind == "note"]
    assert notes == ["he is a regular"]
    (told,) = office.stage.sim.slack.workspace(TEAM).whispers[JOE]
    assert "did not go to the customer" in told["text"]


def test_what_the_customer_writes_is_seen_and_nothing_goes_round(office: Office) -> None:
    _conversation, root = office.taken()
    office.stage.customer_says("Hello? <@U0ANA>")
    office.settle()
    opening, taken, mirrored = office.told()
    assert "> Where is my parcel?" in opening
    assert "Ana has this conversation now" in taken
    assert "&lt;@U0ANA&gt;" in mirrored
    # Slack told the app of each of its own messages; the desk has nothing but what people wrote.
    assert office.phone() == []
    assert all(message.get("thread_ts", root) == root for message in office.screen())


def test_a_conversation_that_nobody_takes_is_told_after_its_time(office: Office) -> None:
    office.wrote()
    assert office.told() == []
    office.stage.world.wake("slack")
    office.settle()
    _opening, waits = office.told()
    assert "Nobody has taken" in waits


def test_a_file_is_fetched_from_slack_and_kept(office: Office) -> None:
    conversation, root = office.taken()
    office.says(
        "The bill", root, files=[{"name": "bill.pdf", "mime": "application/pdf", "content": "JVBERi0xLjQgYSBiaWxs"}]
    )
    (answer,) = [each for each in office.stage.entries(conversation.id) if each.client_id]
    (file,) = answer.attachments
    kept = sender.blobs().read(file.object_key or "", limit_bytes=1000)
    assert (answer.text, file.name, file.mime, kept) == ("The bill", "bill.pdf", "application/pdf", b"%PDF-1.4 a bill")


def test_a_dead_token_is_known_and_a_late_call_is_refused(office: Office) -> None:
    _conversation, root = office.taken()
    office.stage.sim.slack.workspace(TEAM).refusals.append("token_revoked")
    office.stage.customer_says("Hello?")
    office.settle()
    assert team_slack.health().health().reason == "token_revoked"
    office.stage.sim.knobs["slack"].turn(bad_signature_next=1)
    office.says("Nobody hears this", root)
    assert 401 in office.stage.gateway.statuses
    assert office.phone() == []
    assert timedelta(0) <= shared.now() - (team_slack.health().health().at or shared.now())


def test_a_question_to_a_channel_is_answered_into_its_side_thread(office: Office) -> None:
    conversation = office.wrote()
    made = side_threads.side_threads()
    opening = Opening(ThreadKind.SLACK, "Parcel 7", Whom(channel_id="C0WARE"), (), Words("q1", "Where is it?"))
    thread = made.start(ANA, conversation.id, opening, shared.now())
    office.settle()
    (asked,) = office.stage.sim.slack.screen(TEAM, "C0WARE")
    assert "Where is it?" in asked["text"]
    label = {"name": "label.txt", "mime": "text/plain", "content": "c2hlbGYgNw=="}
    office.stage.sim.knobs["slack"].turn(duplicates=3)
    office.stage.sim.slack.say(TEAM, JOE, "Shelf 7", channel="C0WARE", thread_ts=asked["ts"], files=[label])
    office.settle()
    found = made.get(conversation.id, thread.id)
    said = made.store.messages(found, [1, 2, 3])
    assert [(each.author.kind, each.text) for each in said] == [("agent", "Where is it?"), ("slack", "Shelf 7")]
    assert said[0].state is DeliveryState.SENT
    assert [(file.name, file.state) for file in said[1].attachments] == [("label.txt", AttachmentState.STORED)]
    assert office.phone() == []
