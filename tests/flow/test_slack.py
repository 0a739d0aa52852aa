"""Slack from the customer's screen to the desk and back, over HTTP: files, and reactions in channels."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import simulators
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.domain import ids
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import Attachment, AttachmentState, Message, MessageKind
from chalicelib.domain.reads import ViewQuery
from chalicelib.services import desk as desk_service
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft
from chalicelib.wiring import sender, shared
from tests.flow.conftest import ANA
from tests.flow.gateway import gateway
from tests.flow.world import World, memory_world

TEAM, BOB, CHANNEL, INBOX = "T0SHOP", "U0BOB", "C0HELP", "ibx_sck"
PDF = b"%PDF-1.4 a bill"


@dataclass
class Workspace:
    world: World
    sim: simulators.Simulators

    def settle(self) -> None:
        for _ in range(5):
            assert self.sim.settle()
            self.world.wake("outbound.fifo")
            self.world.pump()

    def says(self, text: str, **spec: Any) -> str:
        said = self.sim.slack.say(TEAM, BOB, text, **spec)
        self.settle()
        return said

    def reacts(self, ts: str, **spec: Any) -> None:
        self.sim.slack.act(TEAM, BOB, "react", channel=CHANNEL, ts=ts, **spec)
        self.settle()

    def conversations(self) -> list[Conversation]:
        return list(desk_service.list_view(DeskStore(shared.desk()), ViewQuery("all", "", "open", 50)).items)

    def messages(self) -> list[Message]:
        (conversation,) = self.conversations()
        page = desk_service.thread(DeskStore(shared.desk()), conversation.id, limit=50)
        return [entry for entry in page.entries if isinstance(entry, Message)]

    def answers(self, text: str = "", **draft: Any) -> Message:
        (conversation,) = self.conversations()
        wanted = Draft(client_id=f"c-{len(self.messages())}", leg_id=conversation.active_leg_id, text=text, **draft)
        store = ReplyStore(shared.desk())
        queued = reply(store, shared.inbox_directory(), ANA, conversation.id, wanted, shared.now())
        self.settle()
        return next(each for each in self.messages() if each.id == queued.id)

    def screen(self, channel: str) -> list[dict[str, Any]]:
        return [message for message in self.sim.slack.screen(TEAM, channel) if message["author"] == "app"]


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    with memory_world() as made, gateway() as (url, _application), simulators.running(retry_delays=(0.01,)) as sim:
        monkeypatch.setenv("PARLEY_TRUSTED_HOSTS", sim.base_url.removeprefix("http://"))
        secrets = {"bot_token": ["xoxb-1"], "signing_secret": ["s3cret"]}
        made.add_inbox(INBOX, "slack", TEAM, secrets, settings={"api_base": f"{sim.base_url}/slack/api"})
        webhook = f"{url}/webhooks/slack/{INBOX}"
        sim.slack.register(TEAM, bot_token="xoxb-1", signing_secret="s3cret", webhook_url=webhook)
        yield Workspace(made, sim)


def bill() -> Attachment:
    key = f"uploads/{ids.digest('bill')}"
    sender.blobs().put(key, PDF, "application/pdf")
    return Attachment("application/pdf", "bill.pdf", len(PDF), object_key=key, state=AttachmentState.STORED)


@pytest.mark.parametrize("where", [{}, {"channel": CHANNEL}])
def test_a_file_is_uploaded_and_posted_once(workspace: Workspace, where: dict[str, str]) -> None:
    asked = workspace.says("The bill?", **where)
    answer = workspace.answers("Here & now", kind=MessageKind.DOCUMENT, attachments=(bill(),))
    assert (answer.state, answer.failure) == (DeliveryState.SENT, None)
    (shown,) = workspace.screen(where.get("channel", "D0BOB"))
    assert [(file["id"], file["title"], file["size"]) for file in shown["files"]] == [
        (answer.external_id, "bill.pdf", len(PDF))
    ]
    assert shown["text"] == "Here &amp; now"
    assert shown.get("thread_ts") == (asked if where else None)


def test_files_whose_fate_nobody_knows_are_not_posted_again(workspace: Workspace) -> None:
    workspace.says("The bill?")
    workspace.sim.knobs["slack"].turn(drop_answer_next=1)
    answer = workspace.answers(kind=MessageKind.DOCUMENT, attachments=(bill(),))
    assert answer.state is DeliveryState.UNCERTAIN
    assert len(workspace.screen("D0BOB")) == 1


def test_reactions_in_a_channel_find_their_thread_by_its_first_message_and_by_ours(workspace: Workspace) -> None:
    root = workspace.says("Broken!", channel=CHANNEL)
    answer = workspace.answers("On it")
    second = workspace.says("Thanks", channel=CHANNEL, thread_ts=root)
    workspace.reacts(root, reaction="eyes")
    workspace.reacts(answer.external_id or "", reaction="tada")
    # Of somebody's answer Slack does not tell the thread: nothing begins with it.
    workspace.reacts(second, reaction="+1")
    found = [each for each in workspace.messages() if each.kind is MessageKind.REACTION]
    assert [(each.content["target"], each.content["emoji"]) for each in found] == [
        (root, ":eyes:"),
        (answer.external_id, ":tada:"),
    ]
    assert len(workspace.conversations()) == 1


@pytest.mark.parametrize(
    ("before", "content", "after"),
    [
        ([], {"emoji": "👀"}, ["eyes"]),
        (["eyes"], {"emoji": "👀"}, ["eyes"]),
        (["eyes"], {"emoji": "", "previous": "👀"}, []),
    ],
)
def test_an_agents_reaction_is_on_the_screen(
    workspace: Workspace, before: list[str], content: dict[str, str], after: list[str]
) -> None:
    root = workspace.says("Broken!", channel=CHANNEL)
    asked = workspace.messages()[0]
    shown = workspace.sim.slack.workspace(TEAM).find(CHANNEL, root)
    shown["reactions"] = before
    answer = workspace.answers(kind=MessageKind.REACTION, content={"target": asked.id, **content})
    assert answer.state is DeliveryState.SENT
    assert shown["reactions"] == after
