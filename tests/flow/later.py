"""A scene in which time passes: timers come when it is time, late, twice, or again after a crash."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.aws import timers as aws_timers
from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.domain.agent import Principal
from chalicelib.domain.conversation import Conversation, Status, WakeOn
from chalicelib.domain.document import Document
from chalicelib.domain.message import Message
from chalicelib.domain.reads import Page
from chalicelib.domain.scheduled import Scheduled, Words
from chalicelib.services import desk as desk_service
from chalicelib.services.closing import CLOSE
from chalicelib.services.documents import policy_body, policy_from
from chalicelib.services.scheduled import SEND
from chalicelib.services.scheduling import Plan, Scheduling
from chalicelib.wiring import routing as routing_wiring
from chalicelib.wiring import scheduled, shared
from functions.routing.handler import handler as routing
from tests.aws.memory_cloud import Crash, straight
from tests.flow.scene import ANA, BOB, PHONE, Scene, scene

# While these are carried out, `meanwhile` happens.
SPOILED = frozenset({SEND, CLOSE})


@dataclass(order=True)
class Timer:
    """A call that is due: `comes_at` is when it comes, not before `due_at`."""

    comes_at: datetime
    number: int
    body: dict[str, Any] = field(compare=False)


@dataclass
class Later:
    scene: Scene
    agenda: list[Timer] = field(default_factory=list)
    # Of every timer that is set: how late its calls come, in seconds.
    lateness: Callable[[], list[int]] = lambda: [0]
    # Before each call that the desk makes to AWS while a timer's call is carried out.
    meanwhile: Callable[[str, Callable[[], Any]], Any] = straight
    count: int = 0
    # What the call is about that is being carried out.
    current: dict[str, Any] = field(default_factory=dict)

    # Timers.

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        body = {"kind": kind, "subject": subject, "epoch": epoch, "due_at": due_at.isoformat()}
        for seconds in self.lateness():
            self.comes(body, max(due_at, self.scene.now()) + timedelta(seconds=seconds))

    def comes(self, body: dict[str, Any], at: datetime) -> None:
        self.count += 1
        self.agenda.append(Timer(at, self.count, body))

    def pass_(self, **time: float) -> None:
        """Let time pass, with all that is due on the way."""
        end = self.scene.now() + timedelta(**time)
        self.settle()
        for _ in range(500):
            due = min((timer for timer in self.agenda if timer.comes_at <= end), default=None)
            if due is None:
                self.scene.now.at = max(self.scene.now(), end)
                return
            self.agenda.remove(due)
            self.scene.now.at = max(self.scene.now(), due.comes_at)
            self.calls(due.body)
            self.settle()
        raise AssertionError("timers set timers without end")

    def calls(self, body: dict[str, Any]) -> None:
        """One timer's call; a call that fails or is cut short comes again."""
        self.current = body
        record = {"messageId": "1", "body": json.dumps(body), "attributes": {}, "receiptHandle": "r"}
        if body["kind"] in SPOILED:
            self.scene.cloud.tap = self.meanwhile
        try:
            failed = routing({"Records": [record]}, None)["batchItemFailures"]
        except Crash:
            failed = [record]
        finally:
            self.scene.cloud.tap = straight
        if failed:
            self.comes(body, self.scene.now() + timedelta(seconds=30))

    def settle(self) -> None:
        self.scene.settle()

    # What people do, each a second after what was before: the provider's times are whole seconds.

    @property
    def conversation(self) -> Conversation:
        (only,) = [found for status in Status for found in self.scene.conversations(status.value)]
        return only

    def status(self) -> Status:
        return self.conversation.status

    def says(self, text: str = "Hello?", **more: Any) -> None:
        self.pass_(seconds=1)
        self.scene.says(text, **more)
        self.settle()

    def reacts(self) -> None:
        """The customer puts a thumb under our newest message."""
        sent = self.scene.messages(self.conversation.id)[-1]
        self.pass_(seconds=1)
        self.scene.provider.whatsapp.say(PHONE, BOB, "reaction", message_id=sent.external_id, emoji="👍")
        self.settle()

    def answers(self, text: str, client_id: str) -> Message:
        self.pass_(seconds=1)
        sent = self.scene.replies(self.conversation.id, text, client_id)
        self.settle()
        return sent

    def becomes(self, status: Status, **more: Any) -> None:
        self.pass_(seconds=1)
        desk_service.set_status(self.scene.desk, ANA, self.conversation.id, status, self.scene.now(), **more)
        self.settle()

    def snoozes(self, wake_on: WakeOn | None = None, **time: float) -> None:
        until = self.scene.now() + timedelta(**time)
        self.becomes(Status.SNOOZED, snoozed_until=until, wake_on=wake_on)

    def scheduling(self, who: Principal = ANA) -> Scheduling:
        return self.scheduling_in(self.conversation.id, who)

    def scheduling_in(self, conversation_id: str, who: Principal = ANA) -> Scheduling:
        return Scheduling(
            scheduled.store(),
            ReplyStore(shared.desk()),
            shared.known_inboxes(),
            lambda draft, at: draft,
            who,
            conversation_id,
            self.scene.now(),
        )

    def schedules(self, text: str, seconds: float, client_id: str = "later", **more: Any) -> Scheduled:
        plan = Plan(Words(text=text), self.scene.now() + timedelta(seconds=seconds), **more)
        made = self.scheduling().schedule(client_id, plan).scheduled
        self.settle()
        return made

    def scheduled(self, identifier: str) -> Scheduled:
        return self.scheduling().get(identifier)

    # What is seen.

    def screen(self) -> list[str]:
        return self.scene.screen(BOB)

    def lines(self) -> list[dict[str, Any]]:
        """The facts of the thread's activity lines, oldest first."""
        found = self.scene.entries(self.conversation.id)
        return [dict(note.facts) for note in found if getattr(note, "kind", "") == "activity"]  # type: ignore[union-attr]


def rules(**body: Any) -> None:
    """Publish the rules of routing."""
    policy = policy_from(body, 1)
    DocumentStore(shared.desk(), "routing").put(Document("published", policy_body(policy), 1), 0)


@contextmanager
def later(**body: Any) -> Iterator[Later]:
    """With a conversation that a customer has begun, and with rules of routing."""
    with scene() as made, pytest.MonkeyPatch.context() as patch:
        made.world.routes = True
        here = Later(made)
        patch.setattr(aws_timers.Timers, "set", lambda self, *told: here.set(*told))
        # The store of teams keeps connections of its own, which nothing here answers.
        patch.setattr(routing_wiring, "_teams", lambda: SimpleNamespace(list=lambda limit, start: Page([], None)))
        rules(**body)
        here.says("Where is my parcel?")
        yield here
