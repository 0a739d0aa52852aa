"""Comments below posts, from the customer's screen to the desk and back: in public, in private, and beside messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

import simulators
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.errors import WindowClosed
from chalicelib.domain.message import Direction, Message, MessageKind
from chalicelib.domain.reads import ViewQuery
from chalicelib.services import desk as desk_service
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft
from chalicelib.wiring import shared
from tests.flow.conftest import ANA
from tests.flow.gateway import gateway
from tests.flow.world import World, come_to_rest, memory_world

ACCOUNT, BOB, EVE, INBOX = "100000000000001", "200000000000001", "200000000000002", "ibx_met"
POST = "5001"


@dataclass
class Page:
    """A desk with a page or a professional account, and who comments there."""

    world: World
    sim: simulators.Simulators
    channel: str

    @property
    def provider(self) -> Any:
        return getattr(self.sim, self.channel)

    def settle(self) -> None:
        come_to_rest(self.world, self.sim)

    def comments(self, text: str, person: str = BOB, parent: str = "") -> str:
        comment_id: str = self.provider.comment(ACCOUNT, person, text, POST, parent)
        self.settle()
        return comment_id

    def writes(self, text: str) -> None:
        self.provider.say(ACCOUNT, BOB, text=text)
        self.settle()

    def conversations(self) -> list[Conversation]:
        found = desk_service.list_view(DeskStore(shared.desk()), ViewQuery("all", "", "open", 50)).items
        return sorted(found, key=lambda conversation: conversation.created_at)

    def messages(self, conversation: Conversation) -> list[Message]:
        page = desk_service.thread(DeskStore(shared.desk()), conversation.id, limit=50)
        return [entry for entry in page.entries if isinstance(entry, Message)]

    def answers(self, conversation: Conversation, text: str, later: timedelta = timedelta(), **draft: Any) -> Message:
        leg = conversation.active_leg_id
        wanted = Draft(client_id=f"c-{text}", leg_id=leg, text=text, **draft)
        now = shared.now() + later
        queued = reply(ReplyStore(shared.desk()), shared.inbox_directory(), ANA, conversation.id, wanted, now)
        self.settle()
        return next(each for each in self.messages(conversation) if each.id == queued.id)

    def shown(self, person: str = BOB) -> list[tuple[str, str | None, bool]]:
        """What the business said: its text, the comment it answers, whether everybody sees it."""
        said = self.provider.phone(ACCOUNT, person)["messages"]
        return [(each["text"], each["comment_id"], each["public"]) for each in said if each["author"] == "business"]


@pytest.fixture(params=["messenger", "instagram"])
def page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    with memory_world() as made, gateway() as (url, _application), simulators.running(retry_delays=(0.01,)) as sim:
        monkeypatch.setenv("PARLEY_TRUSTED_HOSTS", sim.base_url.removeprefix("http://"))
        secrets = {"access_token": ["t0ken"], "app_secret": ["s3cret"], "verify_token": ["verify"]}
        settings = {"api_base": f"{sim.base_url}/{request.param}/v25.0"}
        made.add_inbox(INBOX, request.param, ACCOUNT, secrets, settings=settings)
        webhook = f"{url}/webhooks/{request.param}/{INBOX}"
        here = Page(made, sim, request.param)
        here.provider.register(ACCOUNT, access_token="t0ken", app_secret="s3cret", webhook_url=webhook)
        yield here


def test_an_answer_to_a_comment_stands_below_it_and_the_thread_stays_one(page: Page) -> None:
    first = page.comments("Is it in stock?")
    (thread,) = page.conversations()
    answer = page.answers(thread, "Yes")
    assert (answer.state, answer.failure) == (DeliveryState.SENT, None)
    # Below ours, and somebody else's below the first one.
    second = page.comments("In red?", parent=answer.external_id or "")
    page.comments("For me too?", EVE, parent=first)
    assert [row.id for row in page.conversations()] == [thread.id]
    inbound = [each for each in page.messages(thread) if each.direction is Direction.INBOUND]
    assert [(each.text, each.content["author"]["id"]) for each in inbound] == [
        ("Is it in stock?", BOB),
        ("In red?", BOB),
        ("For me too?", EVE),
    ]
    quoted = next(each for each in inbound if each.external_id == second)
    assert page.answers(thread, "In red, too", reply_to=quoted.id).state is DeliveryState.SENT
    # Messenger quotes in words, for its messages have no quotations.
    words = "> In red?\n\nIn red, too" if page.channel == "messenger" else "In red, too"
    assert page.shown() == [("Yes", first, True), (words, second, True)]


def test_comments_and_messages_are_two_legs_of_one_contact(page: Page) -> None:
    page.comments("Is it in stock?")
    page.writes("Where is my parcel?")
    thread, chat = page.conversations()
    assert thread.contact_id == chat.contact_id
    assert thread.active_leg_id != chat.active_leg_id
    assert page.answers(chat, "On its way").state is not DeliveryState.FAILED
    assert page.shown()[-1] == ("On its way", None, False)


def test_a_comment_has_no_window_and_a_message_has_one(page: Page) -> None:
    comment = page.comments("Is it in stock?")
    page.writes("Where is my parcel?")
    thread, chat = page.conversations()
    late = timedelta(days=30)
    assert page.answers(thread, "It is again", late).state is DeliveryState.SENT
    assert page.shown() == [("It is again", comment, True)]
    with pytest.raises(WindowClosed):
        page.answers(chat, "It has come", late)


def test_a_comment_is_answered_in_private_once(page: Page) -> None:
    comment = page.comments("My order is 1042")
    (thread,) = page.conversations()
    first = page.answers(thread, "Here it is", content={"private": True})
    assert first.state is not DeliveryState.FAILED
    assert page.shown() == [("Here it is", comment, False)]
    again = page.answers(thread, "And again", content={"private": True})
    assert again.state is DeliveryState.FAILED
    assert page.shown() == [("Here it is", comment, False)]


def test_what_no_comment_takes_fails_with_a_sentence(page: Page) -> None:
    page.comments("Which?")
    (thread,) = page.conversations()
    content = {"body": "?", "buttons": [{"id": "y", "title": "Yes"}]}
    answer = page.answers(thread, "", kind=MessageKind.BUTTONS, content=content)
    assert answer.state is DeliveryState.FAILED
    assert answer.failure is not None and "privately" in answer.failure.detail
    assert page.shown() == []
