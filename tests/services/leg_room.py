"""A desk with inboxes of several channels over a table in memory: customers write by any of them, an agent moves their
conversations about."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.codec_contact import contact_from, contact_item
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.stores.inbound import InboundStore
from chalicelib.aws.stores.people import PeopleStore
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.aws.stores.switching import SwitchStore
from chalicelib.aws.stores.templates import TemplateStore
from chalicelib.aws.transaction import Desk, Put
from chalicelib.channels.base import InboundMessage, Peer, Profile
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.leg_choice_policy import LegPolicy
from chalicelib.domain.leg_choice_values import Choice
from chalicelib.domain.message import Message, MessageKind
from chalicelib.services import people
from chalicelib.services.leg_choice import LegChoosing
from chalicelib.services.receive import receive
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft
from chalicelib.services.switching import Switched, Switching, Target, Wish
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.room import Brittle, Crash

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA = Principal("agent", "agt_ana", "Ana", Role.AGENT)
WA, SMS, MAIL, CHAT, OTHER_SMS = "ibx_0wa", "ibx_0sms", "ibx_0ma11", "ibx_0chat", "ibx_0sms2"
VOICE = "ibx_0v01ce"
CHANNELS = {VOICE: "voice", WA: "whatsapp", SMS: "sms", MAIL: "email", CHAT: "web_chat", OTHER_SMS: "sms"}
BOB, BOB_PHONE, BOB_MAIL = "491701234567", "+491701234567", "bob@customer.example"


@dataclass
class LegRoom:
    now: datetime = START
    policy: LegPolicy = field(default_factory=LegPolicy)
    said: int = 0

    def __post_init__(self) -> None:
        self.client = MemoryDynamoDB({"desk": MemoryTable({})})
        self.brittle = Brittle(self.client)
        self.desk, self.shaken = Desk(self.client, "desk"), Desk(self.brittle, "desk")
        self.boxes = {
            name: Inbox(name, channel, f"Our {channel}", name, "", START, {"address": "help@acme.example"})
            for name, channel in CHANNELS.items()
        }

    # What is there.

    def inbox(self, inbox_id: str) -> Inbox | None:
        return self.boxes.get(inbox_id)

    def choosing(self, desk: Desk | None = None) -> LegChoosing:
        over = desk or self.desk
        return LegChoosing(SwitchStore(over), PeopleStore(over), lambda: list(self.boxes.values()), lambda: self.policy)

    def switching(self, desk: Desk | None = None) -> Switching:
        over = desk or self.desk
        return Switching(SwitchStore(over), self.choosing(over), TemplateStore(over), ANA, self.now)

    def conversation(self, conversation_id: str) -> Conversation:
        item = self.desk.get(keys.conversation(conversation_id))
        assert item is not None
        return conversation_from(item)

    def conversations(self) -> list[Conversation]:
        items = self.client.tables["desk"].items
        found = [
            self.conversation(pk.removeprefix("CNV#")) for pk, sk in self.stored_keys() if sk == "~" and pk[:3] == "CNV"
        ]
        assert len(items) >= len(found)
        return sorted(found, key=lambda each: each.opened_at)

    def stored_keys(self) -> list[tuple[str, str]]:
        return [(key[0], key[1]) for key in self.client.tables["desk"].items]

    def contact(self, contact_id: str) -> Contact:
        item = self.desk.get(keys.contact(contact_id))
        assert item is not None
        return contact_from(item)

    def knows(self, contact_id: str, **more: Any) -> None:
        """Somebody has written this about the contact."""
        after = replace(self.contact(contact_id), **more)
        self.desk.write(Put({**contact_item(after), "events": "[]"}, None))

    def links(self, one: str, other: str) -> None:
        store = PeopleStore(self.desk)
        people.link(store, one, other, strength=95, evidence=("email",), actor=SYSTEM, now=self.now)

    # What happens.

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)

    def hears(self, inbox_id: str, text: str, address: str = BOB, **more: Any) -> str:
        """A customer writes; gives the conversation."""
        self.said += 1
        peer = Peer((address,), Profile(name="Bob", **more))
        if CHANNELS[inbox_id] == "email":
            peer = Peer((f"mid:{self.said}@x",), Profile(name="Bob", email=address), identity=address)
        return self.takes(inbox_id, peer, text)

    def takes(self, inbox_id: str, peer: Peer, text: str) -> str:
        inbound = InboundMessage(inbox_id, f"in-{self.said}", peer, self.now, MessageKind.TEXT, text)
        done = receive(InboundStore(self.desk), self.boxes[inbox_id], inbound, self.now)
        return done.conversation_id

    def bob(self, text: str = "Where is my parcel?") -> Conversation:
        """Bob writes by WhatsApp, which tells his number."""
        return self.conversation(self.hears(WA, text, phone=BOB_PHONE))

    def choices(self, conversation_id: str, text: str = "Hello", **more: Any) -> dict[str, Choice]:
        """By inbox and address."""
        draft = Draft(client_id="", text=text, kind=more.pop("kind", MessageKind.TEXT), **more)
        _, found = self.choosing().choices(conversation_id, draft, self.purpose, self.now)
        return {f"{each.candidate.inbox_id} {each.candidate.address}": each for each in found}

    @property
    def purpose(self) -> Any:
        from chalicelib.domain.consent import Purpose

        return Purpose.SERVICE

    def moves(
        self, conversation_id: str, target: Target, text: str = "", client_id: str = "m1", **more: Any
    ) -> Switched:
        given = {name: more.pop(name) for name in ("kind", "content", "attachments") if name in more}
        wish = Wish(target, Draft(client_id=client_id, text=text, **given), **more)
        return self.switching().switch(conversation_id, wish)

    def replies(self, conversation_id: str, text: str, leg_id: str | None = None) -> Message:
        self.said += 1
        draft = Draft(client_id=f"r{self.said}", text=text, leg_id=leg_id)
        return reply(ReplyStore(self.desk), self, ANA, conversation_id, draft, self.now)

    def thread(self, conversation_id: str) -> list[Message]:
        return list(SwitchStore(self.desk).last_messages(self.conversation(conversation_id), 100))

    def insist(self, act: Callable[[], Any]) -> Any:
        """A client calls again until it has an answer."""
        for _ in range(5):
            with suppress(Crash, StoreUnavailable):
                return act()
        raise AssertionError("a call never went through")


def codes(choice: Choice) -> list[str]:
    return [each.code for each in choice.refusals]


def points(choice: Choice) -> Mapping[str, int]:
    return {each.code: each.points for each in choice.reasons}


__all__ = ["Status", "Target"]
