"""A floor to which customers come on several channels: messages come by the real way in, routing gives what begins to
agents meanwhile, every event is carried twice, and calls fail when they are told to."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.aws.changes import announcements
from chalicelib.aws.codec import from_attributes
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_message import message_from
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.inbound import InboundStore
from chalicelib.aws.stores.joining import OpenedStore
from chalicelib.aws.stores.merging import MergingStore
from chalicelib.aws.stores.people import PeopleStore
from chalicelib.aws.stores.questions import QuestionStore
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.aws.transaction import Desk
from chalicelib.channels.base import InboundMessage, Peer, Profile
from chalicelib.domain import ids
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import Actor
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.joining import ResumePolicy
from chalicelib.domain.message import Direction, Message, MessageKind
from chalicelib.domain.note import Note
from chalicelib.domain.presence import Intent
from chalicelib.domain.reads import ThreadQuery
from chalicelib.domain.routing_policy import Mode
from chalicelib.services import desk as desk_service
from chalicelib.services.joining import RULE, Joining
from chalicelib.services.people import link
from chalicelib.services.questions import Questions
from chalicelib.services.receive import receive
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft
from chalicelib.services.subscriptions import SUBSCRIPTIONS
from tests.services.room import Room, who
from tests.services.test_routing import START

CHANNELS = ("whatsapp", "sms", "telegram", "email", "voice")
AGENT = Actor("agent", "agt_ana")


class Inboxes:
    """One inbox of each channel, and a second of WhatsApp's."""

    def __init__(self) -> None:
        self.all = {
            f"ibx_{name}": Inbox(f"ibx_{name}", name, name, name, f"inbox/{name}", START, team_id="team_1")
            for name in CHANNELS
        }
        self.all["ibx_sales"] = replace(self.all["ibx_whatsapp"], id="ibx_sales", account_id="sales")

    def inbox(self, inbox_id: str) -> Inbox | None:
        return self.all.get(inbox_id)


class Meanwhile:
    """A client during whose call with this number, counted from when it was told, something else happens first."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.at: int | None = None
        self.act: Callable[[], object] = lambda: None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            due = self.at == 0
            self.at = None if self.at is None or due else self.at - 1
            if due:
                self.act()
            return getattr(self._client, name)(**request)

        return call


class Moves(Room):
    """A floor to which customers come on several channels."""

    def __init__(self) -> None:
        super().__init__(Mode.DIRECT)
        self.inboxes = Inboxes()
        self.meanwhile = Meanwhile(self.brittle)
        shaken = Desk(self.meanwhile, "desk")
        self.rule = ResumePolicy()
        self.questions = Questions(QuestionStore(shaken), ReplyStore(shaken), self.inboxes)
        self.joining = Joining(
            OpenedStore(shaken),
            MergingStore(shaken),
            PeopleStore(shaken),
            self.questions,
            DeskStore(shaken),
            lambda: self.rule,
        )
        self.people, self.merging = PeopleStore(self.raw), MergingStore(self.raw)
        self.count = 0
        for name in ("ana", "ben"):
            self.agent(name, 30, ("team_1",), {})
        self.rests(timedelta())

    def rests(self, time: timedelta) -> None:
        """Time passes, and the agents are there."""
        self.now += time
        for name in ("ana", "ben"):
            self.choose(name, Intent.ONLINE)

    def settle(self) -> None:
        while self.read < len(self.table.stream):
            record = self.table.stream[self.read]
            self.read += 1
            for announced in announcements(record):
                event = json.loads(json.dumps(announced))
                self.told.append(event)
                for _ in range(2):
                    self.carried(event)

    def carried(self, event: Mapping[str, Any]) -> None:
        if event["type"] in SUBSCRIPTIONS["routing"]:
            self.insist(partial(self.reactions.react, event, self.now))
        if event["type"] in SUBSCRIPTIONS["people"]:
            self.insist(partial(self.joining.react, event, self.now))
        if event["type"] == "message.created":
            self.insist(partial(self._hear, event["snapshot"]))

    def _hear(self, message: Mapping[str, Any]) -> None:
        answer = self.questions.heard(message, self.now)
        if answer is not None:
            self.joining.answered(answer, self.now)

    # What people do.

    def says(self, name: str, channel: str, text: str = "Hello", *, settled: bool = True, **content: Any) -> str:
        """A customer's message; the conversation it was stored in."""
        self.now += timedelta(seconds=2)
        self.count += 1
        inbox = self.inboxes.all[channel if channel.startswith("ibx_") else f"ibx_{channel}"]
        peer = Peer((f"{name}@{inbox.channel}",), Profile(name=name.capitalize()))
        kind = content.pop("kind", MessageKind.TEXT)
        inbound = InboundMessage(
            inbox.account_id, f"ext-{self.count}", peer, self.now, kind, text=text, content=content
        )
        stored = receive(InboundStore(self.raw), inbox, inbound, self.now)
        if settled:
            self.settle()
        return stored.conversation_id

    def answers(self, conversation_id: str, name: str = "ana") -> None:
        self.now += timedelta(seconds=2)
        self.count += 1
        draft = Draft(f"answer-{self.count}", "Let me see.")
        reply(ReplyStore(self.raw), self.inboxes, who(name), conversation_id, draft, self.now)
        self.settle()

    def becomes(self, conversation_id: str, status: Status) -> None:
        self.now += timedelta(seconds=2)
        desk_service.set_status(self.desk, who("ana"), conversation_id, status, self.now)
        self.settle()

    def links(self, one: str, other: str, strength: int = 95) -> None:
        link(
            self.people,
            self.contact(one),
            self.contact(other),
            strength=strength,
            evidence=("email",),
            actor=AGENT,
            now=self.now,
        )
        self.settle()

    def contact(self, place: str) -> str:
        """The contact of "name@channel"."""
        return ids.contact_id(place.rpartition("@")[2], place)

    # What is seen.

    def found(self, conversation_id: str) -> Conversation:
        found = self.desk.conversation(conversation_id)
        assert found is not None
        return found

    def everything(self) -> list[Conversation]:
        items = [from_attributes(item) for key, item in self.table.items.items() if key[0].startswith("CNV#")]
        return [conversation_from(item) for item in items if item["sk"] == "~"]

    def messages(self) -> list[Message]:
        items = [from_attributes(item) for key, item in self.table.items.items() if key[1].startswith("M#")]
        return [message_from(item) for item in items]

    def asked(self, conversation_id: str) -> list[Message]:
        """What the desk itself has said in a conversation."""
        return [
            each
            for each in self.messages()
            if each.conversation_id == conversation_id
            and each.direction is Direction.OUTBOUND
            and each.author.id == RULE.id
        ]

    def lines(self, conversation_id: str) -> list[Mapping[str, Any]]:
        thread = DeskStore(self.raw).thread(ThreadQuery(conversation_id, 100))
        assert thread is not None
        return [note.facts for note in thread.notes if isinstance(note, Note) and note.kind == "activity"]
