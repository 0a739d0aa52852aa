"""A conversation and its side threads over a table in memory; what goes out is kept by a transport of the tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws.changes import announcements
from chalicelib.aws.codec_conversation import conversation_item
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.side_threads import SideThreadStore
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain import ids
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.conversation import Conversation, Leg, Status
from chalicelib.domain.side_thread import SideMessage, SideThread, ThreadKind, Whom
from chalicelib.services.side_sending import SideSending
from chalicelib.services.side_thread_ports import PostedThere, Said, ThreadFile
from chalicelib.services.side_threads import Opening, SideThreads, Words
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.test_routing import INDEXES

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LEG = ids.leg_id("ibx_em", "bob")
CNV = ids.conversation_id(LEG, 1)
TARGET = ids.conversation_id(LEG, 2)
ANA = Principal("agent", "agt_ana", "Ana", Role.AGENT)
BEN = Principal("agent", "agt_ben", "Ben", Role.AGENT)
CAROL = Principal("agent", "agt_car0", "Carol", Role.AGENT)
SUPPLIER = "lager@supplier.example"
BY_MAIL = Whom(to=(SUPPLIER,), inbox_id="ibx_em")


def conversation(identifier: str = CNV, **more: Any) -> Conversation:
    leg = Leg(LEG, "ibx_em", "email", "bob@customer.example", f"msg_{'0' * 29}", f"msg_{'0' * 29}", AT)
    return Conversation(
        id=identifier,
        contact_id="con_1",
        contact_name="Bob",
        inbox_id="ibx_em",
        channel="email",
        active_leg_id=LEG,
        opened_at=AT,
        status_changed_at=AT,
        last_activity_at=AT,
        view_at=AT,
        created_at=AT,
        status=Status.OPEN,
        legs={LEG: leg},
        **{"assignee_id": CAROL.id, **more},
    )


@dataclass
class Posts:
    """A transport: what it was asked to carry, and what goes wrong with the next ones."""

    posted: list[SideMessage] = field(default_factory=list)
    earlier: list[Sequence[SideMessage]] = field(default_factory=list)
    files: list[list[bytes]] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)

    def post(
        self, thread: SideThread, message: SideMessage, earlier: Sequence[SideMessage], files: Sequence[ThreadFile]
    ) -> PostedThere:
        if self.faults:
            raise self.faults.pop(0)
        self.posted.append(message)
        self.earlier.append(earlier)
        self.files.append([file.read() for file in files])
        return PostedThere(f"there-{message.number}", "C1:1.0" if thread.reference is None else None)


@dataclass
class Blobs:
    bodies: dict[str, bytes] = field(default_factory=dict)

    def read(self, key: str, *, limit_bytes: int) -> bytes | None:
        return self.bodies.get(key)

    def put(self, key: str, body: bytes, mime: str) -> None:
        self.bodies[key] = body

    def url(self, key: str, *, seconds: int, name: str | None = None) -> str:
        return f"https://files.example/{key}"


class AsideRoom:
    def __init__(self) -> None:
        self.table = MemoryTable(INDEXES)
        self.client = MemoryDynamoDB({"desk": self.table})
        self.desk = Desk(self.client, "desk")
        self.now = AT
        self.put(conversation())
        self.store = SideThreadStore(self.desk)
        self.conversations = DeskStore(self.desk)
        self.threads = SideThreads(self.store, self.conversations)
        self.posts, self.blobs = Posts(), Blobs()
        ways = {ThreadKind.EMAIL: lambda: self.posts, ThreadKind.SLACK: lambda: self.posts}
        self.sending = SideSending(self.threads, ways, self.blobs, lambda: self.now)
        self.told = 0

    def put(self, made: Conversation) -> None:
        self.desk.write(Put(conversation_item(made), condition=None))

    def later(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now

    def start(self, kind: ThreadKind = ThreadKind.EMAIL, client_id: str = "ask", **more: Any) -> SideThread:
        whom = {ThreadKind.EMAIL: BY_MAIL, ThreadKind.COLLEAGUE: Whom((BEN.id,))}.get(kind, Whom(channel_id="C1"))
        told = (BEN.id,) if kind is ThreadKind.COLLEAGUE else ()
        opening = Opening(kind, "Stock", whom, told, Words(client_id, "When is it back?"))
        return self.threads.start(ANA, CNV, replace(opening, **more), self.now)

    def said(self, external_id: str = "m1", text: str = "On Friday.", **more: Any) -> Said:
        facts = {"author_kind": "outside", "author_id": SUPPLIER, "author_name": "Lager", "attachments": ()}
        return Said(text=text, external_id=external_id, at=self.now, **{**facts, **more})

    def again(self, thread: SideThread) -> SideThread:
        return self.threads.get(CNV, thread.id)

    def messages(self, thread: SideThread) -> list[SideMessage]:
        """Oldest first."""
        return [*reversed(self.store.page(thread, 100, None).items)]

    def events(self) -> list[Mapping[str, Any]]:
        """What was announced since it was asked last."""
        found: list[Mapping[str, Any]] = [
            each for record in self.table.stream[self.told :] for each in announcements(record)
        ]
        self.told = len(self.table.stream)
        return found

    def send(self) -> list[Mapping[str, Any]]:
        """What follows from the news, as the queue would carry it."""
        found = self.events()
        for event in found:
            self.sending.react(event, self.now)
        return found
